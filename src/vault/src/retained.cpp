// Records kept under GDPR art. 17(3): keys with an end date, and the end of
// everything that has one.
#include <algorithm>
#include <utility>

#include "impl.h"
#include "months.h"

namespace lethe::vault {
namespace {

std::uint32_t last_day_of(Instant ends_at) {
  return static_cast<std::uint32_t>(
      std::chrono::ceil<std::chrono::days>(ends_at).time_since_epoch().count());
}

}  // namespace

Result<RetainedKey> Vault::retained_key(Instant ends_at) {
  if (unix_seconds(ends_at) <= 0) return fail(Errc::out_of_range, "a retained record needs an end");
  const std::uint32_t day = last_day_of(ends_at);
  const std::scoped_lock writing{impl_->writer};
  if (impl_->tree.find(Named::retained, day) == nullptr) {
    const Instant end_of_day = Instant{std::chrono::days{day}};
    LETHE_CHECK(impl_->add_named(Named::retained, day, end_of_day));
  }
  return RetainedKey{day};
}

Result<Ciphertext> Vault::seal_retained(RetainedKey key, core::PersonId person, const CellRef& cell,
                                        const Plaintext& text) {
  const std::shared_lock lock{impl_->state};
  const NamedSecret* const secret =
      impl_->tree.find(Named::retained, static_cast<std::uint32_t>(key));
  if (secret == nullptr) return fail(Errc::erased, "the key of retained records has ended");
  const KeyView view = secret->slot.key();
  return Ciphertext{seal_cell({view, key_id_of(view)}, impl_->random,
                              cell_context(impl_->workspace, person, cell), text.reveal()),
                    person};
}

Result<Plaintext> Vault::unseal_retained(RetainedKey key, const CellRef& cell,
                                         const Ciphertext& sealed) {
  LETHE_TRY(const std::uint64_t key_id, key_id_in(sealed.bytes()));
  const std::shared_lock lock{impl_->state};
  const NamedSecret* const secret =
      impl_->tree.find(Named::retained, static_cast<std::uint32_t>(key));
  if (secret == nullptr) return fail(Errc::erased, "the key of retained records has ended");
  const KeyView view = secret->slot.key();
  if (key_id != key_id_of(view)) {
    return fail(Errc::corrupt, "a sealed cell does not belong where it stands");
  }
  return open_cell(view, cell_context(impl_->workspace, sealed.owner(), cell), sealed.bytes());
}

Result<std::uint64_t> Vault::expire(Instant now) {
  const std::scoped_lock writing{impl_->writer};
  const KeyTree& tree = impl_->tree;
  const std::uint32_t oldest_month = month_of(now) - kTombstoneMonths;

  std::set<ports::NamedName> ended;
  for (const std::uint32_t day : tree.numbers_of(Named::retained)) {
    if (tree.named(Named::retained, day).ends_at <= now)
      ended.insert(name_of(Named::retained, day));
  }
  for (const std::uint32_t month : tree.numbers_of(Named::tombstone)) {
    if (month < oldest_month) ended.insert(name_of(Named::tombstone, month));
  }

  ports::KeyringBatch batch;
  batch.removed_tombstones_below = oldest_month;
  batch.removed_history_before = start_of_month(oldest_month);
  if (ended.empty()) {
    LETHE_CHECK(impl_->write(batch));
  } else {
    LETHE_CHECK(impl_->destroy_named(batch, ended));
  }
  return ended.size();
}

}  // namespace lethe::vault
