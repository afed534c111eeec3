#include "lethe/core/search_operators.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace lethe::core {
namespace {

using Strings = std::vector<std::string>;

TEST_CASE("operators leave the words, in order and with their quotation marks") {
  const auto found = parse_search_operators(
      R"(status:open cracked from:ann@example.org "the kettle leaks" tag:refund now)");
  CHECK(found.words == R"(cracked "the kettle leaks" now)");
  CHECK(found.statuses == Strings{"open"});
  CHECK(found.senders == Strings{"ann@example.org"});
  CHECK(found.tags == Strings{"refund"});
  CHECK(found.any());
}

TEST_CASE("a value with spaces stands in quotation marks, names are of any case, several count") {
  const auto found = parse_search_operators(
      R"(Tag:"two words" TAG:x Group:"Key accounts" assignee:me type:Return)");
  CHECK(found.words.empty());
  CHECK(found.tags == Strings{"two words", "x"});
  CHECK(found.groups == Strings{"Key accounts"});
  CHECK(found.assignees == Strings{"me"});
  CHECK(found.types == Strings{"Return"});
}

TEST_CASE("what only looks like an operator is a word") {
  for (const char* query : {"http://example.org/a", "re: order", "status:", "status: open",
                            "tag:\"\"", "\"status:open\"", "12:30", ":", "\"", "a\"b"}) {
    CAPTURE(query);
    const auto found = parse_search_operators(query);
    CHECK_FALSE(found.any());
    CHECK(found.words == query);
  }
}

TEST_CASE("a quotation mark that is never closed swallows nothing") {
  const auto found = parse_search_operators("\"cracked status:open lid");
  CHECK(found.words == "\"cracked lid");
  CHECK(found.statuses == Strings{"open"});
}

TEST_CASE("sixteen operators count, the next is a word") {
  std::string query;
  for (int n = 0; n < 17; ++n) query += "tag:t" + std::to_string(n) + " ";
  const auto found = parse_search_operators(query);
  CHECK(found.tags.size() == 16);
  CHECK(found.words == "tag:t16");
}

TEST_CASE("a ticket's number is digits alone, with or without the hash") {
  CHECK(ticket_number_in("1234") == 1234);
  CHECK(ticket_number_in(" #1234 ") == 1234);
  CHECK(ticket_number_in("999999999999999999") == 999'999'999'999'999'999);
  for (const char* query : {"", "#", "0", "#0", "12a", "-1", "1 2", "##1", "1234567890123456789"}) {
    CAPTURE(query);
    CHECK_FALSE(ticket_number_in(query));
  }
}

}  // namespace
}  // namespace lethe::core
