#include "lethe/app/deliveries.h"

#include "app_fixture.h"
#include "lethe/app/housekeeping.h"
#include "lethe/app/send_mail.h"

namespace lethe::app::testing {
namespace {

using ports::Door;
using ports::OutgoingState;
using ports::RefusalReason;

std::vector<ports::RefusalRow> refusals(AppFixture& at, int limit = 10'000) {
  std::vector<ports::RefusalRow> rows;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(rows, ports::operations(tx).refusals(limit));
    return {};
  }));
  return rows;
}

std::vector<DeliveryView> deliveries(AppFixture& at) {
  std::vector<DeliveryView> views;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(views, last_deliveries(tx, 50));
    return {};
  }));
  return views;
}

// Its acknowledgement waits to leave.
core::TicketId asked_by_ann(AppFixture& at) {
  return expect(
             at.receive(AppFixture::mail("Ann <ann@example.org>", "Broken pedal", "It is loose."),
                        "ann@example.org"))
      .ticket;
}

TEST_CASE("a flood of refusals of one kind in a minute are one row") {
  AppFixture at;
  RefusalCounts counts{at.clock};
  for (int n = 0; n < 100'000; ++n) counts.count_reply(Door::smtp, 550, "5.1.1");
  expect(counts.flush(at.app()));
  counts.count_reply(Door::smtp, 550, "5.1.1");
  expect(counts.flush(at.app()));
  const auto rows = refusals(at);
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().count == 100'001);
  CHECK(rows.front().code == 550);
  CHECK(rows.front().enhanced == "5.1.1");
  CHECK(rows.front().reason == RefusalReason::unknown_recipient);
}

TEST_CASE("doors, codes and minutes are told apart, the newest first") {
  AppFixture at;
  RefusalCounts counts{at.clock};
  counts.count_reply(Door::smtp, 550, "5.1.1");
  counts.count_reply(Door::lmtp, 550, "5.1.1");
  counts.count(Door::webhook, 401, RefusalReason::credentials);
  at.clock.advance(Seconds{60});
  counts.count(Door::imap, 0, RefusalReason::unreadable, 7);
  expect(counts.flush(at.app()));
  const auto rows = refusals(at);
  REQUIRE(rows.size() == 4);
  CHECK(rows.front().door == Door::imap);
  CHECK(rows.front().mailbox == 7);
  CHECK(rows.front().at == kStart + Seconds{60});
}

TEST_CASE("who varies the reply gains nothing: kinds beyond the bound count as other") {
  AppFixture at;
  RefusalCounts counts{at.clock};
  constexpr int kMore = 5000;
  for (int n = 0; n < kMore; ++n) counts.count_reply(Door::smtp, 400 + n, "");
  expect(counts.flush(at.app()));
  const auto rows = refusals(at);
  CHECK(rows.size() == RefusalCounts::kKindsMax + 1);
  std::int64_t all = 0;
  for (const auto& row : rows) all += row.count;
  CHECK(all == kMore);
}

TEST_CASE("the table keeps the newest rows and 14 days, whichever is less") {
  AppFixture at;
  RefusalCounts counts{at.clock};
  constexpr int kMinutes = kRefusalRowsMax + 50;
  for (int minute = 0; minute < kMinutes; ++minute) {
    counts.count_reply(Door::smtp, 451, "4.3.0");
    if (minute % 200 == 199 || minute + 1 == kMinutes) expect(counts.flush(at.app()));
    at.clock.advance(Seconds{60});
  }
  CHECK(refusals(at).size() == static_cast<std::size_t>(kRefusalRowsMax));
  at.clock.advance(Seconds{kRefusalsKept} + Seconds{3600});
  expect(keep_house(at.app()));
  CHECK(refusals(at).empty());
}

TEST_CASE("a reply says why by its codes") {
  using ports::reason_of_reply;
  CHECK(reason_of_reply(521, "5.5.2") == RefusalReason::line_ends);
  CHECK(reason_of_reply(552, "5.3.4") == RefusalReason::too_large);
  CHECK(reason_of_reply(554, "5.4.6") == RefusalReason::loop);
  CHECK(reason_of_reply(530, "5.7.0") == RefusalReason::needs_tls);
  CHECK(reason_of_reply(550, "5.7.1") == RefusalReason::not_accepted);
  CHECK(reason_of_reply(451, "4.3.0") == RefusalReason::not_stored);
  CHECK(reason_of_reply(452, "4.3.1") == RefusalReason::busy);
  CHECK(reason_of_reply(421, "4.7.0") == RefusalReason::too_many_peers);
  CHECK(reason_of_reply(500, "5.5.1") == RefusalReason::commands);
  CHECK(reason_of_reply(421, "4.4.2") == RefusalReason::timed_out);
  CHECK(reason_of_reply(554, "") == RefusalReason::other);
}

TEST_CASE("a mail that failed shows the reason and leaves when it is tried again") {
  AppFixture at;
  const auto ticket = asked_by_ann(at);
  at.mail_server.refusal = Errc::forbidden;
  at.clock.advance(Seconds{20});
  expect(send_due_mail(at.app(), at.mail_server, 100));
  auto seen = deliveries(at);
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().state == OutgoingState::failed);
  CHECK(seen.front().ticket == ticket);
  CHECK(seen.front().trouble == "refused by the test");
  at.mail_server.refusal.reset();
  expect(deliver_now(at.app(), seen.front().id));
  expect(send_due_mail(at.app(), at.mail_server, 100));
  CHECK(at.mail_server.sent.size() == 1);
  seen = deliveries(at);
  CHECK(seen.front().state == OutgoingState::sent);
  const auto again = deliver_now(at.app(), seen.front().id);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().code == Errc::conflict);
}

TEST_CASE("a mail that waits for its next attempt leaves now when it is asked to") {
  AppFixture at;
  asked_by_ann(at);
  at.mail_server.refusal = Errc::unavailable;
  at.clock.advance(Seconds{20});
  expect(send_due_mail(at.app(), at.mail_server, 100));
  at.mail_server.refusal.reset();
  expect(send_due_mail(at.app(), at.mail_server, 100));
  CHECK(at.mail_server.sent.empty());
  expect(deliver_now(at.app(), deliveries(at).front().id));
  expect(send_due_mail(at.app(), at.mail_server, 100));
  CHECK(at.mail_server.sent.size() == 1);
}

}  // namespace
}  // namespace lethe::app::testing
