// layer: base
// Decrypted text does not copy, print, compare or turn into something else unnoticed.
// WRONG 1: deleted constructor|deleted function
// WRONG 2: deleted operator
// WRONG 3: invalid operands to binary expression
// WRONG 4: invalid operands to binary expression
// WRONG 5: no viable conversion
// WRONG 6: no viable conversion
// WRONG 7: no known conversion|no matching function
// WRONG 8: no matching|no viable conversion
#include <iostream>

#include "lethe/base/secret.h"

using lethe::Ciphertext;
using lethe::Plaintext;

Plaintext twice(const Plaintext& text) {
#if WRONG == 1
  return text;
#else
  return text.duplicate();
#endif
}

void keep(Plaintext& place, Plaintext& text) {
#if WRONG == 2
  place = text;
#else
  place = std::move(text);
#endif
}

void show(const Plaintext& text) {
#if WRONG == 3
  std::cout << text;
#else
  std::cout << text.size();
#endif
}

bool same(const Plaintext& a, const Plaintext& b) {
#if WRONG == 4
  return a == b;
#else
  return a.reveal() == b.reveal();
#endif
}

std::string_view text_of(const Plaintext& text) {
#if WRONG == 5
  return text;
#else
  return text.reveal();
#endif
}

Plaintext made(const std::string& text) {
#if WRONG == 6
  return text;
#else
  return Plaintext{text};
#endif
}

void store(const Ciphertext& cell);

void save([[maybe_unused]] const Plaintext& text, [[maybe_unused]] const Ciphertext& cell) {
#if WRONG == 7
  store(text);
#else
  store(cell);
#endif
}

Ciphertext sealed(lethe::Bytes bytes, [[maybe_unused]] lethe::OwnerId owner) {
#if WRONG == 8
  return Ciphertext{std::move(bytes)};
#else
  return Ciphertext{std::move(bytes), owner};
#endif
}
