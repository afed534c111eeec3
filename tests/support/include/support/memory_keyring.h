// A KeyringStore in memory that passes the same contract as the real one, and
// fails on request.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "lethe/ports/keyring_store.h"

namespace lethe::test {

class MemoryKeyring final : public ports::KeyringStore {
 public:
  // The whole state: copy it to play an old backup of the keyring.
  struct State {
    std::optional<ports::KeyringHeader> header;
    std::array<std::uint8_t, ports::kRootSize> root{};
    std::map<ports::ContentKeyName, Bytes> keys;
    std::map<std::uint32_t, Bytes> buckets;
    std::map<ports::NamedName, ports::NamedRow> named;
    std::map<Bytes, std::int64_t> addresses;
    std::set<std::pair<std::uint32_t, Bytes>> tombstones;
    std::vector<ports::PunctureRow> punctures;
    std::map<std::uint64_t, Instant> retired;
    std::vector<ports::JournalRow> journal;
    std::uint64_t last_journal_id = 0;
  };
  State state;
  bool refuse_writes = false;    // commit() and turn() fail before anything is written
  bool replica_missing = false;  // turn() and settle() fail, commit() goes on

  Status create(core::WorkspaceId workspace, const ports::KeyringBatch& first,
                ports::RootView root) override {
    const std::scoped_lock lock{mutex_};
    if (state.header) return fail(Errc::already_exists, "created before");
    state.header = ports::KeyringHeader{1, workspace, 0, 0};
    write(first, 1);
    std::ranges::copy(root, state.root.begin());
    return {};
  }
  Result<ports::KeyringHeader> header() override {
    const std::scoped_lock lock{mutex_};
    if (!state.header) return fail(Errc::not_found, "no keyring");
    if (state.header->format > 1) return fail(Errc::unsupported, "newer");
    return *state.header;
  }
  Status read_root(ports::RootBuffer into) override {
    const std::scoped_lock lock{mutex_};
    if (!state.header) return fail(Errc::not_found, "no keyring");
    std::ranges::copy(state.root, into.begin());
    return {};
  }

  Result<std::vector<ports::ContentKeyRow>> content_keys(
      const ports::ContentKeyName& any_serial) override {
    return rows_where([&](const ports::ContentKeyName& name) {
      return name.bucket == any_serial.bucket && name.person == any_serial.person &&
             name.ticket == any_serial.ticket && name.key_class == any_serial.key_class;
    });
  }
  Result<std::vector<ports::ContentKeyRow>> content_keys_in(std::uint32_t bucket) override {
    return rows_where([&](const ports::ContentKeyName& name) { return name.bucket == bucket; });
  }
  Result<bool> has_keys_of(std::uint32_t bucket, core::PersonId person) override {
    const auto rows = rows_where([&](const ports::ContentKeyName& name) {
      return name.bucket == bucket && name.person == person.value();
    });
    return !rows.empty();
  }
  Result<std::vector<ports::BucketRow>> buckets() override {
    const std::scoped_lock lock{mutex_};
    std::vector<ports::BucketRow> rows;
    for (const auto& [bucket, wrapped] : state.buckets) rows.push_back({bucket, wrapped});
    return rows;
  }
  Result<std::vector<ports::NamedRow>> named() override {
    const std::scoped_lock lock{mutex_};
    std::vector<ports::NamedRow> rows;
    for (const auto& [name, row] : state.named) rows.push_back(row);
    return rows;
  }
  Result<std::optional<core::PersonId>> person_at(ByteView digest) override {
    const std::scoped_lock lock{mutex_};
    const auto found = state.addresses.find(Bytes{digest.begin(), digest.end()});
    if (found == state.addresses.end()) return std::optional<core::PersonId>{};
    return std::optional{core::PersonId::of(found->second)};
  }
  Result<std::vector<ports::AddressRow>> addresses_of(core::PersonId person) override {
    const std::scoped_lock lock{mutex_};
    std::vector<ports::AddressRow> rows;
    for (const auto& [digest, owner] : state.addresses) {
      if (owner == person.value()) rows.push_back({digest, person});
    }
    return rows;
  }
  Result<bool> has_tombstone(const ports::TombstoneRow& row) override {
    const std::scoped_lock lock{mutex_};
    return state.tombstones.contains({row.epoch, row.digest});
  }
  Result<std::vector<ports::PunctureRow>> punctures_of(core::PersonId person) override {
    return punctures_where([&](const ports::PunctureRow& row) { return row.person == person; });
  }
  Result<std::vector<ports::PunctureRow>> punctures_after(std::uint64_t sequence) override {
    return punctures_where([&](const ports::PunctureRow& row) { return row.sequence > sequence; });
  }
  Result<bool> is_retired(std::uint64_t key_id) override {
    const std::scoped_lock lock{mutex_};
    return state.retired.contains(key_id);
  }
  Result<std::vector<ports::JournalRow>> journal_after(std::uint64_t id) override {
    const std::scoped_lock lock{mutex_};
    std::vector<ports::JournalRow> rows;
    for (const auto& row : state.journal) {
      if (row.id > id) rows.push_back(row);
    }
    return rows;
  }
  Result<std::vector<core::PersonId>> persons_after(std::uint32_t bucket, std::int64_t person,
                                                    std::size_t limit) override {
    const std::scoped_lock lock{mutex_};
    std::vector<core::PersonId> persons;
    for (const auto& [name, wrapped] : state.keys) {
      if (std::pair{name.bucket, name.person} <= std::pair{bucket, person}) continue;
      const auto next = core::PersonId::of(name.person);
      if (persons.size() < limit && (persons.empty() || persons.back() != next)) {
        persons.push_back(next);
      }
    }
    return persons;
  }
  Result<ports::KeyringCounts> counts() override {
    const std::scoped_lock lock{mutex_};
    std::set<std::int64_t> persons;
    for (const auto& [name, wrapped] : state.keys) persons.insert(name.person);
    return ports::KeyringCounts{persons.size(), state.keys.size(), state.addresses.size(),
                                state.tombstones.size()};
  }

  Result<ports::KeyringCommit> commit(const ports::KeyringBatch& batch) override {
    const std::scoped_lock lock{mutex_};
    if (refuse_writes) return fail(Errc::unavailable, "disk full");
    write(batch, 0);
    return receipt();
  }
  Result<ports::KeyringCommit> turn(const ports::KeyringBatch& batch,
                                    ports::RootView new_root) override {
    const std::scoped_lock lock{mutex_};
    if (refuse_writes || replica_missing) return fail(Errc::unavailable, "refused");
    write(batch, 1);
    std::ranges::copy(new_root, state.root.begin());
    return receipt();
  }
  Status settle() override {
    const std::scoped_lock lock{mutex_};
    if (replica_missing) return fail(Errc::unavailable, "no replica");
    return {};
  }
  ports::ReplicaState replica_state() noexcept override {
    return replica_missing ? ports::ReplicaState::behind : ports::ReplicaState::none;
  }

 private:
  ports::KeyringCommit receipt() {
    return {state.header->sequence, state.header->generation, replica_state()};
  }
  template <class Matches>
  std::vector<ports::ContentKeyRow> rows_where(Matches matches) {
    const std::scoped_lock lock{mutex_};
    std::vector<ports::ContentKeyRow> rows;
    for (const auto& [name, wrapped] : state.keys) {
      if (matches(name)) rows.push_back({name, wrapped});
    }
    return rows;
  }
  template <class Matches>
  std::vector<ports::PunctureRow> punctures_where(Matches matches) {
    const std::scoped_lock lock{mutex_};
    std::vector<ports::PunctureRow> rows;
    std::ranges::copy_if(state.punctures, std::back_inserter(rows), matches);
    return rows;
  }

  void remove(const ports::KeyringBatch& batch) {
    for (const auto& name : batch.removed_keys) state.keys.erase(name);
    for (const auto& name : batch.removed_named) state.named.erase(name);
    for (const auto& digest : batch.removed_addresses) state.addresses.erase(digest);
    for (const auto person : batch.removed_journal_of) {
      std::erase_if(state.journal, [&](const auto& row) { return row.person == person; });
    }
    if (const auto below = batch.removed_tombstones_below) {
      std::erase_if(state.tombstones, [&](const auto& row) { return row.first < *below; });
    }
    if (const auto before = batch.removed_history_before) {
      std::erase_if(state.punctures, [&](const auto& row) { return row.at < *before; });
      std::erase_if(state.retired, [&](const auto& row) { return row.second < *before; });
      std::erase_if(state.journal, [&](const auto& row) { return row.at < *before; });
    }
  }
  void write(const ports::KeyringBatch& batch, std::uint64_t turns) {
    state.header->sequence += 1;
    state.header->generation += turns;
    remove(batch);
    for (const auto& row : batch.content_keys) state.keys[row.name] = row.wrapped;
    for (const auto& row : batch.buckets) state.buckets[row.bucket] = row.wrapped;
    for (const auto& row : batch.named) state.named[row.name] = row;
    for (const auto& row : batch.addresses) state.addresses[row.digest] = row.person.value();
    for (const auto& row : batch.tombstones) state.tombstones.insert({row.epoch, row.digest});
    for (auto row : batch.punctures) {
      row.sequence = state.header->sequence;
      state.punctures.push_back(row);
    }
    for (const auto& row : batch.retired_keys) state.retired[row.key_id] = row.at;
    for (auto row : batch.journal) {
      row.id = ++state.last_journal_id;
      state.journal.push_back(row);
    }
  }

  std::mutex mutex_;
};

}  // namespace lethe::test
