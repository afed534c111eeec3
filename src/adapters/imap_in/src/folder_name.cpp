#include "folder_name.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "lethe/base/text.h"

namespace lethe::imap_in {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool is_printable(char c) { return c >= 0x20 && c <= 0x7e; }

// The code point at `at`, past which it moves; `text` is valid UTF-8.
std::uint32_t take_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  std::uint32_t code = lead & (0x3fU >> more);
  for (int i = 0; i < more; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3fU);
  return code;
}

void append_unit(std::string& bytes, std::uint32_t unit) {
  bytes += static_cast<char>(unit >> 8);
  bytes += static_cast<char>(unit & 0xff);
}

void append_utf16(std::string& bytes, std::uint32_t code) {
  if (code < 0x10000) return append_unit(bytes, code);
  append_unit(bytes, 0xd800 + ((code - 0x10000) >> 10));
  append_unit(bytes, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

std::string shifted(std::string_view utf16) {
  std::string out = "&";
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : utf16) {
    buffer = buffer << 8 | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6; bits -= 6) out += kDigits[buffer >> (bits - 6) & 63];
  }
  if (bits > 0) out += kDigits[buffer << (6 - bits) & 63];
  return out + '-';
}

// What stands between '&' and '-': whole units of UTF-16, and nothing left over.
bool is_shifted(std::string_view digits) {
  const std::size_t left = digits.size() * 6 % 16;
  if (left >= 6 || !std::ranges::all_of(digits, [](char c) { return kDigits.contains(c); })) {
    return false;
  }
  return digits.empty() || (kDigits.find(digits.back()) & ((1U << left) - 1)) == 0;
}

bool is_on_the_wire(std::string_view folder) {
  if (!std::ranges::all_of(folder, is_printable)) return false;
  for (auto at = folder.find('&'); at != std::string_view::npos; at = folder.find('&', at)) {
    const std::size_t end = folder.find('-', at);
    if (end == std::string_view::npos || !is_shifted(folder.substr(at + 1, end - at - 1))) {
      return false;
    }
    at = end;
  }
  return true;
}

}  // namespace

std::string folder_on_the_wire(std::string_view folder) {
  if (is_on_the_wire(folder) || !is_valid_utf8(folder)) return std::string{folder};
  std::string out;
  std::string utf16;
  for (std::size_t at = 0; at < folder.size();) {
    const std::uint32_t code = take_code_point(folder, at);
    if (code < 0x20 || code > 0x7e) {
      append_utf16(utf16, code);
      continue;
    }
    if (!utf16.empty()) out += shifted(std::exchange(utf16, {}));
    out += code == '&' ? "&-" : std::string(1, static_cast<char>(code));
  }
  return utf16.empty() ? out : out + shifted(utf16);
}

}  // namespace lethe::imap_in
