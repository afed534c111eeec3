#include <doctest/doctest.h>

#include "lethe/rspamd/rspamd.h"

namespace lethe::rspamd {
namespace {

using core::AuthResult;
using core::SpamVerdict;

core::MailTrust read(std::string_view json, bool is_forwarded = false) {
  auto trust = read_answer(json, "people.example", is_forwarded);
  REQUIRE(trust.has_value());
  return *trust;
}

TEST_CASE("symbols become results, the action becomes the verdict") {
  const auto good = read(
      R"({"score":-1,"action":"no action","symbols":{"R_SPF_ALLOW":{"score":-0.2},
      "R_DKIM_ALLOW":{"options":["people.example:s=mail"]},"DMARC_POLICY_ALLOW":{}}})");
  CHECK(good.spf == AuthResult::pass);
  CHECK(good.dkim == AuthResult::pass);
  CHECK(good.dmarc == AuthResult::pass);
  CHECK(good.spam == SpamVerdict::ham);
  CHECK(good.aligned);
  for (const char* action : {"add header", "rewrite subject", "reject"})
    CHECK(read(R"({"symbols":{},"action":")" + std::string{action} + "\"}").spam ==
          SpamVerdict::spam);
  for (const char* action : {"greylist", "soft reject", "no action"})
    CHECK(read(R"({"symbols":{},"action":")" + std::string{action} + "\"}").spam ==
          SpamVerdict::ham);
}

TEST_CASE("a signature of another domain is not aligned") {
  CHECK_FALSE(read(R"({"action":"no action","symbols":{"R_DKIM_ALLOW":
      {"options":["lists.example:s=x"]},"DMARC_NA":{}}})")
                  .is_authentic());
}

TEST_CASE("what a forwarder breaks does not make spam; what is spam anyway stays it") {
  const std::string broken = R"({"score":8,"action":"add header","thresholds":{"add header":6},
      "symbols":{"R_SPF_FAIL":{"score":3},"DMARC_POLICY_REJECT":{"score":2}}})";
  CHECK(read(broken).spam == SpamVerdict::spam);
  CHECK(read(broken, true).spam == SpamVerdict::ham);
  // Stock rules add a third symbol for the same failure when there is no Received header.
  const std::string thrice = R"({"score":9.4,"action":"add header","thresholds":{"add header":6},
      "symbols":{"R_SPF_FAIL":{"score":1},"DMARC_POLICY_REJECT":{"score":2},
                 "VIOLATED_DIRECT_SPF":{"score":3.5}}})";
  CHECK(read(thrice).spam == SpamVerdict::spam);
  CHECK(read(thrice, true).spam == SpamVerdict::ham);
  const std::string spam = R"({"score":20,"action":"reject","thresholds":{"add header":6},
      "symbols":{"R_SPF_FAIL":{"score":3},"GTUBE":{"score":15}}})";
  CHECK(read(spam, true).spam == SpamVerdict::spam);
}

TEST_CASE("what is no answer of checkv2 is no verdict") {
  for (const char* text : {"", "garbage", "[]", "{}", R"({"action":"no action"})",
                           R"({"symbols":{}})", R"({"action":1,"symbols":{}})"})
    CHECK_FALSE(read_answer(text, "", false).has_value());
}

TEST_CASE("no value adds a header") {
  ports::Envelope envelope{.sender = "a\r\nRcpt: x", .recipients = {"one", "two"}};
  const auto lines = request_headers(envelope, "7");
  CHECK(lines ==
        std::vector<std::string>{"From: a  Rcpt: x", "Rcpt: one", "Rcpt: two", "Queue-Id: 7"});
  envelope.sender.clear();
  CHECK(request_headers(envelope, "7").front() == "From: <>");
}

TEST_CASE("the filter learns the sender's server, and not our own by LMTP") {
  ports::Envelope envelope{.sender = "a@people.example",
                           .recipients = {"b@desk.example"},
                           .peer_address = "192.0.2.1",
                           .helo = "mx.people.example",
                           .door = ports::Door::smtp};
  CHECK(request_headers(envelope, "7") ==
        std::vector<std::string>{"From: a@people.example", "Rcpt: b@desk.example", "Ip: 192.0.2.1",
                                 "Helo: mx.people.example", "Queue-Id: 7"});
  envelope.door = ports::Door::lmtp;
  CHECK(request_headers(envelope, "7") ==
        std::vector<std::string>{"From: a@people.example", "Rcpt: b@desk.example", "Queue-Id: 7"});
}

TEST_CASE("an address without http is refused") {
  CHECK_FALSE(open_filter({.url = "127.0.0.1:11333"}).has_value());
  CHECK(open_filter({.url = "http://127.0.0.1:11333/"}).has_value());
}

}  // namespace
}  // namespace lethe::rspamd
