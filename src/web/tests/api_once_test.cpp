// A repeated Idempotency-Key makes nothing, and the audit tells what was made, once.
#include <algorithm>
#include <boost/json.hpp>

#include "app_fixture.h"
#include "lethe/app/audit.h"
#include "lethe/app/sign_in.h"
#include "lethe/web/api.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using app::AuditKind;
using app::testing::AppFixture;
using app::testing::expect;
using web_protocol::Method;
using web_protocol::Request;
using web_protocol::Response;

class Client {
 public:
  Client() {
    at.ticket("ann@example.org");
    token_ = expect(app::create_token(
        at.app(), {.agent = boss, .scope = ports::TokenScope::admin, .name = "once"}));
  }

  // `pattern` with its placeholder filled by `id`; no key when it is empty.
  Response post(std::string_view pattern, std::string id, std::string body, std::string key = "") {
    const auto route = std::ranges::find_if(routes_, [&](const Route& each) {
      return each.method == Method::post && each.pattern == "/api/v1" + std::string{pattern};
    });
    REQUIRE(route != routes_.end());
    Request request;
    request.method = Method::post;
    request.target.path = route->pattern;
    request.target.segments = {std::string{pattern}, id};
    if (!id.empty()) request.params = {std::move(id)};
    request.headers.add("Authorization", "Bearer " + token_);
    request.headers.add("Content-Type", "application/json");
    if (!key.empty()) request.headers.add("Idempotency-Key", std::move(key));
    request.body = std::move(body);
    return route->handler(request);
  }
  Response erase(std::string mode, std::string key = "") {
    return post("/people/{id}/erasures", at.person("ann@example.org").to_string(),
                R"({"grace_days":7,"mode":")" + mode + "\"}", std::move(key));
  }
  std::vector<ports::AccessEventRow> events() { return expect(app::audit(at.app(), {})); }
  static std::string id_of(const Response& response) {
    return json::parse(response.body).at("id").as_string().c_str();
  }

  AppFixture at;
  core::AgentId boss = at.agent("boss@example.com");

 private:
  std::vector<Route> routes_ = api_routes(at.app());
  std::string token_;
};

constexpr const char* kTicket =
    R"({"requester":{"email":"bea@example.org"},"subject":"A pump","text":"It leaks."})";

TEST_CASE("who hides a person by the API is noted to have hidden one, and not to have erased one") {
  Client client;
  const Response hidden =
      client.post("/people/{id}/erasures", client.at.person("ann@example.org").to_string(),
                  R"({"mode":"hide"})");
  REQUIRE(hidden.status == 202);
  const auto events = client.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == AuditKind::person_hidden);
  CHECK(events[0].by == client.boss);
  CHECK(events[0].detail == "/erasures/" + Client::id_of(hidden));
}

TEST_CASE(
    "an erasure by the API is noted as ordered, whatever its mode, and a refused one is not") {
  for (const char* mode : {"erase", "anonymise"}) {
    Client client;
    CAPTURE(mode);
    CHECK(client.erase("forget").status == 400);
    CHECK(client.events().empty());
    REQUIRE(client.erase(mode).status == 202);
    const auto events = client.events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == AuditKind::erasure_ordered);
  }
}

TEST_CASE("the reason of an erasure cannot make it look like hiding") {
  Client client;
  const Response made =
      client.post("/people/{id}/erasures", client.at.person("ann@example.org").to_string(),
                  R"({"mode":"erase","grace_days":7,"reason":"hide"})");
  REQUIRE(made.status == 202);
  REQUIRE(client.events().size() == 1);
  CHECK(client.events()[0].kind == AuditKind::erasure_ordered);
}

TEST_CASE("a repeated key leaves one line in the audit: that of what was made") {
  Client client;
  const Response first = client.erase("erase", "one");
  REQUIRE(first.status == 202);
  const Response again = client.erase("erase", "one");
  CHECK(again.status == 202);
  CHECK(Client::id_of(again) == Client::id_of(first));
  CHECK(client.events().size() == 1);
  const std::string id = Client::id_of(first);
  for (int time = 0; time < 2; ++time) {
    CHECK(client.post("/erasures/{id}/cancel", id, "", "two").status == 200);
  }
  const auto events = client.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == AuditKind::erasure_cancelled);
  CHECK(events[0].detail == "/erasures/" + id);
  CHECK(events[1].kind == AuditKind::erasure_ordered);
}

TEST_CASE("a key makes one ticket and one message, another key makes another") {
  Client client;
  const std::string ticket = Client::id_of(client.post("/tickets", "", kTicket, "t"));
  CHECK(Client::id_of(client.post("/tickets", "", kTicket, "t")) == ticket);
  CHECK(Client::id_of(client.post("/tickets", "", kTicket, "u")) != ticket);
  CHECK(Client::id_of(client.post("/tickets", "", kTicket)) != ticket);
  const auto id = expect(core::TicketId::parse(ticket));
  const std::size_t before = client.at.view(id).messages.size();
  for (const char* kind : {"note", "agent"}) {
    CAPTURE(kind);
    const std::string body = R"({"text":"Tighten it.","kind":")" + std::string{kind} + "\"}";
    const auto say = [&](std::string key) {
      return Client::id_of(client.post("/tickets/{id}/messages", ticket, body, std::move(key)));
    };
    const std::string said = say(kind);
    CHECK(say(kind) == said);
    CHECK(say(std::string{kind} + "2") != said);
  }
  CHECK(client.at.view(id).messages.size() == before + 4);
  CHECK(client.events().empty());
}

TEST_CASE("a key whose call was refused is free for the next one") {
  Client client;
  const std::string wrong = R"({"requester":{"email":"bea@example.org"},"subject":"A pump"})";
  CHECK(client.post("/tickets", "", wrong, "t").status == 400);
  CHECK(client.post("/tickets", "", kTicket, "t").status == 201);
  CHECK(client.post("/tickets", "", wrong, "t").status == 422);
}

TEST_CASE("a key is the same until a day has passed, and new to the second") {
  Client client;
  const std::string ticket = Client::id_of(client.post("/tickets", "", kTicket, "t"));
  client.at.clock.advance(Seconds{24 * 3600 - 1});
  CHECK(Client::id_of(client.post("/tickets", "", kTicket, "t")) == ticket);
  client.at.clock.advance(Seconds{1});
  const Response later = client.post("/tickets", "", kTicket, "t");
  REQUIRE(later.status == 201);
  CHECK(Client::id_of(later) != ticket);
}

}  // namespace
}  // namespace lethe::web
