#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/relay_protocol/targets.h"

namespace lethe::relay_protocol {
namespace {

constexpr std::size_t kMacBytes = 10;  // 80 bits: 16 letters of base32
constexpr std::size_t kMacLetters = 16;

std::string mac_of(const Secret& key, std::int64_t ticket, std::string_view requester) {
  const std::string text = "reply\n" + std::to_string(ticket) + "\n" + std::string{requester};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.reveal().data(), key.reveal().size());
  crypto_auth_hmacsha256_update(&state, as_bytes(text).data(), text.size());
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  wipe(&state, sizeof state);
  return to_base32(ByteView{mac}.first(kMacBytes));
}

std::optional<std::int64_t> ticket_in(std::string_view token) {
  std::int64_t ticket = 0;
  const std::size_t dot = token.find('.');
  if (dot == std::string_view::npos || token.size() - dot - 1 != kMacLetters) return std::nullopt;
  const auto [end, error] = std::from_chars(token.data(), token.data() + dot, ticket);
  if (error != std::errc{} || end != token.data() + dot || ticket <= 0) return std::nullopt;
  return ticket;
}

}  // namespace

std::string reply_token(const Secret& key, std::int64_t ticket, std::string_view requester) {
  return std::to_string(ticket) + "." + mac_of(key, ticket, requester);
}

bool looks_like_reply_token(std::string_view part) { return ticket_in(part).has_value(); }

std::optional<std::int64_t> verify_reply_token(const Secret& key, std::string_view token,
                                               std::string_view requester) {
  const auto ticket = ticket_in(token);
  if (!ticket) return std::nullopt;
  const Secret expected{std::string_view{reply_token(key, *ticket, requester)}};
  const std::string given = ascii_lower(token);
  if (!expected.equals(as_bytes(given))) return std::nullopt;
  return ticket;
}

}  // namespace lethe::relay_protocol
