#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>

#include "retention_oracle.h"

using namespace lethe;
using namespace lethe::core::retention;
using oracle::Mutant;
namespace json = boost::json;

namespace {

struct Vector {
  std::int64_t number;
  json::value world;
  std::string want;
};

std::vector<Vector> vectors() {
  std::ifstream file(LETHE_SOURCE_DIR "/src/core/tests/retention-vectors.jsonl");
  std::vector<Vector> out;
  for (std::string line; std::getline(file, line);) {
    json::value world = json::parse(line);
    const std::string want{world.at("want").as_string()};
    out.push_back({world.at("v").as_int64(), std::move(world), want});
  }
  return out;
}

std::set<std::int64_t> noticed_by(Mutant mutant) {
  std::set<std::int64_t> numbers;
  for (const Vector& vector : vectors()) {
    const auto world = parse_world(vector.world, Want::skip);
    REQUIRE(world);
    if (oracle::verdict(*world, mutant) != vector.want) numbers.insert(vector.number);
  }
  return numbers;
}

std::string on(std::string_view text) { return verdict_on(json::parse(text)); }

}  // namespace

TEST_CASE("every golden vector gets the verdict it wants") {
  const auto all = vectors();
  REQUIRE(all.size() == 53);
  for (const Vector& vector : all) {
    CAPTURE(vector.number);
    CHECK(verdict_on(vector.world, Want::skip) == vector.want);
  }
}

TEST_CASE("the second reading of the tables agrees with every vector") {
  CHECK(noticed_by(Mutant::none).empty());
}

TEST_CASE("each mutant that properties miss is noticed by exactly these vectors") {
  const std::map<Mutant, std::set<std::int64_t>> expected{
      {Mutant::strictly_older, {1, 31}},    {Mutant::null_matches_list, {17}},
      {Mutant::rule_tags_all_of, {39}},     {Mutant::falls_back_to_created, {8, 9}},
      {Mutant::any_is_all, {12, 14}},       {Mutant::delay_ignored, {32}},
      {Mutant::soft_is_hard, {34, 47}},     {Mutant::secondary_address_lost, {24}},
      {Mutant::other_companies_lost, {25}}, {Mutant::anchor_always_closed, {10, 11}},
      {Mutant::any_matches_nothing, {38}},
  };
  for (const auto& [mutant, numbers] : expected) {
    CAPTURE(static_cast<int>(mutant));
    CHECK(noticed_by(mutant) == numbers);
  }
}

TEST_CASE("a world that breaks a limit answers with the key as written") {
  CHECK(on(R"({"r":[{"days":0}]})") == "error days");
  CHECK(on(R"({"r":[{"days":1461}]})") == "error days");
  CHECK(on(R"({"r":[{"days":1460}]})") == "none no_tickets");
  CHECK(on(R"({"profile":"native","r":[{"days":3650}]})") == "none no_tickets");
  CHECK(on(R"({"profile":"native","r":[{"days":3651}]})") == "error days");
  CHECK(on(R"({"r":[{"days":9223372036854775807}]})") == "error days");
  CHECK(on(R"({"r":[{"days":18446744073709551615}]})") == "error days");
  CHECK(on(R"({"r":[{"days":1.5}]})") == "error days");
  CHECK(on(R"({"r":[{"days":10.0}]})") == "none no_tickets");
  CHECK(on(R"({"r":[{"mode":"each"}]})") == "error mode");
  CHECK(on(R"({"r":[{"mode":"each"}],"profile":"native"})") == "none no_tickets");
  CHECK(on(R"({"r":[{"mode":"some"}]})") == "error mode");
  CHECK(on(R"({"r":[{"anchor":"solved"}]})") == "error anchor");
  CHECK(on(R"({"r":[{"anchor":"last_customer_message"}]})") == "error anchor");
  CHECK(on(R"({"profile":"both"})") == "error profile");
  for (const char* delay : {"1", "-30", "120", "30.5"}) {
    CHECK(on(std::string{R"({"p":{"delay":)"} + delay + "}}") == "error delay");
  }
}

TEST_CASE("ten rules are judged and the eleventh is the error r") {
  const auto with_rules = [](int count) {
    std::string text = R"({"t":[{}],"r":[{"groups":["other"]})";
    for (int i = 1; i < count; ++i) text += ",{}";
    return on(text + "]}");
  };
  CHECK(with_rules(10) == "tickets:1 R2");
  CHECK(with_rules(11) == "error r");
}

TEST_CASE("an unknown key is named wherever it stands, and want is unknown to clients") {
  CHECK(on(R"({"x":{"tag":[]}})") == "error tag");
  CHECK(on(R"({"t":[{},{"colour":1}]})") == "error colour");
  CHECK(on(R"({"r":[{"age":1}]})") == "error age");
  CHECK(on(R"({"p":{"grace":1}})") == "error grace");
  CHECK(on(R"({"c":{"name":"x"}})") == "error name");
  CHECK(on(R"({"":1})") == "error ");
  CHECK(on(R"({"want":"none no_tickets"})") == "error want");
  CHECK(on(R"({"v":{"anything":[]}})") == "none no_tickets");
}

TEST_CASE("a value of a wrong type names its key") {
  for (const char* key : {"now", "c", "t", "r", "p", "x", "on", "resolved_is_closed", "profile"}) {
    for (const char* value : {"null", "[null]", R"("text")", "-1e300", "[[[]]]", R"({"a":{}})"}) {
      const std::string answer = on("{\"" + std::string{key} + "\":" + value + "}");
      const std::string deeper = std::string{value} == R"({"a":{}})" ? "error a" : "";
      CAPTURE(key);
      CAPTURE(value);
      CHECK((answer == "error " + std::string{key} || answer == deeper));
    }
  }
  CHECK(on(R"({"t":[{"closed":"90"}]})") == "error closed");
  CHECK(on(R"({"t":[{"created":null}]})") == "error created");
  CHECK(on(R"({"t":[{"tags":"x"}]})") == "error tags");
  CHECK(on(R"({"t":[{"status":"open"}]})") == "error status");
  CHECK(on(R"({"t":[{"group":5}]})") == "error group");
  CHECK(on(R"({"t":[{"id":0}]})") == "error id");
  CHECK(on(R"({"t":[{"id":3},{"id":3}]})") == "error id");
  CHECK(on(R"({"r":[{"groups":"G"}]})") == "error groups");
  CHECK(on(R"({"r":[{"groups":[null]}]})") == "error groups");
  CHECK(on(R"({"x":{"emails":"p@x"}})") == "error emails");
  CHECK(on(R"({"c":{"hold":1}})") == "error hold");
  for (const char* world : {"null", "[]", "1", R"("w")", "true"}) CHECK(on(world) == "error world");
}

TEST_CASE("times are days, or days and seconds, and nothing else") {
  const auto closed_at = [](const char* when) {
    return on(R"({"t":[{"closed":)" + std::string{when} + R"(}],"r":[{}]})");
  };
  for (const char* when :
       {"90", "90.0", "89.99999", R"("90d")", R"("90d-1s")", R"("91d-86400s")", R"("-5d")"}) {
    CAPTURE(when);
    CHECK(closed_at(when) == "tickets:1 R1");
  }
  for (const char* when : {"90.00002", R"("90d+1s")", "1e6"}) {
    CAPTURE(when);
    CHECK(closed_at(when) == "none too_young");
  }
  for (const char* when : {R"("")", R"("d")", R"("90d+")", R"("90d+s")", R"("90d1s")", R"("90d+1")",
                           R"("90d+-1s")", R"("90d--1s")", R"(" 90d")", R"("90d+1s ")", R"("9e9d")",
                           "1e300", "true", R"("9999999999999999999d")",
                           R"("-9223372036854775808d")", R"("90d+9223372036854775807s")"}) {
    CAPTURE(when);
    CHECK(closed_at(when) == "error closed");
  }
}

TEST_CASE("exception lists accept commas, blanks and any case") {
  CHECK(on(R"({"c":{"tags":[" gold "]},"t":[{}],"r":[{}],"x":{"tags":["vip, GOLD"]}})") ==
        "none exception:tag");
  CHECK(on(R"({"t":[{}],"r":[{}],"x":{"emails":[" P@X , q@x"]}})") == "none exception:email");
  CHECK(on(R"({"c":{"company_id":7},"t":[{}],"r":[{}],"x":{"companies":[8,7]}})") ==
        "none exception:company");
  CHECK(on(R"({"c":{"company_id":null},"t":[{}],"r":[{}],"x":{"companies":[7]}})") ==
        "tickets:1 R1");
}

TEST_CASE("native worlds know the customer's last message and calendar years") {
  CHECK(
      on(R"({"profile":"native","t":[{"last_customer_message":95}],"r":[{"anchor":"last_customer_message"}]})") ==
      "none too_young");
  CHECK(on(R"({"profile":"native","now":729,"t":[{}],"r":[{"calendar_years":1}]})") ==
        "none too_young");
  CHECK(on(R"({"profile":"native","now":730,"t":[{}],"r":[{"calendar_years":1}]})") ==
        "tickets:1 R1");
  CHECK(on(R"({"profile":"native","r":[{"calendar_years":11}]})") == "error calendar_years");
  CHECK(on(R"({"r":[{"calendar_years":1}]})") == "error calendar_years");
}

TEST_CASE("a request is judged world by world, a bad one costs only itself") {
  const auto verdicts = evaluate(R"({"worlds":[{"t":[{}],"r":[{}]},7,{"r":[{"days":0}]},{}]})");
  REQUIRE(verdicts);
  CHECK(*verdicts ==
        std::vector<std::string>{"tickets:1 R1", "error world", "error days", "none no_tickets"});
}

TEST_CASE("a request that is no list of at most 10,000 worlds is refused whole") {
  for (const char* body :
       {"", "{", "[]", "{}", R"({"worlds":{}})", R"({"worlds":[],"at":1})", "\xff"}) {
    CAPTURE(body);
    CHECK_FALSE(evaluate(body));
  }
  const auto of_size = [](std::size_t count) {
    std::string body = R"({"worlds":[{})";
    for (std::size_t i = 1; i < count; ++i) body += ",{}";
    return evaluate(body + "]}");
  };
  CHECK(of_size(kWorldsMax)->size() == kWorldsMax);
  CHECK(of_size(kWorldsMax + 1).error().field == "worlds");
  CHECK_FALSE(evaluate(R"({"worlds":)" + std::string(100'000, '[')));
}
