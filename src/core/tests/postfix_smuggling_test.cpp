#include "lethe/core/postfix_smuggling.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace lethe::core {
namespace {

int count(const Findings& findings, Grade grade) {
  int n = 0;
  for (const Finding& finding : findings) n += finding.grade == grade ? 1 : 0;
  return n;
}

// `version` empty: not known.
Findings judged(std::string_view text, std::string_view version = "") {
  const auto settings = PostfixSettings::parse(text);
  REQUIRE(settings.has_value());
  const auto parsed = parse_postfix_version(version);
  REQUIRE(parsed.has_value() == !version.empty());
  return judge_smuggling(*settings, parsed);
}

// The grades as one letter each.
std::string grades(std::string_view text, std::string_view version) {
  std::string letters;
  for (const Finding& finding : judged(text, version)) {
    letters += finding.grade == Grade::ok ? 'o' : finding.grade == Grade::warning ? 'w' : 'e';
  }
  return letters;
}

TEST_CASE("a Postfix that lets nothing be smuggled has no finding to act on") {
  for (const char* word : {"normalize", "yes", "reject", "YES", "${nothing:normalize}"}) {
    const auto findings = judged(
        "smtpd_forbid_bare_newline = " + std::string{word} +
        "\nsmtpd_forbid_bare_newline_exclusions =\n"
        "smtpd_data_restrictions = permit_mynetworks,\n  reject_unauth_pipelining, permit\n");
    CHECK(count(findings, Grade::ok) == 3);
    CHECK(findings.size() == 3);
  }
}

TEST_CASE("an unset, switched off, only logging or unknown setting is an error") {
  CHECK(count(judged(""), Grade::error) == 1);
  for (const char* word : {"no", "note", "maybe", ""}) {
    CHECK(count(judged("smtpd_forbid_bare_newline = " + std::string{word}), Grade::error) == 1);
  }
  CHECK(count(judged("smtpd_forbid_bare_newline = yes\nsmtpd_forbid_bare_newline = no"),
              Grade::error) == 1);
  CHECK(count(judged("#smtpd_forbid_bare_newline = yes"), Grade::error) == 1);
}

TEST_CASE("exceptions and pipelining are warnings, each mended by its own setting") {
  const std::string on = "smtpd_forbid_bare_newline = normalize\n";
  CHECK(count(judged(on), Grade::warning) == 2);
  CHECK(count(judged(on + "smtpd_forbid_bare_newline_exclusions = $mynetworks"), Grade::warning) ==
        2);
  CHECK(count(judged(on + "smtpd_forbid_bare_newline_exclusions ="), Grade::warning) == 1);
  CHECK(count(judged(on + "smtpd_forbid_unauth_pipelining = yes"), Grade::warning) == 1);
  CHECK(count(judged(on + "smtpd_forbid_unauth_pipelining = no"), Grade::warning) == 2);
  CHECK(count(judged(on + "smtpd_data_restrictions = reject_unauth_pipelining_not"),
              Grade::warning) == 2);
}

constexpr std::string_view kClosed =
    "smtpd_forbid_bare_newline_exclusions =\n"
    "smtpd_data_restrictions = reject_unauth_pipelining\n";

TEST_CASE("a version has two or three numbers; what follows a hyphen is not compared") {
  CHECK(parse_postfix_version("3.7.11") == PostfixVersion{3, 7, 11});
  CHECK(parse_postfix_version(" 3.9\n") == PostfixVersion{3, 9, 0});
  CHECK(parse_postfix_version("3.10-20240612") == PostfixVersion{3, 10, 0});
  CHECK(parse_postfix_version("3.9.0-RC1") == PostfixVersion{3, 9, 0});
  for (const char* text : {"", "3", "3.", ".9", "3.9.0.1", "3.x", "3. 9", "-3.9", "3.99999",
                           "Postfix 3.9", "3.9rc1"}) {
    CHECK_FALSE_MESSAGE(parse_postfix_version(text).has_value(), text);
  }
}

TEST_CASE("since 3.9 nothing has to be set but the exceptions") {
  for (const char* version : {"3.9.0", "3.9.1", "3.10.2", "4.0"}) {
    CHECK(grades("", version) == "owo");
    CHECK(grades("smtpd_forbid_bare_newline_exclusions =", version) == "ooo");
    CHECK(grades("smtpd_forbid_bare_newline = no", version) == "eo");
    CHECK(grades("smtpd_forbid_unauth_pipelining = no", version) == "oww");
  }
}

TEST_CASE("before 3.9 an unset line is off, whatever the patch") {
  for (const char* version : {"3.8.16", "3.8.5", "3.8.4", "3.7.11", "3.5.25"}) {
    CHECK(grades(kClosed, version) == "eo");
    CHECK(judged(kClosed, version).front().sentence.contains(version));
  }
}

TEST_CASE("normalize is advised from the patch on that knows it, yes in the one before") {
  for (const auto& [knows, before] :
       {std::pair{"3.8.5", "3.8.4"}, std::pair{"3.7.10", "3.7.9"}, std::pair{"3.6.14", "3.6.13"},
        std::pair{"3.5.24", "3.5.23"}}) {
    CHECK(judged("", knows).front().sentence.ends_with("= normalize"));
    CHECK(judged("", before).front().sentence.ends_with("= yes"));
    const std::string normalize = "smtpd_forbid_bare_newline = normalize\n" + std::string{kClosed};
    const std::string yes = "smtpd_forbid_bare_newline = yes\n" + std::string{kClosed};
    CHECK(grades(normalize, knows) == "ooo");
    CHECK(grades(normalize, before) == "eo");
    CHECK(grades(yes, knows) == "ooo");
    CHECK(grades(yes, before) == "ooo");
  }
}

TEST_CASE("a setting that the version does not know protects nobody") {
  const std::string set = "smtpd_forbid_bare_newline = yes\n";
  for (const char* version : {"3.8.3", "3.7.8", "3.6.12", "3.5.22", "3.4.29", "2.11.3"}) {
    CHECK(grades(set, version).front() == 'e');
    CHECK(judged(set, version).front().sentence.contains("update Postfix"));
  }
}

TEST_CASE("the short-term workaround makes a warning of it, by half it stays an error") {
  const std::string pipelining = "smtpd_data_restrictions = reject_unauth_pipelining\n";
  const std::string hidden = "smtpd_discard_ehlo_keywords = chunking, silent-discard\n";
  CHECK(grades(pipelining + hidden, "3.4.29") == "wo");
  CHECK(grades(pipelining, "3.4.29") == "eo");
  CHECK(grades(hidden, "3.4.29") == "ew");
  const std::string other = "smtpd_forbid_unauth_pipelining = yes\n" + hidden;
  CHECK(grades(other, "3.8.3") == "wo");
  CHECK(grades(other, "3.8.1") == "wo");
  CHECK(grades(other, "3.8.0") == "ew");
  CHECK(grades(other, "3.5.20") == "wo");
  CHECK(grades(other, "3.5.19") == "ew");
}

TEST_CASE("a restriction that cannot be read is said, not guessed") {
  CHECK(grades("smtpd_data_restrictions = ${a", "3.9.0") == "owe");
  CHECK(grades("smtpd_discard_ehlo_keywords = ${a", "3.4.0").front() == 'e');
}

}  // namespace
}  // namespace lethe::core
