// Writing to the store: new keys, addresses and notes, named keys, and the
// last step of every turn.
#include <utility>

#include "impl.h"

namespace lethe::vault {
namespace {

void describe(const Waiting& waiting, ports::KeyringBatch& batch) {
  for (const auto& [digest, person] : waiting.addresses) {
    if (person) {
      batch.addresses.push_back({to_bytes(digest), *person});
    } else {
      batch.removed_addresses.push_back(to_bytes(digest));
    }
  }
  batch.journal = waiting.notes;
}

// Puts back what could not be written; what came later wins.
void put_back(Waiting& into, Waiting&& failed) {
  into.addresses.merge(failed.addresses);
  into.notes.insert(into.notes.begin(), std::make_move_iterator(failed.notes.begin()),
                    std::make_move_iterator(failed.notes.end()));
}

}  // namespace

void Vault::Impl::note(const ports::KeyringCommit& done) noexcept {
  sequence = done.sequence;
  generation = done.generation;
}

Result<ports::KeyringCommit> Vault::Impl::write(ports::KeyringBatch& batch) {
  random.fill(batch.stamp);
  LETHE_TRY(const ports::KeyringCommit done, store.commit(batch));
  note(done);
  return done;
}

Status Vault::Impl::flush() {
  ports::KeyringBatch batch;
  std::vector<KeyName> written;
  {
    const std::unique_lock lock{state};
    if (pending.empty() && waiting.empty()) return {};
    for (const auto& [name, entry] : pending) {
      const ports::ContentKeyName row = row_name(name, entry.current.serial);
      batch.content_keys.push_back({row, tree.wrap_content(row, entry.current.slot.key())});
      written.push_back(name);
    }
    being_written = std::exchange(waiting, {});
    describe(being_written, batch);
  }
  const auto done = write(batch);

  const std::unique_lock lock{state};
  Waiting attempted = std::exchange(being_written, {});
  if (!done) {
    put_back(waiting, std::move(attempted));
    return std::unexpected(done.error());
  }
  for (const KeyName& name : written) cache.insert(name, std::move(pending.extract(name).mapped()));
  return {};
}

Result<std::uint64_t> Vault::commit() {
  const std::scoped_lock writing{impl_->writer};
  LETHE_CHECK(impl_->flush());
  return impl_->sequence.load();
}

Status Vault::Impl::add_named(Named kind, std::uint32_t number, Instant ends_at) {
  LETHE_TRY(KeySlot slot, tree.fresh_key());
  NamedSecret secret{std::move(slot), kKeySize, ends_at};
  const ports::NamedName name = name_of(kind, number);
  ports::KeyringBatch batch;
  batch.named.push_back(tree.row_of(name, secret));
  LETHE_CHECK(write(batch));
  const std::unique_lock lock{state};
  tree.adopt(name, std::move(secret));
  return {};
}

Status Vault::Impl::confirm_everywhere() {
  const Status settled = store.settle();
  if (settled) return {};
  Error error = settled.error();
  return std::unexpected(
      std::move(error).within("keys are destroyed only when every copy follows"));
}

Status Vault::Impl::turn(ports::KeyringBatch& batch, const std::set<ports::NamedName>& leaving) {
  tree.add_turn_rows(leaving, batch);
  random.fill(batch.stamp);
  const auto done = store.turn(batch, tree.next_root());
  const std::unique_lock lock{state};
  if (!done) {
    tree.abandon_turn();
    return std::unexpected(done.error());
  }
  tree.finish_turn(leaving);
  note(*done);
  return {};
}

Status Vault::Impl::destroy_named(ports::KeyringBatch& batch,
                                  const std::set<ports::NamedName>& leaving) {
  LETHE_CHECK(confirm_everywhere());
  {
    const std::unique_lock lock{state};
    if (const Status begun = tree.begin_turn({}); !begun) {
      tree.abandon_turn();
      return begun;
    }
  }
  LETHE_CHECK(turn(batch, leaving));
  return confirm_everywhere();
}

Result<PunctureReceipt> Vault::turn_root() {
  const std::scoped_lock writing{impl_->writer};
  PunctureReceipt receipt;
  receipt.generation_before = impl_->generation;
  ports::KeyringBatch nothing_else;
  LETHE_CHECK(impl_->destroy_named(nothing_else, {}));
  receipt.sequence = impl_->sequence;
  receipt.generation_after = impl_->generation;
  return receipt;
}

}  // namespace lethe::vault
