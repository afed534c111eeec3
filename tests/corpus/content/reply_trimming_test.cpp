// Old mails and signatures are told from new text as the authors of the corpus do it.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>

#include "corpus.h"
#include "lethe/base/text.h"
#include "lethe/core/reply_text.h"

namespace {

std::string with_line_feeds(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c != '\r') out += c;
  return out;
}

std::string joined(const std::string& body) {
  std::string out;
  for (const lethe::core::ReplySegment& segment : lethe::core::split_reply(body))
    out += body.substr(segment.begin, segment.end - segment.begin);
  return out;
}

}  // namespace

TEST_CASE("replies of the corpus are split like their authors wish, and nothing is lost") {
  const auto folder = lethe::test::corpora() / "reply-trimming";
  int exact = 0;
  int all = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "emails")) {
    const std::string name = entry.path().filename().string();
    CAPTURE(name);
    const std::string body = lethe::test::bytes_of(entry.path());
    const std::string expected = with_line_feeds(lethe::test::bytes_of(folder / "trimmed" / name));
    const std::string got = with_line_feeds(lethe::core::new_text_of(body));
    CHECK(joined(body) == body);
    if (!lethe::trimmed(expected).empty()) CHECK_FALSE(lethe::trimmed(got).empty());
    ++all;
    const bool same = lethe::trimmed(got) == lethe::trimmed(expected);
    exact += same ? 1 : 0;
    if (!same && std::getenv("LETHE_CORPUS_VERBOSE") != nullptr)
      std::printf("  %s\n----- got\n%.600s\n----- expected\n%.600s\n", name.c_str(), got.c_str(),
                  expected.c_str());
  }
  std::printf("corpus reply-trimming: exact %d/%d\n", exact, all);
  CHECK(exact * 10 >= all * 9);
}
