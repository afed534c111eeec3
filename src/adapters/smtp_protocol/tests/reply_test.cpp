#include "lethe/smtp_protocol/reply.h"

#include <doctest/doctest.h>

#include <string_view>
#include <utility>
#include <vector>

#include "lethe/base/disk_full.h"

namespace lethe::smtp_protocol {
namespace {

using Seen = std::vector<std::pair<int, std::string>>;

Seen refusals_in(std::string_view replies) {
  Seen seen;
  for_each_refusal(replies, [&](int code, std::string_view enhanced) {
    seen.emplace_back(code, std::string{enhanced});
  });
  return seen;
}

TEST_CASE("refusals are found among pipelined replies, with and without enhanced codes") {
  CHECK(refusals_in("250 2.1.0 Sender accepted.\r\n550 5.1.1 No such address here.\r\n"
                    "354 Go on.\r\n451 4.3.0 Later.\r\n500 What?\r\n") ==
        Seen{{550, "5.1.1"}, {451, "4.3.0"}, {500, ""}});
}

TEST_CASE("a reply of several lines counts once, and what is none counts never") {
  CHECK(refusals_in("550-5.1.1 No\r\n550 5.1.1 such address.\r\n") == Seen{{550, "5.1.1"}});
  CHECK(refusals_in("250-SIZE 550\r\n250 HELP\r\n").empty());
  CHECK(refusals_in("").empty());
  CHECK(refusals_in("\r\n\r\n").empty());
  CHECK(refusals_in("5x0 text\r\n55 \r\n550").empty());
}

TEST_CASE("a full disk is told from other trouble of ours") {
  const Reply full = reply_to_intake(fail(Errc::unavailable, "", std::string{kDiskFull}));
  CHECK(full.code == 452);
  CHECK(std::string_view{full.enhanced} ==
        "4.3.1");  // by content: equal literals need not share an address
  CHECK(reply_to_intake(fail(Errc::unavailable, "the replica is away")).code == 451);
}

TEST_CASE("every reply of ours that refuses is found again") {
  std::string replies;
  append_reply(replies, reply_to_intake(fail(Errc::too_large, "")));
  append_reply(replies, reply_to_intake({}));
  append_reply(replies, reply_to_recipient(ports::RcptVerdict::unknown));
  CHECK(refusals_in(replies) == Seen{{552, "5.3.4"}, {550, "5.1.1"}});
}

}  // namespace
}  // namespace lethe::smtp_protocol
