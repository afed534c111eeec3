#include "lethe/app/saved_replies.h"

#include <string>
#include <vector>

#include "app_fixture.h"
#include "lethe/app/second_step.h"

using namespace lethe;
using namespace lethe::app;
using namespace lethe::app::testing;

namespace {

using ports::AccessEventKind;
using Rows = std::vector<ports::SavedReplyRow>;

constexpr std::string_view kGreeting = "Hello {{customer.name}}, this is {{agent.name}}.";

SavedReplyDraft draft(std::string title, std::string text = std::string{kGreeting}) {
  return {.title = std::move(title), .text = std::move(text), .group = {}, .language = {}};
}

template <class Look>
auto seen(AppFixture& at, Look look) {
  using Seen = std::remove_cvref_t<decltype(*look(std::declval<const ports::Reading&>()))>;
  Result<Seen> found = fail(Errc::internal, "not looked");
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    found = look(tx);
    return {};
  }));
  return found;
}

std::string filled(AppFixture& at, core::TicketId ticket, core::SavedReplyId reply,
                   core::AgentId by) {
  return expect(seen(
      at, [&](const ports::Reading& tx) { return filled_reply(at.app(), tx, ticket, reply, by); }));
}

Rows offered(AppFixture& at, const std::optional<core::GroupId>& group, std::string_view language) {
  return expect(
      seen(at, [&](const ports::Reading& tx) { return offered_replies(tx, group, language); }));
}

std::vector<std::string> titles(const Rows& rows) {
  std::vector<std::string> all;
  for (const auto& row : rows) all.push_back(row.title);
  return all;
}

core::TicketId ticket_of(AppFixture& at, std::string name, std::string subject) {
  return expect(
      create_ticket(at.app(), {.requester = expect(core::EmailAddress::parse("a@example.org")),
                               .requester_name = std::move(name),
                               .subject = std::move(subject),
                               .text = "x"}));
}

Error refusal(AppFixture& at, const SavedReplyDraft& typed) {
  const auto made = add_saved_reply(at.app(), typed, std::nullopt);
  REQUIRE_FALSE(made.has_value());
  return made.error();
}

std::string times(std::size_t count, std::string_view what) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += what;
  return text;
}

}  // namespace

TEST_CASE("a saved reply speaks of the ticket it is put into and of the agent who puts it there") {
  AppFixture at;
  const auto by = at.agent("root@example.org");
  const auto reply = expect(add_saved_reply(
      at.app(),
      draft("All",
            "{{customer.name}}|{{customer.email}}|{{ticket.number}}|{{ticket.subject}}|"
            "{{agent.name}}"),
      by));
  const auto ticket = ticket_of(at, "Sofia", "The kettle leaks");
  CHECK(filled(at, ticket, reply.id, by) == "Sofia|a@example.org|" +
                                                std::to_string(at.row(ticket).number) +
                                                "|The kettle leaks|Agent Smith");
}

TEST_CASE("a customer who is called like a placeholder stays called that") {
  AppFixture at;
  const auto by = at.agent("root@example.org");
  const auto reply = expect(add_saved_reply(at.app(), draft("Greeting"), by));
  const auto ticket = ticket_of(at, "{{agent.name}}", "{{customer.email}}");
  CHECK(filled(at, ticket, reply.id, by) == "Hello {{agent.name}}, this is Agent Smith.");
}

TEST_CASE("a person without a name is called by the address") {
  AppFixture at;
  const auto by = at.agent("root@example.org");
  const auto reply = expect(add_saved_reply(at.app(), draft("Greeting"), by));
  CHECK(filled(at, at.ticket("a@example.org"), reply.id, by) ==
        "Hello a@example.org, this is Agent Smith.");
}

TEST_CASE("a title has 1 to 120 characters and a text 1 to 20,000, counted as people count") {
  AppFixture at;
  expect(add_saved_reply(at.app(), draft(times(120, "ä"), times(20'000, "ö")), std::nullopt));
  expect(add_saved_reply(at.app(), draft("x", "y"), std::nullopt));
  CHECK(refusal(at, draft(times(121, "a"))).field == "title");
  CHECK(refusal(at, draft(" \n\x01 ")).field == "title");
  CHECK(refusal(at, draft("x", times(20'001, "a"))).field == "text");
  CHECK(refusal(at, draft("x", " \r\n\t")).field == "text");
  CHECK(refusal(at, draft("")).code == Errc::out_of_range);
}

TEST_CASE("a placeholder that is not known is refused by its name, and so is one never closed") {
  AppFixture at;
  const Error unknown = refusal(at, draft("x", "Hello {{customer.name}} {{customer.age}}"));
  CHECK(unknown.field == "text");
  CHECK(unknown.detail.contains("{{customer.age}}"));
  CHECK(refusal(at, draft("x", "Hello {{customer.name")).detail.contains("{{customer.name"));
  CHECK(expect(seen(at, list_saved_replies)).empty());
}

TEST_CASE("there are at most 500 saved replies, and room again when one went") {
  AppFixture at;
  std::optional<core::SavedReplyId> one;
  for (std::size_t i = 0; i < core::kSavedRepliesMax; ++i) {
    one = expect(add_saved_reply(at.app(), draft("Reply " + std::to_string(i)), std::nullopt)).id;
  }
  CHECK(refusal(at, draft("One more")).code == Errc::out_of_range);
  expect(remove_saved_reply(at.app(), *one, std::nullopt, std::nullopt));
  expect(add_saved_reply(at.app(), draft("One more"), std::nullopt));
}

TEST_CASE("line ends become one kind, other control characters go, the title is one line") {
  AppFixture at;
  const std::string text = std::string{"a\r\nb\rc\nd\te\x7f"} + '\0' + "\x1b" + "f";
  const auto row = expect(add_saved_reply(at.app(), draft("  On\r\ntwo\tlines ", text), {}));
  CHECK(row.title == "On two lines");
  CHECK(row.text == "a\nb\nc\nd\tef");
}

TEST_CASE("a reply of a group is offered in its tickets only, and says nothing in others") {
  AppFixture at;
  const auto by = at.agent("root@example.org");
  const auto billing = core::GroupId::of(at.named(ports::NamedKind::group, "Billing"));
  const auto other = core::GroupId::of(at.named(ports::NamedKind::group, "Support"));
  SavedReplyDraft typed = draft("Refund");
  typed.group = billing;
  const auto reply = expect(add_saved_reply(at.app(), typed, by));
  CHECK(offered(at, billing, "").size() == 1);
  CHECK(offered(at, other, "").empty());
  CHECK(offered(at, std::nullopt, "").empty());

  const auto ticket = at.ticket("a@example.org");
  const auto words = [&] {
    return seen(at, [&](const ports::Reading& tx) {
      return filled_reply(at.app(), tx, ticket, reply.id, by);
    });
  };
  const auto refused = words();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::not_found);
  expect(change_ticket(at.app(), ticket, {.group = std::optional{billing}}, by));
  CHECK(words().has_value());
}

TEST_CASE("a group that is not there is refused, and one that goes leaves its replies to all") {
  AppFixture at;
  SavedReplyDraft typed = draft("Refund");
  typed.group = core::GroupId::of(77);
  CHECK(refusal(at, typed).field == "group");
  const auto id = at.named(ports::NamedKind::group, "Billing");
  typed.group = core::GroupId::of(id);
  expect(add_saved_reply(at.app(), typed, std::nullopt));
  CHECK(offered(at, std::nullopt, "").empty());
  expect(at.app().store.write([&](ports::Writing& tx) { return tx.catalog().remove_named(id); }));
  CHECK(offered(at, std::nullopt, "").size() == 1);
}

TEST_CASE("replies in the person's language come first, then all by title") {
  AppFixture at;
  for (const auto& [title, language] : std::vector<std::pair<std::string, std::string>>{
           {"b", ""}, {"C", "fr"}, {"a", "de"}, {"D", "de-AT"}}) {
    SavedReplyDraft typed = draft(title);
    typed.language = language;
    expect(add_saved_reply(at.app(), typed, std::nullopt));
  }
  CHECK(titles(offered(at, std::nullopt, "")) == std::vector<std::string>{"a", "b", "C", "D"});
  CHECK(titles(offered(at, std::nullopt, "de")) == std::vector<std::string>{"a", "D", "b", "C"});
  CHECK(titles(offered(at, std::nullopt, "fr-CH")) == std::vector<std::string>{"C", "a", "b", "D"});
  SavedReplyDraft typed = draft("x");
  for (const char* bad : {"d", "german", "de-", "d3", "de_AT", "de-AAAAAAAAAAAAAAA"}) {
    typed.language = bad;
    CHECK(refusal(at, typed).field == "language");
  }
}

TEST_CASE("a change keeps what it does not name, and a stale one changes nothing") {
  AppFixture at;
  const auto made = expect(add_saved_reply(at.app(), draft("Old"), std::nullopt));
  at.clock.advance(Seconds{5});
  const auto changed = expect(
      change_saved_reply(at.app(), made.id, {.title = "New", .if_version = 1}, std::nullopt));
  CHECK(changed.title == "New");
  CHECK(changed.text == kGreeting);
  CHECK(changed.version == 2);
  CHECK(changed.created_at == made.created_at);
  CHECK(changed.updated_at == made.updated_at + Seconds{5});
  const auto stale =
      change_saved_reply(at.app(), made.id, {.title = "Newer", .if_version = 1}, std::nullopt);
  REQUIRE_FALSE(stale.has_value());
  CHECK(stale.error().code == Errc::conflict);
  CHECK(remove_saved_reply(at.app(), made.id, 1, std::nullopt).error().code == Errc::conflict);
  CHECK(titles(expect(seen(at, list_saved_replies))) == std::vector<std::string>{"New"});
  const auto bad = change_saved_reply(at.app(), made.id, {.text = "{{x}}"}, std::nullopt);
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().field == "text");
}

TEST_CASE("each change says who did it to which reply, without its words, apart from access") {
  AppFixture at;
  const auto by = at.agent("root@example.org");
  const auto made = expect(add_saved_reply(at.app(), draft("Zanzibar"), by));
  expect(change_saved_reply(at.app(), made.id, {.title = "Zebra"}, by));
  expect(remove_saved_reply(at.app(), made.id, 2, by));
  CHECK(remove_saved_reply(at.app(), made.id, {}, by).error().code == Errc::not_found);
  const auto changes = expect(
      seen(at, [](const ports::Reading& tx) { return ports::saved_replies(tx).changes(10); }));
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].kind == AccessEventKind::saved_reply_removed);
  CHECK(changes[1].kind == AccessEventKind::saved_reply_changed);
  CHECK(changes[2].kind == AccessEventKind::saved_reply_added);
  for (const auto& change : changes) {
    CHECK(change.by == by);
    CHECK(change.detail == made.id.to_string());
  }
  CHECK(expect(access_events(at.app(), 10)).empty());
}
