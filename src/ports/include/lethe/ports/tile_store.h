// Where the transparency log keeps its tiles, entries and checkpoint.
//
// What is stored holds no personal data and may be published as it is. One
// writer at a time; readers of published files may run beside it.
#pragma once

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/ports/log_path.h"

namespace lethe::ports {

// No resource is larger: a bundle of 256 entries of 65,535 bytes.
inline constexpr std::size_t kLogResourceBytesMax = std::size_t{256} * (65'535 + 2);

class TileStore {
 public:
  virtual ~TileStore() = default;

  // The whole content. Errors: not_found, too_large, unavailable.
  [[nodiscard]] virtual Result<Bytes> read(const LogPath& path) = 0;

  // Replaces the content. On return it is durable: a crash afterwards finds it
  // whole, a crash before finds the former content or none, never a part.
  // Errors: too_large, unavailable (disk full, no permission).
  [[nodiscard]] virtual Status write(const LogPath& path, ByteView content) = 0;

  // Removes every partial tile beside the full tile `full`; none is no error.
  // Need not be durable: what comes back after a crash is only superfluous.
  // Errors: unavailable.
  [[nodiscard]] virtual Status remove_partials_of(const LogPath& full) = 0;
};

}  // namespace lethe::ports
