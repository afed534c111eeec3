#include "fixture.h"
#include "months.h"

namespace lethe::vault {
namespace {

using namespace test;
using std::chrono::days;

Instant date(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} /
                               std::chrono::day{day}};
}

TEST_CASE("months are counted from year 0 and start at their first second") {
  CHECK(month_of(date(2026, 11, 30)) == 2026 * 12 + 10);
  CHECK(month_of(date(2026, 12, 1)) == 2026 * 12 + 11);
  CHECK(start_of_month(2026 * 12 + 11) == date(2026, 12, 1));
  CHECK(start_of_month(month_of(date(2027, 1, 31))) == date(2027, 1, 1));
}

TEST_CASE("retained records outlive their person and end on their own date") {
  Fixture f;
  f.sealed(body_of(kAda), "everything");
  const Instant end = date(2030, 1, 1);
  const auto key = f.vault->retained_key(end);
  REQUIRE(key.has_value());
  CHECK(*f.vault->retained_key(end - Seconds{5}) == *key);  // the same day
  CHECK(*f.vault->retained_key(end + Seconds{1}) != *key);
  const auto kept = f.vault->seal_retained(*key, kAda, kCell, Plaintext{"invoice"});
  f.erase(kAda);
  f.reopen();
  CHECK(f.vault->unseal_retained(*key, kCell, *kept)->reveal() == "invoice");

  CHECK(*f.vault->expire(end - Seconds{1}) == 0);
  CHECK(f.vault->unseal_retained(*key, kCell, *kept).has_value());
  const auto old = f.store.state;
  CHECK(*f.vault->expire(end) == 1);
  CHECK(f.vault->unseal_retained(*key, kCell, *kept).error().code == Errc::erased);
  CHECK(f.vault->seal_retained(*key, kAda, kCell, Plaintext{"x"}).error().code == Errc::erased);
  CHECK(f.store.state.root != old.root);  // destroyed for good: the root was turned
  f.reopen();
  CHECK(f.vault->unseal_retained(*key, kCell, *kept).error().code == Errc::erased);
}

TEST_CASE("a tombstone holds for 13 months at least and 14 at most, then its key is destroyed") {
  Fixture f;
  f.sealed(body_of(kAda), "x");
  REQUIRE(f.vault->index_address(kAda, "ada@example.org").has_value());
  REQUIRE(f.vault->puncture({.persons = {kAda}, .at = date(2026, 11, 30)}).has_value());
  CHECK(*f.vault->expire(date(2027, 12, 31)) == 0);
  CHECK(*f.vault->is_tombstoned("ada@example.org"));
  CHECK(*f.vault->expire(date(2028, 1, 1)) == 1);
  CHECK_FALSE(*f.vault->is_tombstoned("ada@example.org"));
  CHECK(f.store.state.tombstones.empty());
  CHECK(f.vault->punctures_of(kAda)->empty());
}

TEST_CASE("notes come back in order, unharmed by an erasure of others, and go with their person") {
  Fixture f;
  f.sealed(body_of(kAda), "x");
  REQUIRE(f.vault->append_note(1, kNoon, kAda, Plaintext{"frozen"}).has_value());
  REQUIRE(f.vault->append_note(2, kNoon, std::nullopt, Plaintext{"hold 9"}).has_value());
  REQUIRE(f.vault->append_note(3, kNoon, kBob, Plaintext{"unsubscribed"}).has_value());
  f.commit();
  const auto notes = f.vault->notes_after(std::nullopt);
  REQUIRE(notes->size() == 3);
  CHECK(notes->at(0).text.reveal() == "frozen");
  CHECK(notes->at(2).person == kBob);
  CHECK(f.vault->notes_after(notes->at(0).id)->size() == 2);
  f.erase(kAda);
  f.reopen();
  const auto left = f.vault->notes_after(std::nullopt);
  REQUIRE(left->size() == 2);
  CHECK(left->at(0).text.reveal() == "hold 9");
  CHECK(left->at(1).kind == 3);
}

TEST_CASE("a note moved to another person, date or kind is refused") {
  Fixture f;
  REQUIRE(f.vault->append_note(1, kNoon, kAda, Plaintext{"frozen"}).has_value());
  f.commit();
  f.store.state.journal.front().person = kBob;
  CHECK(f.vault->notes_after(std::nullopt).error().code == Errc::corrupt);
}

}  // namespace
}  // namespace lethe::vault
