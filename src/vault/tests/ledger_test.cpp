#include <sodium.h>

#include "fixture.h"

namespace lethe::vault {
namespace {

using namespace test;

TreeHead head(std::uint64_t size, std::uint8_t root) {
  TreeHead made{size, {}};
  made.root.fill(root);
  return made;
}

TEST_CASE("a signed tree head verifies under the public key, which stays the same") {
  Fixture f;
  const PublicKey key = f.vault->ledger_public_key();
  const auto note = as_bytes("lethe.example\n3\nroot\n");
  const auto signature = f.vault->sign_tree(head(3, 1), note);
  REQUIRE(signature.has_value());
  CHECK(crypto_sign_verify_detached(signature->data(), note.data(), note.size(), key.data()) == 0);
  REQUIRE(f.vault->turn_root().has_value());
  f.reopen();
  CHECK(f.vault->ledger_public_key() == key);
}

TEST_CASE("a smaller tree, or another root of the same size, is never signed") {
  Fixture f;
  const auto note = as_bytes("note");
  CHECK(f.vault->last_signed_tree() == TreeHead{});
  REQUIRE(f.vault->sign_tree(head(5, 1), note).has_value());
  for (int start = 0; start < 2; ++start) {
    CHECK(f.vault->last_signed_tree() == head(5, 1));
    CHECK(f.vault->sign_tree(head(4, 1), note).error().code == Errc::conflict);
    CHECK(f.vault->sign_tree(head(5, 2), note).error().code == Errc::conflict);
    CHECK(f.vault->sign_tree(head(5, 1), note).has_value());
    f.reopen();
  }
  REQUIRE(f.vault->turn_root().has_value());
  CHECK(f.vault->last_signed_tree() == head(5, 1));
  CHECK(f.vault->sign_tree(head(6, 3), note).has_value());
}

TEST_CASE("nothing is signed when the head cannot be made durable") {
  Fixture f;
  f.store.refuse_writes = true;
  CHECK(f.vault->sign_tree(head(1, 1), as_bytes("note")).error().code == Errc::unavailable);
  CHECK(f.vault->last_signed_tree() == TreeHead{});
}

}  // namespace
}  // namespace lethe::vault
