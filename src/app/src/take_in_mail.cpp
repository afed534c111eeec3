#include "lethe/app/take_in_mail.h"

#include <algorithm>
#include <memory>

#include "find_thread.h"
#include "gate_checks.h"
#include "intake.h"
#include "lethe/app/forwarding.h"
#include "lethe/base/fault.h"
#include "lethe/base/text.h"
#include "mail_settings.h"
#include "prepared_mail.h"

namespace lethe::app {
namespace {

const FaultPointName kPrepared{"intake.prepared"};
const FaultPointName kApplied{"intake.applied"};
const FaultPointName kDurable{"intake.durable"};

void discard_files(App& app, const PreparedMail& mail) {
  for (const PreparedFile& file : mail.files) discard_file(app, file);
  if (mail.raw) discard_file(app, *mail.raw);
}

void announce(App& app, const TakenIn& taken) {
  app.events.publish(
      {taken.new_ticket ? ports::EventKind::ticket_created : ports::EventKind::ticket_changed,
       taken.ticket, std::nullopt});
}

}  // namespace

Result<TakenIn> take_in(App& app, ports::Writing& tx, const PreparedMail& mail) {
  return Intake{app, tx, mail, mail.settings}.run();
}

void take_in_mail(App& app, ports::Delivery&& delivery, MailSource source,
                  std::function<void(Result<TakenIn>)> done, const MailChecks& checks) {
  auto prepared = prepare_mail(app, std::move(delivery), source, checks);
  if (!prepared) return done(std::unexpected(std::move(prepared).error()));
  LETHE_FAULT_POINT("intake.prepared");

  struct Work {
    PreparedMailPtr mail;
    std::optional<TakenIn> taken;
  };
  auto work = std::make_shared<Work>(Work{std::move(*prepared), std::nullopt});
  app.store.submit(
      [&app, work](ports::Writing& tx) -> Status {
        LETHE_TRY(work->taken, take_in(app, tx, *work->mail));
        LETHE_FAULT_POINT("intake.applied");
        return {};
      },
      [&app, work, done = std::move(done)](Status status) {
        LETHE_FAULT_POINT("intake.durable");
        if (!status || work->taken->duplicate) discard_files(app, *work->mail);
        if (!status) return done(std::unexpected(std::move(status).error()));
        if (!work->taken->duplicate) announce(app, *work->taken);
        done(*work->taken);
      });
}

Result<ports::RcptVerdict> TakeInMail::check_recipient(const ports::Envelope&,
                                                       std::string_view recipient) {
  using enum ports::RcptVerdict;
  const std::string_view token = signed_token_of(recipient);
  if (!token.empty()) return ticket_of_token(app_, token) ? accepted : unknown;
  LETHE_TRY(const MailSettings settings, read_mail_settings(app_));
  if (settings.mailboxes.empty()) return accepted;
  if (equals_ignoring_ascii_case(recipient, "postmaster")) return accepted;
  const auto address = core::EmailAddress::parse(recipient);
  if (!address) return unknown;
  const bool is_ours =
      is_own_address(settings, address->normalised()) || is_our_postmaster(settings, *address);
  return is_ours ? accepted : unknown;
}

void TakeInMail::take_in(ports::Delivery&& delivery, std::function<void(Status)> done) {
  if (const auto trip = round_trip_token(app_, delivery.content)) {
    wipe(delivery.content);
    return app_.store.submit(
        [&app = app_, trip = *trip, door = delivery.envelope.door](ports::Writing& tx) {
          return note_round_trip(app, tx, trip, door);
        },
        std::move(done));
  }
  const MailChecks none;
  take_in_mail(
      app_, std::move(delivery), MailSource::door,
      [done = std::move(done)](Result<TakenIn> taken) {
        done(taken ? Status{} : Status{std::unexpected(std::move(taken).error())});
      },
      checks_ != nullptr ? *checks_ : none);
}

}  // namespace lethe::app
