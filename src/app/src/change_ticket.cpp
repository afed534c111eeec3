// Making and changing tickets.
#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/endings.h"
#include "lethe/app/notifications.h"
#include "lethe/app/people.h"
#include "lethe/app/tickets.h"
#include "one_line.h"
#include "retention_marks.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

constexpr std::size_t kSubjectBytesMax = 998;  // RFC 5322 section 2.1.1
constexpr int kCloseStep = 200;

Status seal_subject(App& app, ports::TicketRow& ticket, std::string_view subject) {
  LETHE_TRY(ticket.subject,
            seal(app, body_key(*ticket.requester, ticket.id),
                 place(cell::kSubject, ticket.id.value(), ticket.cell_version), subject));
  return {};
}

std::string from_json(const NewTicket& order) {
  return boost::json::serialize(boost::json::object{{"from_name", order.requester_name},
                                                    {"from", order.requester.display()},
                                                    {"subject", order.subject}});
}

Result<ports::TicketRow> insert_ticket(App& app, ports::Writing& tx, const NewTicket& order,
                                       core::TicketId id, core::PersonId requester, Instant at) {
  ports::TicketRow ticket{.id = id,
                          .requester = requester,
                          .group = order.group,
                          .type = order.type,
                          .state = core::new_ticket(at),
                          .channel = order.channel,
                          .updated_at = at};
  LETHE_TRY(ticket.number, tx.tickets().take_number());
  LETHE_CHECK(seal_subject(app, ticket, order.subject));
  LETHE_CHECK(tx.tickets().insert(ticket));
  LETHE_CHECK(tx.tickets().add_participant({id, requester, ports::ParticipantRole::requester}));
  LETHE_CHECK(tx.index_queue().push({ports::DocumentKind::ticket, id.value()}, requester));
  return ticket;
}

// What an agent or a client may change, with the event it leaves.
class Change {
 public:
  Change(App& app, ports::Writing& tx, ports::TicketRow ticket, std::optional<core::AgentId> by)
      : app_(app), tx_(tx), ticket_(std::move(ticket)), by_(by), now_(app.clock.now()) {}

  Status run(const TicketChange& change) {
    if (change.if_version && *change.if_version != ticket_.version) {
      return fail(Errc::conflict, "the ticket changed meanwhile; read it again");
    }
    if (change.status) LETHE_CHECK(set_status(*change.status));
    if (change.group) LETHE_CHECK(set_group(*change.group));
    if (change.type) LETHE_CHECK(set_type(*change.type));
    if (change.assignee) LETHE_CHECK(assign(*change.assignee));
    if (change.tags) LETHE_CHECK(replace_tags(app_, tx_, ticket_, *change.tags));
    ticket_.updated_at = now_;
    LETHE_CHECK(tx_.tickets().update(ticket_));
    LETHE_CHECK(tell_agents());
    return tx_.people().set_next_review(*ticket_.requester, now_);
  }

 private:
  Status tell_agents() {
    const Doer by{.agent = by_, .person = std::nullopt};
    if (gave_group_) LETHE_CHECK(tell_arrived(app_, tx_, ticket_, by));
    return gave_agent_ ? tell_assigned(app_, tx_, ticket_, by) : Status{};
  }

  Status event(const std::string& words) { return add_event(app_, tx_, ticket_.id, by_, words); }

  Status set_status(const std::string& status) {
    LETHE_TRY(const auto settings, read_ticket_settings(tx_));
    LETHE_TRY(auto state, state_with(ticket_.state, status, now_, settings));
    if (state == ticket_.state) return {};
    const bool back =
        (ticket_.state.spam || ticket_.state.trashed) && !state.spam && !state.trashed;
    if (back) LETHE_CHECK(ticket_arrived(tx_, *ticket_.requester, now_));
    ticket_.state = std::move(state);
    return event("status " + std::string{core::shown_status(ticket_.state)});
  }

  Status known_name(ports::NamedKind kind, std::int64_t id, const char* field) {
    LETHE_TRY(const auto rows, tx_.catalog().named(kind));
    if (std::ranges::find(rows, id, &ports::CatalogRow::id) != rows.end()) return {};
    return fail(Errc::invalid_argument, "there is no such " + std::string{field}, field);
  }

  Status set_group(std::optional<core::GroupId> group) {
    if (group) LETHE_CHECK(known_name(ports::NamedKind::group, group->value(), "group"));
    if (group == ticket_.group) return {};
    ticket_.group = group;
    gave_group_ = true;
    return event(group ? "group " + group->to_string() : "group none");
  }

  Status set_type(std::optional<core::TypeId> type) {
    if (type) LETHE_CHECK(known_name(ports::NamedKind::type, type->value(), "type"));
    if (type == ticket_.type) return {};
    ticket_.type = type;
    return event(type ? "type " + type->to_string() : "type none");
  }

  Status assign(std::optional<core::AgentId> agent) {
    if (agent == ticket_.assignee) return {};
    if (agent) {
      const auto row = tx_.agents().find(*agent);
      if (!row || row->state == ports::AgentState::deactivated) {
        return fail(Errc::invalid_argument, "there is no such agent", "assignee");
      }
      LETHE_CHECK(tx_.tickets().add_handler(ticket_.id, *agent));
    }
    ticket_.assignee = agent;
    gave_agent_ = true;
    return event(agent ? "assigned " + agent->to_string() : "assigned none");
  }

  App& app_;
  ports::Writing& tx_;
  ports::TicketRow ticket_;
  std::optional<core::AgentId> by_;
  Instant now_;
  bool gave_group_ = false, gave_agent_ = false;
};

Status check_lines(const NewTicket& order) {
  if (order.subject.size() > kSubjectBytesMax) {
    return fail(Errc::out_of_range, "a subject has at most 998 bytes", "subject");
  }
  if (order.requester_name.size() > kPersonNameBytesMax) {
    return fail(Errc::out_of_range, "a name has at most 256 bytes", "requester.name");
  }
  if (!is_one_line(order.subject)) {
    return fail(Errc::out_of_range, "A subject is one line.", "subject");
  }
  if (is_one_line(order.requester_name)) return {};
  return fail(Errc::out_of_range, "A name is one line.", "requester.name");
}

Status close_one(App& app, ports::Writing& tx, core::TicketId id) {
  auto ticket = live_ticket(tx, id);
  if (!ticket) return {};
  LETHE_TRY(const auto settings, read_ticket_settings(tx));
  core::TicketState state = core::at_time(ticket->state, app.clock.now(), settings);
  if (state == ticket->state) return {};
  ticket->state = std::move(state);
  LETHE_CHECK(tx.tickets().update(*ticket));
  return tx.people().set_next_review(*ticket->requester, app.clock.now());
}

}  // namespace

Result<core::TicketId> create_ticket(App& app, const NewTicket& order) {
  LETHE_CHECK(check_lines(order));
  const auto id = app.ids.make<core::TicketId>();
  const auto message = app.ids.make<core::MessageId>();
  const Instant at = order.created_at.value_or(app.clock.now());
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const core::PersonId requester,
              find_or_create_person(app, tx, order.requester, order.requester_name, at));
    LETHE_TRY(ports::TicketRow ticket, insert_ticket(app, tx, order, id, requester, at));
    LETHE_CHECK(insert_message(app, tx, ticket,
                               {.id = message,
                                .person = requester,
                                .text = order.text,
                                .headers = from_json(order),
                                .at = at}));
    if (!order.tags.empty()) LETHE_CHECK(replace_tags(app, tx, ticket, order.tags));
    ticket.message_count = 1;
    ticket.last_message = message;
    ticket.state.last_customer_message = at;
    LETHE_CHECK(tx.tickets().update(ticket));
    if (order.by) LETHE_CHECK(tx.tickets().add_handler(id, *order.by));
    // An import brings what is known already.
    if (!order.created_at) {
      LETHE_CHECK(tell_arrived(app, tx, ticket, {.agent = order.by, .person = requester}));
    }
    if (order.with_made) LETHE_CHECK(order.with_made(tx, "tickets/" + id.to_string()));
    return ticket_arrived(tx, requester, app.clock.now());
  }));
  app.events.publish({ports::EventKind::ticket_created, id, order.by});
  return id;
}

Status change_ticket(App& app, core::TicketId id, const TicketChange& change,
                     std::optional<core::AgentId> by) {
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto ticket, changeable_ticket(tx, id));
    return Change{app, tx, std::move(ticket), by}.run(change);
  }));
  app.events.publish({ports::EventKind::ticket_changed, id, by});
  return {};
}

Status mark_read(App& app, core::TicketId ticket, core::AgentId by, bool read) {
  return app.store.write([&](ports::Writing& tx) {
    return tx.tickets().mark_read(ticket, by, read ? std::optional{app.clock.now()} : std::nullopt);
  });
}

Result<int> close_solved_tickets(App& app) {
  std::vector<core::TicketId> ids;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto settings, read_ticket_settings(tx));
    const Instant until = app.clock.now() - settings.close_solved_after;
    LETHE_TRY(ids, tx.tickets().solved_until(until, kCloseStep));
    return {};
  }));
  for (const core::TicketId id : ids) {
    LETHE_CHECK(app.store.write([&](ports::Writing& tx) { return close_one(app, tx, id); }));
    app.events.publish({ports::EventKind::ticket_changed, id, std::nullopt});
  }
  return static_cast<int>(ids.size());
}

}  // namespace lethe::app
