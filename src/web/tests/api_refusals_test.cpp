// What a strict client of the API is told: every refusal is a problem that names the field.
#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>
#include <tuple>

#include "app_fixture.h"
#include "lethe/app/sign_in.h"
#include "lethe/web/api.h"
#include "lethe/web_protocol/router.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using app::testing::AppFixture;
using app::testing::expect;
using web_protocol::Method;
using web_protocol::Request;
using web_protocol::Response;

class Client {
 public:
  Client() : boss(at.agent("boss@example.com")), routes(api_routes(at.app())) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
      router_.add(routes[i].method, routes[i].pattern, i);
    }
    token_ = expect(app::create_token(
        at.app(), {.agent = boss, .scope = ports::TokenScope::admin, .name = "strict"}));
  }

  Request request(Method method, const std::string& target, std::string body = "") const {
    Request made;
    made.method = method;
    made.target = expect(web_protocol::parse_target("/api/v1" + target));
    made.headers.add("Authorization", "Bearer " + token_);
    made.headers.add("Content-Type", "application/json");
    made.body = std::move(body);
    return made;
  }
  Response send(Request made) const {
    const auto routed = router_.route(made.method, made.target.segments);
    const auto* found = std::get_if<web_protocol::Found>(&routed);
    REQUIRE(found != nullptr);
    made.params = found->params;
    return routes[found->handler].handler(made);
  }
  Response ask(Method method, const std::string& target, std::string body = "") const {
    return send(request(method, target, std::move(body)));
  }
  // "400 days"; only the status where no field is named.
  std::string refusal(Method method, const std::string& target, std::string body = "") const {
    return words_of(ask(method, target, std::move(body)));
  }

  static std::string words_of(const Response& response) {
    std::string words = std::to_string(response.status);
    if (response.status < 400) return words;
    CHECK(response.headers.get("Content-Type") == "application/problem+json");
    const auto problem = json::parse(response.body).as_object();
    CHECK(problem.at("status") == response.status);
    if (!problem.contains("errors")) return words;
    return words + " " + problem.at("errors").at(0).at("field").as_string().c_str();
  }

  AppFixture at;
  core::AgentId boss;
  std::vector<Route> routes;

 private:
  web_protocol::Router router_;
  std::string token_;
};

std::string path_of(core::TicketId ticket) { return "/tickets/" + ticket.to_string(); }

TEST_CASE("a query parameter that no call names, or that is given twice, is refused by its name") {
  const Client client;
  for (const char* target :
       {"/tickets?colour=1", "/tickets?limit=5&colour=1", "/people?status=open",
        "/search?q=x&cursor=a", "/retention/policy?x=1", "/retention/forecast?year=1"}) {
    CAPTURE(target);
    CHECK(client.refusal(Method::get, target).starts_with("400 "));
  }
  CHECK(client.refusal(Method::get, "/tickets?colour=1") == "400 colour");
  CHECK(client.refusal(Method::get, "/tickets?limit=5&limit=6") == "400 limit");
  CHECK(client.refusal(Method::post, "/retention/preview?at=x") == "400 at");
  CHECK(client.refusal(Method::get, "/tickets?" + std::string(100, 'x') + "=1") ==
        "400 " + std::string(60, 'x'));
  CHECK(client.refusal(Method::get, "/tickets?status=open&status=pending&limit=5") == "200");
  CHECK(client.refusal(Method::get, "/people?email=a@example.org&limit=0") == "422 limit");
}

TEST_CASE("every call takes the query parameters that the description names for it") {
  const Client client;
  const std::map<std::string, std::string> values{{"status", "open"},
                                                  {"assignee", client.boss.to_string()},
                                                  {"updated_since", "2026-01-01T00:00:00Z"},
                                                  {"erased", "true"},
                                                  {"q", "word"},
                                                  {"email", "a@example.org"},
                                                  {"months", "3"},
                                                  {"limit", "7"},
                                                  {"cursor", ""}};
  int tried = 0;
  const auto document = json::parse(openapi());
  for (const auto& [path, calls] : document.at("paths").as_object()) {
    const auto* get = calls.as_object().if_contains("get");
    const auto* parameters = get == nullptr ? nullptr : get->as_object().if_contains("parameters");
    if (parameters == nullptr || path.contains('{') || path == "/deliveries") continue;
    std::string query = path == "/search" ? "?q=word" : "";
    for (const json::value& parameter : parameters->as_array()) {
      const std::string name = parameter.at("name").as_string().c_str();
      if (parameter.at("in") != "query" || name == "q" || !values.contains(name)) continue;
      query += (query.empty() ? "?" : "&") + name + "=" + values.at(name);
      ++tried;
    }
    CAPTURE(query);
    CHECK(client.refusal(Method::get, std::string{path} + query) == "200");
  }
  CHECK(tried >= 15);
}

TEST_CASE("the description and the routes are the same calls") {
  const Client client;
  std::set<std::string> routed, described;
  for (const Route& route : client.routes) {
    routed.insert(std::string{web_protocol::name_of(route.method)} + " " + route.pattern.substr(7));
  }
  const auto document = json::parse(openapi());
  for (const auto& [path, calls] : document.at("paths").as_object()) {
    for (const auto& [method, call] : calls.as_object()) {
      std::string name{method};
      for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
      const bool is_elsewhere = path.starts_with("/inbound/") || path.starts_with("/deliveries");
      if (!is_elsewhere) described.insert(name + " " + std::string{path});
    }
  }
  routed.erase("GET /openapi.json");
  CHECK(routed == described);
}

TEST_CASE("a body that says to be no JSON is 415, whatever it holds") {
  const Client client;
  const std::string body = R"({"requester":{"email":"a@example.org"},"subject":"s","text":"t"})";
  const auto with_type = [&](std::string_view name, std::string_view value) {
    auto request = client.request(Method::post, "/tickets", body);
    request.headers.set(name, std::string{value});
    return Client::words_of(client.send(std::move(request)));
  };
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                           "multipart/form-data; boundary=x", "text/json", "application/xml"}) {
    CAPTURE(type);
    CHECK(with_type("Content-Type", type) == "415 Content-Type");
  }
  for (const char* type : {"application/json", "APPLICATION/JSON; charset=utf-8", "",
                           "application/merge-patch+json"}) {
    CAPTURE(type);
    CHECK(with_type("Content-Type", type) == "201");
  }
  CHECK(with_type("Content-Encoding", "gzip") == "415 Content-Encoding");
  CHECK(with_type("Content-Encoding", "identity") == "201");
}

TEST_CASE("control characters stand in no line, and U+0000 nowhere") {
  Client client;
  const auto with = [&](std::string_view subject, std::string_view name, std::string_view text) {
    return client.refusal(Method::post, "/tickets",
                          R"({"requester":{"email":"a@example.org","name":")" + std::string{name} +
                              R"("},"subject":")" + std::string{subject} + R"(","text":")" +
                              std::string{text} + R"("})");
  };
  CHECK(with(R"(a\r\nBcc: b@example.org)", "Ann", "t") == "422 subject");
  CHECK(with("s", R"(Ann\nLee)", "t") == "422 requester.name");
  CHECK(with("s", "Ann", R"(t\u0000)") == "400 text");
  CHECK(with("s", R"(\u0000)", "t") == "400 requester");
  CHECK(with("s", "Ann", R"(one\ntwo)") == "201");
  const auto ticket = client.at.ticket("a@example.org");
  CHECK(client.refusal(Method::patch, path_of(ticket), R"({"tags":["a\nb"]})") == "400 tags");
  CHECK(client.refusal(Method::patch, path_of(ticket), R"({"tags":["a\u0000"]})") == "400 tags");
  CHECK(client.refusal(Method::post, "/retention/rules", R"({"name":"a\nb","days":3})") ==
        "422 name");
}

TEST_CASE("null takes away what can be empty and is refused for what cannot") {
  Client client;
  const auto ticket = client.at.ticket("a@example.org");
  const auto person = "/people/" + client.at.person("a@example.org").to_string();
  const auto after = [&](const std::string& path, std::string body) {
    const auto answer = client.ask(Method::patch, path, std::move(body));
    CHECK(answer.status == 200);
    return json::parse(answer.body).as_object();
  };
  CHECK(after(path_of(ticket), R"({"tags":["x"]})").at("tags").as_array().size() == 1);
  CHECK(after(path_of(ticket), R"({"status":"pending"})").at("tags").as_array().size() == 1);
  CHECK(after(path_of(ticket), R"({"tags":null})").at("tags").as_array().empty());
  const auto named = after(person, R"({"name":"Ann","company":{"name":"Acme"},"phones":["1"]})");
  CHECK(named.at("company").at("name") == "Acme");
  const auto bare = after(person, R"({"name":null,"company":null,"phones":null,"language":null})");
  CHECK(bare.at("name") == "");
  CHECK(bare.at("company").is_null());
  CHECK(bare.at("phones").as_array().empty());
  for (const auto& [path, body, field] :
       {std::tuple{path_of(ticket), R"({"status":null})", "status"},
        std::tuple{path_of(ticket), R"({"requester":null})", "requester"},
        std::tuple{path_of(ticket), R"({"requester":{"email":null}})", "requester.email"},
        std::tuple{person, R"({"company":{"name":null}})", "company.name"},
        std::tuple{std::string{"/me/notifications"}, R"({"assigned":null})", "assigned"}}) {
    CAPTURE(body);
    CHECK(client.refusal(Method::patch, path, body) == "400 " + std::string{field});
  }
  CHECK(client.refusal(Method::put, "/mail/masks", R"({"iban":null})") == "400 iban");
}

TEST_CASE("a person changed meanwhile is not written over") {
  Client client;
  client.at.ticket("a@example.org");
  client.at.named(ports::NamedKind::tag, "vip");
  const auto path = "/people/" + client.at.person("a@example.org").to_string();
  const auto change = [&](const std::string& body, std::string etag) {
    auto request = client.request(Method::patch, path, body);
    request.headers.add("If-Match", std::move(etag));
    return client.send(std::move(request));
  };
  const auto etag_in = [](const Response& response) {
    return std::string{response.headers.get("ETag")};
  };
  const std::string first = etag_in(client.ask(Method::get, path));
  CHECK(first.size() > 10);
  CHECK(etag_in(client.ask(Method::get, path)) == first);
  const auto tagged = change(R"({"tags":["vip"]})", first);
  CHECK(tagged.status == 200);
  CHECK(etag_in(tagged) != first);
  CHECK(change(R"({"name":"Late"})", first).status == 409);
  CHECK(change(R"({"name":"Late"})", "\"1\"").status == 409);
  CHECK(change(R"({"name":"In time"})", etag_in(tagged)).status == 200);
  const auto last = json::parse(change(R"({"language":"de"})", "*").body);
  CHECK(last.at("name") == "In time");
}

TEST_CASE("an order that says a thing twice is no order") {
  Client client;
  client.at.ticket("a@example.org");
  const auto person = "/people/" + client.at.person("a@example.org").to_string();
  CHECK(client.refusal(Method::post, person + "/erasures", R"({"mode":"hide","mode":"erase"})") ==
        "400 mode");
  CHECK(client.refusal(Method::patch, person, R"({"company":{"name":"a","name":"b"}})") == "400");
  CHECK(client.refusal(Method::patch, person, R"({"name":"a","n\u0061me":"b"})") == "400");
  CHECK(client.refusal(Method::patch, person,
                       R"({"name":"a: {\"b\": \\","company":{"name":"name"},"phones":[":"]})") ==
        "200");
}

TEST_CASE("an id is what we wrote, not a number that means the same") {
  Client client;
  const auto id = client.at.ticket("a@example.org").to_string();
  CHECK(client.refusal(Method::get, "/tickets/" + id) == "200");
  for (const std::string& other : {"0" + id, id + "0000", std::string{"9223372036854775808"},
                                   std::string{"-1"}, std::string{"0"}, "+" + id, id + ".0"}) {
    CAPTURE(other);
    CHECK(client.refusal(Method::get, "/tickets/" + other) == "404");
  }
}

TEST_CASE("a redaction takes no file of another message") {
  Client client;
  const auto with_file = [&](std::string_view name) {
    const auto ticket = client.at.ticket("a@example.org");
    expect(app::answer_ticket(client.at.app(), {.ticket = ticket,
                                                .by = client.boss,
                                                .text = "A file.",
                                                .files = {{std::string{name}, "text/plain", "x"}},
                                                .seen = std::nullopt}));
    return ticket;
  };
  const auto mine = with_file("a.txt");
  const auto other = with_file("b.txt");
  const auto redact = [&](core::TicketId file_of) {
    const auto message = client.at.view(mine).messages.back().id;
    const auto file = client.at.view(file_of).messages.back().attachments.at(0).id;
    return client.refusal(Method::post, path_of(mine) + "/redactions",
                          R"({"message_id":")" + message.to_string() + R"(","attachment_id":")" +
                              file.to_string() + R"("})");
  };
  CHECK(redact(other) == "404 attachment_id");
  CHECK(client.at.view(other).messages.back().attachments.size() == 1);
  CHECK(redact(mine) == "202");
  CHECK(client.at.view(mine).messages.back().attachments.empty());
}

TEST_CASE("what was passed over is refused: Cc of a note, fields of a call that takes none") {
  Client client;
  const auto ticket = client.at.ticket("a@example.org");
  const std::string note = R"({"kind":"note","text":"x","cc":)";
  CHECK(client.refusal(Method::post, path_of(ticket) + "/messages",
                       note + R"(["b@example.org"]})") == "422 cc");
  CHECK(client.refusal(Method::post, path_of(ticket) + "/messages", note + "[]}") == "201");
  CHECK(client.refusal(Method::post, path_of(ticket) + "/unmerge", R"({"x":1})") == "400 x");
  CHECK(client.refusal(Method::post, "/erasures/5/cancel", R"({"x":1})") == "400 x");
}

TEST_CASE("the same key cancels an erasure once and shows it again") {
  Client client;
  client.at.ticket("a@example.org");
  const auto person = client.at.person("a@example.org").to_string();
  const auto made = client.ask(Method::post, "/people/" + person + "/erasures",
                               R"({"mode":"erase","grace_days":7})");
  REQUIRE(made.status == 202);
  const std::string id = json::parse(made.body).at("id").as_string().c_str();
  const auto cancel = [&](const char* key) {
    auto request = client.request(Method::post, "/erasures/" + id + "/cancel");
    request.headers.add("Idempotency-Key", key);
    return client.send(std::move(request));
  };
  for (int time = 0; time < 2; ++time) {
    const auto answer = cancel("one");
    CHECK(answer.status == 200);
    CHECK(json::parse(answer.body).at("state") == "cancelled");
  }
  CHECK(cancel("two").status == 409);
}

TEST_CASE("the forecast comes in pages like every list") {
  const Client client;
  std::vector<std::string> ends;
  std::string cursor;
  for (int pages = 0; pages < 10; ++pages) {
    const auto answer = client.ask(Method::get, "/retention/forecast?months=12&limit=5" +
                                                    (cursor.empty() ? "" : "&cursor=" + cursor));
    REQUIRE(answer.status == 200);
    const auto page = json::parse(answer.body).as_object();
    for (const json::value& period : page.at("items").as_array()) {
      ends.emplace_back(period.at("ends").as_string().c_str());
    }
    if (page.at("next_cursor").is_null()) break;
    cursor = page.at("next_cursor").as_string().c_str();
  }
  CHECK(ends.size() == 12);
  CHECK(std::set<std::string>(ends.begin(), ends.end()).size() == 12);
}

TEST_CASE("exceptions can be sent back as they were read") {
  const Client client;
  const std::string path = "/retention/exceptions";
  const auto read = client.ask(Method::put, path, R"({"contact_tags":["vip"],"emails":[]})");
  REQUIRE(read.status == 200);
  CHECK(client.refusal(Method::put, path, read.body) == "200");
  CHECK(client.ask(Method::get, path).body == read.body);
}

TEST_CASE("who wrote a message is a person whole, or an agent in a few words") {
  Client client;
  const auto ticket = client.at.ticket("a@example.org");
  const std::string path = path_of(ticket) + "/messages";
  REQUIRE(client.ask(Method::post, path, R"({"kind":"note","text":"between us"})").status == 201);
  const auto page = json::parse(client.ask(Method::get, path).body);
  const auto& items = page.at("items").as_array();
  const auto& customer = items.at(0).at("author").as_object();
  CHECK(customer.at("id").as_string() == client.at.person("a@example.org").to_string().c_str());
  CHECK(customer.at("emails").at(0) == "a@example.org");
  CHECK(customer.at("email") == "a@example.org");
  CHECK(customer.contains("phones"));
  const auto& agent = items.at(1).at("author").as_object();
  CHECK(agent.at("id").as_string() == client.boss.to_string().c_str());
  CHECK(agent.at("email") == "boss@example.com");
  CHECK_FALSE(agent.contains("emails"));
}

TEST_CASE("a long body of a stranger is refused before it is read") {
  const Client client;
  int guarded = 0;
  for (const Route& route : client.routes) {
    if (route.stream || route.pattern == "/api/v1/openapi.json") continue;
    CAPTURE(route.pattern);
    REQUIRE(route.admit);
    const auto refused = route.admit(Request{});
    REQUIRE(refused);
    CHECK(refused->status == 401);
    ++guarded;
  }
  CHECK(guarded > 40);
}

}  // namespace
}  // namespace lethe::web
