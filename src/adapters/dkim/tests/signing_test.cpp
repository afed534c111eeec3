#include "lethe/dkim/signing.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "../src/canonical.h"

namespace lethe::dkim {
namespace {

// RFC 8463 appendix A.2: the Ed25519 key of the example, as PKCS #8.
constexpr std::string_view kEd25519Pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

// The message of RFC 8463 appendix A.3.
constexpr std::string_view kMail =
    "From: Joe SixPack <joe@football.example.com>\r\n"
    "To: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\n"
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
    "\r\n"
    "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

SigningKey example_key() {
  auto key = SigningKey::read(Secret{kEd25519Pem}, "football.example.com", "brisbane");
  REQUIRE(key.has_value());
  return std::move(*key);
}

// RFC 6376 section 3.4.5, the example of relaxed/relaxed.
TEST_CASE("header fields are squeezed as the example of RFC 6376 says") {
  const Split split = split_mail("A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n");
  REQUIRE(split.fields.size() == 2);
  CHECK(relaxed_field(split.fields[0]) == "a:X");
  CHECK(relaxed_field(split.fields[1]) == "b:Y Z");
  CHECK(relaxed_body(split.body) == " C\r\nD E\r\n");
}

TEST_CASE("a body of nothing, or of empty lines alone, is nothing") {
  CHECK(relaxed_body("").empty());
  CHECK(relaxed_body("\r\n\r\n").empty());
  CHECK(relaxed_body("no line end") == "no line end\r\n");
}

TEST_CASE("the record of the example key is the one RFC 8463 publishes") {
  const SigningKey key = example_key();
  CHECK(key.record_name() == "brisbane._domainkey.football.example.com");
  CHECK(key.record_text() == "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
}

TEST_CASE("the body hash is the one of RFC 8463 appendix A.3") {
  const auto field = example_key().signature_of(kMail, instant_of(1528637909));
  REQUIRE(field.has_value());
  CHECK(field->find("bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=") != std::string::npos);
  CHECK(field->find("a=ed25519-sha256; c=relaxed/relaxed;") != std::string::npos);
  CHECK(field->ends_with("\r\n"));
}

TEST_CASE("From is named once more than it occurs, and both List-Unsubscribe fields are signed") {
  const std::string mail =
      "List-Unsubscribe: <https://a/>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" +
      std::string{kMail};
  const auto names = names_to_sign(split_mail(mail).fields);
  CHECK(std::ranges::count(names, "from") == 2);
  CHECK(std::ranges::count(names, "cc") == 1);  // absent: nobody may add one
  CHECK(std::ranges::count(names, "list-unsubscribe") == 2);
  CHECK(std::ranges::count(names, "list-unsubscribe-post") == 1);
}

TEST_CASE("a changed word changes the signature, a changed blank does not") {
  const SigningKey key = example_key();
  const Instant now = instant_of(1528637909);
  const auto first = key.signature_of(kMail, now);
  std::string wider{kMail};
  wider.replace(wider.find("Is dinner"), 9, "Is   dinner");
  CHECK(*key.signature_of(wider, now) == *first);
  std::string other{kMail};
  other.replace(other.find("Is dinner"), 9, "No dinner");
  CHECK(*key.signature_of(other, now) != *first);
}

TEST_CASE("no line of a signature is longer than mail allows") {
  const auto field = example_key().signature_of(kMail, instant_of(1));
  std::size_t line = 0;
  for (const char c : *field) {
    line = c == '\n' ? 0 : line + 1;
    CHECK(line <= 100);
  }
}

TEST_CASE("what is no key, or no name, is refused in words") {
  CHECK_FALSE(SigningKey::read(Secret{std::string_view{"nonsense"}}, "a.example", "s").has_value());
  CHECK_FALSE(SigningKey::read(Secret{kEd25519Pem}, "a.example; b", "s").has_value());
  CHECK_FALSE(SigningKey::read(Secret{kEd25519Pem}, "a.example", "").has_value());
}

}  // namespace
}  // namespace lethe::dkim
