#include "lethe/app/redact.h"

#include <algorithm>
#include <set>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/erasure.h"
#include "lethe/app/indexing.h"
#include "lethe/base/fault.h"
#include "lethe/ports/threading.h"
#include "move_messages.h"
#include "redact_cells.h"
#include "redaction_notes.h"
#include "sealed_files.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

using ports::DocumentKey;
using ports::DocumentKind;

const FaultPointName kUnindexed{"redaction.unindexed"};
const FaultPointName kResealed{"redaction.resealed"};

constexpr std::size_t kPassageBytesMax = 10'000;

struct What {
  core::TicketId ticket;
  core::MessageId message;
  core::PersonId requester;
  std::vector<core::TicketId> holders;    // under whose keys backups hold its words too
  std::vector<vault::KeyRef> keys;        // that are replaced
  std::vector<ports::RawCopyRow> copies;  // of the ticket: each may show what goes
  std::vector<DocumentKey> documents;     // whose words change
  std::vector<core::PersonId> persons;    // their shards
  const char* counted = "passages";
};

boost::json::array triples(const std::vector<vault::KeyRef>& keys) {
  boost::json::array array;
  for (const vault::KeyRef& key : keys) {
    array.push_back(boost::json::array{key.person.value(), key.ticket->value(),
                                       static_cast<std::int64_t>(key.key_class)});
  }
  return array;
}

// What run_erasures() needs to go on: the keys to destroy.
std::string evidence_of(App& app, const What& what) {
  std::vector<vault::KeyRef> raw;
  for (const ports::RawCopyRow& copy : what.copies) {
    const bool known = std::ranges::any_of(raw, [&](const vault::KeyRef& key) {
      return key.person == copy.person && *key.ticket == copy.ticket;
    });
    if (!known) raw.push_back(raw_key(copy.person, copy.ticket));
  }
  return boost::json::serialize(boost::json::object{{"generation_before", app.vault.generation()},
                                                    {"keys", triples(raw)},
                                                    {"superseded", triples(what.keys)}});
}

ports::ErasureRow row_of(App& app, const What& what, std::optional<core::AgentId> by) {
  boost::json::object counts{{what.counted, 1}};
  if (!what.copies.empty()) counts["raw_copies"] = what.copies.size();
  return {.id = app.ids.make<core::ErasureId>(),
          .scope = ports::ErasureScope::redaction,
          .state = ports::ErasureState::running,
          .step = ports::ErasureStep::removed,
          .person = what.requester,
          .tickets = {what.ticket},
          .rule = std::nullopt,
          .run = std::nullopt,
          .approved_by = by,
          .reason = "redaction",
          .created_at = app.clock.now(),
          .counts = boost::json::serialize(counts),
          .evidence = evidence_of(app, what)};
}

Status queue(ports::Writing& tx, const What& what) {
  for (std::size_t i = 0; i < what.documents.size(); ++i) {
    LETHE_CHECK(tx.index_queue().push(what.documents[i], what.persons[i]));
  }
  return {};
}

// Queued first, so that a crash after the removal leaves nothing unfindable.
Status unindex(App& app, const What& what) {
  if (what.documents.empty()) return {};
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) { return queue(tx, what); }));
  LETHE_CHECK(remove_from_index(app, what.documents, what.persons));
  LETHE_FAULT_POINT("redaction.unindexed");
  return {};
}

using Change = std::function<Status(ports::Writing&)>;

Result<core::ErasureId> replace(App& app, const What& what, std::optional<core::AgentId> by,
                                const Change& change) {
  const ports::ErasureRow row = row_of(app, what, by);
  for (const vault::KeyRef& key : what.keys) LETHE_CHECK(app.vault.begin_rekey(key));
  LETHE_CHECK(unindex(app, what));
  for (const ports::RawCopyRow& copy : what.copies) LETHE_CHECK(remove_blob_of(app, copy.file));
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(refuse_if_held(tx, what.requester, what.ticket, app.clock.now()));
    LETHE_CHECK(change(tx));
    for (const ports::RawCopyRow& copy : what.copies) {
      LETHE_CHECK(tx.messages().remove_raw_copy(copy.message));
    }
    LETHE_CHECK(queue(tx, what));
    for (const vault::KeyRef& key : what.keys) {
      LETHE_CHECK(note_redaction(app, tx, *key.ticket, key.person));
    }
    return tx.retention().save_erasure(row);
  }));
  LETHE_FAULT_POINT("redaction.resealed");
  return row.id;
}

Status finish(App& app, core::ErasureId id, core::TicketId ticket) {
  const core::ErasureId ids[] = {id};
  const Status done = run_erasures(app, ids);
  app.events.publish({ports::EventKind::ticket_changed, ticket, std::nullopt});
  return done;
}

Result<What> find(App& app, const ports::Reading& tx, core::TicketId ticket,
                  core::MessageId message) {
  LETHE_TRY(const auto row, live_ticket(tx, ticket));
  LETHE_CHECK(refuse_if_held(tx, *row.requester, ticket, app.clock.now()));
  What what{.ticket = ticket,
            .message = message,
            .requester = *row.requester,
            .holders = {},
            .keys = {},
            .copies = {},
            .documents = {},
            .persons = {}};
  LETHE_TRY(what.copies, tx.messages().raw_copies(ticket));
  LETHE_TRY(what.holders, all_holders(tx, ticket));
  for (const core::TicketId holder : what.holders) {
    LETHE_TRY(auto copies, tx.messages().raw_copies(holder));
    std::ranges::move(copies, std::back_inserter(what.copies));
  }
  return what;
}

// Backups hold the words of a merged or split ticket under keys of others as well: those are
// replaced with its own.
Status add_key(App& app, What& what, core::PersonId owner, vault::KeyClass key_class) {
  what.keys.push_back(vault::KeyRef::of(owner, what.ticket, key_class));
  for (const core::TicketId holder : what.holders) {
    const auto key = vault::KeyRef::of(owner, holder, key_class);
    LETHE_TRY(const bool there, app.vault.has_key(key));
    if (there) what.keys.push_back(key);
  }
  return {};
}

// Former requesters' keys, in the ticket and in those it came from: backups hold its words there.
// Returns those with a key in the ticket itself.
Result<std::set<core::PersonId>> add_former(App& app, const ports::Reading& tx, What& what,
                                            vault::KeyClass key_class) {
  std::set<core::PersonId> here;
  std::vector<core::TicketId> tickets = what.holders;
  tickets.push_back(what.ticket);
  for (const core::TicketId ticket : tickets) {
    LETHE_TRY(const auto former, ports::threading(tx).former_requesters(ticket));
    for (const core::PersonId person : former) {
      const auto key = vault::KeyRef::of(person, ticket, key_class);
      LETHE_TRY(const bool there, app.vault.has_key(key));
      if (!there) continue;
      if (ticket == what.ticket) here.insert(person);
      const bool named = std::ranges::any_of(what.keys, [&](const vault::KeyRef& known) {
        return known.person == person && known.ticket == key.ticket;
      });
      if (!named) what.keys.push_back(key);
    }
  }
  return here;
}

// What stays in those other tickets is sealed again as it is.
Status reseal_others(App& app, ports::Writing& tx, const What& what) {
  for (const vault::KeyRef& key : what.keys) {
    if (*key.ticket == what.ticket) continue;
    const bool body = key.key_class == vault::KeyClass::body;
    LETHE_CHECK(body ? reseal_bodies(app, tx, {*key.ticket, what.message, {}, {key.person}})
                     : reseal_files(app, tx, *key.ticket, key.person));
  }
  return {};
}

Result<What> find_passage(App& app, const ports::Reading& tx, core::MessageId id,
                          std::string_view passage, std::set<core::PersonId>& owners) {
  LETHE_TRY(const auto message, tx.messages().find(id));
  LETHE_TRY(What what, find(app, tx, message.ticket, id));
  LETHE_TRY(owners, owners_of_passage(app, tx, message, passage));
  if (owners.empty()) return fail(Errc::not_found, "the message does not say this", "text");
  for (const core::PersonId owner : owners) {
    LETHE_CHECK(add_key(app, what, owner, vault::KeyClass::body));
  }
  LETHE_TRY(auto former, add_former(app, tx, what, vault::KeyClass::body));
  owners.merge(former);
  what.documents = {{DocumentKind::message, id.value()},
                    {DocumentKind::ticket, message.ticket.value()}};
  what.persons = {*message.person, what.requester};
  return what;
}

}  // namespace

Result<core::ErasureId> redact_text(App& app, core::MessageId message, std::string_view passage,
                                    std::optional<core::AgentId> by) {
  if (passage.empty() || passage.size() > kPassageBytesMax) {
    return fail(Errc::invalid_argument, "a passage has 1 to 10,000 bytes", "text");
  }
  std::optional<What> what;
  core::ErasureId id = core::ErasureId::of(1);
  {
    const std::scoped_lock lock{app.index_and_erasure};
    std::set<core::PersonId> owners;
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(what, find_passage(app, tx, message, passage, owners));
      return {};
    }));
    LETHE_TRY(id, replace(app, *what, by, [&](ports::Writing& tx) -> Status {
                LETHE_CHECK(reseal_bodies(app, tx, {what->ticket, message, passage, owners}));
                return reseal_others(app, tx, *what);
              }));
  }
  LETHE_CHECK(finish(app, id, what->ticket));
  return id;
}

Result<core::ErasureId> redact_attachment(App& app, core::AttachmentId attachment,
                                          std::optional<core::AgentId> by) {
  std::optional<What> what;
  std::optional<ports::AttachmentRow> row;
  std::set<core::PersonId> owners;
  core::ErasureId id = core::ErasureId::of(1);
  {
    const std::scoped_lock lock{app.index_and_erasure};
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(row, tx.messages().attachment(attachment));
      LETHE_TRY(what, find(app, tx, row->ticket, row->message));
      LETHE_CHECK(add_key(app, *what, row->person, vault::KeyClass::attachments));
      LETHE_TRY(owners, add_former(app, tx, *what, vault::KeyClass::attachments));
      owners.insert(row->person);
      what->counted = "attachments";
      return {};
    }));
    LETHE_CHECK(remove_blob_of(app, row->file));
    LETHE_TRY(id, replace(app, *what, by, [&](ports::Writing& tx) -> Status {
                LETHE_CHECK(tx.messages().remove_attachment(attachment));
                for (const core::PersonId owner : owners) {
                  LETHE_CHECK(reseal_files(app, tx, row->ticket, owner));
                }
                LETHE_CHECK(reseal_others(app, tx, *what));
                LETHE_TRY(auto message, tx.messages().find(row->message));
                message.flags.redacted = true;
                return tx.messages().update(message);
              }));
  }
  LETHE_CHECK(finish(app, id, what->ticket));
  return id;
}

}  // namespace lethe::app
