// What every KeyringStore must do. Call check_keyring_store() from a test case
// with a function that makes an empty store.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>

#include "lethe/ports/keyring_store.h"

namespace lethe::test {

using MakeStore = std::function<std::unique_ptr<ports::KeyringStore>()>;

inline core::PersonId person(std::int64_t id) { return core::PersonId::of(id); }

inline std::array<std::uint8_t, ports::kRootSize> root_of(std::uint8_t byte) {
  std::array<std::uint8_t, ports::kRootSize> root{};
  root.fill(byte);
  return root;
}

inline std::uint8_t root_in(ports::KeyringStore& store) {
  auto root = root_of(0);
  CHECK(store.read_root(root).has_value());
  return root[7];
}

inline ports::ContentKeyRow key_row(std::uint32_t bucket, std::int64_t owner, std::int64_t ticket,
                                    std::uint32_t serial = 0) {
  return {{bucket, owner, ticket, 2, serial}, Bytes(73, static_cast<std::uint8_t>(owner))};
}

inline std::unique_ptr<ports::KeyringStore> created(const MakeStore& make) {
  auto store = make();
  REQUIRE(store->create(core::WorkspaceId::of(7), {}, root_of(1)).has_value());
  return store;
}

inline void check_beginning(const MakeStore& make) {
  SUBCASE("an empty store has no header and no root") {
    auto store = make();
    auto root = root_of(0);
    CHECK(store->header().error().code == Errc::not_found);
    CHECK(store->read_root(root).error().code == Errc::not_found);
  }
  SUBCASE("a new store starts at sequence and generation 1 with the root it was given") {
    auto store = created(make);
    const auto header = store->header();
    REQUIRE(header.has_value());
    CHECK(header->workspace == core::WorkspaceId::of(7));
    CHECK(header->sequence == 1);
    CHECK(header->generation == 1);
    CHECK(root_in(*store) == 1);
  }
  SUBCASE("a store is created only once") {
    auto store = created(make);
    CHECK(store->create(core::WorkspaceId::of(7), {}, root_of(2)).error().code ==
          Errc::already_exists);
    CHECK(root_in(*store) == 1);
  }
}

inline void check_writing(const MakeStore& make) {
  SUBCASE("a commit raises the sequence and leaves generation and root alone") {
    auto store = created(make);
    const auto done = store->commit({});
    REQUIRE(done.has_value());
    CHECK(done->sequence == 2);
    CHECK(done->generation == 1);
    CHECK(store->header()->sequence == 2);
    CHECK(root_in(*store) == 1);
  }
  SUBCASE("a turn raises both and puts the new root in the place of the old") {
    auto store = created(make);
    const auto done = store->turn({}, root_of(9));
    REQUIRE(done.has_value());
    CHECK(done->sequence == 2);
    CHECK(done->generation == 2);
    CHECK(root_in(*store) == 9);
    REQUIRE(store->turn({}, root_of(10)).has_value());
    CHECK(root_in(*store) == 10);
    CHECK(store->settle().has_value());
  }
  SUBCASE("a row that is removed and added in one batch is there afterwards") {
    auto store = created(make);
    ports::KeyringBatch batch;
    batch.removed_keys = {key_row(1, 5, 1).name};
    batch.content_keys = {key_row(1, 5, 1)};
    REQUIRE(store->commit(batch).has_value());
    CHECK(store->content_keys_in(1)->size() == 1);
  }
}

inline void check_keys(const MakeStore& make) {
  SUBCASE("content keys are found by name in order of serial, and by bucket in order of name") {
    auto store = created(make);
    ports::KeyringBatch batch;
    batch.content_keys = {key_row(3, 9, 2, 1), key_row(3, 9, 2, 0), key_row(3, 8, 0),
                          key_row(4, 9, 2, 0)};
    REQUIRE(store->commit(batch).has_value());
    const auto both = store->content_keys(key_row(3, 9, 2, 55).name);
    REQUIRE(both->size() == 2);
    CHECK(both->front().name.serial == 0);
    CHECK(both->back().wrapped == key_row(3, 9, 2, 1).wrapped);
    const auto bucket = store->content_keys_in(3);
    REQUIRE(bucket->size() == 3);
    CHECK(bucket->front().name.person == 8);
    CHECK(store->content_keys(key_row(5, 9, 2).name)->empty());
  }
  SUBCASE("an added key replaces the one of the same name, a removed one is gone") {
    auto store = created(make);
    ports::KeyringBatch first;
    first.content_keys = {key_row(3, 9, 2), key_row(3, 8, 2)};
    REQUIRE(store->commit(first).has_value());
    ports::KeyringBatch second;
    second.content_keys = {{key_row(3, 9, 2).name, Bytes{1, 2, 3}}};
    second.removed_keys = {key_row(3, 8, 2).name};
    REQUIRE(store->commit(second).has_value());
    CHECK(store->content_keys(key_row(3, 9, 2).name)->front().wrapped == Bytes{1, 2, 3});
    CHECK(store->content_keys(key_row(3, 8, 2).name)->empty());
    CHECK_FALSE(*store->has_keys_of(3, person(8)));
    CHECK(*store->has_keys_of(3, person(9)));
  }
  SUBCASE("persons come once each, in order, and the next page goes on behind the last") {
    auto store = created(make);
    ports::KeyringBatch batch;
    batch.content_keys = {key_row(0, 1024, 1), key_row(0, 1024, 2), key_row(0, 2048, 1),
                          key_row(1, 1, 1)};
    REQUIRE(store->commit(batch).has_value());
    CHECK(*store->persons_after(0, 0, 2) == std::vector{person(1024), person(2048)});
    CHECK(*store->persons_after(0, 2048, 2) == std::vector{person(1)});
    CHECK(store->persons_after(1, 1, 2)->empty());
    CHECK(store->counts()->persons == 3);
    CHECK(store->counts()->content_keys == 4);
  }
  SUBCASE("buckets and named rows are replaced by name") {
    auto store = created(make);
    ports::KeyringBatch batch;
    batch.buckets = {{1, Bytes{1}}, {0, Bytes{2}}, {1, Bytes{3}}};
    batch.named = {{{2, 1}, instant_of(5), Bytes{1}}, {{1, 9}, {}, Bytes{2}}};
    REQUIRE(store->commit(batch).has_value());
    REQUIRE(store->buckets()->size() == 2);
    CHECK(store->buckets()->back().wrapped == Bytes{3});
    REQUIRE(store->named()->size() == 2);
    CHECK(store->named()->back().ends_at == instant_of(5));
    ports::KeyringBatch removal;
    removal.removed_named = {{2, 1}};
    REQUIRE(store->commit(removal).has_value());
    CHECK(store->named()->size() == 1);
  }
}

inline void check_addresses(const MakeStore& make) {
  SUBCASE("addresses are found by digest and by person until they are removed") {
    auto store = created(make);
    ports::KeyringBatch batch;
    batch.addresses = {{Bytes{1}, person(5)}, {Bytes{2}, person(5)}, {Bytes{3}, person(6)}};
    REQUIRE(store->commit(batch).has_value());
    CHECK(*store->person_at(Bytes{3}) == person(6));
    CHECK(*store->person_at(Bytes{4}) == std::nullopt);
    CHECK(store->addresses_of(person(5))->size() == 2);
    ports::KeyringBatch removal;
    removal.removed_addresses = {Bytes{1}, Bytes{77}};
    REQUIRE(store->commit(removal).has_value());
    CHECK(store->addresses_of(person(5))->size() == 1);
    CHECK(store->counts()->addresses == 2);
  }
  SUBCASE("tombstones belong to their epoch and go with the epochs below a bound") {
    auto store = created(make);
    ports::KeyringBatch batch;
    batch.tombstones = {{10, Bytes{1}}, {11, Bytes{1}}};
    REQUIRE(store->commit(batch).has_value());
    CHECK(*store->has_tombstone({10, Bytes{1}}));
    CHECK_FALSE(*store->has_tombstone({12, Bytes{1}}));
    ports::KeyringBatch removal;
    removal.removed_tombstones_below = 11;
    REQUIRE(store->commit(removal).has_value());
    CHECK_FALSE(*store->has_tombstone({10, Bytes{1}}));
    CHECK(*store->has_tombstone({11, Bytes{1}}));
  }
}

inline void check_history(const MakeStore& make) {
  SUBCASE("punctures carry the sequence of their commit and keep what they leave open") {
    auto store = created(make);
    ports::KeyringBatch batch;
    batch.punctures = {{0, instant_of(100), person(5), std::nullopt, std::nullopt},
                       {0, instant_of(100), person(6), core::TicketId::of(3), 4}};
    REQUIRE(store->turn(batch, root_of(2)).has_value());
    const auto of_six = store->punctures_of(person(6));
    REQUIRE(of_six->size() == 1);
    CHECK(of_six->front().sequence == 2);
    CHECK(of_six->front().ticket == core::TicketId::of(3));
    CHECK(of_six->front().key_class == 4);
    CHECK_FALSE(store->punctures_of(person(5))->front().ticket.has_value());
    CHECK(store->punctures_after(1)->size() == 2);
    CHECK(store->punctures_after(2)->empty());
  }
  SUBCASE("notes get ascending ids, go with their person, and history ends at its bound") {
    auto store = created(make);
    ports::KeyringBatch batch;
    batch.journal = {{0, 1, instant_of(50), person(5), Bytes{1}},
                     {0, 2, instant_of(60), std::nullopt, Bytes{2}},
                     {0, 3, instant_of(61), person(6), Bytes{3}}};
    batch.retired_keys = {{42, instant_of(59)}, {0xffffffffffffffff, instant_of(60)}};
    batch.punctures = {{0, instant_of(59), person(9), std::nullopt, std::nullopt}};
    REQUIRE(store->commit(batch).has_value());
    const auto notes = store->journal_after(0);
    REQUIRE(notes->size() == 3);
    CHECK(notes->at(0).id < notes->at(1).id);
    CHECK(store->journal_after(notes->at(1).id)->size() == 1);
    CHECK(*store->is_retired(42));

    ports::KeyringBatch removal;
    removal.removed_journal_of = {person(6)};
    removal.removed_history_before = instant_of(60);
    REQUIRE(store->commit(removal).has_value());
    REQUIRE(store->journal_after(0)->size() == 1);
    CHECK(store->journal_after(0)->front().sealed == Bytes{2});
    CHECK_FALSE(*store->is_retired(42));
    CHECK(*store->is_retired(0xffffffffffffffff));
    CHECK(store->punctures_after(0)->empty());
  }
}

inline void check_keyring_store(const MakeStore& make) {
  check_beginning(make);
  check_writing(make);
  check_keys(make);
  check_addresses(make);
  check_history(make);
}

}  // namespace lethe::test
