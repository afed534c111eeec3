// One record of 64 bytes and its spelling.
#pragma once

#include <array>
#include <optional>

#include "lethe/ports/relay.h"

namespace lethe::relay_files {

inline constexpr std::size_t kRecordBytes = 64;

enum class Kind : std::uint8_t {
  tried = 1,  // an attempt begins
  taken,      // the outcomes that settle it ...
  refused,
  deferred,
  again,  // known to be taken: 250 without an attempt
  open,   // nobody knows the outcome, or another attempt is under way: 4xx
};

struct Record {
  Kind kind = Kind::tried;
  Instant at;
  ports::RelayDigest digest{};
  ports::RelayMailboxId mailbox = 0;
  std::uint64_t reference = 0;
};

void append(Bytes& out, const Record& record);
// Nothing when the bytes are not a whole record.
[[nodiscard]] std::optional<Record> parse(ByteView sixty_four_bytes);

}  // namespace lethe::relay_files
