// layer: base
// Keys, tokens and passwords have one owner, and == would compare them in a time that tells.
// WRONG 1: deleted constructor|deleted function
// WRONG 2: invalid operands to binary expression
// WRONG 3: invalid operands to binary expression
// WRONG 4: no known conversion|no matching function
// WRONG 5: deleted constructor|deleted function
#include "lethe/base/secret.h"

#include <iostream>

#include "lethe/base/locked_memory.h"

using lethe::Secret;

Secret taken(Secret& secret) {
#if WRONG == 1
  return secret;
#else
  return std::move(secret);
#endif
}

bool same(const Secret& a, const Secret& b) {
#if WRONG == 2
  return a == b;
#else
  return a.equals(b.reveal());
#endif
}

void show(const Secret& secret) {
#if WRONG == 3
  std::cout << secret;
#else
  std::cout << secret.empty();
#endif
}

void store(const lethe::PasswordHash& hash);

void save([[maybe_unused]] const lethe::Password& typed,
          [[maybe_unused]] const lethe::PasswordHash& hash) {
#if WRONG == 4
  store(typed);
#else
  store(hash);
#endif
}

lethe::LockedMemory moved(lethe::LockedMemory& memory) {
#if WRONG == 5
  return memory;
#else
  return std::move(memory);
#endif
}
