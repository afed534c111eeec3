#include <doctest/doctest.h>

#include "lethe/base/encoding.h"
#include "lethe/base/id.h"
#include "lethe/base/secret.h"
#include "lethe/base/text.h"
#include "lethe/base/time.h"

namespace lethe {

TEST_CASE("an id is a positive decimal number and nothing else") {
  using TestId = Id<struct TestTag>;
  CHECK(TestId::parse("42").value().value() == 42);
  for (const char* text : {"", "0", "-1", "+1", "1x", " 1", "9223372036854775808"}) {
    CHECK_MESSAGE(!TestId::parse(text), text);
  }
}

TEST_CASE("RFC 3339 times survive a round trip, offsets are applied, nonsense is refused") {
  CHECK(to_rfc3339(parse_rfc3339("2024-02-29T23:59:59Z").value()) == "2024-02-29T23:59:59Z");
  CHECK(to_rfc3339(parse_rfc3339("2026-11-21T10:30:00.123+01:00").value()) ==
        "2026-11-21T09:30:00Z");
  CHECK(to_rfc5322(parse_rfc3339("2026-11-21T09:30:00Z").value()) ==
        "Sat, 21 Nov 2026 09:30:00 +0000");
  for (const char* text : {"", "2026-02-30T00:00:00Z", "2026-11-21", "2026-11-21T24:00:00Z",
                           "2026-11-21T09:30:00", "2026-11-21T09:30:00Zx"}) {
    CHECK_MESSAGE(!parse_rfc3339(text), text);
  }
}

TEST_CASE("base64 with any byte above 0x7f is refused, whatever the library takes for a letter") {
  for (int byte = 0x80; byte <= 0xff; ++byte) {
    for (std::size_t at = 0; at < 8; ++at) {
      std::string text = "QUJDREVG";
      text[at] = static_cast<char>(byte);
      CHECK(!parse_base64(text));
      CHECK(!parse_base64url(text));
    }
  }
}

TEST_CASE(
    "base64, base64url, base32 and hex give back what went in, and refuse what is not theirs") {
  for (std::size_t size = 0; size < 40; ++size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + size);
    CHECK(parse_base64(to_base64(bytes)).value() == bytes);
    CHECK(parse_base64url(to_base64url(bytes)).value() == bytes);
    CHECK(parse_base32(to_base32(bytes)).value() == bytes);
    CHECK(parse_hex(to_hex(bytes)).value() == bytes);
  }
  CHECK(!parse_base64("a"));
  CHECK(!parse_base64url("a+b/"));
  CHECK(!parse_base32("a1"));
  CHECK(!parse_base32("ab"));  // left-over bits are not zero
  CHECK(!parse_hex("0g"));
}

TEST_CASE("ill-formed UTF-8 is seen and repaired, well-formed is left alone") {
  CHECK(
      is_valid_utf8("Gr\xC3\xBC\xC3\x9F"
                    "e \xF0\x9F\x98\x80"));
  for (const char* bad :
       {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE2\x82", "\xFF"}) {
    CHECK(!is_valid_utf8(bad));
    CHECK(is_valid_utf8(to_valid_utf8(bad)));
  }
  CHECK(clipped_utf8("a\xC3\xBC", 2) == "a");
  CHECK(squeezed("  a \t\n b ") == "a b");
}

TEST_CASE("a plaintext moved from holds nothing, not even a short text kept inside the object") {
  Plaintext first{"short"};
  const Plaintext second = std::move(first);
  CHECK(second.reveal() == "short");
  CHECK(first.reveal().empty());  // NOLINT(bugprone-use-after-move): that is the point
}

TEST_CASE("secrets compare by content and size") {
  const Secret secret{"correct horse"};
  CHECK(secret.equals(as_bytes("correct horse")));
  CHECK(!secret.equals(as_bytes("correct horsf")));
  CHECK(!secret.equals(as_bytes("correct")));
}

}  // namespace lethe
