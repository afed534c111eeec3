// Lost passwords and lost links.
#include <algorithm>

#include "app_fixture.h"
#include "lethe/app/export_person.h"
#include "lethe/app/recovery.h"
#include "lethe/app/send_mail.h"
#include "lethe/app/sign_in.h"
#include "lethe/mime/parse.h"

namespace lethe::app::testing {
namespace {

constexpr std::string_view kPassword = "correct horse battery";

core::EmailAddress address(std::string_view text) {
  return expect(core::EmailAddress::parse(text));
}

// The tokens of the links that were mailed, in order.
std::vector<std::string> tokens_mailed(AppFixture& at) {
  at.clock.advance(Seconds{20});
  expect(send_due_mail(at.app(), at.mail_server, 100));
  std::vector<std::string> tokens;
  for (const auto& mail : std::exchange(at.mail_server.sent, {})) {
    const std::string text = mime::parse(mail.content).text;
    const auto start = text.find("/join/");
    REQUIRE(start != std::string::npos);
    tokens.push_back(text.substr(start + 6, 43));
  }
  return tokens;
}

Result<core::AgentId> accept(AppFixture& at, std::string_view token) {
  return accept_link(at.app(), token, "Root", Password{Secret{kPassword}});
}

Errc refusal_of(const Result<core::AgentId>& accepted) {
  REQUIRE_FALSE(accepted.has_value());
  return accepted.error().code;
}

TEST_CASE("a link for a lost password works once, for half an hour, and ends every session") {
  AppFixture at;
  const auto agent = at.agent("root@example.org");
  const auto session = expect(start_session(at.app(), agent));
  CHECK(session_of(at.app(), session.token).has_value());
  expect(recover_access(at.app(), "ROOT@example.org"));
  const auto tokens = tokens_mailed(at);
  REQUIRE(tokens.size() == 1);
  CHECK(session_of(at.app(), session.token).has_value());  // asking alone changes nothing
  CHECK(expect(accept(at, tokens[0])) == agent);
  CHECK_FALSE(session_of(at.app(), session.token).has_value());
  CHECK(refusal_of(accept(at, tokens[0])) == Errc::not_found);
  CHECK(sign_in(at.app(), "root@example.org", Password{Secret{kPassword}}).has_value());
}

TEST_CASE("a link for a lost password ends at its second") {
  for (const bool late : {false, true}) {
    AppFixture at;
    const auto agent = at.agent("root@example.org");
    const auto token =
        expect(make_link(at.app(), agent, ports::LinkPurpose::recovery, kRecoveryLinkLasts));
    at.clock.advance(Seconds{30 * 60} - Seconds{late ? 0 : 1});
    CHECK(accept(at, token).has_value() == !late);
  }
}

TEST_CASE("whether an address is an agent's cannot be told from what asking returns") {
  AppFixture at;
  at.agent("root@example.org");
  const auto gone = at.agent("gone@example.org", ports::Role::agent);
  expect(deactivate_agent(at.app(), gone));
  at.ticket("customer@example.org");
  for (const std::string_view who :
       {"nobody@example.org", "customer@example.org", "gone@example.org", "no address"}) {
    expect(recover_access(at.app(), who));
    CHECK(tokens_mailed(at).empty());
  }
  expect(recover_access(at.app(), "root@example.org"));
  CHECK(tokens_mailed(at).size() == 1);
}

TEST_CASE("nobody is flooded with links, and asking again does not spoil the last one mailed") {
  AppFixture at;
  at.agent("root@example.org");
  for (int i = 0; i < 5; ++i) expect(recover_access(at.app(), "root@example.org"));
  const auto tokens = tokens_mailed(at);
  REQUIRE(tokens.size() == 3);
  CHECK(std::ranges::count_if(tokens, [&](const std::string& token) {
          return look_at_link(at.app(), token).has_value();
        }) == 1);
  at.clock.advance(Seconds{3600});
  expect(recover_access(at.app(), "root@example.org"));
  CHECK(tokens_mailed(at).size() == 1);
}

TEST_CASE("asking for a password leaves an invitation as it is") {
  AppFixture at;
  at.agent("root@example.org");
  const auto invited = expect(create_agent(at.app(), {.address = address("new@example.org"),
                                                      .name = "New",
                                                      .role = ports::Role::agent,
                                                      .password = std::nullopt}));
  const auto token =
      expect(make_link(at.app(), invited, ports::LinkPurpose::invitation, kInvitationLasts));
  expect(recover_access(at.app(), "new@example.org"));
  CHECK(tokens_mailed(at).empty());
  CHECK(look_at_link(at.app(), token).has_value());
}

TEST_CASE("a lost link is renewed for what it was for, and the former one ends") {
  AppFixture at;
  const auto purpose_of = [&](std::string_view link) {
    return expect(look_at_link(at.app(), link.substr(link.rfind('/') + 1))).purpose;
  };
  const auto root = expect(create_agent(at.app(), {.address = address("root@example.org"),
                                                   .name = "Root",
                                                   .role = ports::Role::admin,
                                                   .password = std::nullopt}));
  const auto first =
      expect(make_link(at.app(), root, ports::LinkPurpose::first_run, kInvitationLasts));
  const auto second = expect(renew_link(at.app(), address("root@example.org")));
  CHECK(purpose_of(second) == ports::LinkPurpose::first_run);
  CHECK_FALSE(look_at_link(at.app(), first).has_value());
  expect(accept(at, second.substr(second.rfind('/') + 1)));
  CHECK(purpose_of(expect(renew_link(at.app(), address("root@example.org")))) ==
        ports::LinkPurpose::recovery);
  const auto invited = expect(create_agent(at.app(), {.address = address("new@example.org"),
                                                      .name = "New",
                                                      .role = ports::Role::admin,
                                                      .password = std::nullopt}));
  CHECK(purpose_of(expect(renew_link(at.app(), address("new@example.org")))) ==
        ports::LinkPurpose::invitation);
  expect(deactivate_agent(at.app(), invited));
  CHECK(renew_link(at.app(), address("new@example.org")).error().code == Errc::forbidden);
  CHECK(renew_link(at.app(), address("nobody@example.org")).error().code == Errc::not_found);
}

TEST_CASE("an export names the organisation as it is called now") {
  AppFixture at;
  at.ticket("ann@example.org");
  expect(at.app().store.write(
      [](ports::Writing& tx) { return tx.catalog().set_setting("organisation", "Renamed Ltd"); }));
  std::string document;
  expect(export_person(at.app(), at.person("ann@example.org"), [&](std::string_view piece) {
    document += piece;
    return Status{};
  }));
  CHECK(document.contains("\"controller\":\"Renamed Ltd\""));
}

}  // namespace
}  // namespace lethe::app::testing
