// The second step of signing in.
#include "lethe/app/second_step.h"

#include <algorithm>

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/recovery.h"
#include "lethe/base/encoding.h"
#include "lethe/vault/totp.h"

namespace lethe::app::testing {
namespace {

constexpr std::string_view kPassword = "correct horse battery";
constexpr std::string_view kAddress = "root@example.org";
constexpr Seconds kStep = vault::kTotpStep;

std::string code_of(AppFixture& at, std::string_view key, Seconds later = Seconds{0}) {
  return vault::totp_code(expect(parse_base32(key)), vault::totp_step(at.clock.now() + later));
}

struct Enrolled {
  core::AgentId id;
  std::string key;
  std::vector<std::string> recovery;
};

core::AgentId agent_with_password(AppFixture& at) {
  return expect(create_agent(at.app(), {.address = expect(core::EmailAddress::parse(kAddress)),
                                        .name = "Root",
                                        .role = ports::Role::admin,
                                        .password = Password{Secret{kPassword}}}));
}

// With the step in force, and the clock in a step of which no code was taken.
Enrolled enrolled(AppFixture& at) {
  const auto id = agent_with_password(at);
  expect(begin_second_step(at.app(), id));
  const std::string key = expect(second_step_of(at.app(), id)).key;
  auto recovery = expect(confirm_second_step(at.app(), id, code_of(at, key)));
  at.clock.advance(kStep);
  return {id, key, std::move(recovery)};
}

Entry signed_in(AppFixture& at) {
  return expect(sign_in(at.app(), kAddress, Password{Secret{kPassword}}));
}

std::string ticket_of(AppFixture& at) {
  const Entry entry = signed_in(at);
  REQUIRE(std::holds_alternative<OpenStep>(entry));
  return std::get<OpenStep>(entry).ticket;
}

template <class T>
Errc refusal_of(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

bool is_let_in(AppFixture& at, std::string_view ticket, std::string_view code) {
  const auto session = finish_sign_in(at.app(), ticket, code);
  return session && session_of(at.app(), session->token).has_value();
}

TEST_CASE("the second step is asked for once a code of its key was typed, and not before") {
  AppFixture at;
  const auto id = agent_with_password(at);
  expect(begin_second_step(at.app(), id));
  const SecondStep pending = expect(second_step_of(at.app(), id));
  CHECK(pending.state == SecondStep::State::pending);
  CHECK(std::holds_alternative<NewSession>(signed_in(at)));
  CHECK(refusal_of(confirm_second_step(at.app(), id, "12345")) == Errc::unauthenticated);
  CHECK(std::holds_alternative<NewSession>(signed_in(at)));

  const auto session = expect(start_session(at.app(), id));
  CHECK(expect(confirm_second_step(at.app(), id, code_of(at, pending.key))).size() ==
        kRecoveryCodes);
  CHECK_FALSE(session_of(at.app(), session.token).has_value());
  CHECK(expect(second_step_of(at.app(), id)).key.empty());
  CHECK(std::holds_alternative<OpenStep>(signed_in(at)));
  CHECK(begin_second_step(at.app(), id).error().code == Errc::conflict);
}

TEST_CASE("a password and a code let in, neither alone does") {
  AppFixture at;
  const Enrolled agent = enrolled(at);
  const std::string ticket = ticket_of(at);
  CHECK_FALSE(session_of(at.app(), ticket).has_value());
  CHECK_FALSE(is_let_in(at, ticket, ""));
  CHECK_FALSE(is_let_in(at, "", code_of(at, agent.key)));
  CHECK_FALSE(is_let_in(at, agent.id.to_string(), code_of(at, agent.key)));
  std::string other = ticket;
  other.back() = other.back() == 'A' ? 'B' : 'A';
  std::string longer = ticket;
  longer.insert(longer.find('.') + 1, "9");
  CHECK_FALSE(is_let_in(at, other, code_of(at, agent.key)));
  CHECK_FALSE(is_let_in(at, longer, code_of(at, agent.key)));
  CHECK(is_let_in(at, ticket, code_of(at, agent.key)));
}

TEST_CASE("a code typed with a blank, a step early or a step late is taken") {
  for (const Seconds away : {-kStep, Seconds{0}, kStep}) {
    AppFixture at;
    const Enrolled agent = enrolled(at);
    at.clock.advance(kStep);
    std::string code = code_of(at, agent.key, away);
    code.insert(3, " ");
    CHECK(is_let_in(at, ticket_of(at), code));
  }
  AppFixture at;
  const Enrolled agent = enrolled(at);
  at.clock.advance(kStep * 2);
  const std::string ticket = ticket_of(at);
  CHECK_FALSE(is_let_in(at, ticket, code_of(at, agent.key, -kStep * 2)));
  CHECK_FALSE(is_let_in(at, ticket, code_of(at, agent.key, kStep * 2)));
}

TEST_CASE("no code is taken twice, and a refusal never says why") {
  AppFixture at;
  const Enrolled agent = enrolled(at);
  const std::string code = code_of(at, agent.key);
  CHECK(is_let_in(at, ticket_of(at), code));
  const std::string ticket = ticket_of(at);
  std::vector<Error> refusals;
  for (const std::string& wrong : {code, code_of(at, agent.key, -kStep), std::string{"000"},
                                   std::string{"abcd-efgh-ijkl-mnop"}, std::string(4000, 'x')}) {
    const auto session = finish_sign_in(at.app(), ticket, wrong);
    REQUIRE_FALSE(session.has_value());
    refusals.push_back(session.error());
  }
  for (const Error& each : refusals) {
    CHECK(each.code == Errc::unauthenticated);
    CHECK(each.detail == refusals.front().detail);
    CHECK(each.field == "code");
  }
  CHECK(is_let_in(at, ticket, code_of(at, agent.key, kStep)));
}

TEST_CASE("between password and code lie five minutes at most") {
  for (const bool late : {false, true}) {
    AppFixture at;
    const Enrolled agent = enrolled(at);
    const std::string ticket = ticket_of(at);
    at.clock.advance(kSecondStepPatience - Seconds{late ? 0 : 1});
    CHECK(is_let_in(at, ticket, code_of(at, agent.key)) == !late);
  }
}

TEST_CASE("a recovery code lets in once, however it is typed") {
  AppFixture at;
  const Enrolled agent = enrolled(at);
  REQUIRE(agent.recovery.size() == kRecoveryCodes);
  std::string shouted = agent.recovery[0];
  std::ranges::replace(shouted, '-', ' ');
  std::ranges::transform(shouted, shouted.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  CHECK(is_let_in(at, ticket_of(at), shouted));
  CHECK_FALSE(is_let_in(at, ticket_of(at), agent.recovery[0]));
  CHECK(is_let_in(at, ticket_of(at), agent.recovery[1]));
  CHECK(expect(second_step_of(at.app(), agent.id)).recovery_left == kRecoveryCodes - 2);

  const auto fresh = expect(renew_recovery_codes(at.app(), agent.id, code_of(at, agent.key)));
  CHECK(fresh.size() == kRecoveryCodes);
  CHECK_FALSE(is_let_in(at, ticket_of(at), agent.recovery[2]));
  CHECK(is_let_in(at, ticket_of(at), fresh[2]));
  CHECK(refusal_of(renew_recovery_codes(at.app(), agent.id, "000000")) == Errc::unauthenticated);
}

TEST_CASE("recovery codes are one agent's own") {
  AppFixture at;
  const Enrolled agent = enrolled(at);
  const auto other = at.agent("other@example.org");
  expect(begin_second_step(at.app(), other));
  const std::string key = expect(second_step_of(at.app(), other)).key;
  CHECK(key != agent.key);
  expect(confirm_second_step(at.app(), other, code_of(at, key)));
  CHECK_FALSE(check_second_step(at.app(), other, agent.recovery[0]).has_value());
  CHECK(check_second_step(at.app(), agent.id, agent.recovery[0]).has_value());
}

TEST_CASE("ten wrong codes silence the account, and a right password between forgives none") {
  AppFixture at;
  const Enrolled agent = enrolled(at);
  for (int i = 0; i < 9; ++i) {
    CHECK(refusal_of(finish_sign_in(at.app(), ticket_of(at), "wrong")) == Errc::unauthenticated);
  }
  const std::string ticket = ticket_of(at);
  CHECK(refusal_of(finish_sign_in(at.app(), ticket, "wrong")) == Errc::unauthenticated);
  CHECK(refusal_of(finish_sign_in(at.app(), ticket, code_of(at, agent.key))) == Errc::busy);
  CHECK(refusal_of(sign_in(at.app(), kAddress, Password{Secret{kPassword}})) == Errc::busy);
  at.clock.advance(kLockedFor);
  CHECK(is_let_in(at, ticket_of(at), code_of(at, agent.key)));
}

TEST_CASE("nine wrong codes and a right one count from nothing again") {
  AppFixture at;
  const Enrolled agent = enrolled(at);
  for (int round = 0; round < 2; ++round) {
    const std::string ticket = ticket_of(at);
    for (int i = 0; i < 9; ++i) CHECK_FALSE(is_let_in(at, ticket, "wrong"));
    CHECK(is_let_in(at, ticket, code_of(at, agent.key)));
    at.clock.advance(kStep);
  }
}

TEST_CASE("a link for a lost password does not replace the second step") {
  AppFixture at;
  const Enrolled agent = enrolled(at);
  const std::string before = ticket_of(at);
  const auto token =
      expect(make_link(at.app(), agent.id, ports::LinkPurpose::recovery, kRecoveryLinkLasts));
  expect(accept_link(at.app(), token, "Root", Password{Secret{"another long password"}}));
  const Entry entry = expect(enter(at.app(), agent.id));
  REQUIRE(std::holds_alternative<OpenStep>(entry));
  // What the former password opened ends with it.
  CHECK_FALSE(is_let_in(at, before, code_of(at, agent.key)));
  CHECK(is_let_in(at, std::get<OpenStep>(entry).ticket, code_of(at, agent.key)));
}

TEST_CASE("a deactivated agent's code lets nobody in") {
  AppFixture at;
  at.agent("other@example.org");
  const Enrolled agent = enrolled(at);
  const std::string ticket = ticket_of(at);
  expect(deactivate_agent(at.app(), agent.id));
  CHECK_FALSE(is_let_in(at, ticket, code_of(at, agent.key)));
}

TEST_CASE("a reset ends the step and every session, and is written down") {
  AppFixture at;
  const auto admin = at.agent("other@example.org");
  const Enrolled agent = enrolled(at);
  const auto session = expect(start_session(at.app(), agent.id));
  CHECK(expect(agents_with_second_step(at.app())) == std::set{agent.id});
  expect(reset_second_step(at.app(), agent.id, admin));
  CHECK_FALSE(session_of(at.app(), session.token).has_value());
  CHECK(std::holds_alternative<NewSession>(signed_in(at)));
  CHECK(expect(agents_with_second_step(at.app())).empty());
  CHECK(reset_second_step(at.app(), agent.id, admin).error().code == Errc::not_found);
  const auto events = expect(access_events(at.app(), 10));
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == ports::AccessEventKind::second_step_reset);
  CHECK(events[0].by == admin);
  CHECK(events[0].agent == agent.id);
  CHECK(events[1].kind == ports::AccessEventKind::second_step_on);
}

TEST_CASE("who owes the step is told so until it is in force, and cannot end it") {
  AppFixture at;
  const auto id = agent_with_password(at);
  const auto owes = [&] {
    const auto session = expect(start_session(at.app(), id));
    return expect(session_of(at.app(), session.token)).owes_second_step;
  };
  CHECK_FALSE(owes());
  expect(require_second_step(at.app(), {ports::Role::agent}, id));
  CHECK_FALSE(owes());
  expect(require_second_step(at.app(), {ports::Role::agent, ports::Role::admin}, id));
  CHECK(owes());
  expect(begin_second_step(at.app(), id));
  CHECK(owes());
  const std::string key = expect(second_step_of(at.app(), id)).key;
  expect(confirm_second_step(at.app(), id, code_of(at, key)));
  CHECK_FALSE(owes());
  at.clock.advance(kStep);
  CHECK(end_second_step(at.app(), id, code_of(at, key)).error().code == Errc::forbidden);
  expect(require_second_step(at.app(), {}, id));
  CHECK(end_second_step(at.app(), id, "000000").error().code == Errc::unauthenticated);
  expect(end_second_step(at.app(), id, code_of(at, key)));
  CHECK(expect(second_step_of(at.app(), id)).state == SecondStep::State::off);
}

TEST_CASE("an erased agent's authenticator is gone, and nobody comes in with it") {
  AppFixture at;
  at.agent("other@example.org");
  const Enrolled agent = enrolled(at);
  const std::string ticket = ticket_of(at);
  const auto order =
      expect(approve_erasure(at.app(), {.person = at.person(kAddress), .tickets = {}}));
  const core::ErasureId ids[] = {order};
  expect(run_erasures(at.app(), ids));
  CHECK(expect(agents_with_second_step(at.app())).empty());
  CHECK_FALSE(is_let_in(at, ticket, code_of(at, agent.key)));
  CHECK_FALSE(is_let_in(at, ticket, agent.recovery[0]));
}

TEST_CASE("key and recovery codes lie nowhere in clear") {
  AppFixture at;
  const Enrolled agent = enrolled(at);
  std::string bare = agent.recovery[0];
  std::erase(bare, '-');
  CHECK_FALSE(at.lies_in_clear(agent.key));
  CHECK_FALSE(at.lies_in_clear(agent.recovery[0]));
  CHECK_FALSE(at.lies_in_clear(bare));
}

}  // namespace
}  // namespace lethe::app::testing
