// One entry of the log: what kind of statement was made, and in which hour.
//
//   {"v":1,"type":"erasure","c":"<base64(SHA-256(salt || statement))>","t":"2026-11-17T10:00:00Z"}
// These very bytes, no white space. The salt stands only in the file handed
// out and in the evidence store: without it the entry is a random number, so
// the log can be kept and published for ever.
#pragma once

#include <string>
#include <string_view>

#include "lethe/base/time.h"
#include "lethe/ledger/hash.h"

namespace lethe::ledger {

enum class EntryType {
  erasure,
  retention_run,
  breach,
  policy_change,
  key_turn,
  audit,
  relay_counts
};

struct Entry {
  EntryType type = EntryType::erasure;
  Hash commitment{};
  Instant hour;  // cut to the hour by compose()
};

using Salt = std::array<std::uint8_t, 32>;

[[nodiscard]] Hash commitment_of(const Salt& salt, ByteView statement);
[[nodiscard]] std::string compose(const Entry& entry);
// Accepts exactly what compose() makes. Errors: invalid_argument.
[[nodiscard]] Result<Entry> parse_entry(std::string_view text);

}  // namespace lethe::ledger
