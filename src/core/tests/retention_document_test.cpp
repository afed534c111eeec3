#include "lethe/core/retention_document.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>

using namespace lethe;
using namespace lethe::core;
using namespace lethe::core::retention;
namespace json = boost::json;

namespace {

RuleSpec blank() { return {.id = RuleId::of(7), .position = 2, .version = 5}; }
std::string field_of_rule(std::string_view document) {
  const auto rule = changed_rule(blank(), json::parse(document));
  return rule ? "fine" : rule.error().field;
}
std::string field_of_policy(std::string_view document) {
  const auto policy = changed_policy({}, json::parse(document));
  return policy ? "fine" : policy.error().field;
}

}  // namespace

TEST_CASE("a rule reads back as it was written, for the API and for the store") {
  for (
      const char* text :
      {R"({"name":"Old","enabled":false,"groups":["A","B"],"types":"*","tags":[],"anchor":"updated","days":90,"mode":"any"})",
       R"({"profile":"compatible","days":1460,"mode":"all"})", R"({"calendar_years":3})"}) {
    CAPTURE(text);
    const auto rule = changed_rule(blank(), json::parse(text));
    REQUIRE(rule);
    const auto again = read_definition(blank(), to_definition(*rule));
    REQUIRE(again);
    CHECK(to_json(*again) == to_json(*rule));
    CHECK(to_json(*rule).at("id") == "7");
    CHECK(to_json(*rule).at("version") == 5);
    CHECK(to_json(*rule).at("position") == 2);
  }
}

TEST_CASE("under calendar years the API answers no days") {
  const auto rule = changed_rule(blank(), json::parse(R"({"calendar_years":3})"));
  CHECK(to_json(*rule).at("days").is_null());
  CHECK(to_json(*rule).at("calendar_years") == 3);
}

TEST_CASE("one age replaces the other, which may stand beside it as null, but not as a number") {
  const auto years = changed_rule(blank(), json::parse(R"({"calendar_years":3})"));
  const auto shown = changed_rule(blank(), json::parse(R"({"calendar_years":3,"days":null})"));
  REQUIRE(shown);
  CHECK(shown->age() == years->age());
  const auto days =
      changed_rule(years->spec(), json::parse(R"({"calendar_years":null,"days":30})"));
  REQUIRE(days);
  CHECK(days->age() == Age{Days{30}});
  CHECK(field_of_rule(R"({"days":30,"calendar_years":3})") == "calendar_years");
  CHECK(field_of_rule(R"({"calendar_years":3,"days":30})") == "calendar_years");
  CHECK(field_of_rule(R"({"calendar_years":null})") == "calendar_years");
}

TEST_CASE("a change of one field leaves the others") {
  const auto before =
      changed_rule(blank(), json::parse(R"({"groups":["A"],"days":90,"mode":"all"})"));
  const auto after = changed_rule(before->spec(), json::parse(R"({"days":30})"));
  REQUIRE(after);
  CHECK(after->mode() == Mode::all);
  CHECK(after->age() == Age{Days{30}});
  CHECK(after->spec().groups == Filter::one_of({"A"}));
}

TEST_CASE("what a rule cannot be is refused with the field at fault") {
  CHECK(field_of_rule(R"({"days":0})") == "days");
  CHECK(field_of_rule(R"({"days":"90"})") == "days");
  CHECK(field_of_rule(R"({"days":null})") == "days");
  CHECK(field_of_rule(R"({"calendar_years":4294967297})") == "calendar_years");
  CHECK(field_of_rule(R"({"mode":"each","profile":"compatible"})") == "mode");
  CHECK(field_of_rule(R"({"position":0})") == "position");
  CHECK(field_of_rule(R"({"position":4294967297})") == "position");
  CHECK(field_of_rule(R"({"id":"1"})") == "id");
  CHECK(field_of_rule(R"({"version":1})") == "version");
  CHECK(field_of_rule(R"({"groups":null})") == "groups");
  CHECK(field_of_rule("[]").empty());
}

TEST_CASE("a stored rule that cannot be read is corrupt") {
  for (const char* text : {"", "[]", R"({"days":0})", R"({"unknown":1})"}) {
    CHECK(read_definition(blank(), text).error().code == Errc::corrupt);
  }
}

TEST_CASE("a policy reads back and keeps its bounds") {
  const auto policy = changed_policy(
      {}, json::parse(R"({"keep_contact":true,"deletion":"hide","delay_days":60,"grace_days":7})"));
  REQUIRE(policy);
  CHECK(to_json(*changed_policy({}, to_json(*policy))) == to_json(*policy));
  CHECK(field_of_policy(R"({"delay_days":31})") == "delay_days");
  CHECK(field_of_policy(R"({"grace_days":6})") == "grace_days");
  CHECK(field_of_policy(R"({"deletion":"soft"})") == "deletion");
  CHECK(field_of_policy(R"({"keep":true})") == "keep");
  CHECK(field_of_policy("{}") == "fine");
}

TEST_CASE("exceptions are four lists of texts") {
  const auto lists = parse_exceptions(json::parse(R"({"contact_tags":["VIP"],"agents":["a@x"]})"));
  REQUIRE(lists);
  CHECK(lists->contact_tags == std::vector<std::string>{"VIP"});
  CHECK(lists->emails.empty());
  CHECK(parse_exceptions(json::parse(R"({"emails":"a@x"})")).error().field == "emails");
  CHECK(parse_exceptions(json::parse(R"({"tags":[]})")).error().field == "tags");
}

TEST_CASE("a new rule that says no mode gets that of its profile") {
  CHECK(mode_unless_said(json::parse(R"({"days":30})")) == Mode::each);
  CHECK(mode_unless_said(json::parse(R"({"profile":"native"})")) == Mode::each);
  CHECK(mode_unless_said(json::parse(R"({"profile":"compatible"})")) == Mode::all);
  CHECK(mode_unless_said(json::parse(R"({"profile":7})")) == Mode::each);
  CHECK(mode_unless_said(json::parse("[]")) == Mode::each);
}
