// Who may post: comparisons and signatures.
#pragma once

#include <optional>
#include <string_view>

#include "lethe/webhooks/door.h"

namespace lethe::webhooks {

// "user:password" of "Authorization: Basic", against secrets that are both or a password alone.
[[nodiscard]] bool has_basic(const std::vector<Secret>& words,
                             const web_protocol::Request& request);
[[nodiscard]] bool has_bearer(const std::vector<Secret>& words,
                              const web_protocol::Request& request);
// `hex` is HMAC-SHA256 of `message` under one of `words`.
[[nodiscard]] bool is_hmac(const std::vector<Secret>& words, std::string_view message,
                           std::string_view hex);
// `base64` is an ECDSA signature with SHA-256, DER, of `message`.
[[nodiscard]] bool is_ecdsa(const std::vector<Bytes>& public_keys, std::string_view message,
                            std::string_view base64);
[[nodiscard]] bool is_public_key(const Bytes& der);

// Unix seconds as text; nothing when it is no number.
[[nodiscard]] std::optional<Instant> parse_timestamp(std::string_view text);
// Within [now - life, now + kClockSkew].
[[nodiscard]] bool is_fresh(std::string_view timestamp, Instant now, Seconds life);

}  // namespace lethe::webhooks
