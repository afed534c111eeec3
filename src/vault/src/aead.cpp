#include "aead.h"

#include <sodium.h>

#include <algorithm>

#include "lethe/base/assert.h"

namespace lethe::vault {
namespace {

static_assert(kKeySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(kNonceSize == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kTagSize == crypto_aead_xchacha20poly1305_ietf_ABYTES);

constexpr std::uint8_t kWrapVersion = 1;
constexpr std::size_t kWrapOverhead = 1 + kNonceSize + kTagSize;
constexpr std::string_view kMagic = "lethe1";

}  // namespace

Context::Context(std::int64_t workspace) {
  for (const char letter : kMagic) u8(static_cast<std::uint8_t>(letter));
  i64(workspace);
}
Context& Context::u8(std::uint8_t value) {
  LETHE_ASSERT(size_ < bytes_.size());
  bytes_[size_++] = value;
  return *this;
}
Context& Context::u16(std::uint16_t value) {
  return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
}
Context& Context::u32(std::uint32_t value) {
  return u16(static_cast<std::uint16_t>(value >> 16)).u16(static_cast<std::uint16_t>(value));
}
Context& Context::i64(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return u32(static_cast<std::uint32_t>(bits >> 32)).u32(static_cast<std::uint32_t>(bits));
}

void encrypt_in_place(KeyView key, ByteView nonce, const Context& context,
                      std::span<std::uint8_t> text_and_tag) noexcept {
  LETHE_ASSERT(nonce.size() == kNonceSize && text_and_tag.size() >= kTagSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      text_and_tag.data(), nullptr, text_and_tag.data(), text_and_tag.size() - kTagSize,
      context.bytes().data(), context.bytes().size(), nullptr, nonce.data(), key.data());
}

bool decrypt(KeyView key, ByteView nonce, const Context& context, ByteView sealed,
             std::span<std::uint8_t> out) noexcept {
  if (sealed.size() < kTagSize || out.size() != sealed.size() - kTagSize) return false;
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             out.data(), nullptr, nullptr, sealed.data(), sealed.size(), context.bytes().data(),
             context.bytes().size(), nonce.data(), key.data()) == 0;
}

std::uint64_t key_id_of(KeyView key) noexcept {
  // 16 is the shortest digest libsodium makes.
  std::array<std::uint8_t, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), key.data(), key.size(), nullptr, 0);
  return read_u64(ByteView{digest}.first(8));
}

void keyed_hash(KeyView key, ByteView message, std::span<std::uint8_t> out) noexcept {
  crypto_generichash(out.data(), out.size(), message.data(), message.size(), key.data(),
                     key.size());
}

void keyed_hash(KeyView key, ByteView prefix, ByteView message,
                std::span<std::uint8_t> out) noexcept {
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), out.size());
  crypto_generichash_update(&state, prefix.data(), prefix.size());
  crypto_generichash_update(&state, message.data(), message.size());
  crypto_generichash_final(&state, out.data(), out.size());
  sodium_memzero(&state, sizeof state);
}

Bytes wrap(KeyView by, ports::Random& random, const Context& context, ByteView secret) {
  Bytes wrapped(kWrapOverhead + secret.size());
  const std::span all{wrapped};
  all[0] = kWrapVersion;
  const auto nonce = all.subspan(1, kNonceSize);
  random.fill(nonce);
  const auto body = all.subspan(1 + kNonceSize);
  std::ranges::copy(secret, body.begin());
  encrypt_in_place(by, nonce, context, body);
  return wrapped;
}

bool unwrap(KeyView by, const Context& context, ByteView wrapped,
            std::span<std::uint8_t> out) noexcept {
  if (wrapped.size() != kWrapOverhead + out.size() || wrapped[0] != kWrapVersion) return false;
  return decrypt(by, wrapped.subspan(1, kNonceSize), context, wrapped.subspan(1 + kNonceSize), out);
}

}  // namespace lethe::vault
