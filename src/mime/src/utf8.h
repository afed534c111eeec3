// UTF-8 in small steps, for the decoders and cleaners of this layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lethe::mime {

// The length of the well-formed sequence that `bytes` begins with, 0 when it
// is ill-formed (RFC 3629). Precondition: not empty.
[[nodiscard]] inline std::size_t utf8_length(std::string_view bytes) noexcept {
  const auto at = [bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const auto continues = [&](std::size_t i) { return i < bytes.size() && (at(i) & 0xC0) == 0x80; };
  const std::uint8_t lead = at(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4 || !continues(1)) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) {
    const bool fits = lead == 0xE0 ? at(1) >= 0xA0 : lead != 0xED || at(1) < 0xA0;
    return fits && continues(2) ? 3 : 0;
  }
  const bool fits = lead == 0xF0 ? at(1) >= 0x90 : lead != 0xF4 || at(1) < 0x90;
  return fits && continues(2) && continues(3) ? 4 : 0;
}

// The code point of a well-formed sequence of `length` bytes.
[[nodiscard]] inline char32_t utf8_code_point(std::string_view bytes, std::size_t length) noexcept {
  const auto at = [bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (length <= 1) return at(0);
  char32_t code = at(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (at(i) & 0x3FU);
  return code;
}

inline void append_utf8(std::string& out, char32_t code) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6U));
    put(0x80 | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12U));
    put(0x80 | ((code >> 6U) & 0x3FU));
    put(0x80 | (code & 0x3FU));
  } else {
    put(0xF0 | (code >> 18U));
    put(0x80 | ((code >> 12U) & 0x3FU));
    put(0x80 | ((code >> 6U) & 0x3FU));
    put(0x80 | (code & 0x3FU));
  }
}

}  // namespace lethe::mime
