#include "lethe/vault/password.h"

#include <doctest/doctest.h>

namespace lethe::vault {
namespace {

Password typed(std::string_view text) { return Password{Secret{text}}; }

TEST_CASE("only the password that was hashed is right") {
  const auto hash = hash_password(typed("correct horse"));
  REQUIRE(hash.has_value());
  CHECK(hash->encoded().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  CHECK(verify_password(typed("correct horse"), *hash) == PasswordVerdict::right);
  CHECK(verify_password(typed("correct horse "), *hash) == PasswordVerdict::wrong);
  CHECK(verify_password(typed(""), *hash) == PasswordVerdict::wrong);
}

TEST_CASE("the same password hashed twice looks different") {
  CHECK(hash_password(typed("same"))->encoded() != hash_password(typed("same"))->encoded());
}

TEST_CASE("a password of 1024 bytes is hashed, one byte more is refused") {
  const std::string longest(kPasswordBytesMax, 'x');
  const auto hash = hash_password(typed(longest));
  REQUIRE(hash.has_value());
  CHECK(verify_password(typed(longest), *hash) == PasswordVerdict::right);
  CHECK(hash_password(typed(longest + "x")).error().code == Errc::too_large);
  CHECK(verify_password(typed(longest + "x"), *hash) == PasswordVerdict::wrong);
}

TEST_CASE("a hash made with less memory is right but to be renewed") {
  // "old" under m=8 MiB, t=1, by libsodium's crypto_pwhash_str.
  const PasswordHash weak{
      "$argon2id$v=19$m=8192,t=1,p=1$VTT/0crAG7pEPD2seQ6y+Q$"
      "z148zgBo0jX+ty0rYGpgPGR/rhWXpsXbjOYy/T7iJww"};
  CHECK(verify_password(typed("old"), weak) == PasswordVerdict::right_but_outdated);
  CHECK(verify_password(typed("other"), weak) == PasswordVerdict::wrong);
}

TEST_CASE("a damaged hash lets nobody in") {
  CHECK(verify_password(typed("x"), PasswordHash{""}) == PasswordVerdict::wrong);
  CHECK(verify_password(typed("x"), PasswordHash{"$argon2id$"}) == PasswordVerdict::wrong);
  CHECK(verify_password(typed(""), PasswordHash{"plain"}) == PasswordVerdict::wrong);
}

}  // namespace
}  // namespace lethe::vault
