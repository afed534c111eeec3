#include "signatures.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "lethe/base/encoding.h"
#include "lethe/base/text.h"

namespace lethe::webhooks {
namespace {

// What follows "Basic " or "Bearer "; empty when it is another scheme.
std::string_view credentials(const web_protocol::Request& request, std::string_view scheme) {
  const std::string_view header = trimmed(request.headers.get("Authorization"));
  if (!starts_with_ignoring_ascii_case(header, scheme)) return {};
  const std::string_view rest = header.substr(scheme.size());
  return rest.starts_with(' ') ? trimmed(rest) : std::string_view{};
}

// Every secret is compared, so that the time says nothing of which one fits.
bool is_one_of(const std::vector<Secret>& words, ByteView given) {
  bool found = false;
  for (const Secret& word : words) found = word.equals(given) || found;
  return found;
}

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using PublicKey = std::unique_ptr<EVP_PKEY, FreeKey>;

PublicKey read_key(const Bytes& der) {
  const unsigned char* at = der.data();
  return PublicKey{d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size()))};
}

bool verifies(const Bytes& der, std::string_view message, const Bytes& signature) {
  const PublicKey key = read_key(der);
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  if (!key || !context) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1) {
    return false;
  }
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                          as_bytes(message).data(), message.size()) == 1;
}

}  // namespace

bool has_basic(const std::vector<Secret>& words, const web_protocol::Request& request) {
  auto pair = parse_base64(credentials(request, "Basic"));
  if (!pair || pair->empty()) return false;
  const ByteView whole{*pair};
  const auto colon = std::ranges::find(whole, std::uint8_t{':'});
  if (colon == whole.end()) return false;
  const auto password = whole.subspan(static_cast<std::size_t>(colon - whole.begin()) + 1);
  const bool known = is_one_of(words, whole);
  const bool known_password = is_one_of(words, password);
  wipe(*pair);
  return known || known_password;
}

bool has_bearer(const std::vector<Secret>& words, const web_protocol::Request& request) {
  const std::string_view given = credentials(request, "Bearer");
  return !given.empty() && is_one_of(words, as_bytes(given));
}

bool is_hmac(const std::vector<Secret>& words, std::string_view message, std::string_view hex) {
  const auto given = parse_hex(hex);
  if (!given) return false;
  bool found = false;
  for (const Secret& word : words) {
    Bytes mac(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    const ByteView key = word.reveal();
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(message).data(),
             message.size(), mac.data(), &size) == nullptr) {
      return false;
    }
    mac.resize(size);
    found = Secret{std::move(mac)}.equals(*given) || found;
  }
  return found;
}

bool is_ecdsa(const std::vector<Bytes>& public_keys, std::string_view message,
              std::string_view base64) {
  const auto signature = parse_base64(base64);
  if (!signature) return false;
  return std::ranges::any_of(public_keys,
                             [&](const Bytes& key) { return verifies(key, message, *signature); });
}

bool is_public_key(const Bytes& der) { return read_key(der) != nullptr; }

std::optional<Instant> parse_timestamp(std::string_view text) {
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc{} || stop != end || seconds < 0) return std::nullopt;
  return instant_of(seconds);
}

bool is_fresh(std::string_view timestamp, Instant now, Seconds life) {
  const auto at = parse_timestamp(timestamp);
  return at && *at >= now - life && *at <= now + kClockSkew;
}

}  // namespace lethe::webhooks
