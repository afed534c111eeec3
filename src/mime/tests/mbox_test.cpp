#include "lethe/mime/mbox.h"

#include <doctest/doctest.h>

namespace lethe::mime {
namespace {

std::vector<std::string> split_whole(std::string_view mbox, std::size_t piece,
                                     MboxQuoting quoting = MboxQuoting::mboxrd) {
  MboxSplitter splitter{quoting};
  std::vector<std::string> mails;
  for (std::size_t at = 0; at < mbox.size(); at += piece)
    splitter.feed(mbox.substr(at, piece), mails);
  if (auto last = splitter.finish()) mails.push_back(*std::move(last));
  return mails;
}

constexpr std::string_view kTwo =
    "From a@b Mon Jan  1 00:00:00 2024\nSubject: one\n\nFrom here on\n>From quoted\n>>From "
    "twice\n\n"
    "From c@d Mon Jan  1 00:00:00 2024\nSubject: two\n\nbody\n\n";

TEST_CASE("an mbox falls into the same mails whatever the size of the pieces") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    const auto mails = split_whole(kTwo, piece);
    REQUIRE(mails.size() == 2);
    CHECK(mails[1] == "Subject: two\n\nbody\n");
  }
}

TEST_CASE(
    "a From line inside a paragraph starts no mail when it is quoted, and one mark is taken") {
  const auto mails =
      split_whole("From a\nS: x\n\nword\nFrom here on\n>From quoted\n>>From twice\n", 1000);
  REQUIRE(mails.size() == 1);
  CHECK(mails[0] == "S: x\n\nword\nFrom here on\nFrom quoted\n>From twice\n");
  const auto old = split_whole("From a\nS: x\n\n>From q\n>>From twice\n", 1000, MboxQuoting::mboxo);
  CHECK(old.at(0) == "S: x\n\nFrom q\n>>From twice\n");
  const auto none = split_whole("From a\nS: x\n\n>From q\n", 1000, MboxQuoting::none);
  CHECK(none.at(0) == "S: x\n\n>From q\n");
}

TEST_CASE("a paragraph that begins with From and has no time and year starts no mail") {
  const std::string first = "From a 10:00\nS: x\n\n";
  for (const char* words : {"From here on\n", "From Monday 10:30 on we are closed\n",
                            "From 2024 on\n", "From 10:30 to 20245 it is 120:30\n"}) {
    CHECK(split_whole(first + words, 1000).size() == 1);
  }
  for (const char* line :
       {"From b Mon Jan  1 10:00:00 2024\n", "From b  Mon Jan 1 10:00 UTC 2024\n",
        "From - Mon Jan 01 10:00:00 2024\r\n", "From 1788@xxx Mon Jan 01 10:00:00 +0000 2024\n",
        "From MAILER-DAEMON Fri Jul  8 12:08:34 1999\n", "From b 2024-01-01 10:00\n"}) {
    CHECK(split_whole(first + line, 1000).size() == 2);
  }
}

TEST_CASE("CRLF mboxes and files that hold one mail without a From_ line are split too") {
  const auto mails = split_whole(
      "From a 10:00\r\nS: 1\r\n\r\nx\r\n\r\nFrom b 2024 10:00\r\nS: 2\r\n\r\ny\r\n", 1000);
  REQUIRE(mails.size() == 2);
  CHECK(mails[0] == "S: 1\r\n\r\nx\r\n");
  CHECK(split_whole("S: bare\n\nbody\n", 3) == std::vector<std::string>{"S: bare\n\nbody\n"});
  CHECK(split_whole("", 1).empty());
  CHECK(split_whole("\n\n", 1).empty());
}

TEST_CASE("a mail longer than the bound is cut, counted, and the next one is whole") {
  MboxSplitter splitter{MboxQuoting::mboxrd, 10};
  std::vector<std::string> mails;
  splitter.feed("From a\n0123456789ABC\n\nFrom b 2024 10:00\n0123456789", mails);
  const auto last = splitter.finish();
  REQUIRE(mails.size() == 1);
  CHECK(mails[0] == "0123456789");
  CHECK(splitter.dropped_bytes() == 5);
  CHECK(last == "0123456789");
}

TEST_CASE("a line of megabytes passes without being held twice") {
  MboxSplitter splitter;
  std::vector<std::string> mails;
  splitter.feed("From a\nS: x\n\n", mails);
  const std::string chunk(100'000, 'z');
  for (int i = 0; i < 20; ++i) splitter.feed(chunk, mails);
  splitter.feed("\n\nFrom b 2024 10:00\nS: y\n\n", mails);
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].size() == 2'000'000 + 7);
}

}  // namespace
}  // namespace lethe::mime
