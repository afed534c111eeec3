// Signing tree heads. The vault remembers the largest tree it ever signed, so
// that a log restored from an old copy cannot fork under the same key.
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "impl.h"

namespace lethe::vault {
namespace {

TreeHead head_in(ByteView secret) {
  TreeHead head;
  head.size = read_u64(secret.first(8));
  std::ranges::copy(secret.subspan(8), head.root.begin());
  return head;
}

void write_head(const TreeHead& head, std::span<std::uint8_t> out) {
  Bytes bytes;
  append_u64(bytes, head.size);
  bytes.insert(bytes.end(), head.root.begin(), head.root.end());
  std::ranges::copy(bytes, out.begin());
}

Status refuse_fork(const TreeHead& last, const TreeHead& head) {
  if (head.size < last.size) {
    return fail(Errc::conflict,
                "the ledger is shorter than what was signed before; put its tiles back");
  }
  if (head.size == last.size && last.size != 0 && head.root != last.root) {
    return fail(Errc::conflict,
                "the ledger differs from what was signed before; put its tiles back");
  }
  return {};
}

}  // namespace

PublicKey Vault::ledger_public_key() const noexcept {
  PublicKey key{};
  const std::shared_lock lock{impl_->state};
  crypto_sign_ed25519_sk_to_pk(key.data(), impl_->tree.named(Named::ledger).slot.whole().data());
  return key;
}

TreeHead Vault::last_signed_tree() const noexcept {
  const std::shared_lock lock{impl_->state};
  return head_in(impl_->tree.named(Named::ledger_head).secret());
}

Status Vault::Impl::remember_head(const TreeHead& head) {
  LETHE_TRY(KeySlot slot, arena->take());
  const ports::NamedName name = name_of(Named::ledger_head);
  NamedSecret remembered{std::move(slot), tree.named(Named::ledger_head).size, {}};
  write_head(head, remembered.slot.whole());
  ports::KeyringBatch batch;
  batch.named.push_back(tree.row_of(name, remembered));
  LETHE_CHECK(write(batch));
  const std::unique_lock lock{state};
  tree.adopt(name, std::move(remembered));
  return {};
}

Result<Signature> Vault::sign_tree(const TreeHead& head, ByteView note) {
  const std::scoped_lock writing{impl_->writer};
  const TreeHead last = last_signed_tree();
  LETHE_CHECK(refuse_fork(last, head));
  if (head != last) LETHE_CHECK(impl_->remember_head(head));

  Signature signature{};
  const std::shared_lock lock{impl_->state};
  crypto_sign_detached(signature.data(), nullptr, note.data(), note.size(),
                       impl_->tree.named(Named::ledger).slot.whole().data());
  return signature;
}

}  // namespace lethe::vault
