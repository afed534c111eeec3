#include <doctest/doctest.h>

#include "lethe/clamav/clamav.h"

namespace lethe::clamav {
namespace {

using State = ports::ScanResult::State;

TEST_CASE("only clamd's own words make a file clean or infected") {
  CHECK(read_answer(std::string_view{"stream: OK\0", 11}).state == State::clean);
  const auto found = read_answer(std::string_view{"stream: Eicar-Test-Signature FOUND\0", 35});
  CHECK(found.state == State::infected);
  CHECK(found.signature == "Eicar-Test-Signature");
  for (const char* text : {"", "OK", "stream: OKAY", "INSTREAM size limit exceeded. ERROR",
                           "stream: Can't open file ERROR", "HTTP/1.1 200 OK"})
    CHECK(read_answer(text).state == State::not_checked);
}

TEST_CASE("a name carries no other bytes into a page and has a bound") {
  CHECK(read_answer("stream: <b>x\n FOUND").signature == "_b_x_");
  CHECK(read_answer("stream: " + std::string(5000, 'a') + " FOUND").signature.size() == 100);
  CHECK(read_answer("stream:  FOUND").state != State::clean);
}

TEST_CASE("an address is unix:/path or HOST:PORT") {
  for (const char* good : {"unix:/run/clamd", "127.0.0.1:3310", "[::1]:3310"})
    CHECK(open_scanner(good).has_value());
  for (const std::string& bad :
       {std::string{""}, std::string{"unix:"}, std::string{"host"}, std::string{":3310"},
        std::string{"host:"}, "unix:" + std::string(200, 'x')})
    CHECK_FALSE(open_scanner(bad).has_value());
}

TEST_CASE("nobody there is said so, and never clean") {
  auto scanner = open_scanner("unix:/nonexistent/clamd");
  REQUIRE(scanner.has_value());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  CHECK((*scanner)->scan("x", deadline).state == State::away);
}

}  // namespace
}  // namespace lethe::clamav
