// Handing a ticket to another person.
#include <algorithm>

#include "forward_frame.h"
#include "hand_over.h"
#include "lethe/app/people.h"
#include "lethe/app/requester.h"
#include "mail_settings.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

Status refuse_own_address(const ports::Reading& tx, App& app, const core::EmailAddress& address) {
  LETHE_TRY(const bool ours, is_own_address(app, tx, address.normalised()));
  if (!ours) return {};
  return fail(Errc::invalid_argument, "This is one of our own addresses.", "requester");
}

// The ticket, when it may be handed to `address`.
Result<ports::TicketRow> free_ticket(App& app, const ports::Reading& tx, core::TicketId id,
                                     const core::EmailAddress& address) {
  LETHE_TRY(auto ticket, changeable_ticket(tx, id));
  LETHE_CHECK(refuse_own_address(tx, app, address));
  LETHE_CHECK(refuse_if_held(tx, *ticket.requester, id, app.clock.now()));
  return ticket;
}

Status hand(App& app, ports::Writing& tx, core::TicketId id, const core::EmailAddress& address,
            std::string_view name, std::optional<core::AgentId> by) {
  LETHE_TRY(auto ticket, changeable_ticket(tx, id));
  LETHE_TRY(const auto to, find_or_create_person(app, tx, address, name, app.clock.now()));
  if (ticket.requester == to) return {};
  LETHE_TRY(const auto subject, give_back_forwards(app, tx, ticket, to));
  LETHE_CHECK(hand_over(app, tx, std::move(ticket), to, subject));
  return add_event(app, tx, id, by, "requester_changed");
}

}  // namespace

Status check_requester(App& app, core::TicketId id, const core::EmailAddress& address) {
  return app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_CHECK(free_ticket(app, tx, id, address));
    return {};
  });
}

Status change_requester(App& app, core::TicketId id, const core::EmailAddress& address,
                        std::string_view name, std::optional<core::AgentId> by) {
  LETHE_TRY(const auto to, person_at(app, address));
  {
    const std::scoped_lock lock{app.index_and_erasure};
    std::optional<ports::TicketRow> ticket;
    std::vector<ports::DocumentKey> documents;
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(ticket, free_ticket(app, tx, id, address));
      LETHE_TRY(documents, documents_of_requester(tx, *ticket));
      if (!to) return {};
      LETHE_TRY(const auto forwards, forwards_of(app, tx, *ticket, *to));
      std::ranges::copy(forwards, std::back_inserter(documents));
      return {};
    }));
    if (ticket->requester == to) return {};
    LETHE_CHECK(leave_index(app, documents, *ticket->requester));
    LETHE_CHECK(
        app.store.write([&](ports::Writing& tx) { return hand(app, tx, id, address, name, by); }));
  }
  app.events.publish({ports::EventKind::ticket_changed, id, by});
  return {};
}

}  // namespace lethe::app
