#include "lethe/core/postfix_settings.h"

#include <doctest/doctest.h>

namespace lethe::core {
namespace {

PostfixSettings parsed(std::string_view text) {
  auto settings = PostfixSettings::parse(text);
  REQUIRE(settings.has_value());
  return std::move(*settings);
}

std::string value(std::string_view text, std::string_view name) {
  return parsed(text).value(name).value_or("(refused)");
}

TEST_CASE("continued lines, comments in between, and the last setting wins") {
  const std::string_view file =
      "# a comment\n"
      "  # an indented comment\n"
      "mynetworks = 127.0.0.0/8\n"
      "# in between\n"
      "\n"
      "\t192.0.2.0/24\r\n"
      "myhostname=mail.example.org\n"
      "myhostname = mx.example.org   \n";
  CHECK(value(file, "mynetworks") == "127.0.0.0/8 192.0.2.0/24");
  CHECK(value(file, "myhostname") == "mx.example.org");
  CHECK(value(file, "mydomain").empty());
}

TEST_CASE("names are expanded as Postfix does") {
  CHECK(value("a = x\nb = $a-${a}-$(a)-$$a-$", "b") == "x-x-x-$a-$");
  CHECK(value("a = x\nb = ${a?yes}${c?no}${c:else}${a:no}", "b") == "yeselse");
  CHECK(value("a = x\nb = ${a?{yes}:{no}} ${c?{yes}:{no $a}}", "b") == "yes no x");
  CHECK(value("b = ${a:${c:deep}}", "b") == "deep");
  CHECK(value("b = $c\nc = $d\nd = end", "b") == "end");
}

TEST_CASE("what cannot be expanded is refused and goes no deeper than it may") {
  CHECK(value("a = $b\nb = $a", "a") == "(refused)");
  CHECK(value("a = ${b", "a") == "(refused)");
  CHECK(value("a = ${{$b} == {c} ? {d} : {e}}", "a") == "(refused)");
  CHECK(value("a = aaaaaaaaaaaaaaaa$b\nb=$c$c$c$c$c$c$c$c\nc=$d$d$d$d$d$d$d$d\nd=$e$e$e$e$e$e$e$e\n"
              "e=$f$f$f$f$f$f$f$f\nf=$g$g$g$g$g$g$g$g\ng=0123456789abcdef",
              "a") == "(refused)");
}

TEST_CASE("names that double at each level and say nothing end in bounded time") {
  std::string file;
  for (int n = 0; n < 60; ++n) {
    const std::string next = "$n" + std::to_string(n + 1);
    file += "n" + std::to_string(n) + " = " + next + next + "\n";
  }
  CHECK(value(file, "n0") == "(refused)");
}

TEST_CASE("a line without an equals sign is refused by its number, a long file at its limit") {
  const auto refused = PostfixSettings::parse("a = b\n\nnonsense\n");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail.find("line 3") != std::string::npos);
  CHECK(PostfixSettings::parse(std::string(PostfixSettings::kFileBytesMax, '\n')).has_value());
  CHECK_FALSE(
      PostfixSettings::parse(std::string(PostfixSettings::kFileBytesMax + 1, '\n')).has_value());
}

}  // namespace
}  // namespace lethe::core
