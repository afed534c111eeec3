// layer: vault
// No outcome of the vault is overlooked, no text goes in unmarked, no key comes out.
// WRONG 1: ignoring return value
// WRONG 2: ignoring return value
// WRONG 3: ignoring return value
// WRONG 4: no matching|no known conversion|no viable conversion
// WRONG 5: deleted (copy )?constructor|deleted function
// WRONG 6: private member
// WRONG 7: deleted (copy )?constructor|deleted function
#include "lethe/vault/vault.h"

using namespace lethe;

[[nodiscard]] Status erase();

Status discarded(vault::Vault& vault, ports::KeyringStore& store) {
#if WRONG == 1
  erase();
#else
  LETHE_CHECK(erase());
#endif
#if WRONG == 2
  vault.commit();
#else
  LETHE_CHECK(vault.commit());
#endif
#if WRONG == 3
  store.settle();
#else
  LETHE_CHECK(store.settle());
#endif
  return {};
}

Result<Ciphertext> seal(vault::Vault& vault, const vault::KeyRef& key, const std::string& text) {
#if WRONG == 4
  return vault.seal(key, {}, text);
#else
  return vault.seal(key, {}, Plaintext{text});
#endif
}

vault::FileKey taken(vault::FileKey& key) {
#if WRONG == 5
  return key;
#else
  return std::move(key);
#endif
}

void look([[maybe_unused]] const vault::FileKey& key) {
#if WRONG == 6
  static_cast<void>(key.slot_);
#endif
}

vault::Vault& same(vault::Vault& vault) {
#if WRONG == 7
  vault::Vault other{vault};
#endif
  return vault;
}
