// The names of the resources of a tiled transparency log.
//
// Source: C2SP tlog-tiles. A path is relative to the log's URL prefix and to
// its directory alike, so that any web server can publish the directory:
//   checkpoint
//   tile/<level>/<N>[.p/<width>]       hashes, 32 bytes each
//   tile/entries/<N>[.p/<width>]       entries, each after a 16-bit length
// <N> in groups of three digits, all but the last begin with `x`: 1234067 is
// x001/x234/067. A partial tile has 1..255 items, a full one 256.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::ports {

// Made only by the functions below, so a path you hold is well-formed and
// stays inside the log's directory.
class LogPath {
 public:
  [[nodiscard]] static LogPath checkpoint();
  // Preconditions, asserted: level <= 63, width 1..256.
  [[nodiscard]] static LogPath tile(unsigned level, std::uint64_t index, unsigned width);
  [[nodiscard]] static LogPath entries(std::uint64_t index, unsigned width);

  // For the HTTP door: strict, no second spelling of a path is taken.
  // Errors: invalid_argument.
  [[nodiscard]] static Result<LogPath> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  // "tile/0/000.p" of "tile/0/000.p/17"; empty for a full tile and the checkpoint.
  [[nodiscard]] std::string_view partial_directory() const noexcept;
  // The checkpoint is replaced; everything else never changes once signed.
  [[nodiscard]] bool is_checkpoint() const noexcept { return text_ == "checkpoint"; }

  friend auto operator<=>(const LogPath&, const LogPath&) = default;

 private:
  explicit LogPath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace lethe::ports
