// One entry's proof as a self-contained text. Source: C2SP tlog-proof.
//
//   c2sp.org/tlog-proof@v1
//   extra <base64>                  optional; here: the entry itself
//   index <decimal>
//   <base64 hash> ...               from the leaf's sibling up
//                                   (blank line)
//   <signed checkpoint>
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/ledger/note.h"

namespace lethe::ledger {

inline constexpr std::size_t kProofBytesMax = std::size_t{128} * 1024;

struct Proof {
  std::optional<Bytes> extra;
  std::uint64_t index = 0;
  HashPath path;
  std::string checkpoint;  // the signed note, verbatim
};

[[nodiscard]] std::string compose(const Proof& proof);
// Strict, bounded. Does not look into the checkpoint. Errors: invalid_argument, too_large.
[[nodiscard]] Result<Proof> parse_proof(std::string_view text);

}  // namespace lethe::ledger
