// Erasure: content keys destroyed, everything above them re-keyed, in one
// turn of the root, so that no older copy of keyring.db opens with today's.
#include <algorithm>
#include <utility>

#include "impl.h"
#include "lethe/base/assert.h"
#include "lethe/base/fault.h"
#include "months.h"

namespace lethe::vault {
namespace {

const FaultPointName planned{"vault.puncture.planned"};
const FaultPointName turned{"vault.puncture.turned"};

Targets targets_of(const Puncture& what) {
  Targets targets;
  for (const core::PersonId person : what.persons) {
    LETHE_ASSERT(person != workspace_itself());
    targets.persons.insert(person.value());
  }
  for (const TicketKeys& keys : what.tickets) {
    const auto [place, is_new] =
        targets.tickets.try_emplace({keys.person.value(), keys.ticket.value()});
    const bool all_already = !is_new && place->second.empty();
    if (!keys.key_class) place->second.clear();
    if (keys.key_class && !all_already) place->second.insert(*keys.key_class);
  }
  return targets;
}

// A turn rewrites every key of the buckets it touches; this many at a time
// keep the batch small in memory.
constexpr std::size_t kBucketsPerTurn = 64;

std::set<std::uint32_t> buckets_of(const Puncture& what) {
  std::set<std::uint32_t> buckets;
  for (const core::PersonId person : what.persons) buckets.insert(bucket_of(person));
  for (const TicketKeys& keys : what.tickets) buckets.insert(bucket_of(keys.person));
  for (const KeyRef& key : what.superseded) buckets.insert(bucket_of(key.person));
  return buckets;
}

// The part of `what` that falls into `buckets`.
Puncture part_of(const Puncture& what, const std::set<std::uint32_t>& buckets) {
  const auto inside = [&](core::PersonId person) { return buckets.contains(bucket_of(person)); };
  Puncture part = what;
  std::erase_if(part.persons, [&](core::PersonId person) { return !inside(person); });
  std::erase_if(part.tickets, [&](const TicketKeys& keys) { return !inside(keys.person); });
  std::erase_if(part.superseded, [&](const KeyRef& key) { return !inside(key.person); });
  return part;
}

std::vector<Puncture> parts_of(const Puncture& what) {
  std::vector<Puncture> parts;
  std::set<std::uint32_t> buckets;
  for (const std::uint32_t bucket : buckets_of(what)) {
    buckets.insert(bucket);
    if (buckets.size() < kBucketsPerTurn) continue;
    parts.push_back(part_of(what, std::exchange(buckets, {})));
  }
  if (!buckets.empty() || parts.empty()) parts.push_back(part_of(what, buckets));
  return parts;
}

// While it lives nobody seals or opens under what is being destroyed.
class Condemnation {
 public:
  Condemnation(std::shared_mutex& state, Targets& place, Targets targets)
      : state_(state), place_(place) {
    const std::unique_lock lock{state_};
    place_ = std::move(targets);
  }
  ~Condemnation() {
    const std::unique_lock lock{state_};
    place_ = {};
  }
  Condemnation(const Condemnation&) = delete;
  Condemnation& operator=(const Condemnation&) = delete;

 private:
  std::shared_mutex& state_;
  Targets& place_;
};

// One puncture from plan to receipt. Precondition: the writer lock is held.
class Puncturing {
 public:
  Puncturing(Vault::Impl& vault, const Puncture& what) : vault_(vault), what_(what) {
    for (const KeyRef& key : what.superseded) superseded_.push_back(name_of(key));
  }
  [[nodiscard]] Result<PunctureReceipt> run();

 private:
  using Rows = std::vector<ports::ContentKeyRow>;

  [[nodiscard]] Status plan_keys();
  [[nodiscard]] Status plan_bucket(const Rows& rows);
  [[nodiscard]] std::vector<bool> doomed_rows(const Rows& rows) const;
  [[nodiscard]] Status retire(const ports::ContentKeyRow& row);
  [[nodiscard]] Status plan_addresses();
  [[nodiscard]] Status plan_records();
  [[nodiscard]] Status record(const ports::PunctureRow& row);
  [[nodiscard]] Status destroy();
  void forget();

  Vault::Impl& vault_;
  const Puncture& what_;
  std::vector<KeyName> superseded_;
  ports::KeyringBatch batch_;
  std::vector<Rows> touched_;
};

// Which rows go: targets, and of a re-keyed name every serial but the last.
std::vector<bool> Puncturing::doomed_rows(const Rows& rows) const {
  std::vector<bool> doomed(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const KeyName name = name_of(rows[i].name);
    const bool has_successor = i + 1 < rows.size() && name_of(rows[i + 1].name) == name;
    doomed[i] = vault_.condemned.hit(name) ||
                (has_successor && std::ranges::find(superseded_, name) != superseded_.end());
  }
  return doomed;
}

// Cells left in a backup under a key whose name lives on are erased, not forged.
Status Puncturing::retire(const ports::ContentKeyRow& row) {
  if (vault_.condemned.hit_for_ever(name_of(row.name))) return {};
  LETHE_TRY(const KeySlot slot, vault_.tree.unwrap_content(row));
  batch_.retired_keys.push_back({key_id_of(slot.key()), what_.at});
  return {};
}

Status Puncturing::plan_bucket(const Rows& rows) {
  const std::vector<bool> doomed = doomed_rows(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (doomed[i]) {
      batch_.removed_keys.push_back(rows[i].name);
      LETHE_CHECK(retire(rows[i]));
      continue;
    }
    LETHE_TRY(const KeySlot slot, vault_.tree.unwrap_content(rows[i]));
    batch_.content_keys.push_back(
        {rows[i].name, vault_.tree.wrap_for_turn(rows[i].name, slot.key())});
  }
  return {};
}

Status Puncturing::plan_keys() {
  std::set<std::uint32_t> touched;
  for (const std::uint32_t bucket : buckets_of(what_)) {
    LETHE_TRY(Rows rows, vault_.store.content_keys_in(bucket));
    const std::vector<bool> doomed = doomed_rows(rows);
    if (std::ranges::find(doomed, true) == doomed.end()) continue;
    touched.insert(bucket);
    touched_.push_back(std::move(rows));
  }
  if (touched.empty()) return {};
  {
    const std::unique_lock lock{vault_.state};
    LETHE_CHECK(vault_.tree.begin_turn(touched));
  }
  for (const Rows& rows : touched_) LETHE_CHECK(plan_bucket(rows));
  return {};
}

Status Puncturing::plan_addresses() {
  for (const core::PersonId person : what_.persons) {
    LETHE_TRY(const auto rows, vault_.store.addresses_of(person));
    if (rows.empty()) continue;
    const std::uint32_t month = month_of(what_.at);
    if (vault_.tree.find(Named::tombstone, month) == nullptr) {
      LETHE_CHECK(vault_.add_named(Named::tombstone, month, {}));
    }
    const KeyView key = vault_.tree.named(Named::tombstone, month).slot.key();
    for (const ports::AddressRow& row : rows) {
      Bytes tombstone(kKeySize);
      keyed_hash(key, row.digest, tombstone);
      batch_.tombstones.push_back({month, std::move(tombstone)});
      batch_.removed_addresses.push_back(row.digest);
    }
  }
  return {};
}

// A repeated puncture that finds nothing leaves no second record.
Status Puncturing::record(const ports::PunctureRow& row) {
  if (!batch_.removed_keys.empty()) {
    batch_.punctures.push_back(row);
    return {};
  }
  LETHE_TRY(const auto known, vault_.store.punctures_of(row.person));
  for (const ports::PunctureRow& old : known) {
    if (old.ticket == row.ticket && old.key_class == row.key_class) return {};
  }
  batch_.punctures.push_back(row);
  return {};
}

Status Puncturing::plan_records() {
  for (const core::PersonId person : what_.persons) {
    LETHE_CHECK(record({0, what_.at, person, std::nullopt, std::nullopt}));
    batch_.removed_journal_of.push_back(person);
  }
  for (const TicketKeys& keys : what_.tickets) {
    std::optional<std::uint8_t> key_class;
    if (keys.key_class) key_class = static_cast<std::uint8_t>(*keys.key_class);
    LETHE_CHECK(record({0, what_.at, keys.person, keys.ticket, key_class}));
  }
  return {};
}

Status Puncturing::destroy() {
  LETHE_CHECK(plan_keys());
  LETHE_CHECK(plan_addresses());
  LETHE_CHECK(plan_records());
  LETHE_FAULT_POINT("vault.puncture.planned");
  if (!batch_.removed_keys.empty()) return vault_.turn(batch_, {});
  const bool anything = !batch_.punctures.empty() || !batch_.removed_addresses.empty();
  if (anything) LETHE_CHECK(vault_.write(batch_));
  return {};
}

void Puncturing::forget() {
  const std::unique_lock lock{vault_.state};
  const auto hit = [this](const KeyName& name) { return vault_.condemned.hit(name); };
  vault_.cache.erase_if(hit);
  std::erase_if(vault_.pending, [&](const auto& entry) { return hit(entry.first); });
  for (const KeyName& name : superseded_) {
    if (KeyEntry* const entry = vault_.find(name)) entry->previous.reset();
  }
  const auto of_erased = [this](const std::optional<core::PersonId>& person) {
    return person && vault_.condemned.persons.contains(person->value());
  };
  std::erase_if(vault_.waiting.addresses,
                [&](const auto& entry) { return of_erased(entry.second); });
  std::erase_if(vault_.waiting.notes,
                [&](const ports::JournalRow& row) { return of_erased(row.person); });
}

Result<PunctureReceipt> Puncturing::run() {
  LETHE_CHECK(vault_.confirm_everywhere());
  LETHE_CHECK(vault_.flush());
  const Condemnation while_running{vault_.state, vault_.condemned, targets_of(what_)};
  PunctureReceipt receipt;
  receipt.generation_before = vault_.generation;

  if (const Status done = destroy(); !done) {
    const std::unique_lock lock{vault_.state};
    vault_.tree.abandon_turn();
    return std::unexpected(done.error());
  }
  forget();
  LETHE_FAULT_POINT("vault.puncture.turned");
  LETHE_CHECK(vault_.confirm_everywhere());

  receipt.sequence = vault_.sequence;
  receipt.generation_after = vault_.generation;
  receipt.keys_destroyed = batch_.removed_keys.size();
  return receipt;
}

}  // namespace

Result<PunctureReceipt> Vault::puncture(const Puncture& what) {
  const std::scoped_lock writing{impl_->writer};
  PunctureReceipt receipt;
  receipt.generation_before = impl_->generation;
  for (const Puncture& part : parts_of(what)) {
    LETHE_TRY(const PunctureReceipt done, Puncturing{*impl_, part}.run());
    receipt.keys_destroyed += done.keys_destroyed;
    receipt.sequence = done.sequence;
    receipt.generation_after = done.generation_after;
  }
  return receipt;
}

Status Vault::begin_rekey(const KeyRef& key) {
  const KeyName name = name_of(key);
  const std::scoped_lock writing{impl_->writer};
  LETHE_CHECK(impl_->flush());
  const std::unique_lock lock{impl_->state};
  LETHE_TRY(const KeyEntry* const entry, impl_->find_or_load(name));
  if (entry == nullptr) return fail(Errc::erased, "there is no key to replace");
  if (entry->previous) return {};
  // Made since the flush: nothing durable is under it.
  if (impl_->pending.contains(name)) return fail(Errc::erased, "there is no key to replace");

  LETHE_TRY(KeySlot slot, impl_->tree.fresh_key());
  const std::uint64_t id = key_id_of(slot.key());
  std::optional<KeyEntry> old = impl_->cache.take(name);
  LETHE_ASSERT(old.has_value());
  const std::uint32_t serial = old->current.serial + 1;
  impl_->pending.emplace(name, KeyEntry{{std::move(slot), id, serial}, std::move(old->current)});
  return {};
}

}  // namespace lethe::vault
