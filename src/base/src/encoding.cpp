#include "lethe/base/encoding.h"

#include <sodium.h>

#include <algorithm>

namespace lethe {
namespace {

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";

std::string encoded(ByteView bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
  out.pop_back();  // the terminating NUL
  return out;
}

bool is_above_ascii(char c) { return static_cast<unsigned char>(c) > 0x7f; }

Result<Bytes> decoded(std::string_view text, int variant) {
  // libsodium 1.0.18 takes some bytes above 0x7f for letters.
  if (std::ranges::any_of(text, is_above_ascii)) {
    return fail(Errc::invalid_argument, "not base64");
  }
  Bytes out(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  const int status = sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr,
                                       &size, &end, variant);
  if (status != 0 || end != text.data() + text.size()) {
    return fail(Errc::invalid_argument, "not base64");
  }
  out.resize(size);
  return out;
}

int base32_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= '2' && c <= '7') return c - '2' + 26;
  return -1;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), bytes.data(), bytes.size());
  out.pop_back();
  return out;
}

Result<Bytes> parse_hex(std::string_view text) {
  Bytes out(text.size() / 2 + 1);
  std::size_t size = 0;
  const char* end = nullptr;
  const int status =
      sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end);
  if (status != 0 || end != text.data() + text.size()) {
    return fail(Errc::invalid_argument, "not hexadecimal");
  }
  out.resize(size);
  return out;
}

std::string to_base64(ByteView bytes) { return encoded(bytes, sodium_base64_VARIANT_ORIGINAL); }
Result<Bytes> parse_base64(std::string_view text) {
  return decoded(text, sodium_base64_VARIANT_ORIGINAL);
}
std::string to_base64url(ByteView bytes) {
  return encoded(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
Result<Bytes> parse_base64url(std::string_view text) {
  return decoded(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string to_base32(ByteView bytes) {
  std::string out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    buffer = buffer << 8 | byte;
    for (bits += 8; bits >= 5; bits -= 5) out += kBase32[buffer >> (bits - 5) & 31];
  }
  if (bits > 0) out += kBase32[buffer << (5 - bits) & 31];
  return out;
}

Result<Bytes> parse_base32(std::string_view text) {
  Bytes out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = base32_value(c);
    if (value < 0) return fail(Errc::invalid_argument, "not base32");
    buffer = buffer << 5 | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::uint8_t>(buffer >> bits));
  }
  // Left-over bits must be zero, so that one value has one spelling.
  if ((buffer & ((1U << bits) - 1U)) != 0 || bits >= 5) {
    return fail(Errc::invalid_argument, "not canonical base32");
  }
  return out;
}

}  // namespace lethe
