#include "fixture.h"

namespace lethe::vault {
namespace {

using namespace test;

Puncture only(TicketKeys keys) { return {.tickets = {std::move(keys)}, .at = kNoon}; }

TEST_CASE("an erased person's cells stay shut, everybody else's open as before") {
  Fixture f;
  const Ciphertext profile = f.sealed(KeyRef::profile(kAda), "Ada");
  const Ciphertext body = f.sealed(body_of(kAda), "help");
  const Ciphertext neighbour = f.sealed(body_of(kAdasNeighbour), "same bucket");
  const Ciphertext bobs = f.sealed(body_of(kBob), "other bucket");
  f.commit();

  const PunctureReceipt receipt = f.erase(kAda);
  CHECK(receipt.keys_destroyed == 2);
  CHECK(receipt.generation_after == receipt.generation_before + 1);
  for (int start = 0; start < 2; ++start) {
    CHECK(f.opened(KeyRef::profile(kAda), profile) == "<erased>");
    CHECK(f.opened(body_of(kAda), body) == "<erased>");
    CHECK(f.opened(body_of(kAdasNeighbour), neighbour) == "same bucket");
    CHECK(f.opened(body_of(kBob), bobs) == "other bucket");
    CHECK_FALSE(*f.vault->has_any_key(kAda));
    f.reopen();
  }
}

TEST_CASE("A3: an old keyring with today's root opens nothing; with its own root it does") {
  Fixture f;
  const Ciphertext adas = f.sealed(body_of(kAda), "secret");
  const Ciphertext bobs = f.sealed(body_of(kBob), "other");
  f.commit();
  const auto old = f.store.state;
  f.erase(kAda);
  const auto todays_root = f.store.state.root;

  f.store.state = old;
  f.store.state.root = todays_root;
  CHECK(Vault::open(f.store, f.random).error().code == Errc::corrupt);

  f.store.state = old;  // the control: the attack works when the old root is still there
  f.reopen();
  CHECK(f.opened(body_of(kAda), adas) == "secret");
  CHECK(f.opened(body_of(kBob), bobs) == "other");
}

TEST_CASE("an old content-key row put back into today's keyring opens nothing") {
  Fixture f;
  const Ciphertext adas = f.sealed(body_of(kAda), "secret");
  f.sealed(body_of(kAdasNeighbour), "keeps the bucket alive");
  f.commit();
  const auto old = f.store.state;
  f.erase(kAda);
  for (const auto& [name, wrapped] : old.keys) {
    if (name.person == kAda.value()) f.store.state.keys[name] = wrapped;
  }
  CHECK(f.opened(body_of(kAda), adas) == "<corrupt>");
  f.store.state.buckets = old.buckets;  // nor with the old bucket keys beside it
  CHECK(Vault::open(f.store, f.random).error().code == Errc::corrupt);
}

TEST_CASE("a puncture run again changes nothing and destroys nothing") {
  Fixture f;
  f.sealed(body_of(kAda), "secret");
  f.commit();
  f.erase(kAda);
  const std::uint64_t sequence = f.vault->sequence();
  const PunctureReceipt again = f.erase(kAda);
  CHECK(again.keys_destroyed == 0);
  CHECK(again.generation_after == again.generation_before);
  CHECK(f.vault->sequence() == sequence);
  CHECK(f.vault->punctures_of(kAda)->size() == 1);
}

TEST_CASE("keys that were only pending are destroyed as well") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "not yet committed");
  f.erase(kAda);
  f.commit();
  CHECK(f.opened(body_of(kAda), cell) == "<erased>");
  f.reopen();
  CHECK(f.opened(body_of(kAda), cell) == "<erased>");
}

TEST_CASE("nobody seals for an erased person again, nor gives the person an address") {
  Fixture f;
  f.sealed(body_of(kAda), "secret");
  f.erase(kAda);
  for (int start = 0; start < 2; ++start) {
    CHECK(f.vault->seal(body_of(kAda), kCell, Plaintext{"back"}).error().code == Errc::erased);
    CHECK(f.vault->seal(KeyRef::profile(kAda), kCell, Plaintext{"back"}).error().code ==
          Errc::erased);
    CHECK(f.vault->index_address(kAda, "ada@example.org").error().code == Errc::erased);
    f.reopen();
  }
}

TEST_CASE("erasing one ticket leaves the person, other tickets and other people of the ticket") {
  Fixture f;
  const Ciphertext gone = f.sealed(body_of(kAda), "gone");
  const Ciphertext other = f.sealed(body_of(kAda, kOtherTicket), "other ticket");
  const Ciphertext profile = f.sealed(KeyRef::profile(kAda), "Ada");
  const Ciphertext bobs = f.sealed(body_of(kBob), "same ticket");
  REQUIRE(f.vault->puncture(only({kAda, kTicket, std::nullopt})).has_value());
  CHECK(f.opened(body_of(kAda), gone) == "<erased>");
  CHECK(f.opened(body_of(kAda, kOtherTicket), other) == "other ticket");
  CHECK(f.opened(KeyRef::profile(kAda), profile) == "Ada");
  CHECK(f.opened(body_of(kBob), bobs) == "same ticket");
  CHECK(f.vault->seal(body_of(kAda), kCell, Plaintext{"back"}).error().code == Errc::erased);
}

TEST_CASE("after the raw copies went, a new mail of the ticket gets a new raw key") {
  Fixture f;
  const KeyRef raw = KeyRef::of(kAda, kTicket, KeyClass::raw);
  const Ciphertext first = f.sealed(raw, "first");
  const Ciphertext body = f.sealed(body_of(kAda), "body");
  REQUIRE(f.vault->puncture(only({kAda, kTicket, KeyClass::raw})).has_value());
  CHECK(f.opened(raw, first) == "<erased>");
  const Ciphertext second = f.sealed(raw, "second");
  CHECK(f.opened(raw, second) == "second");
  // Out of an old backup: known to be erased, not taken for a forgery.
  CHECK(f.opened(raw, first) == "<erased>");
  CHECK(f.opened(body_of(kAda), body) == "body");
}

TEST_CASE("the whole ticket wins over one class of it in the same puncture") {
  for (const bool class_first : {true, false}) {
    Fixture f;
    const Ciphertext body = f.sealed(body_of(kAda), "body");
    const TicketKeys raw{kAda, kTicket, KeyClass::raw};
    const TicketKeys whole{kAda, kTicket, std::nullopt};
    Puncture both{.at = kNoon};
    both.tickets = class_first ? std::vector{raw, whole} : std::vector{whole, raw};
    REQUIRE(f.vault->puncture(both).has_value());
    CHECK(f.opened(body_of(kAda), body) == "<erased>");
  }
}

TEST_CASE("a batch over many buckets destroys each and nobody else") {
  Fixture f;
  Puncture batch{.at = kNoon};
  std::vector<Ciphertext> cells;
  const auto nth = [](std::int64_t i) { return core::PersonId::of(90'000 + i); };
  for (std::int64_t i = 0; i < 300; ++i) {
    cells.push_back(f.sealed(KeyRef::profile(nth(i)), "x"));
    if (i % 2 == 0) batch.persons.push_back(nth(i));
  }
  f.commit();
  const auto receipt = f.vault->puncture(batch);
  REQUIRE(receipt.has_value());
  CHECK(receipt->keys_destroyed == 150);
  CHECK(receipt->generation_after == receipt->generation_before + 3);  // 64 buckets each
  f.reopen();
  for (std::int64_t i = 0; i < 300; ++i) {
    CHECK(f.opened(KeyRef::profile(nth(i)), cells[static_cast<std::size_t>(i)]) ==
          (i % 2 == 0 ? "<erased>" : "x"));
  }
}

TEST_CASE("without the replica a puncture fails, nothing is destroyed, and later it succeeds") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "still here");
  f.commit();
  f.store.replica_missing = true;
  CHECK(f.vault->puncture({.persons = {kAda}, .at = kNoon}).error().code == Errc::unavailable);
  CHECK(f.opened(body_of(kAda), cell) == "still here");
  CHECK(f.vault->replica_state() == ports::ReplicaState::behind);
  f.sealed(body_of(kBob), "intake goes on");
  f.commit();
  f.store.replica_missing = false;
  f.erase(kAda);
  CHECK(f.opened(body_of(kAda), cell) == "<erased>");
}

TEST_CASE("a refused turn leaves every key working and the next one succeeds") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "still here");
  const Ciphertext neighbour = f.sealed(body_of(kAdasNeighbour), "same bucket");
  f.commit();
  f.store.refuse_writes = true;
  CHECK(f.vault->puncture({.persons = {kAda}, .at = kNoon}).error().code == Errc::unavailable);
  CHECK(f.vault->turn_root().error().code == Errc::unavailable);
  f.store.refuse_writes = false;
  CHECK(f.opened(body_of(kAda), cell) == "still here");
  const Ciphertext later = f.sealed(body_of(kAdasNeighbour, kOtherTicket), "made after");
  f.commit();
  f.reopen();
  CHECK(f.opened(body_of(kAdasNeighbour, kOtherTicket), later) == "made after");
  f.erase(kAda);
  CHECK(f.opened(body_of(kAda), cell) == "<erased>");
  CHECK(f.opened(body_of(kAdasNeighbour), neighbour) == "same bucket");
}

TEST_CASE("turning the root without erasing keeps every cell and shuts old keyrings") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "kept");
  f.commit();
  const auto old = f.store.state;
  const auto receipt = f.vault->turn_root();
  REQUIRE(receipt.has_value());
  CHECK(receipt->generation_after == receipt->generation_before + 1);
  f.reopen();
  CHECK(f.opened(body_of(kAda), cell) == "kept");
  const auto root = f.store.state.root;
  f.store.state = old;
  f.store.state.root = root;
  CHECK(Vault::open(f.store, f.random).error().code == Errc::corrupt);
}

TEST_CASE("redaction: old and new cells open until the old key is destroyed") {
  Fixture f;
  const Ciphertext before = f.sealed(body_of(kAda), "card 4111");
  REQUIRE(f.vault->begin_rekey(body_of(kAda)).has_value());
  CHECK(f.opened(body_of(kAda), before) == "card 4111");
  const Ciphertext after = f.sealed(body_of(kAda), "card ****");
  f.commit();
  f.reopen();  // a crash here leaves both keys
  CHECK(f.opened(body_of(kAda), before) == "card 4111");
  CHECK(f.opened(body_of(kAda), after) == "card ****");
  REQUIRE(f.vault->begin_rekey(body_of(kAda)).has_value());  // goes on with the first
  f.commit();

  const auto receipt = f.vault->puncture({.superseded = {body_of(kAda)}, .at = kNoon});
  REQUIRE(receipt.has_value());
  CHECK(receipt->keys_destroyed == 1);
  for (int start = 0; start < 2; ++start) {
    CHECK(f.opened(body_of(kAda), before) == "<erased>");
    CHECK(f.opened(body_of(kAda), after) == "card ****");
    f.reopen();
  }
  const auto again = f.vault->puncture({.superseded = {body_of(kAda)}, .at = kNoon});
  CHECK(again->keys_destroyed == 0);
  CHECK(f.opened(body_of(kAda), after) == "card ****");
}

TEST_CASE("a passage can be redacted twice") {
  Fixture f;
  f.sealed(body_of(kAda), "first");
  for (int round = 0; round < 3; ++round) {
    REQUIRE(f.vault->begin_rekey(body_of(kAda)).has_value());
    const Ciphertext cell = f.sealed(body_of(kAda), "next");
    REQUIRE(f.vault->puncture({.superseded = {body_of(kAda)}, .at = kNoon})->keys_destroyed == 1);
    CHECK(f.opened(body_of(kAda), cell) == "next");
  }
  CHECK(f.vault->counts()->content_keys == 1);
}

TEST_CASE("there is nothing to re-key where there is no key") {
  Fixture f;
  CHECK(f.vault->begin_rekey(body_of(kAda)).error().code == Errc::erased);
}

TEST_CASE("the sweep sees who has keys and what was destroyed on purpose") {
  Fixture f;
  f.sealed(body_of(kAda), "a");
  f.sealed(KeyRef::profile(kAda), "a");
  f.sealed(body_of(kBob), "b");
  f.commit();
  const std::uint64_t before = f.vault->sequence();
  CHECK(*f.vault->persons_after(std::nullopt, 10) == std::vector{kAda, kBob});
  CHECK(*f.vault->persons_after(kAda, 10) == std::vector{kBob});
  f.erase(kAda);
  CHECK(*f.vault->persons_after(std::nullopt, 10) == std::vector{kBob});
  const auto records = f.vault->punctures_after(before);
  REQUIRE(records->size() == 1);
  CHECK(records->front().person == kAda);
  CHECK(records->front().at == kNoon);
  CHECK_FALSE(records->front().ticket.has_value());
}

}  // namespace
}  // namespace lethe::vault
