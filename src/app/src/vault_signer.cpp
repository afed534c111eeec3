#include "lethe/app/vault_signer.h"

namespace lethe::app {

ledger::PublicKey VaultSigner::public_key() const { return vault_.ledger_public_key(); }

Result<std::optional<ledger::TreeHead>> VaultSigner::last_signed() {
  const vault::TreeHead head = vault_.last_signed_tree();
  if (head.size == 0) return std::nullopt;
  return ledger::TreeHead{head.size, head.root};
}

Result<ledger::Signature> VaultSigner::sign(std::string_view text, const ledger::TreeHead& head) {
  return vault_.sign_tree({head.size, head.root}, as_bytes(text));
}

}  // namespace lethe::app
