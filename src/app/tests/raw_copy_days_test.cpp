#include "app_fixture.h"
#include "lethe/app/housekeeping.h"

namespace lethe::app::testing {
namespace {

TakenIn readable(AppFixture& at) {
  return expect(at.receive(AppFixture::mail("ann@example.org", "A question", "How?")));
}
// A header that says nothing, and no text.
TakenIn unreadable(AppFixture& at) {
  return expect(at.receive("X-Nothing: at all\r\n\r\n", "ann@example.org"));
}
bool opens(AppFixture& at, core::MessageId message) {
  return read_raw_copy(at.app(), message).has_value();
}

TEST_CASE("the days of original mails have their bounds") {
  AppFixture at;
  for (const int days : {-1, kRawCopyDaysMax + 1}) {
    const Status refused = set_raw_copy_days(at.app(), days);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().field == "raw_days");
  }
  for (const int days : {0, kRawCopyDaysMax}) expect(set_raw_copy_days(at.app(), days));
}

TEST_CASE("with 0 days no original is kept, not for a moment") {
  AppFixture at;
  const auto before = readable(at);
  CHECK(opens(at, before.message));
  expect(set_raw_copy_days(at.app(), 0));
  const auto mail =
      expect(at.receive(AppFixture::mail("bob@example.org", "Big", std::string(400'000, 'b'))));
  CHECK_FALSE(opens(at, mail.message));
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().raw_copy(mail.message));
    CHECK_FALSE(row.has_value());
    return {};
  }));
  CHECK(opens(at, before.message));  // what is there keeps its date
}

TEST_CASE("an original ends at its second, whatever the days") {
  for (const int days : {1, 30}) {
    AppFixture at;
    expect(set_raw_copy_days(at.app(), days));
    const auto mail = readable(at);
    at.clock.advance(Days{days} - Seconds{1});
    CHECK(expect(expire_raw_copies(at.app())) == 0);
    CHECK(opens(at, mail.message));
    at.clock.advance(Seconds{1});
    CHECK_FALSE(opens(at, mail.message));
    CHECK(expect(expire_raw_copies(at.app())) == 1);
  }
}

TEST_CASE("an unreadable mail's original stays until an agent has resolved it, and goes then") {
  for (const int days : {0, 14}) {
    AppFixture at;
    expect(set_raw_copy_days(at.app(), days));
    const auto mail = unreadable(at);
    const auto other = days == 0 ? std::nullopt : std::optional{readable(at)};
    for (int night = 0; night < 20; ++night) {
      at.clock.advance(Days{1});
      expect(expire_raw_copies(at.app()));
      REQUIRE(opens(at, mail.message));
    }
    if (other) CHECK_FALSE(opens(at, other->message));
    at.set_status(mail.ticket, "pending");
    CHECK(opens(at, mail.message));
    at.set_status(mail.ticket, "solved");
    at.clock.advance(Days{1});
    CHECK_FALSE(opens(at, mail.message));
    CHECK(expect(expire_raw_copies(at.app())) == 1);
    at.set_status(mail.ticket, "open");
    CHECK_FALSE(opens(at, mail.message));
  }
}

}  // namespace
}  // namespace lethe::app::testing
