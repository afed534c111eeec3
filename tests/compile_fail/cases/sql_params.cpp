// layer: sql
// Text of people and keys do not go into a statement; only what is sealed does.
// WRONG 1: deleted
// WRONG 2: deleted
#include "lethe/sql/value.h"

using namespace lethe;

sql::Param param(const Plaintext& text, const Secret& key, const Ciphertext& cell) {
#if WRONG == 0
  static_cast<void>(text);
  static_cast<void>(key);
  return sql::Param{cell};
#elif WRONG == 1
  static_cast<void>(key);
  static_cast<void>(cell);
  return sql::Param{text};
#elif WRONG == 2
  static_cast<void>(text);
  static_cast<void>(cell);
  return sql::Param{key};
#endif
}
