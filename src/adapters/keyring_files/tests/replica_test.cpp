#include "place.h"

namespace lethe::keyring_files {
namespace {

using namespace test;
using ports::ReplicaState;

void move_away(const fs::path& place) { fs::rename(place, place.string() + ".away"); }
void bring_back(const fs::path& place) { fs::rename(place.string() + ".away", place); }

void lose_roots(const fs::path& keyring) {
  fs::remove(keyring / "root.0");
  fs::remove(keyring / "root.1");
}

TEST_CASE("keyring and replica hold the same after every commit and turn") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  {
    Open open{place.paths};
    CHECK(open.files->replica_state() == ReplicaState::current);
    REQUIRE(open.erase(kAda).has_value());
  }
  for (const KeyringPaths& alone : {place.only_primary(), place.only_replica()}) {
    Open open{alone};
    CHECK(open.text_of(kAda, cells.ada) == "<erased>");
    CHECK(open.text_of(kBob, cells.bob) == "Bob");
    CHECK(filled_slots(alone.primary) == 1);
  }
}

TEST_CASE("without a replica configured nobody waits for one") {
  Place place;
  two_persons(place);
  Open open{place.paths};
  CHECK(open.files->replica_state() == ReplicaState::none);
  CHECK(open.erase(kAda).has_value());
}

TEST_CASE("replica lost while running: keys are made on, erasures wait until it is back") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  Open open{place.paths};
  move_away(place.replica());

  CHECK(open.erase(kAda).error().code == Errc::unavailable);
  CHECK(open.text_of(kAda, cells.ada) == "Ada");
  const Ciphertext later = open.sealed(core::PersonId::of(9), "intake goes on");
  CHECK(open.vault->commit().has_value());
  CHECK(open.files->replica_state() == ReplicaState::behind);
  CHECK_FALSE(open.files->replica_trouble().empty());
  CHECK(filled_slots(place.primary()) == 1);

  bring_back(place.replica());
  REQUIRE(open.erase(kAda).has_value());
  CHECK(open.files->replica_state() == ReplicaState::current);
  CHECK(open.files->replica_trouble().empty());
  Open other{place.only_replica()};
  CHECK(other.text_of(kAda, cells.ada) == "<erased>");
  CHECK(other.text_of(core::PersonId::of(9), later) == "intake goes on");
}

TEST_CASE("a replica that comes back is caught up by the next commit") {
  Place place{Place::Replica::yes};
  Open open{place.paths};
  move_away(place.replica());
  const Ciphertext first = open.sealed(kAda, "first");
  REQUIRE(open.vault->commit().has_value());
  bring_back(place.replica());
  open.sealed(kBob, "second");
  REQUIRE(open.vault->commit().has_value());
  CHECK(open.files->replica_state() == ReplicaState::current);
  Open other{place.only_replica()};
  CHECK(other.text_of(kAda, first) == "first");
}

TEST_CASE("a start without the replica works with an alarm; it is caught up at the next one") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  move_away(place.replica());
  {
    Open open{place.paths};
    CHECK(open.files->replica_state() == ReplicaState::behind);
    open.sealed(core::PersonId::of(9), "new");
    REQUIRE(open.vault->commit().has_value());
    CHECK_FALSE(fs::exists(place.replica()));  // never made anew: its disk may be unmounted
  }
  bring_back(place.replica());
  Open open{place.paths};
  CHECK(open.files->recovery() == Recovery::replica_refilled);
  CHECK(open.files->replica_state() == ReplicaState::current);
  Open other{place.only_replica()};
  CHECK(other.vault->sequence() == open.vault->sequence());
}

TEST_CASE("an empty replica directory of ours is filled, a foreign one is not touched") {
  Place place;
  const Cells cells = two_persons(place);
  place.paths.replica = (place.directory.path() / "new disk").string();
  fs::create_directory(place.replica());
  fs::permissions(place.replica(), fs::perms{0700});
  std::ofstream{place.replica() / "letter.txt"} << "mine";
  {
    Open open{place.paths};
    CHECK(open.files->replica_state() == ReplicaState::behind);
    CHECK_FALSE(fs::exists(place.replica() / "keyring.db"));
  }
  fs::remove(place.replica() / "letter.txt");
  {
    Open open{place.paths};
    CHECK(open.files->replica_state() == ReplicaState::current);
  }
  Open other{place.only_replica()};
  CHECK(other.text_of(kAda, cells.ada) == "Ada");
}

TEST_CASE("C6: a lost root is restored from the replica") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  lose_roots(place.primary());
  CHECK(KeyringFiles::open(place.only_primary()).error().code == Errc::corrupt);
  Open open{place.paths};
  CHECK(open.files->recovery() == Recovery::primary_refilled);
  CHECK(open.text_of(kAda, cells.ada) == "Ada");
  CHECK(filled_slots(place.primary()) == 1);
}

TEST_CASE("C6: a replica that lost its root is refilled") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  lose_roots(place.replica());
  {
    Open open{place.paths};
    CHECK(open.files->recovery() == Recovery::replica_refilled);
  }
  Open other{place.only_replica()};
  CHECK(other.text_of(kAda, cells.ada) == "Ada");
}

TEST_CASE("C6: with both roots lost it refuses, and says what that means and what to do") {
  Place place{Place::Replica::yes};
  two_persons(place);
  lose_roots(place.primary());
  lose_roots(place.replica());
  const auto refused = KeyringFiles::open(place.paths);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::corrupt);
  CHECK(refused.error().detail.find("no personal data can be read") != std::string::npos);
  CHECK(refused.error().detail.find("put it back") != std::string::npos);
  CHECK(refused.error().detail.find(place.paths.primary) != std::string::npos);
  CHECK(refused.error().detail.find(*place.paths.replica) != std::string::npos);
}

TEST_CASE("a torn root slot counts as lost") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  fs::resize_file(place.primary() / "root.1", 40);
  Open open{place.paths};
  CHECK(open.files->recovery() == Recovery::primary_refilled);
  CHECK(open.text_of(kAda, cells.ada) == "Ada");
}

TEST_CASE("a lost keyring directory is refilled once the operator made an empty one") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  fs::remove_all(place.primary());
  CHECK(KeyringFiles::open(place.paths).error().code == Errc::not_found);
  fs::create_directory(place.primary());
  fs::permissions(place.primary(), fs::perms{0700});
  Open open{place.paths};
  CHECK(open.files->recovery() == Recovery::primary_refilled);
  CHECK(open.text_of(kAda, cells.ada) == "Ada");
}

TEST_CASE("an older keyring put in the place of the primary is replaced from the replica") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  const fs::path old = place.directory.path() / "old";
  fs::copy(place.primary(), old);
  {
    Open open{place.paths};
    REQUIRE(open.erase(kAda).has_value());
  }
  fs::remove_all(place.primary());
  fs::copy(old, place.primary());
  fs::permissions(place.primary(), fs::perms{0700});
  Open open{place.paths};
  CHECK(open.files->recovery() == Recovery::primary_refilled);
  CHECK(open.text_of(kAda, cells.ada) == "<erased>");
  CHECK(filled_slots(place.primary()) == 1);
}

TEST_CASE("keyring and replica that were both written alone are refused, not mixed") {
  for (const int more_in_primary : {0, 1}) {
    Place place{Place::Replica::yes};
    two_persons(place);
    {
      Open open{place.only_replica()};
      REQUIRE(open.erase(kAda).has_value());
    }
    {
      Open open{place.only_primary()};
      for (int i = 0; i <= more_in_primary; ++i) {
        open.sealed(core::PersonId::of(10 + i), "x");
        REQUIRE(open.vault->commit().has_value());
      }
    }
    CHECK(KeyringFiles::open(place.paths).error().code == Errc::conflict);
  }
}

TEST_CASE("another workspace's keyring is not taken for the replica") {
  Place place;
  Place other;
  {
    fs::remove_all(other.primary());
    auto files = *KeyringFiles::make(other.paths);
    REQUIRE(vault::Vault::create(*files, system_random(), core::WorkspaceId::of(8)).has_value());
  }
  place.paths.replica = other.paths.primary;
  CHECK(KeyringFiles::open(place.paths).error().code == Errc::conflict);
}

}  // namespace
}  // namespace lethe::keyring_files
