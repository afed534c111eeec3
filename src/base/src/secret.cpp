#include "lethe/base/secret.h"

#include <sodium.h>

namespace lethe {

void wipe(void* data, std::size_t size) noexcept {
  if (size != 0) sodium_memzero(data, size);
}
void wipe(std::string& text) noexcept {
  // The whole capacity: a shorter later value must not leave the tail of an earlier one.
  text.resize(text.capacity());
  wipe(text.data(), text.size());
  text.clear();
}
void wipe(Bytes& bytes) noexcept {
  wipe(bytes.data(), bytes.size());
  bytes.clear();
}

Plaintext& Plaintext::operator=(Plaintext&& other) noexcept {
  if (this == &other) return *this;
  wipe(text_);
  text_ = std::move(other.text_);
  wipe(other.text_);
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe(bytes_);
  bytes_ = std::move(other.bytes_);
  return *this;
}

bool Secret::equals(ByteView other) const noexcept {
  return bytes_.size() == other.size() &&
         sodium_memcmp(bytes_.data(), other.data(), other.size()) == 0;
}

}  // namespace lethe
