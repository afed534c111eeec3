// XChaCha20-Poly1305 and keyed BLAKE2b over slots of the arena: the thin
// layer under cells and wrapped keys.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "arena.h"
#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/ports/random.h"

namespace lethe::vault {

inline constexpr std::size_t kNonceSize = 24;
inline constexpr std::size_t kTagSize = 16;

// Associated data of fixed width: the same fields always take the same bytes,
// so no two different contexts encode alike.
class Context {
 public:
  explicit Context(std::int64_t workspace);
  Context& u8(std::uint8_t value);
  Context& u16(std::uint16_t value);
  Context& u32(std::uint32_t value);
  Context& i64(std::int64_t value);
  [[nodiscard]] ByteView bytes() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<std::uint8_t, 64> bytes_;
  std::size_t size_ = 0;
};

// Encrypts `text` in place and writes the tag behind it; `text_and_tag` ends with 16 spare bytes.
void encrypt_in_place(KeyView key, ByteView nonce, const Context& context,
                      std::span<std::uint8_t> text_and_tag) noexcept;
// Writes `sealed.size() - 16` bytes. False when authentication fails; `out` is then zero.
[[nodiscard]] bool decrypt(KeyView key, ByteView nonce, const Context& context, ByteView sealed,
                           std::span<std::uint8_t> out) noexcept;

// First 8 bytes of unkeyed BLAKE2b of the key, as a number: says which key,
// nothing about it.
[[nodiscard]] std::uint64_t key_id_of(KeyView key) noexcept;

// Keyed BLAKE2b.
void keyed_hash(KeyView key, ByteView message, std::span<std::uint8_t> out) noexcept;
// The same over `prefix | message` without joining them.
void keyed_hash(KeyView key, ByteView prefix, ByteView message,
                std::span<std::uint8_t> out) noexcept;

// Wrapped secret: version(1) nonce(24) ciphertext tag(16).
[[nodiscard]] Bytes wrap(KeyView by, ports::Random& random, const Context& context,
                         ByteView secret);
// `out` gives the expected size. False when anything does not fit or authenticate.
[[nodiscard]] bool unwrap(KeyView by, const Context& context, ByteView wrapped,
                          std::span<std::uint8_t> out) noexcept;

}  // namespace lethe::vault
