#include "lethe/app/export_schema.h"

namespace lethe::app {
namespace {

constexpr std::string_view kDigest = "a keyed digest: it says nothing about anybody";
constexpr std::string_view kReference = "a random id that stands for the person of the export";

constexpr ExportedColumn kColumns[] = {
    {"persons", "id", "person.id", ""},
    {"persons", "profile", "person", ""},
    {"addresses", "person_id", "", kReference},
    {"addresses", "address", "person.emails", ""},
    {"person_tags", "person_id", "person.tags", ""},
    {"agents", "person_id", "person.agent", ""},
    {"sessions", "digest", "", kDigest},
    {"sessions", "csrf", "", kDigest},
    {"tokens", "digest", "", kDigest},
    {"links", "digest", "", kDigest},
    {"second_steps", "person_id", "", kReference},
    {"second_steps", "secret", "", "a key to sign in with, in the agent's own hands already"},
    {"views", "person_id", "", kReference},
    {"views", "definition", "views", ""},
    {"tickets", "requester_id", "tickets[].role", ""},
    {"tickets", "subject", "tickets[].subject", ""},
    {"free_tags", "person_id", "", kReference},
    {"free_tags", "tag", "tickets[].free_tags", ""},
    {"participants", "person_id", "tickets[].role", ""},
    {"former_requesters", "person_id", "", "a reference to a ticket that another person has now"},
    {"messages", "person_id", "tickets[].messages[].author", ""},
    {"messages", "text", "tickets[].messages[].text", ""},
    {"messages", "html", "tickets[].messages[].html", ""},
    {"messages", "snippet", "", "the beginning of the text, which is exported"},
    {"messages", "headers", "tickets[].messages[].headers", ""},
    {"quotes", "person_id", "", kReference},
    {"quotes", "text", "tickets[].messages[].your_words_quoted", ""},
    {"addressees", "person_id", "", kReference},
    {"addressees", "mailbox", "tickets[].messages[].sent_to_you_at", ""},
    {"attachments", "person_id", "", kReference},
    {"attachments", "description", "tickets[].messages[].attachments[]", ""},
    {"attachments", "file_key", "", "a key; the file itself is exported"},
    {"attachments", "sealed_bytes", "tickets[].messages[].attachments[].content", ""},
    {"raw_copies", "person_id", "", kReference},
    {"raw_copies", "file_key", "", "a key; the mail itself is exported"},
    {"raw_copies", "sealed_bytes", "tickets[].messages[].raw", ""},
    {"drafts", "person_id", "", kReference},
    {"drafts", "text", "", "unfinished words of an agent, sent to nobody, kept 30 days at most"},
    {"threads", "digest", "", kDigest},
    {"threads", "person_id", "", kReference},
    {"mail_digests", "digest", "", kDigest},
    {"outgoing", "person_id", "mails_sent", ""},
    {"outgoing", "payload", "", "the address of the mail, exported above, until it has left"},
    {"holds", "person_id", "holds", ""},
    {"holds", "reason", "holds[].reason", ""},
    {"erasures", "person_id", "erasures", ""},
    {"index_queue", "person_id", "", "a work list that is emptied within seconds"},
    {"counters", "digest", "", kDigest},
    {"mail_marks", "digest", "", kDigest},
    {"mail_marks", "person_id", "mail_choices", ""},
};

}  // namespace

std::span<const ExportedColumn> exported_columns() noexcept { return kColumns; }

}  // namespace lethe::app
