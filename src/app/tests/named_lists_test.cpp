#include "lethe/app/named_lists.h"

#include <boost/json.hpp>

#include "app_fixture.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"

namespace lethe::app::testing {
namespace {

namespace json = boost::json;
using ports::NamedKind;

std::int64_t group(AppFixture& at, std::string_view name) {
  return at.named(NamedKind::group, name);
}

core::TicketId closed_in(AppFixture& at, std::int64_t id) {
  const auto ticket = at.ticket("ann@example.org");
  expect(change_ticket(at.app(), ticket, {.group = core::GroupId::of(id)}, std::nullopt));
  at.set_status(ticket, "closed");
  return ticket;
}

template <class T, class Ask>
T read(AppFixture& at, Ask ask) {
  std::optional<T> got;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(got, ask(tx));
    return {};
  }));
  return std::move(*got);
}

std::string verdict(AppFixture& at, core::TicketId ticket) {
  return read<std::string>(at, [&](const ports::Reading& tx) -> Result<std::string> {
    LETHE_TRY(const auto row, tx.tickets().find(ticket));
    LETHE_TRY(const auto said, retention_of_ticket(at.app(), tx, row));
    return said.verdict;
  });
}

std::vector<std::string> excepted_tags(AppFixture& at) {
  return read<ExceptionsView>(
             at, [&](const ports::Reading& tx) { return view_exceptions(at.app(), tx); })
      .lists.contact_tags;
}

void rule_for(AppFixture& at, const char* name) {
  expect(create_rule(at.app(),
                     json::object{{"name", "r"}, {"days", 30}, {"groups", json::array{name}}}));
}

TEST_CASE("a rule goes on taking the tickets of a group that was renamed") {
  AppFixture at;
  const auto orders = group(at, "Orders");
  rule_for(at, "Orders");
  const auto ticket = closed_in(at, orders);
  CHECK(verdict(at, ticket) == "too_young");
  expect(rename_named(at.app(), {orders, NamedKind::group, "Order desk"}));
  CHECK(verdict(at, ticket) == "too_young");
}

TEST_CASE("the rename of one group leaves the rule of another as it is") {
  AppFixture at;
  const auto orders = group(at, "Orders");
  const auto other = group(at, "Billing");
  rule_for(at, "Orders");
  expect(rename_named(at.app(), {other, NamedKind::group, "Invoices"}));
  CHECK(verdict(at, closed_in(at, orders)) == "too_young");
  CHECK(verdict(at, closed_in(at, other)) == "no_rule");
}

TEST_CASE("a renamed tag goes on protecting the people who carry it") {
  AppFixture at;
  const auto vip = at.named(NamedKind::tag, "vip");
  expect(replace_exceptions(at.app(), json::object{{"contact_tags", json::array{"VIP", "press"}}}));
  expect(rename_named(at.app(), {vip, NamedKind::tag, "protected"}));
  CHECK(excepted_tags(at) == std::vector<std::string>{"protected", "press"});
}

TEST_CASE("nothing takes the name of another, and nothing changes when it is tried") {
  AppFixture at;
  const auto orders = group(at, "Orders");
  group(at, "Billing");
  rule_for(at, "Orders");
  const auto taken = rename_named(at.app(), {orders, NamedKind::group, "Billing"});
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == Errc::already_exists);
  CHECK(verdict(at, closed_in(at, orders)) == "too_young");
  // Its own name is no other's, and a type is no group.
  expect(rename_named(at.app(), {orders, NamedKind::group, "Orders"}));
  const auto strange = rename_named(at.app(), {orders, NamedKind::type, "Orders"});
  REQUIRE_FALSE(strange);
  CHECK(strange.error().code == Errc::not_found);
}

TEST_CASE("what a rule, an exception or a mailbox names is not removed, and the rest is") {
  AppFixture at;
  const auto orders = group(at, "Orders");
  const auto billing = group(at, "Billing");
  const auto free = group(at, "Free");
  const auto vip = at.named(NamedKind::tag, "vip");
  rule_for(at, "Orders");
  expect(replace_exceptions(at.app(), json::object{{"contact_tags", json::array{"Vip"}}}));
  expect(at.app().store.write([&](ports::Writing& tx) {
    return tx.catalog().save_mailbox({.id = at.app().ids.next(),
                                      .address = "help@example.com",
                                      .display_name = "",
                                      .group = core::GroupId::of(billing),
                                      .type = std::nullopt});
  }));
  const auto refused_for = [&](NamedKind kind, std::int64_t id) {
    const Status removed = remove_named(at.app(), kind, id);
    REQUIRE_FALSE(removed);
    CHECK(removed.error().code == Errc::conflict);
    return removed.error().field;
  };
  CHECK(refused_for(NamedKind::group, orders) == "rules");
  CHECK(refused_for(NamedKind::group, billing) == "mailboxes");
  CHECK(refused_for(NamedKind::tag, vip) == "exceptions");
  expect(remove_named(at.app(), NamedKind::group, free));
}

TEST_CASE("a removed group is on no ticket, and its tickets were counted before") {
  AppFixture at;
  const auto orders = group(at, "Orders");
  const auto ticket = closed_in(at, orders);
  const auto count = [&](const ports::Reading& tx) {
    return tickets_named(tx, NamedKind::group, orders);
  };
  CHECK(read<std::int64_t>(at, count) == 1);
  expect(remove_named(at.app(), NamedKind::group, orders));
  CHECK_FALSE(at.row(ticket).group);
  CHECK(read<std::int64_t>(at, count) == 0);
}

}  // namespace
}  // namespace lethe::app::testing
