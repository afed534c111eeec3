#include "place.h"
#include "support/keyring_store_contract.h"

namespace lethe::keyring_files {
namespace {

using namespace test;

// Keeps its directory for as long as the store lives.
class StoreInDirectory {
 public:
  explicit StoreInDirectory(bool with_replica) : with_replica_(with_replica) {}
  std::unique_ptr<ports::KeyringStore> operator()() {
    KeyringPaths paths{(directory_.path() / "keyring").string(), std::nullopt};
    if (with_replica_) paths.replica = (directory_.path() / "replica").string();
    auto made = KeyringFiles::make(paths);
    REQUIRE(made.has_value());
    return std::move(*made);
  }

 private:
  TemporaryDirectory directory_;
  bool with_replica_;
};

TEST_CASE("the keyring in files keeps the store's contract") {
  StoreInDirectory make{false};
  lethe::test::check_keyring_store([&] { return make(); });
}

TEST_CASE("the keyring in files with a replica keeps the store's contract") {
  StoreInDirectory make{true};
  lethe::test::check_keyring_store([&] { return make(); });
}

TEST_CASE("every kind of row is still there after a new start, and in the replica") {
  Place place{Place::Replica::yes};
  {
    auto files = *KeyringFiles::open(place.paths);
    ports::KeyringBatch batch;
    batch.content_keys = {lethe::test::key_row(1, 5, 6, 7)};
    batch.addresses = {{Bytes{9}, kAda}};
    batch.tombstones = {{3, Bytes{1}}};
    batch.punctures = {{0, kNoon, kAda, core::TicketId::of(8), 4}};
    batch.retired_keys = {{0x8000000000000001, kNoon}};
    batch.journal = {{0, 2, kNoon, kBob, Bytes{4}}};
    REQUIRE(files->commit(batch).has_value());
  }
  for (const KeyringPaths& paths : {place.only_primary(), place.only_replica()}) {
    auto files = *KeyringFiles::open(paths);
    CHECK(files->header()->sequence == 2);
    CHECK(files->content_keys_in(1)->front().name.serial == 7);
    CHECK(*files->person_at(Bytes{9}) == kAda);
    CHECK(*files->has_tombstone({3, Bytes{1}}));
    CHECK(files->punctures_of(kAda)->front().key_class == 4);
    CHECK(*files->is_retired(0x8000000000000001));
    CHECK(files->journal_after(0)->front().person == kBob);
  }
}

}  // namespace
}  // namespace lethe::keyring_files
