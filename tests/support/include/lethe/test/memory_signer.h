// A Signer with a key made from a number, that remembers what it signed and
// refuses what a log must never ask for.
#pragma once

#include <sodium.h>

#include <algorithm>
#include <vector>

#include "lethe/ledger/signer.h"

namespace lethe::test {

class MemorySigner : public ledger::Signer {
 public:
  explicit MemorySigner(std::uint8_t seed_byte = 7) {
    std::array<std::uint8_t, crypto_sign_SEEDBYTES> seed{};
    seed.fill(seed_byte);
    crypto_sign_seed_keypair(public_.data(), secret_.data(), seed.data());
  }

  ledger::PublicKey public_key() const override { return public_; }

  Result<std::optional<ledger::TreeHead>> last_signed() override {
    if (down) return fail(Errc::unavailable, "the keyring's replica is down");
    return signed_heads.empty() ? std::nullopt : std::optional{signed_heads.back()};
  }

  Result<ledger::Signature> sign(std::string_view text, const ledger::TreeHead& head) override {
    if (down) return fail(Errc::unavailable, "the keyring's replica is down");
    if (!signed_heads.empty()) {
      const ledger::TreeHead& last = signed_heads.back();
      const bool other_root = head.size == last.size && head.root != last.root;
      if (head.size < last.size || other_root) return fail(Errc::conflict, "the tree has shrunk");
    }
    signed_heads.push_back(head);
    if (dies_after_remembering) return fail(Errc::unavailable, "the process died");
    return signature_of(text);
  }

  ledger::Signature signature_of(std::string_view text) const {
    ledger::Signature signature{};
    const ByteView bytes = as_bytes(text);
    crypto_sign_detached(signature.data(), nullptr, bytes.data(), bytes.size(), secret_.data());
    return signature;
  }

  std::vector<ledger::TreeHead> signed_heads;
  bool down = false;
  bool dies_after_remembering = false;

 private:
  ledger::PublicKey public_{};
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret_{};
};

}  // namespace lethe::test
