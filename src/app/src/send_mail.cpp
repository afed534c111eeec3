#include "lethe/app/send_mail.h"

#include <algorithm>
#include <utility>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/mail_choices.h"
#include "lethe/base/assert.h"
#include "lethe/base/fault.h"
#include "ticket_parts.h"

namespace lethe::app {
namespace {

const FaultPointName kSent{"outbox.sent"};

using ports::OutgoingRow;
using ports::OutgoingState;

enum class Way : std::uint8_t { open, domain_failed, sign_in_refused };

// How one attempt ended.
struct Outcome {
  OutgoingState state = OutgoingState::queued;
  std::string why;       // our words and the server's code
  int refused_with = 0;  // the recipient, for good, with this code
  Way way = Way::open;   // when it failed, it was not this mail
};

Way way_after(Errc code) {
  if (code == Errc::unauthenticated) return Way::sign_in_refused;
  return code == Errc::unavailable ? Way::domain_failed : Way::open;
}

Outcome outcome_of(const Result<ports::SendReceipt>& receipt) {
  if (!receipt) {
    const bool later = ports::is_temporary(receipt.error().code);
    return {later ? OutgoingState::queued : OutgoingState::failed, receipt.error().detail, 0,
            way_after(receipt.error().code)};
  }
  if (receipt->refused.empty()) return {OutgoingState::sent, {}};
  const ports::RefusedRecipient& refused = receipt->refused.front();
  const bool later = refused.kind == ports::Refusal::temporary;
  return {later ? OutgoingState::queued : OutgoingState::failed,
          "The mail server answered " + std::to_string(refused.smtp_code) + " to the recipient.",
          later ? 0 : refused.smtp_code, later ? Way::domain_failed : Way::open};
}

// A code says less than a report, and our own server refuses for its own reasons too: it counts
// like a soft bounce.
Status note_refusal(App& app, ports::Writing& tx, const OutgoingRow& row, int code) {
  const auto address = address_of_mail(app, row);
  if (!address) return {};
  core::RecipientReport report{.action = core::DeliveryAction::failed};
  report.reason = core::reason_of("", "", std::to_string(code));
  return note_report(app, tx, row.person, *address, report);
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
    if (outcome.refused_with != 0) LETHE_CHECK(note_refusal(app, tx, row, outcome.refused_with));
    if (row.state == OutgoingState::sent) row.sent_at = now;
    if (row.state == OutgoingState::sent || row.state == OutgoingState::cancelled) {
      row.payload.reset();
    }
    const bool to_customer = row.kind != ports::OutgoingKind::notification;
    if (row.state == OutgoingState::failed && row.ticket && to_customer) {
      LETHE_CHECK(add_event(app, tx, *row.ticket, std::nullopt, "mail failed"));
    }
    return tx.outbox().update(row);
  });
}

Result<MailPurpose> purpose_of(const ports::Reading& tx, const OutgoingRow& row) {
  switch (row.kind) {
    case ports::OutgoingKind::acknowledgement:
    case ports::OutgoingKind::delivery_notice:
      return MailPurpose::acknowledgement;
    case ports::OutgoingKind::notification:
    case ports::OutgoingKind::invitation:
      return MailPurpose::notification;
    case ports::OutgoingKind::recovery:
      return MailPurpose::answer;  // to who asked for it
    case ports::OutgoingKind::reply:
      break;
  }
  if (!row.ticket) return MailPurpose::answer;
  LETHE_TRY(const auto ticket, tx.tickets().find(*row.ticket));
  return ticket.requester == row.person ? MailPurpose::answer : MailPurpose::copy;
}

struct Composed {
  std::optional<ports::OutgoingMail> mail;  // nothing when it is no longer to be sent
  std::string dropped;                      // why it is not, when that came about since it waits
};

// Why a mail that waits is not to be sent any more; empty when it is.
Result<std::string> reason_to_drop(App& app, const ports::Reading& tx, const OutgoingRow& row) {
  LETHE_TRY(const auto address, address_of_mail(app, row));
  LETHE_TRY(const MailPurpose purpose, purpose_of(tx, row));
  LETHE_TRY(const auto mark, held_back(app, tx, address, purpose, row.ticket));
  return mark ? "the address wants no such mail" : "";
}

// Composed on a snapshot of its own.
Result<Composed> compose_now(App& app, core::OutgoingId id) {
  Composed composed;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    const auto row = tx.outbox().find(id);
    if (!row || row->state != OutgoingState::queued || !row->payload) return {};
    LETHE_TRY(composed.dropped, reason_to_drop(app, tx, *row));
    if (!composed.dropped.empty()) return {};
    LETHE_TRY(composed.mail, compose_outgoing(app, tx, *row));
    if (!composed.mail) composed.dropped = "it was no longer news";
    return {};
  }));
  return composed;
}

// Sets `way` to what became of it.
Status send_one(App& app, ports::OutboundMail& outbound, const OutgoingRow& row, Way& way) {
  const auto composed = compose_now(app, row.id);
  if (!composed) return record(app, row.id, {OutgoingState::failed, composed.error().detail});
  if (!composed->dropped.empty()) {
    return record(app, row.id, {OutgoingState::cancelled, composed->dropped});
  }
  if (!composed->mail) return {};
  const auto receipt = outbound.send(*composed->mail);
  LETHE_FAULT_POINT("outbox.sent");
  const Outcome outcome = outcome_of(receipt);
  way = outcome.way;
  LETHE_CHECK(record(app, row.id, outcome));
  if (row.ticket) {
    app.events.publish({ports::EventKind::ticket_changed, *row.ticket, std::nullopt});
  }
  return {};
}

// Out of the way of what can leave now; the attempt is not counted.
Status postpone(App& app, core::OutgoingId id, Instant until) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(OutgoingRow row, tx.outbox().find(id));
    if (row.state != OutgoingState::queued || row.due_at >= until) return {};
    row.due_at = until;
    return tx.outbox().update(row);
  });
}

// True when it was tried. Whose address cannot be read is tried: it becomes visible as failed.
Result<bool> send_in_lane(App& app, ports::OutboundMail& outbound, const OutgoingRow& row,
                          MailLanes& lanes) {
  const auto address = address_of_mail(app, row);
  const std::string domain{address ? address->domain() : std::string_view{}};
  switch (lanes.enter(row.id, domain, app.clock.now())) {
    case MailLanes::Entry::busy:
      return false;
    case MailLanes::Entry::resting:
      LETHE_CHECK(postpone(app, row.id, lanes.opens_at(domain)));
      return false;
    case MailLanes::Entry::open:
      break;
  }
  Way way = Way::open;
  Status status;
  const bool may_leave = app.in_flight.begin(row.person);
  if (may_leave) {
    status = send_one(app, outbound, row, way);
    app.in_flight.end(row.person);
  }
  lanes.leave(row.id, domain, way == Way::domain_failed, app.clock.now());
  if (way == Way::sign_in_refused) lanes.sign_in_refused(app.clock.now());
  LETHE_CHECK(status);
  return true;
}

}  // namespace

MailLanes::Entry MailLanes::enter(core::OutgoingId id, const std::string& domain, Instant now) {
  const std::scoped_lock lock{mutex_};
  if (now < signs_in_again_at_) return Entry::resting;
  Lane& lane = lanes_[domain];
  if (now < lane.rests_until) return Entry::resting;
  if (lane.leaving >= kLanesPerDomain || !leaving_.insert(id).second) return Entry::busy;
  lane.leaving += 1;
  return Entry::open;
}

void MailLanes::leave(core::OutgoingId id, const std::string& domain, bool trouble, Instant now) {
  const std::scoped_lock lock{mutex_};
  leaving_.erase(id);
  const auto found = lanes_.find(domain);
  LETHE_ASSERT(found != lanes_.end());
  Lane& lane = found->second;
  lane.leaving -= 1;
  lane.troubles = trouble ? lane.troubles + 1 : 0;
  if (lane.troubles >= kTroublesMax) {
    const Seconds rest = ports::back_off(lane.troubles - kTroublesMax + 1);
    lane.rests_until = now + std::min(rest, kDomainRestMax);
  }
  if (!trouble && lane.leaving == 0) lanes_.erase(found);
}

void MailLanes::sign_in_refused(Instant now) {
  const std::scoped_lock lock{mutex_};
  signs_in_again_at_ = now + kSignInRest;
}

Instant MailLanes::opens_at(const std::string& domain) const {
  const std::scoped_lock lock{mutex_};
  const auto found = lanes_.find(domain);
  const Instant opens = found == lanes_.end() ? Instant{} : found->second.rests_until;
  return std::max(opens, signs_in_again_at_);
}

Result<int> send_due_mail(App& app, ports::OutboundMail& outbound, int limit, MailLanes& lanes) {
  int tried = 0;
  for (int looked_at = limit; tried == 0 && looked_at <= kLookAheadMax; looked_at *= 4) {
    std::vector<OutgoingRow> due;
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(due, tx.outbox().due(app.clock.now(), looked_at));
      return {};
    }));
    for (const OutgoingRow& row : due) {
      if (tried == limit) break;
      LETHE_TRY(const bool was_tried, send_in_lane(app, outbound, row, lanes));
      tried += was_tried;
    }
    if (std::cmp_less(due.size(), looked_at)) break;
  }
  return tried;
}

Result<int> send_due_mail(App& app, ports::OutboundMail& outbound, int limit) {
  MailLanes lanes;
  return send_due_mail(app, outbound, limit, lanes);
}

namespace {

Status queue_again(App& app, ports::Writing& tx, OutgoingRow row) {
  if (row.state != OutgoingState::failed || !row.payload) {
    return fail(Errc::conflict, "only a mail that failed can be sent again");
  }
  row.state = OutgoingState::queued;
  row.attempts = 0;
  row.due_at = app.clock.now();
  return tx.outbox().update(row);
}

}  // namespace

Status try_again(App& app, core::OutgoingId id) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(OutgoingRow row, tx.outbox().find(id));
    return queue_again(app, tx, std::move(row));
  });
}

Status try_message_again(App& app, core::MessageId message) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto rows, tx.outbox().of_message(message));
    bool any = false;
    for (const OutgoingRow& row : rows) {
      if (row.state != OutgoingState::failed || !row.payload) continue;
      LETHE_CHECK(queue_again(app, tx, row));
      any = true;
    }
    if (!any) return fail(Errc::conflict, "only a mail that failed can be sent again");
    return {};
  });
}

Status queue_link_mail(App& app, ports::Writing& tx, const LinkMail& mail) {
  LETHE_TRY(const auto address, core::EmailAddress::parse(mail.address));
  if (mail.kind == ports::OutgoingKind::invitation) {
    LETHE_TRY(const auto mark,
              held_back(app, tx, address, MailPurpose::notification, std::nullopt));
    if (mark) {
      return fail(Errc::conflict,
                  "Mail to this address comes back, or its owner asked for none. Use another one.",
                  "email");
    }
  }
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
