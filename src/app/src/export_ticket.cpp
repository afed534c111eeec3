#include "export_ticket.h"

#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/retention.h"
#include "lethe/app/tickets.h"
#include "quotes.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

namespace json = boost::json;

// In the place of a third person's words (GDPR art. 15(4)).
constexpr std::string_view kWithheld = "[words of another person]";

bool is_gone(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::erased;
}

std::string_view name_of(ports::MessageKind kind) {
  switch (kind) {
    case ports::MessageKind::customer:
      return "customer";
    case ports::MessageKind::agent:
      return "agent";
    case ports::MessageKind::note:
      return "note";
    case ports::MessageKind::event:
      return "event";
  }
  return "event";
}

struct ExportedMessage {
  json::object head;
  std::vector<core::AttachmentId> files;
  std::optional<core::MessageId> raw;
};

struct ExportedTicket {
  json::object head;
  std::vector<ExportedMessage> messages;
};

class TicketExport {
 public:
  TicketExport(App& app, const ports::Reading& tx, core::PersonId person)
      : app_(app), tx_(tx), person_(person) {}

  Result<ExportedTicket> read(core::TicketId id) {
    LETHE_TRY(const auto row, tx_.tickets().find(id));
    if (row.erased || !row.requester) return fail(Errc::erased, "the ticket is erased");
    ExportedTicket out;
    LETHE_TRY(out.head, ticket_head(row));
    LETHE_TRY(files_, tx_.messages().attachments(id));
    LETHE_TRY(const auto messages, tx_.messages().of_ticket(id));
    const bool own = row.requester == person_;
    for (const ports::MessageRow& message : messages) {
      if (message.kind == ports::MessageKind::event && !own) continue;
      LETHE_TRY(auto exported, message_of(message));
      out.messages.push_back(std::move(exported));
    }
    return out;
  }

 private:
  Result<json::object> ticket_head(const ports::TicketRow& row) {
    const bool own = row.requester == person_;
    LETHE_TRY(const TicketRetention retention, retention_of_ticket(app_, tx_, row));
    json::object head{{"id", row.id.to_string()},
                      {"number", row.number},
                      {"role", own ? "requester" : "participant"},
                      {"status", std::string{core::shown_status(row.state)}},
                      {"created_at", to_rfc3339(row.state.created)},
                      {"updated_at", to_rfc3339(row.updated_at)},
                      {"retention", retention.verdict}};
    if (retention.due_at) head["erased_by_rule_at"] = to_rfc3339(*retention.due_at);
    if (row.state.closed) head["closed_at"] = to_rfc3339(*row.state.closed);
    if (!own) return head;
    LETHE_TRY(const Plaintext subject,
              open_to_show(app_, body_key(person_, row.id),
                           place(cell::kSubject, row.id.value(), row.cell_version), row.subject));
    head["subject"] = subject.reveal();
    LETHE_TRY(head["tags"], managed_tags(row.id));
    LETHE_TRY(head["free_tags"], free_tags(row.id));
    return head;
  }

  Result<json::array> managed_tags(core::TicketId ticket) {
    LETHE_TRY(const auto rows, tx_.catalog().named(ports::NamedKind::tag));
    LETHE_TRY(const auto tags, tx_.tickets().tags(ticket));
    json::array names;
    for (const core::TagId tag : tags) {
      const auto row = std::ranges::find(rows, tag.value(), &ports::CatalogRow::id);
      if (row != rows.end()) names.emplace_back(row->name);
    }
    return names;
  }

  Result<json::array> free_tags(core::TicketId ticket) {
    LETHE_TRY(const auto rows, tx_.tickets().free_tags(ticket));
    json::array names;
    for (const ports::FreeTagRow& row : rows) {
      if (row.person != person_) continue;
      LETHE_TRY(const Plaintext tag, open_to_show(app_, body_key(person_, ticket),
                                                  place(cell::kFreeTag, row.id), row.tag));
      names.emplace_back(tag.reveal());
    }
    return names;
  }

  Result<ExportedMessage> message_of(const ports::MessageRow& row) {
    ExportedMessage out;
    out.head = {{"id", row.id.to_string()},
                {"kind", std::string{name_of(row.kind)}},
                {"created_at", to_rfc3339(row.created_at)}};
    if (row.kind == ports::MessageKind::event) {
      out.head["event"] = row.event;
      return out;
    }
    LETHE_TRY(const auto addressees, tx_.messages().addressees(row.id));
    LETHE_CHECK(add_addresses(addressees, out.head));
    const bool theirs = row.person == person_;
    const bool told =
        row.kind == ports::MessageKind::agent &&
        std::ranges::find(addressees, person_, &ports::AddresseeRow::person) != addressees.end();
    LETHE_CHECK(add_author(row, theirs, out.head));
    LETHE_CHECK(add_words(row, theirs || told, out.head));
    if (theirs) LETHE_CHECK(add_rest(row, out));
    return out;
  }

  Status add_author(const ports::MessageRow& row, bool theirs, json::object& head) {
    if (row.author) {
      LETHE_TRY(const Who agent, agent_in_few_words(app_, tx_, *row.author));
      head["author"] = agent.name.empty() ? "former agent" : agent.name;
    } else if (row.kind == ports::MessageKind::customer) {
      head["author"] = theirs ? "you" : "another person";
    } else {
      // Imported: written for the desk by somebody who is no agent here.
      head["author"] = "former agent";
    }
    return {};
  }

  Status add_addresses(const std::vector<ports::AddresseeRow>& rows, json::object& head) {
    std::int64_t others = 0;
    json::array mine;
    for (const ports::AddresseeRow& row : rows) {
      if (row.person != person_) {
        ++others;
        continue;
      }
      LETHE_TRY(const Plaintext text, open_to_show(app_, body_key(person_, row.ticket),
                                                   place(cell::kMailbox, row.id), row.mailbox));
      mine.push_back(parse_object(text.reveal()));
    }
    if (!mine.empty()) head["sent_to_you_at"] = std::move(mine);
    if (others > 0) head["other_recipients"] = others;
    return {};
  }

  // Their own words wherever they stand; those of others give way to a mark.
  Status add_words(const ports::MessageRow& row, bool readable, json::object& head) {
    LETHE_TRY(const auto quotes, tx_.messages().quotes(row.id));
    std::vector<QuotedPassage> passages;
    json::array quoted;
    for (const ports::QuoteRow& quote : quotes) {
      std::string words = std::string{kWithheld} + "\n";
      if (quote.person == person_) {
        LETHE_TRY(const Plaintext text, open_to_show(app_, body_key(person_, quote.ticket),
                                                     place(cell::kQuote, quote.id), quote.text));
        words = text.reveal();
        quoted.emplace_back(words);
      }
      passages.push_back({quote.person, static_cast<std::size_t>(quote.place), std::move(words)});
    }
    if (!readable) {
      head["text"] = kWithheld;
      if (!quoted.empty()) head["your_words_quoted"] = std::move(quoted);
      return {};
    }
    LETHE_TRY(const Plaintext text,
              open_to_show(app_, body_key(*row.person, row.ticket),
                           place(cell::kText, row.id.value(), row.cell_version), row.text));
    head["text"] = with_passages(text.reveal(), passages);
    return {};
  }

  Status add_rest(const ports::MessageRow& row, ExportedMessage& out) {
    const vault::KeyRef key = body_key(person_, row.ticket);
    if (row.html) {
      LETHE_TRY(
          const Plaintext html,
          open_to_show(app_, key, place(cell::kHtml, row.id.value(), row.cell_version), row.html));
      out.head["html"] = html.reveal();
    }
    LETHE_TRY(const Plaintext headers,
              open_to_show(app_, key, place(cell::kHeaders, row.id.value(), row.cell_version),
                           row.headers));
    out.head["headers"] = parse_object(headers.reveal());
    for (const ports::AttachmentRow& file : files_) {
      if (file.message == row.id && file.person == person_) out.files.push_back(file.id);
    }
    LETHE_TRY(const auto raw, tx_.messages().raw_copy(row.id));
    if (raw && raw->person == person_) out.raw = row.id;
    return {};
  }

  App& app_;
  const ports::Reading& tx_;
  core::PersonId person_;
  std::vector<ports::AttachmentRow> files_;
};

Status write_file(App& app, core::AttachmentId id, ExportWriter& out) {
  const auto file = read_attachment(app, id);
  if (!file && is_gone(file.error())) return {};
  if (!file) return std::unexpected(file.error());
  LETHE_CHECK(out.open('{'));
  LETHE_CHECK(out.members({{"id", id.to_string()},
                           {"name", file->about.name},
                           {"type", file->about.type},
                           {"size", file->about.size},
                           {"sha256", file->about.sha256}}));
  LETHE_CHECK(out.bytes(file->bytes.reveal(), "content"));
  return out.close();
}

Status write_message(App& app, const ExportedMessage& message, ExportWriter& out) {
  LETHE_CHECK(out.open('{'));
  LETHE_CHECK(out.members(message.head));
  LETHE_CHECK(out.open('[', "attachments"));
  for (const core::AttachmentId file : message.files) LETHE_CHECK(write_file(app, file, out));
  LETHE_CHECK(out.close());
  if (message.raw) {
    const auto raw = read_raw_copy(app, *message.raw);
    if (raw) LETHE_CHECK(out.bytes(raw->reveal(), "raw"));
    if (!raw && !is_gone(raw.error())) return std::unexpected(raw.error());
  }
  return out.close();
}

}  // namespace

Status export_ticket(App& app, core::TicketId id, core::PersonId person, ExportWriter& out) {
  ExportedTicket ticket;
  const Status read = app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(ticket, TicketExport(app, tx, person).read(id));
    return {};
  });
  if (!read && is_gone(read.error())) return {};
  LETHE_CHECK(read);
  LETHE_CHECK(out.open('{'));
  LETHE_CHECK(out.members(ticket.head));
  LETHE_CHECK(out.open('[', "messages"));
  for (const ExportedMessage& message : ticket.messages) {
    LETHE_CHECK(write_message(app, message, out));
  }
  LETHE_CHECK(out.close());
  return out.close();
}

}  // namespace lethe::app
