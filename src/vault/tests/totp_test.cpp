#include "lethe/vault/totp.h"

#include <doctest/doctest.h>

#include <array>

namespace lethe::vault {
namespace {

const Bytes kKey = to_bytes("12345678901234567890");  // RFC 6238, appendix B

struct Vector {
  std::int64_t seconds;
  std::string_view code;  // the last six of the eight digits printed there
};
constexpr std::array<Vector, 6> kVectors{{{59, "287082"},
                                          {1111111109, "081804"},
                                          {1111111111, "050471"},
                                          {1234567890, "005924"},
                                          {2000000000, "279037"},
                                          {20000000000, "353130"}}};

TEST_CASE("the codes of RFC 6238, appendix B") {
  for (const Vector& each : kVectors) {
    CHECK(totp_code(kKey, totp_step(instant_of(each.seconds))) == each.code);
  }
}

TEST_CASE("the codes of RFC 4226, appendix D") {
  constexpr std::array<std::string_view, 10> kCodes{"755224", "287082", "359152", "969429",
                                                    "338314", "254676", "287922", "162583",
                                                    "399871", "520489"};
  for (std::size_t i = 0; i < kCodes.size(); ++i) {
    CHECK(totp_code(kKey, static_cast<std::int64_t>(i)) == kCodes[i]);
  }
}

TEST_CASE("a code is taken one step early and one step late, and not two") {
  const Instant now = instant_of(1'000'000'005);
  const std::int64_t step = totp_step(now);
  for (std::int64_t away = -2; away <= 2; ++away) {
    const auto matched = match_totp(kKey, totp_code(kKey, step + away), now, 0);
    CHECK(matched.has_value() == (away >= -1 && away <= 1));
    if (matched) CHECK(*matched == step + away);
  }
}

TEST_CASE("a step begins at its first second") {
  CHECK(totp_step(instant_of(59)) == 1);
  CHECK(totp_step(instant_of(60)) == 2);
}

TEST_CASE("no code is taken twice, nor one older than the last") {
  const Instant now = instant_of(1'000'000'005);
  const std::int64_t step = totp_step(now);
  const std::string code = totp_code(kKey, step);
  CHECK(match_totp(kKey, code, now, step - 1) == step);
  CHECK_FALSE(match_totp(kKey, code, now, step));
  CHECK_FALSE(match_totp(kKey, totp_code(kKey, step - 1), now, step));
  CHECK(match_totp(kKey, totp_code(kKey, step + 1), now, step) == step + 1);
}

TEST_CASE("what is no code of six digits is none") {
  const Instant now = instant_of(1'000'000'005);
  const std::string code = totp_code(kKey, totp_step(now));
  CHECK(match_totp(kKey, code, now, 0));
  for (const std::string& wrong :
       {std::string{}, code.substr(1), code + "0", " " + code, std::string("abcdef")}) {
    CHECK_FALSE(match_totp(kKey, wrong, now, 0));
  }
  CHECK_FALSE(match_totp(to_bytes("another key, 20 long"), code, now, 0));
}

}  // namespace
}  // namespace lethe::vault
