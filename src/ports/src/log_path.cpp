#include "lethe/ports/log_path.h"

#include <charconv>

#include "lethe/base/assert.h"

namespace lethe::ports {
namespace {

constexpr unsigned kLevelMax = 63;
constexpr unsigned kWidthMax = 256;

Error malformed() { return {Errc::invalid_argument, "not a path of a tiled log", {}}; }

std::string three_digits(std::uint64_t value) {
  const std::string digits = std::to_string(value);
  return std::string(3 - digits.size(), '0') + digits;
}

std::string grouped(std::uint64_t index) {
  if (index < 1000) return three_digits(index);
  std::string text = grouped(index / 1000);
  // All but the last group begin with x.
  text.insert(text.rfind('/') + 1, 1, 'x');
  return text.append("/").append(three_digits(index % 1000));
}

std::string suffixed(std::string path, unsigned width) {
  LETHE_ASSERT(width >= 1 && width <= kWidthMax);
  if (width < kWidthMax) path += ".p/" + std::to_string(width);
  return path;
}

Result<std::uint64_t> parse_number(std::string_view digits, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value > max) {
    return std::unexpected(malformed());
  }
  return value;
}

// "x001/x234/067" -> 1234067; other spellings are refused by the caller, which
// writes the path again and compares.
Result<std::uint64_t> parse_grouped(std::string_view groups) {
  std::string digits;
  for (const char c : groups) {
    if (c != 'x' && c != '/') digits += c;
  }
  return parse_number(digits, UINT64_MAX);
}

Result<unsigned> parse_width(std::string_view& rest) {
  const auto suffix = rest.find(".p/");
  if (suffix == std::string_view::npos) return kWidthMax;
  LETHE_TRY(const std::uint64_t width, parse_number(rest.substr(suffix + 3), kWidthMax - 1));
  if (width == 0) return std::unexpected(malformed());
  rest = rest.substr(0, suffix);
  return static_cast<unsigned>(width);
}

}  // namespace

LogPath LogPath::checkpoint() { return LogPath{"checkpoint"}; }

LogPath LogPath::tile(unsigned level, std::uint64_t index, unsigned width) {
  LETHE_ASSERT(level <= kLevelMax);
  return LogPath{suffixed("tile/" + std::to_string(level) + "/" + grouped(index), width)};
}

LogPath LogPath::entries(std::uint64_t index, unsigned width) {
  return LogPath{suffixed("tile/entries/" + grouped(index), width)};
}

Result<LogPath> LogPath::parse(std::string_view text) {
  if (text == "checkpoint") return checkpoint();
  constexpr std::string_view kTile = "tile/";
  if (!text.starts_with(kTile)) return std::unexpected(malformed());

  std::string_view rest = text.substr(kTile.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return std::unexpected(malformed());
  const std::string_view kind = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);

  LETHE_TRY(const unsigned width, parse_width(rest));
  LETHE_TRY(const std::uint64_t index, parse_grouped(rest));
  if (kind == "entries") {
    const LogPath path = entries(index, width);
    return path.text() == text ? Result<LogPath>{path} : std::unexpected(malformed());
  }
  LETHE_TRY(const std::uint64_t level, parse_number(kind, kLevelMax));
  const LogPath path = tile(static_cast<unsigned>(level), index, width);
  return path.text() == text ? Result<LogPath>{path} : std::unexpected(malformed());
}

std::string_view LogPath::partial_directory() const noexcept {
  const auto suffix = text_.find(".p/");
  return suffix == std::string::npos ? std::string_view{}
                                     : std::string_view{text_}.substr(0, suffix + 2);
}

}  // namespace lethe::ports
