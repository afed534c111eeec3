// The format of a sealed cell (DESIGN section 4):
//   version(1) algorithm(1) keyid(8) nonce(24) ciphertext tag(16)
// Inside: the text, 0x80, and zeros up to a multiple of 32 bytes when short
// (ISO/IEC 7816-4 padding; longer texts get the 0x80 alone).
#pragma once

#include "aead.h"
#include "lethe/base/secret.h"
#include "lethe/vault/types.h"

namespace lethe::vault {

inline constexpr std::size_t kCellHeaderSize = 1 + 1 + 8 + kNonceSize;

struct CellKey {
  KeyView key;
  std::uint64_t id;
};

[[nodiscard]] Context cell_context(core::WorkspaceId workspace, core::PersonId person,
                                   const CellRef& cell);
[[nodiscard]] Bytes seal_cell(const CellKey& key, ports::Random& random, const Context& context,
                              std::string_view text);

// The key id of a cell. Errors: unsupported for another version or algorithm,
// corrupt when too short.
[[nodiscard]] Result<std::uint64_t> key_id_in(ByteView cell);
// Precondition: key_id_in(cell) is the key's. Errors: corrupt.
[[nodiscard]] Result<Plaintext> open_cell(KeyView key, const Context& context, ByteView cell);

}  // namespace lethe::vault
