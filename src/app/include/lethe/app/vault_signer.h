// The vault's ledger key, as the log asks for it.
#pragma once

#include "lethe/ledger/signer.h"
#include "lethe/vault/vault.h"

namespace lethe::app {

class VaultSigner final : public ledger::Signer {
 public:
  explicit VaultSigner(vault::Vault& vault) : vault_(vault) {}
  [[nodiscard]] ledger::PublicKey public_key() const override;
  [[nodiscard]] Result<std::optional<ledger::TreeHead>> last_signed() override;
  [[nodiscard]] Result<ledger::Signature> sign(std::string_view text,
                                               const ledger::TreeHead& head) override;

 private:
  vault::Vault& vault_;
};

}  // namespace lethe::app
