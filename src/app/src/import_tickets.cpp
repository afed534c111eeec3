#include "lethe/app/import_tickets.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "import_fields.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/core/minimise.h"
#include "one_line.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMessagesMax = 10'000;
constexpr std::size_t kSubjectBytesMax = 998;  // as of every new ticket

struct Message {
  ports::MessageKind kind = ports::MessageKind::customer;
  std::string text;
  Instant at;
  std::size_t place = 0;  // in the line; it decides between equal times
};

struct Ticket {
  core::EmailAddress requester;
  std::string name, subject, group, type;
  std::vector<std::string> tags;
  Instant created;
  std::optional<Instant> closed;
  core::TicketStatus status = core::TicketStatus::open;
  std::vector<Message> messages;
};

std::unexpected<Error> wrong(std::string field, std::string why) {
  return fail(Errc::invalid_argument, field + ": " + std::move(why), field);
}

const json::object* object_at(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains({member.data(), member.size()});
  return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

// Absent and null are nothing; anything that is no text is refused.
Result<std::string> text_at(const json::object& object, std::string_view member,
                            std::string_view within = "") {
  const json::value* value = object.if_contains({member.data(), member.size()});
  if (value == nullptr || value->is_null()) return std::string{};
  if (value->is_string()) return text_of(object, member);
  return wrong(std::string{within} + std::string{member}, "is a text");
}

Result<std::string> line_at(const json::object& object, std::string_view member) {
  LETHE_TRY(const std::string text, text_at(object, member));
  return on_one_line(text);
}

Result<std::vector<std::string>> tags_at(const json::object& object) {
  const json::value* value = object.if_contains("tags");
  if (value == nullptr || value->is_null()) return std::vector<std::string>{};
  const bool is_list = value->is_array() && std::ranges::all_of(value->get_array(), [](auto& tag) {
                         return tag.is_string();
                       });
  if (!is_list) return wrong("tags", "is a list of texts");
  std::vector<std::string> tags = texts_of(object, "tags");
  for (std::string& tag : tags) tag = on_one_line(tag);
  return tags;
}

// Absent and null are nothing; anything that is no time is refused.
Result<std::optional<Instant>> time_at(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains({member.data(), member.size()});
  if (value == nullptr || value->is_null()) return std::nullopt;
  const auto at = parse_rfc3339(text_of(object, member));
  if (!at) return wrong(std::string{member}, at.error().detail);
  return *at;
}

Result<ports::MessageKind> kind_of(const json::object& object) {
  LETHE_TRY(const std::string kind, text_at(object, "kind", "messages."));
  if (kind.empty() || kind == "customer") return ports::MessageKind::customer;
  if (kind == "agent") return ports::MessageKind::agent;
  if (kind == "note") return ports::MessageKind::note;
  return wrong("messages.kind", "is customer, agent or note");
}

// Known are the fields of the API's answers: what one installation shows, another takes.
Status refuse_unknown_fields_of_ticket(const json::object& ticket) {
  return refuse_unknown_fields(
      ticket, {"id",        "number",     "status",      "subject",   "text",
               "requester", "assignee",   "group",       "type",      "tags",
               "channel",   "created_at", "updated_at",  "closed_at", "message_count",
               "messages",  "erased",     "merged_into", "proposals", "retention"},
      "");
}

Result<Message> read_message(const Ticket& ticket, const json::object& object) {
  LETHE_CHECK(refuse_unknown_fields(object,
                                    {"id", "kind", "author", "text", "html", "created_at",
                                     "message_id", "verified", "cc", "attachments"},
                                    "messages."));
  LETHE_TRY(const std::string text, text_at(object, "text", "messages."));
  Message message{.text = core::minimise_text(text).text};
  LETHE_TRY(message.kind, kind_of(object));
  LETHE_TRY(const auto at, time_at(object, "created_at"));
  message.at = at.value_or(ticket.created);
  return message;
}

Status read_messages(Ticket& ticket, const json::object& object) {
  const json::value* list = object.if_contains("messages");
  if (list == nullptr || !list->is_array()) return wrong("messages", "is a list");
  if (list->get_array().size() > kMessagesMax)
    return wrong("messages", "has more than 10,000 entries");
  for (const json::value& item : list->get_array()) {
    if (!item.is_object()) return wrong("messages", "holds objects");
    LETHE_TRY(auto message, read_message(ticket, item.get_object()));
    message.place = ticket.messages.size();
    ticket.messages.push_back(std::move(message));
  }
  // Some systems write the newest message first; the clocks run from the last one.
  std::ranges::sort(ticket.messages, {},
                    [](const Message& message) { return std::pair{message.at, message.place}; });
  // The text of POST /tickets is what a ticket began with.
  LETHE_TRY(const std::string said, text_at(object, "text"));
  std::string text = core::minimise_text(said).text;
  const bool is_new = ticket.messages.empty() || ticket.messages.front().text != text;
  if (!text.empty() && is_new) {
    Message first{.text = std::move(text), .at = ticket.created};
    ticket.messages.insert(ticket.messages.begin(), std::move(first));
  }
  if (ticket.messages.empty()) return wrong("messages", "has at least one entry");
  return {};
}

Status read_state(App& app, Ticket& ticket, const json::object& object) {
  LETHE_TRY(const auto created, time_at(object, "created_at"));
  LETHE_TRY(ticket.closed, time_at(object, "closed_at"));
  ticket.created = created.value_or(app.clock.now());
  if (ticket.closed && *ticket.closed < ticket.created)
    return wrong("closed_at", "is before created_at");
  LETHE_TRY(const std::string status, text_at(object, "status"));
  if (ticket.closed) ticket.status = core::TicketStatus::closed;
  if (status.empty()) return {};
  const auto parsed = core::parse_ticket_status(status);
  if (!parsed) return wrong("status", "is open, pending, solved or closed");
  ticket.status = *parsed;
  return {};
}

Result<Ticket> parse_line(App& app, std::string_view line) {
  const json::object whole = parse_object(line);
  const json::object* object = object_at(whole, "ticket");
  if (object == nullptr) return wrong("ticket", "a line is {\"ticket\":{...}}");
  LETHE_CHECK(refuse_unknown_fields_of_ticket(*object));
  const json::object* requester = object_at(*object, "requester");
  if (requester == nullptr) return wrong("requester", "is {\"email\",\"name\"}");
  LETHE_TRY(const std::string subject, line_at(*object, "subject"));
  if (subject.size() > kSubjectBytesMax) return wrong("subject", "has more than 998 bytes");
  auto address = core::EmailAddress::parse(text_of(*requester, "email"));
  if (!address) return wrong("requester.email", address.error().detail);
  Ticket ticket{.requester = std::move(*address),
                .name = on_one_line(text_of(*requester, "name")),
                .subject = core::minimise_text(subject).text};
  LETHE_TRY(ticket.group, line_at(*object, "group"));
  LETHE_TRY(ticket.type, line_at(*object, "type"));
  LETHE_TRY(ticket.tags, tags_at(*object));
  LETHE_CHECK(read_state(app, ticket, *object));
  LETHE_CHECK(read_messages(ticket, *object));
  return ticket;
}

// A group or type that is not there yet is made: the old system's names are what people know.
Result<std::optional<std::int64_t>> named(App& app, ports::Writing& tx, ports::NamedKind kind,
                                          const std::string& name) {
  if (name.empty()) return std::nullopt;
  LETHE_TRY(const auto rows, tx.catalog().named(kind));
  const auto row = std::ranges::find(rows, name, &ports::CatalogRow::name);
  if (row != rows.end()) return row->id;
  const std::int64_t id = app.ids.next();
  LETHE_CHECK(tx.catalog().save_named({id, kind, name}));
  return id;
}

core::TicketState state_of(const Ticket& ticket) {
  core::TicketState state = core::new_ticket(ticket.created);
  state.status = ticket.status;
  const Instant last = ticket.messages.back().at;
  state.status_updated = ticket.closed.value_or(last);
  if (ticket.status == core::TicketStatus::closed) state.closed = ticket.closed.value_or(last);
  for (const Message& message : ticket.messages) {
    if (message.kind == ports::MessageKind::customer) state.last_customer_message = message.at;
  }
  return state;
}

Result<ports::TicketRow> insert_row(App& app, ports::Writing& tx, const Ticket& ticket,
                                    core::PersonId requester) {
  ports::TicketRow row{.id = app.ids.make<core::TicketId>(),
                       .requester = requester,
                       .state = state_of(ticket),
                       .channel = ports::Channel::import,
                       .updated_at = ticket.closed.value_or(ticket.messages.back().at)};
  LETHE_TRY(const auto group, named(app, tx, ports::NamedKind::group, ticket.group));
  LETHE_TRY(const auto type, named(app, tx, ports::NamedKind::type, ticket.type));
  if (group) row.group = core::GroupId::of(*group);
  if (type) row.type = core::TypeId::of(*type);
  LETHE_TRY(row.number, tx.tickets().take_number());
  LETHE_TRY(row.subject, seal(app, body_key(requester, row.id),
                              place(cell::kSubject, row.id.value()), ticket.subject));
  row.acknowledged = true;
  LETHE_CHECK(tx.tickets().insert(row));
  LETHE_CHECK(tx.tickets().add_participant({row.id, requester, ports::ParticipantRole::requester}));
  LETHE_CHECK(tx.index_queue().push({ports::DocumentKind::ticket, row.id.value()}, requester));
  return row;
}

Status insert_messages(App& app, ports::Writing& tx, const Ticket& ticket, ports::TicketRow& row) {
  for (const Message& message : ticket.messages) {
    const auto id = app.ids.make<core::MessageId>();
    LETHE_CHECK(insert_message(app, tx, row,
                               {.id = id,
                                .person = *row.requester,
                                .kind = message.kind,
                                .text = message.text,
                                .headers = {},
                                .at = message.at}));
    row.message_count += 1;
    row.last_message = id;
  }
  return {};
}

}  // namespace

Result<ImportedTicket> import_ticket(App& app, std::string_view line) {
  if (line.size() > kImportLineBytesMax) return fail(Errc::too_large, "a line has at most 8 MiB");
  LETHE_TRY(const Ticket ticket, parse_line(app, line));
  LETHE_TRY(const bool erased, app.vault.is_tombstoned(ticket.requester.normalised()));
  if (erased)
    return fail(Errc::erased, "this person was erased: an import does not bring them back");
  const auto digest_array = app.vault.digest(vault::DigestPurpose::duplicate, as_bytes(line));
  const Bytes digest{digest_array.begin(), digest_array.end()};
  std::optional<ImportedTicket> imported;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto known, tx.messages().mail_digest(digest));
    if (known) {
      imported = ImportedTicket{known->ticket, true};
      return {};
    }
    LETHE_TRY(const auto requester,
              find_or_create_person(app, tx, ticket.requester, ticket.name, ticket.created));
    LETHE_TRY(auto row, insert_row(app, tx, ticket, requester));
    LETHE_CHECK(insert_messages(app, tx, ticket, row));
    if (!ticket.tags.empty()) LETHE_CHECK(replace_tags(app, tx, row, ticket.tags));
    LETHE_CHECK(tx.tickets().update(row));
    LETHE_CHECK(tx.messages().insert_mail_digest({digest, row.id, *row.last_message}));
    LETHE_CHECK(tx.people().set_next_review(requester, app.clock.now()));
    imported = ImportedTicket{row.id, false};
    return {};
  }));
  return *imported;
}

}  // namespace lethe::app
