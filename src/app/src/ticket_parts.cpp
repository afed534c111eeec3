#include "ticket_parts.h"

#include <algorithm>
#include <set>

#include "gate_checks.h"
#include "lethe/app/cells.h"
#include "lethe/app/threading.h"
#include "lethe/base/text.h"
#include "lethe/ports/operations.h"
#include "one_line.h"

namespace lethe::app {
namespace {

constexpr std::size_t kTagBytesMax = 64;
constexpr std::size_t kTagsMax = 100;  // of one ticket

}  // namespace

Result<ports::TicketRow> live_ticket(const ports::Reading& tx, core::TicketId id) {
  LETHE_TRY(auto row, tx.tickets().find(id));
  if (row.erased || !row.requester)
    return fail(Errc::erased, "ticket " + id.to_string() + " is erased");
  return row;
}

Status refuse_if_held(const ports::Reading& tx, core::PersonId person, core::TicketId ticket,
                      Instant now) {
  LETHE_TRY(const auto holds, tx.retention().holds_on(person));
  for (const ports::HoldRow& hold : holds) {
    const bool lasts = !hold.until || *hold.until > now;
    const bool concerns = !hold.ticket || *hold.ticket == ticket;
    if (lasts && concerns) {
      return fail(Errc::conflict, "a hold (" + hold.ground + ") keeps this; lift it first");
    }
  }
  return {};
}

Status refuse_merged(const ports::Reading& tx, const ports::TicketRow& ticket) {
  LETHE_TRY(const core::TicketId now, current_ticket(tx, ticket.id));
  if (now == ticket.id) return {};
  LETHE_TRY(const auto survivor, tx.tickets().find(now));
  return fail(Errc::conflict, "Ticket #" + std::to_string(ticket.number) +
                                  " is merged into ticket #" + std::to_string(survivor.number) +
                                  " (id " + now.to_string() +
                                  "). Change that one, or undo the merge.");
}

Result<ports::TicketRow> changeable_ticket(const ports::Reading& tx, core::TicketId id) {
  LETHE_TRY(auto row, live_ticket(tx, id));
  LETHE_CHECK(refuse_merged(tx, row));
  return row;
}

Status add_event(App& app, ports::Writing& tx, core::TicketId ticket,
                 std::optional<core::AgentId> by, std::string_view event) {
  return tx.messages().insert({.id = app.ids.make<core::MessageId>(),
                               .ticket = ticket,
                               .author = by,
                               .kind = ports::MessageKind::event,
                               .created_at = app.clock.now(),
                               .event = std::string{event}});
}

Status replace_tags(App& app, ports::Writing& tx, const ports::TicketRow& ticket,
                    const std::vector<std::string>& names) {
  if (names.size() > kTagsMax) {
    return fail(Errc::out_of_range, "a ticket has at most 100 tags", "tags");
  }
  LETHE_TRY(const auto managed, tx.catalog().named(ports::NamedKind::tag));
  std::vector<core::TagId> tags;
  std::set<std::string> free;
  for (const std::string& name : names) {
    const std::string_view wanted = trimmed(name);
    if (wanted.empty() || wanted.size() > kTagBytesMax) {
      return fail(Errc::invalid_argument, "a tag has 1 to 64 bytes", "tags");
    }
    if (!is_one_line(wanted)) return fail(Errc::invalid_argument, "A tag is one line.", "tags");
    const auto found = std::ranges::find_if(managed, [&](const ports::CatalogRow& row) {
      return equals_ignoring_ascii_case(row.name, wanted);
    });
    if (found == managed.end()) free.emplace(wanted);
    if (found != managed.end()) tags.push_back(core::TagId::of(found->id));
  }
  LETHE_CHECK(tx.tickets().set_tags(ticket.id, tags));
  LETHE_CHECK(tx.tickets().remove_free_tags(ticket.id));
  for (const std::string& tag : free) {
    const std::int64_t id = app.ids.next();
    LETHE_TRY(auto cell,
              seal(app, body_key(*ticket.requester, ticket.id), place(cell::kFreeTag, id), tag));
    LETHE_CHECK(tx.tickets().insert_free_tag({id, ticket.id, *ticket.requester, std::move(cell)}));
  }
  return {};
}

Status insert_message(App& app, ports::Writing& tx, const ports::TicketRow& ticket,
                      const NewMessage& message) {
  const vault::KeyRef key = body_key(message.person, ticket.id);
  const auto sealed = [&](CellName name, std::string_view text) {
    return seal(app, key, place(name, message.id.value()), text);
  };
  ports::MessageRow row{.id = message.id,
                        .ticket = ticket.id,
                        .person = message.person,
                        .author = message.author,
                        .kind = message.kind,
                        .created_at = message.at};
  LETHE_TRY(row.text, sealed(cell::kText, message.text));
  LETHE_TRY(row.snippet, sealed(cell::kSnippet, snippet_of(message.text)));
  if (!message.headers.empty()) {
    LETHE_TRY(row.headers, sealed(cell::kHeaders, message.headers));
  }
  LETHE_CHECK(tx.messages().insert(row));
  return tx.index_queue().push({ports::DocumentKind::message, message.id.value()}, message.person);
}

Result<std::vector<PreparedFile>> seal_new_files(App& app, const std::vector<NewFile>& files) {
  std::vector<PreparedFile> sealed;
  for (const NewFile& file : files) {
    LETHE_TRY(auto prepared,
              seal_file(app, file.bytes, file_description(file.name, file.type, "", file.bytes)));
    sealed.push_back(std::move(prepared));
  }
  return sealed;
}

Status insert_passages(App& app, ports::Writing& tx, core::TicketId ticket, core::MessageId message,
                       const std::vector<QuotedPassage>& passages) {
  for (const QuotedPassage& passage : passages) {
    const std::int64_t id = app.ids.next();
    LETHE_TRY(auto text,
              seal(app, body_key(passage.author, ticket), place(cell::kQuote, id), passage.text));
    LETHE_CHECK(
        tx.messages().insert_quote({id, message, ticket, passage.author,
                                    static_cast<std::int64_t>(passage.place), std::move(text)}));
  }
  return {};
}

Status insert_files(App& app, ports::Writing& tx, core::TicketId ticket, core::MessageId message,
                    core::PersonId person, const std::vector<PreparedFile>& files) {
  const vault::KeyRef key = files_key(person, ticket);
  for (const PreparedFile& file : files) {
    const auto id = app.ids.make<core::AttachmentId>();
    LETHE_TRY(auto description,
              seal(app, key, place(cell::kFileDescription, id.value()), file.description));
    LETHE_TRY(auto file_key,
              app.vault.seal_file_key(key, place(cell::kFileKey, id.value()), file.key));
    LETHE_CHECK(
        tx.messages().insert_attachment({id, message, ticket, person, std::move(description),
                                         std::move(file_key), file.file, file.shown_inline}));
    if (marks_in(file.description).is_locked()) {
      LETHE_CHECK(ports::operations(tx).lock_away(id, app.clock.now()));
    }
  }
  return {};
}

Result<core::TicketState> state_with(const core::TicketState& state, std::string_view status,
                                     Instant now, const core::TicketSettings& settings) {
  if (status == "spam") return core::flagged(state, core::TicketFlag::spam);
  if (status == "trash") return core::flagged(state, core::TicketFlag::trash);
  if (status == "not_spam") return core::unflagged(state, core::TicketFlag::spam);
  if (status == "not_trash") return core::unflagged(state, core::TicketFlag::trash);
  const auto parsed = core::parse_ticket_status(status);
  if (!parsed) {
    return fail(Errc::invalid_argument, "status is open, pending, solved, closed, spam or trash",
                "status");
  }
  // An ordinary status takes a ticket out of spam and trash.
  core::TicketState plain =
      core::unflagged(core::unflagged(state, core::TicketFlag::spam), core::TicketFlag::trash);
  return core::with_status(std::move(plain), *parsed, now, settings);
}

}  // namespace lethe::app
