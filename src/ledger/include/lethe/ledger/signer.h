// The key that signs checkpoints, seen from the log.
//
// The vault owns the private key and remembers, beside it, the last head it
// signed; the log never sees either. Implemented in app over the vault.
#pragma once

#include <optional>
#include <string_view>

#include "lethe/ledger/note.h"

namespace lethe::ledger {

class Signer {
 public:
  virtual ~Signer() = default;
  [[nodiscard]] virtual PublicKey public_key() const = 0;

  // The largest tree ever signed with this key; nothing if none was.
  // Errors: unavailable.
  [[nodiscard]] virtual Result<std::optional<TreeHead>> last_signed() = 0;

  // Remembers `head` durably (replica included), then signs `text`. It must
  // refuse (conflict) a head smaller than the last one, and another root at
  // the same size. Errors: unavailable.
  [[nodiscard]] virtual Result<Signature> sign(std::string_view text, const TreeHead& head) = 0;
};

}  // namespace lethe::ledger
