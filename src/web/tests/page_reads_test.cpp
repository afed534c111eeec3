// A page of the API costs a fixed number of statements, however many rows it shows.
#include <algorithm>
#include <boost/json.hpp>

#include "app_fixture.h"
#include "lethe/app/retention_settings.h"
#include "lethe/app/sign_in.h"
#include "lethe/web/api.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
using app::testing::AppFixture;
using app::testing::expect;

constexpr std::int64_t kFew = 2;
constexpr std::int64_t kMany = 40;

std::string text_of(const json::value& value) { return value.as_string().c_str(); }

class Client {
 public:
  Client() : agent_(at.agent("agent@example.com")), routes_(api_routes(at.app())) {
    token_ = expect(app::create_token(
        at.app(), {.agent = agent_, .scope = ports::TokenScope::read, .name = "counter"}));
    at.named(ports::NamedKind::tag, "bicycles");
    expect(app::create_rule(at.app(), json::object{{"name", "old ones"}, {"days", 30}}));
  }

  // Tickets of one person each, alike in all that a list shows.
  void take_in(std::int64_t tickets, std::string_view text) {
    for (std::int64_t n = 0; n < tickets; ++n) {
      const auto id =
          at.ticket("person" + std::to_string(++people_) + "@example.org", "A question", text);
      at.clock.advance(Seconds{1});
      expect(change_ticket(at.app(), id,
                           {.assignee = std::optional{agent_},
                            .tags = std::vector<std::string>{"bicycles", "words of an agent"}},
                           agent_));
    }
  }

  // What GET of this path and query answers.
  json::object get(std::string_view path, std::string name, std::string value) {
    const auto pattern = "/api/v1" + std::string{path};
    const auto route = std::ranges::find_if(routes_, [&](const Route& each) {
      return each.method == web_protocol::Method::get && each.pattern == pattern;
    });
    REQUIRE(route != routes_.end());
    web_protocol::Request request;
    request.target.path = pattern;
    request.target.query.add(std::move(name), std::move(value));
    request.headers.add("Authorization", "Bearer " + token_);
    const auto response = route->handler(request);
    REQUIRE(response.status == 200);
    return json::parse(response.body).as_object();
  }

  std::int64_t cost_of_list(std::string_view path, std::int64_t limit) {
    return at.statements_of([&] {
      const auto page = get(path, "limit", std::to_string(limit));
      CHECK(page.at("items").as_array().size() == static_cast<std::size_t>(limit));
    });
  }

  AppFixture at;

 private:
  core::AgentId agent_;
  std::vector<Route> routes_;
  std::string token_;
  int people_ = 0;
};

TEST_CASE("a page of many tickets costs the API no more statements than a page of few") {
  Client client;
  client.take_in(kMany, "About a velocipede.");
  const auto few = client.cost_of_list("/tickets", kFew);
  CHECK(few > 0);
  CHECK(few < 40);
  CHECK(client.cost_of_list("/tickets", kMany) == few);
}

TEST_CASE("each ticket of a page shows what it shows alone") {
  Client client;
  client.take_in(kFew, "About a velocipede.");
  const auto page = client.get("/tickets", "limit", "50");
  REQUIRE(page.at("items").as_array().size() == kFew);
  std::int64_t number = 0;
  for (const json::value& item : page.at("items").as_array()) {
    ++number;
    const json::object& ticket = item.as_object();
    const auto address = "person" + std::to_string(number) + "@example.org";
    CHECK(ticket.at("number").as_int64() == number);
    const auto& emails = ticket.at("requester").as_object().at("emails").as_array();
    REQUIRE(emails.size() == 1);
    CHECK(text_of(emails[0]) == address);
    CHECK(text_of(ticket.at("assignee").as_object().at("email")) == "agent@example.com");
    CHECK(ticket.at("tags").as_array().size() == 2);
    CHECK(ticket.at("proposals").as_array().empty());
    CHECK(ticket.at("merged_into").is_null());
    CHECK(text_of(ticket.at("retention").as_object().at("verdict")) == "open_ticket");
  }
}

TEST_CASE("people and what a search finds are read together too") {
  Client client;
  client.take_in(kMany, "About a velocipede.");
  client.take_in(kFew, "About a zebra.");
  client.at.index_everything();
  CHECK(client.cost_of_list("/people", kMany) == client.cost_of_list("/people", kFew));
  const auto cost_of_search = [&](const char* word, std::int64_t expected) {
    return client.at.statements_of([&] {
      const auto found = client.get("/search", "q", word);
      CHECK(found.at("tickets").as_array().size() == static_cast<std::size_t>(expected));
    });
  };
  CHECK(cost_of_search("velocipede", kMany) == cost_of_search("zebra", kFew));
}

}  // namespace
}  // namespace lethe::web
