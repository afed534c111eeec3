#include "lethe/web_protocol/message.h"

#include <doctest/doctest.h>

#include <string>

#include "lethe/web_protocol/json.h"
#include "lethe/web_protocol/negotiate.h"
#include "lethe/web_protocol/problem.h"
#include "lethe/web_protocol/router.h"

using namespace lethe;
using namespace lethe::web_protocol;

namespace {
Router small_router() {
  Router router;
  router.add(Method::get, "/", 0);
  router.add(Method::get, "/tickets/{id}", 1);
  router.add(Method::get, "/tickets/new", 2);
  router.add(Method::post, "/tickets/{id}/messages/{message}", 3);
  router.add(Method::get, "/ledger/{rest...}", 4);
  router.add(Method::patch, "/tickets/{id}", 5);
  return router;
}
Routed routed(Method method, std::string_view target) {
  return small_router().route(method, parse_target(target).value().segments);
}
}  // namespace

TEST_CASE("a target keeps an encoded slash inside its segment") {
  const auto target = parse_target("/people/a%2Fb/?q=1").value();
  CHECK(target.segments == std::vector<std::string>{"people", "a/b"});
  CHECK(target.query.get("q") == "1");
  CHECK(parse_target("/").value().segments.empty());
}

TEST_CASE("targets that climb, hide or overflow are refused") {
  for (const auto* target : {"", "x", "http://a/", "*", "/../etc", "/a/%2e%2e/b", "/.", "//a",
                             "/a//b", "/%00", "/%ff", "/a?b=%"}) {
    INFO(target);
    CHECK_FALSE(parse_target(target));
  }
  CHECK(parse_target("/" + std::string(kTargetBytesMax - 1, 'a')));
  CHECK(parse_target("/" + std::string(kTargetBytesMax, 'a')).error().code == Errc::too_large);
  std::string deep;
  for (std::size_t i = 0; i < kPathSegmentsMax; ++i) deep += "/a";
  CHECK(parse_target(deep));
  CHECK(parse_target(deep + "/a").error().code == Errc::too_large);
}

TEST_CASE("a literal route beats a placeholder, and placeholders are handed over in order") {
  CHECK(std::get<Found>(routed(Method::get, "/tickets/new")).handler == 2);
  const auto found = std::get<Found>(routed(Method::post, "/tickets/7/messages/8"));
  CHECK(found.handler == 3);
  CHECK(found.params == std::vector<std::string>{"7", "8"});
  CHECK(std::get<Found>(routed(Method::get, "/")).handler == 0);
  CHECK(std::get<Found>(routed(Method::head, "/tickets/7")).handler == 1);
}

TEST_CASE("the rest of a path is one parameter and never empty") {
  CHECK(std::get<Found>(routed(Method::get, "/ledger/tile/0/x001")).params[0] == "tile/0/x001");
  CHECK(std::holds_alternative<NoSuchPath>(routed(Method::get, "/ledger")));
}

TEST_CASE("an unknown path is 404 and a wrong method is 405 that says what would work") {
  CHECK(std::holds_alternative<NoSuchPath>(routed(Method::get, "/nothing")));
  CHECK(std::holds_alternative<NoSuchPath>(routed(Method::get, "/tickets/7/messages")));
  CHECK(std::get<WrongMethod>(routed(Method::del, "/tickets/7")).allow == "GET, HEAD, PATCH");
  CHECK(std::get<WrongMethod>(routed(Method::head, "/tickets/7/messages/8")).allow == "POST");
}

TEST_CASE("a method that nobody knows is told what would work, and nothing on an unknown path") {
  const Router router = small_router();
  const auto known = router.route_unknown(parse_target("/tickets/7").value().segments);
  CHECK(std::get<WrongMethod>(known).allow == "GET, HEAD, PATCH");
  const auto unknown = router.route_unknown(parse_target("/nothing").value().segments);
  CHECK(std::holds_alternative<NoSuchPath>(unknown));
}

TEST_CASE("methods are case-sensitive and unknown ones are refused") {
  CHECK(parse_method("DELETE").value() == Method::del);
  CHECK_FALSE(parse_method("get"));
  CHECK_FALSE(parse_method("TRACE"));
}

TEST_CASE("header names compare without case, and set replaces all of them") {
  Headers headers;
  headers.add("Accept", "a");
  headers.add("ACCEPT", "b");
  CHECK(headers.get("accept") == "a");
  headers.set("accept", "c");
  CHECK(headers.get("Accept") == "c");
  CHECK(std::distance(headers.begin(), headers.end()) == 1);
}

TEST_CASE("the answer's type follows the weights, exactness before wild cards") {
  const std::vector<std::string_view> offers{"application/json",
                                             "application/vnd.lethe.certificate"};
  CHECK(best_media_type("", offers) == "application/json");
  CHECK(best_media_type("application/vnd.lethe.certificate", offers) == offers[1]);
  CHECK(best_media_type("*/*;q=0.1, application/vnd.lethe.certificate;q=0.2", offers) == offers[1]);
  CHECK(best_media_type("application/*, application/json;q=0", offers) == offers[1]);
  CHECK_FALSE(best_media_type("text/html", offers));
  CHECK_FALSE(best_media_type("*/*;q=0", offers));
}

TEST_CASE("the language falls back to the first when none fits") {
  const std::vector<std::string_view> offers{"en", "de", "fr"};
  CHECK(best_language("de-AT,de;q=0.9,en;q=0.8", offers) == "de");
  CHECK(best_language("pl, fr;q=0.2, en;q=0.1", offers) == "fr");
  CHECK(best_language("pl", offers) == "en");
  CHECK(best_language("de;q=0", offers) == "en");
}

TEST_CASE("a coding with weight zero is not accepted") {
  CHECK(accepts_encoding("gzip, br;q=1.0", "br"));
  CHECK_FALSE(accepts_encoding("gzip, br;q=0", "br"));
  CHECK_FALSE(accepts_encoding("", "br"));
}

TEST_CASE("a problem names the field, and an inner failure says nothing of the inside") {
  const Problem named = problem_of(Error{Errc::out_of_range, "must be 1 to 3650", "days"});
  CHECK(
      to_json(named) ==
      R"({"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"must be 1 to 3650","errors":[{"field":"days","message":"must be 1 to 3650"}]})");
  const Problem inner = problem_of(Error{Errc::corrupt, "page 7 of keyring", ""});
  CHECK(
      to_json(inner) ==
      R"({"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Internal Server Error"})");
  CHECK(problem_response(Problem{401, {}, {}}).headers.get("WWW-Authenticate") == "Bearer");
}

TEST_CASE("every kind of refusal has a status of its own table, none is a success") {
  for (int code = 0; code <= static_cast<int>(Errc::internal); ++code) {
    CHECK(http_status_of(static_cast<Errc>(code)) >= 400);
    CHECK(title_of(http_status_of(static_cast<Errc>(code))) != "Unknown");
  }
}

TEST_CASE("forms are read by content type, anything else is refused") {
  Request request;
  request.body = "a=1";
  CHECK(parse_form(request).error().code == Errc::unsupported);
  request.headers.set("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
  CHECK(parse_form(request).value().fields.get("a") == "1");
  request.headers.set("content-type", "multipart/form-data; boundary=b");
  CHECK_FALSE(parse_form(request));
}

TEST_CASE("JSON is bounded in size and depth, and the bounds themselves pass") {
  CHECK(parse_json("[1]", 3));
  CHECK(parse_json("[1] ", 3).error().code == Errc::too_large);
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_json(nested(kJsonDepthMax), 1000));
  CHECK_FALSE(parse_json(nested(kJsonDepthMax + 1), 1000));
  for (const auto* text : {"", "{", "{}{}", "{\"a\":1,}", "nul", "\"\xff\"", "[1] x"}) {
    INFO(text);
    CHECK(parse_json(text, 1000).error().code == Errc::invalid_argument);
  }
}

TEST_CASE("JSON fields are typed, null is absent, unknown ones are named") {
  const auto object =
      parse_json_object(R"({"a":"x","b":null,"c":7,"d":true,"e":["1","2"]})", 100).value();
  CHECK(required_text(object, "a").value() == "x");
  CHECK(required_text(object, "b").error().field == "b");
  CHECK_FALSE(optional_text(object, "b").value());
  CHECK(optional_text(object, "c").error().field == "c");
  CHECK(optional_integer(object, "c").value() == 7);
  CHECK_FALSE(optional_integer(object, "a"));
  CHECK(optional_bool(object, "d").value() == true);
  CHECK_FALSE(optional_bool(object, "c"));
  CHECK(optional_texts(object, "e").value()->size() == 2);
  CHECK_FALSE(optional_texts(object, "a"));
  CHECK(refuse_unknown_fields(object, {"a", "b", "c", "d", "e"}));
  CHECK(refuse_unknown_fields(object, {"a", "b", "d", "e"}).error().field == "c");
  CHECK_FALSE(parse_json_object("[]", 10));
}
