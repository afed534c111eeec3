// Types for what must not leak: text of people, keys and passwords.
//
// `Plaintext` and `Ciphertext` are unrelated: the store takes only the latter
// for personal columns, so forgetting to seal does not compile. None of these
// copies silently, prints, or compares with ==.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "lethe/base/bytes.h"
#include "lethe/base/id.h"

namespace lethe {

// Overwrites memory in a way the compiler keeps.
void wipe(void* data, std::size_t size) noexcept;
void wipe(std::string& text) noexcept;
void wipe(Bytes& bytes) noexcept;

// Decrypted text or file bytes of a person. Wiped when it dies.
class Plaintext {
 public:
  Plaintext() = default;
  explicit Plaintext(std::string text) : text_(std::move(text)) {}
  explicit Plaintext(std::string_view text) : text_(text) {}
  explicit Plaintext(const char* text) : text_(text) {}
  ~Plaintext() { wipe(text_); }
  Plaintext(const Plaintext&) = delete;
  Plaintext& operator=(const Plaintext&) = delete;
  Plaintext(Plaintext&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }
  Plaintext& operator=(Plaintext&& other) noexcept;

  // The one way in. The view lives as long as this object.
  [[nodiscard]] std::string_view reveal() const noexcept { return text_; }
  // A copy on purpose, where two owners need one.
  [[nodiscard]] Plaintext duplicate() const { return Plaintext{std::string_view{text_}}; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

 private:
  std::string text_;
};

// A sealed cell: version, algorithm, key id, nonce, ciphertext, tag (DESIGN
// section 4), and the person whose erasure makes it unreadable.
class Ciphertext {
 public:
  Ciphertext(Bytes cell, OwnerId owner) : cell_(std::move(cell)), owner_(owner) {}
  [[nodiscard]] ByteView bytes() const noexcept { return cell_; }
  [[nodiscard]] OwnerId owner() const noexcept { return owner_; }

 private:
  Bytes cell_;
  OwnerId owner_;
};

// A key, token or password: move-only, wiped, compared in constant time.
class Secret {
 public:
  Secret() = default;
  explicit Secret(Bytes bytes) : bytes_(std::move(bytes)) {}
  explicit Secret(std::string_view text) : bytes_(to_bytes(text)) {}
  ~Secret() { wipe(bytes_); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&& other) noexcept;

  [[nodiscard]] ByteView reveal() const noexcept { return bytes_; }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
  // Constant time in the content; sizes may leak.
  [[nodiscard]] bool equals(ByteView other) const noexcept;

 private:
  Bytes bytes_;
};

// A password as typed, and what is stored of it (Argon2id, encoded string).
struct Password {
  Secret secret;
};
class PasswordHash {
 public:
  explicit PasswordHash(std::string encoded) : encoded_(std::move(encoded)) {}
  [[nodiscard]] const std::string& encoded() const noexcept { return encoded_; }

 private:
  std::string encoded_;
};

}  // namespace lethe
