#include "lethe/app/send_mail.h"

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/base/fault.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

const FaultPointName kSent{"outbox.sent"};

using ports::OutgoingRow;
using ports::OutgoingState;

// How one attempt ended.
struct Outcome {
  OutgoingState state = OutgoingState::queued;
  std::string why;  // our words and the server's code
};

Outcome outcome_of(const Result<ports::SendReceipt>& receipt) {
  if (!receipt) {
    const bool later = ports::is_temporary(receipt.error().code);
    return {later ? OutgoingState::queued : OutgoingState::failed, receipt.error().detail};
  }
  if (receipt->refused.empty()) return {OutgoingState::sent, {}};
  const ports::RefusedRecipient& refused = receipt->refused.front();
  const bool later = refused.kind == ports::Refusal::temporary;
  return {later ? OutgoingState::queued : OutgoingState::failed,
          "the server answered " + std::to_string(refused.smtp_code)};
}

Status record(App& app, core::OutgoingId id, const Outcome& outcome) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(OutgoingRow row, tx.outbox().find(id));
    if (row.state == OutgoingState::cancelled && outcome.state != OutgoingState::sent) return {};
    const Instant now = app.clock.now();
    row.attempts += 1;
    row.state = outcome.state;
    row.last_error = outcome.why;
    if (row.state == OutgoingState::queued && row.attempts >= kAttemptsMax) {
      row.state = OutgoingState::failed;
    }
    if (row.state == OutgoingState::queued) {
      row.due_at = now + ports::back_off(static_cast<unsigned>(row.attempts));
    }
    if (row.state == OutgoingState::sent) {
      row.sent_at = now;
      row.payload.reset();
    }
    if (row.state == OutgoingState::failed && row.ticket) {
      LETHE_CHECK(add_event(app, tx, *row.ticket, std::nullopt, "mail failed"));
    }
    return tx.outbox().update(row);
  });
}

// Composed on a snapshot of its own; nothing when it is no longer to be sent.
Result<std::optional<ports::OutgoingMail>> compose_now(App& app, core::OutgoingId id) {
  std::optional<ports::OutgoingMail> mail;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    const auto row = tx.outbox().find(id);
    if (!row || row->state != OutgoingState::queued || !row->payload) return {};
    LETHE_TRY(mail, compose_outgoing(app, tx, *row));
    return {};
  }));
  return mail;
}

Status send_one(App& app, ports::OutboundMail& outbound, const OutgoingRow& row) {
  auto mail = compose_now(app, row.id);
  if (!mail) return record(app, row.id, {OutgoingState::failed, mail.error().detail});
  if (!*mail) return {};
  const auto receipt = outbound.send(**mail);
  LETHE_FAULT_POINT("outbox.sent");
  LETHE_CHECK(record(app, row.id, outcome_of(receipt)));
  if (row.ticket) {
    app.events.publish({ports::EventKind::ticket_changed, *row.ticket, std::nullopt});
  }
  return {};
}

}  // namespace

Result<int> send_due_mail(App& app, ports::OutboundMail& outbound, int limit) {
  std::vector<OutgoingRow> due;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(due, tx.outbox().due(app.clock.now(), limit));
    return {};
  }));
  for (const OutgoingRow& row : due) {
    if (!app.in_flight.begin(row.person)) continue;
    const Status status = send_one(app, outbound, row);
    app.in_flight.end(row.person);
    LETHE_CHECK(status);
  }
  return static_cast<int>(due.size());
}

Status try_again(App& app, core::OutgoingId id) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(OutgoingRow row, tx.outbox().find(id));
    if (row.state != OutgoingState::failed || !row.payload) {
      return fail(Errc::conflict, "only a mail that failed can be sent again");
    }
    row.state = OutgoingState::queued;
    row.attempts = 0;
    row.due_at = app.clock.now();
    return tx.outbox().update(row);
  });
}

Status queue_link_mail(App& app, ports::Writing& tx, const LinkMail& mail) {
  const auto id = app.ids.make<core::OutgoingId>();
  const std::string payload = boost::json::serialize(
      boost::json::object{{"address", mail.address}, {"name", mail.name}, {"link", mail.link}});
  LETHE_TRY(auto cell,
            seal(app, profile_key(mail.person), place(cell::kPayload, id.value()), payload));
  return tx.outbox().insert({.id = id,
                             .kind = mail.kind,
                             .person = mail.person,
                             .payload = std::move(cell),
                             .due_at = app.clock.now(),
                             .created_at = app.clock.now()});
}

}  // namespace lethe::app
