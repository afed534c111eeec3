#include "key_tree.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "lethe/base/assert.h"
#include "lethe/vault/types.h"
#include "lethe/vault/vault.h"

namespace lethe::vault {
namespace {

static_assert(kSlotSize == crypto_sign_SECRETKEYBYTES);
static_assert(kKeySize == ports::kRootSize);

// The layer of the tree, so that a wrapped key never passes for one of another layer.
enum class Layer : std::uint8_t { named = 1, bucket, content };

constexpr std::size_t kTreeHeadSize = 8 + 32;

std::size_t secret_size(std::uint16_t kind) {
  switch (static_cast<Named>(kind)) {
    case Named::ledger:
      return crypto_sign_SECRETKEYBYTES;
    case Named::ledger_head:
      return kTreeHeadSize;
    default:
      return kKeySize;
  }
}

Error strange_rows() {
  return {Errc::corrupt,
          "the root key does not open keyring.db: they are of different times or damaged; "
          "put both back from the same replica",
          {}};
}

}  // namespace

ports::NamedName name_of(Named kind, std::uint32_t number) noexcept {
  return {static_cast<std::uint16_t>(kind), number};
}

std::uint32_t bucket_of(core::PersonId person) noexcept {
  return static_cast<std::uint32_t>(person.value()) % kBuckets;
}

KeyTree::KeyTree(std::shared_ptr<KeyArena> arena, ports::Random& random,
                 core::WorkspaceId workspace)
    : arena_(std::move(arena)), random_(random), workspace_(workspace) {}

Result<KeySlot> KeyTree::fresh_key() const {
  LETHE_TRY(KeySlot slot, arena_->take());
  random_.fill(slot.key_buffer());
  return slot;
}

// --- making ---

Status KeyTree::make_named(Named kind, std::uint32_t number) {
  LETHE_TRY(KeySlot slot, fresh_key());
  adopt(name_of(kind, number), {std::move(slot), kKeySize, {}});
  return {};
}

Status KeyTree::make_ledger_key() {
  LETHE_TRY(const KeySlot seed, fresh_key());
  LETHE_TRY(KeySlot pair, arena_->take());
  PublicKey ignored{};
  crypto_sign_seed_keypair(ignored.data(), pair.whole().data(), seed.key().data());
  adopt(name_of(Named::ledger), {std::move(pair), crypto_sign_SECRETKEYBYTES, {}});
  LETHE_TRY(KeySlot nothing_signed, arena_->take());
  adopt(name_of(Named::ledger_head), {std::move(nothing_signed), kTreeHeadSize, {}});
  return {};
}

Status KeyTree::make(ports::KeyringBatch& first) {
  LETHE_TRY(root_, fresh_key());
  LETHE_TRY(workspace_key_, fresh_key());
  for (std::uint32_t i = 0; i < kBuckets; ++i) {
    LETHE_TRY(KeySlot bucket, fresh_key());
    buckets_.push_back(std::move(bucket));
    first.buckets.push_back(bucket_row(i, workspace_key_.key(), buckets_.back().key()));
  }
  for (const Named kind : {Named::address_index, Named::digest, Named::journal}) {
    LETHE_CHECK(make_named(kind, 0));
  }
  for (const Named kind : {Named::reply, Named::search}) LETHE_CHECK(make_named(kind, 1));
  LETHE_CHECK(make_ledger_key());
  first.named.push_back(workspace_row(root_.key(), workspace_key_.key()));
  for (const auto& [name, secret] : named_) first.named.push_back(row_of(name, secret));
  return {};
}

// --- loading ---

Status KeyTree::load(ports::KeyringStore& store) {
  LETHE_TRY(root_, arena_->take());
  LETHE_CHECK(store.read_root(root_.key_buffer()));
  LETHE_TRY(const std::vector<ports::NamedRow> named, store.named());
  LETHE_CHECK(load_named(named));
  LETHE_TRY(const std::vector<ports::BucketRow> buckets, store.buckets());
  return load_buckets(buckets);
}

Status KeyTree::load_named(const std::vector<ports::NamedRow>& rows) {
  const auto of_workspace =
      std::ranges::find(rows, name_of(Named::workspace), &ports::NamedRow::name);
  if (of_workspace == rows.end()) return std::unexpected(strange_rows());
  LETHE_TRY(workspace_key_, arena_->take());
  if (!unwrap(root_.key(), context_of(of_workspace->name), of_workspace->wrapped,
              workspace_key_.key_buffer())) {
    return std::unexpected(strange_rows());
  }
  for (const ports::NamedRow& row : rows) {
    if (row.name == of_workspace->name) continue;
    LETHE_TRY(KeySlot slot, arena_->take());
    const std::size_t size = secret_size(row.name.kind);
    if (!unwrap(workspace_key_.key(), context_of(row.name), row.wrapped,
                slot.whole().first(size))) {
      return std::unexpected(strange_rows());
    }
    adopt(row.name, {std::move(slot), size, row.ends_at});
  }
  return {};
}

Status KeyTree::load_buckets(const std::vector<ports::BucketRow>& rows) {
  if (rows.size() != kBuckets) return std::unexpected(strange_rows());
  for (const ports::BucketRow& row : rows) {
    LETHE_TRY(KeySlot slot, arena_->take());
    if (row.bucket != buckets_.size() ||
        !unwrap(workspace_key_.key(), context_of_bucket(row.bucket), row.wrapped,
                slot.key_buffer())) {
      return std::unexpected(strange_rows());
    }
    buckets_.push_back(std::move(slot));
  }
  return {};
}

// --- named keys ---

const NamedSecret* KeyTree::find(Named kind, std::uint32_t number) const noexcept {
  const auto found = named_.find(name_of(kind, number));
  return found == named_.end() ? nullptr : &found->second;
}

const NamedSecret& KeyTree::named(Named kind, std::uint32_t number) const {
  const NamedSecret* const found = find(kind, number);
  LETHE_ASSERT(found != nullptr);
  return *found;
}

std::vector<std::uint32_t> KeyTree::numbers_of(Named kind) const {
  std::vector<std::uint32_t> numbers;
  for (auto it = named_.lower_bound(name_of(kind, 0));
       it != named_.end() && it->first.kind == name_of(kind).kind; ++it) {
    numbers.push_back(it->first.number);
  }
  return numbers;
}

std::uint32_t KeyTree::latest(Named kind) const {
  const std::vector<std::uint32_t> numbers = numbers_of(kind);
  LETHE_ASSERT(!numbers.empty());
  return numbers.back();
}

ports::NamedRow KeyTree::row_of(const ports::NamedName& name, const NamedSecret& secret) const {
  return {name, secret.ends_at,
          wrap(workspace_key_.key(), random_, context_of(name), secret.secret())};
}

void KeyTree::adopt(const ports::NamedName& name, NamedSecret secret) {
  named_.insert_or_assign(name, std::move(secret));
}

// --- wrapping ---

Context KeyTree::context_of(const ports::ContentKeyName& name) const {
  Context context{workspace_.value()};
  context.u8(static_cast<std::uint8_t>(Layer::content)).u32(name.bucket).i64(name.person);
  context.i64(name.ticket).u8(name.key_class).u32(name.serial);
  return context;
}

Context KeyTree::context_of(const ports::NamedName& name) const {
  Context context{workspace_.value()};
  context.u8(static_cast<std::uint8_t>(Layer::named)).u16(name.kind).u32(name.number);
  return context;
}

Context KeyTree::context_of_bucket(std::uint32_t bucket) const {
  Context context{workspace_.value()};
  context.u8(static_cast<std::uint8_t>(Layer::bucket)).u32(bucket);
  return context;
}

ports::NamedRow KeyTree::workspace_row(KeyView root, KeyView workspace_key) const {
  const ports::NamedName name = name_of(Named::workspace);
  return {name, {}, wrap(root, random_, context_of(name), workspace_key)};
}

ports::BucketRow KeyTree::bucket_row(std::uint32_t bucket, KeyView by, KeyView key) const {
  return {bucket, wrap(by, random_, context_of_bucket(bucket), key)};
}

Bytes KeyTree::wrap_content(const ports::ContentKeyName& name, KeyView key) const {
  return wrap(buckets_[name.bucket].key(), random_, context_of(name), key);
}

Result<KeySlot> KeyTree::unwrap_content(const ports::ContentKeyRow& row) const {
  LETHE_TRY(KeySlot slot, arena_->take());
  const Context context = context_of(row.name);
  if (unwrap(buckets_[row.name.bucket].key(), context, row.wrapped, slot.key_buffer())) {
    return slot;
  }
  const auto next = next_buckets_.find(row.name.bucket);
  if (next != next_buckets_.end() &&
      unwrap(next->second.key(), context, row.wrapped, slot.key_buffer())) {
    return slot;
  }
  return fail(Errc::corrupt, "a content key does not open under its bucket");
}

// --- turning ---

Status KeyTree::begin_turn(const std::set<std::uint32_t>& touched) {
  LETHE_TRY(next_root_, fresh_key());
  LETHE_TRY(next_workspace_key_, fresh_key());
  for (const std::uint32_t bucket : touched) {
    LETHE_TRY(KeySlot slot, fresh_key());
    next_buckets_.insert_or_assign(bucket, std::move(slot));
  }
  return {};
}

Bytes KeyTree::wrap_for_turn(const ports::ContentKeyName& name, KeyView key) const {
  return wrap(next_buckets_.at(name.bucket).key(), random_, context_of(name), key);
}

void KeyTree::add_turn_rows(const std::set<ports::NamedName>& leaving,
                            ports::KeyringBatch& batch) const {
  const KeyView by = next_workspace_key_.key();
  batch.named.push_back(workspace_row(next_root_.key(), by));
  for (std::uint32_t i = 0; i < kBuckets; ++i) {
    const auto next = next_buckets_.find(i);
    batch.buckets.push_back(
        bucket_row(i, by, next == next_buckets_.end() ? buckets_[i].key() : next->second.key()));
  }
  for (const auto& [name, secret] : named_) {
    if (leaving.contains(name)) {
      batch.removed_named.push_back(name);
    } else {
      batch.named.push_back(
          {name, secret.ends_at, wrap(by, random_, context_of(name), secret.secret())});
    }
  }
}

void KeyTree::finish_turn(const std::set<ports::NamedName>& leaving) {
  root_ = std::move(next_root_);
  workspace_key_ = std::move(next_workspace_key_);
  for (auto& [bucket, slot] : next_buckets_) buckets_[bucket] = std::move(slot);
  next_buckets_.clear();
  for (const ports::NamedName& name : leaving) named_.erase(name);
}

void KeyTree::abandon_turn() noexcept {
  next_root_ = {};
  next_workspace_key_ = {};
  next_buckets_.clear();
}

}  // namespace lethe::vault
