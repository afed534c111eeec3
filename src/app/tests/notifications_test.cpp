// What agents are told by mail: enough to come and look, nothing of the customer, never twice.
#include "lethe/app/notifications.h"

#include <algorithm>

#include "app_fixture.h"
#include "lethe/app/cells.h"
#include "lethe/app/erasure.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/send_mail.h"
#include "lethe/app/sign_in.h"
#include "lethe/mime/parse.h"

namespace lethe::app::testing {
namespace {

constexpr std::string_view kAgent = "marta@desk.example";

std::string field(const ports::OutgoingMail& mail, std::string_view name) {
  return std::string{mime::parse(mail.content).header(name).value_or("")};
}

std::string subject(const ports::OutgoingMail& mail) { return mime::parse(mail.content).subject; }

std::string words(const ports::OutgoingMail& mail) { return mime::parse(mail.content).text; }

// The notifications that left for this address since the last call.
std::vector<ports::OutgoingMail> sent_to(AppFixture& at, std::string_view address = kAgent) {
  expect(send_due_mail(at.app(), at.mail_server, 1000));
  auto mails = std::move(at.mail_server.sent);
  at.mail_server.sent.clear();
  std::erase_if(mails, [&](const auto& mail) {
    return mail.recipients.front() != address || field(mail, "Auto-Submitted") != "auto-generated";
  });
  return mails;
}

std::vector<ports::OutgoingMail> after_the_wait(AppFixture& at, std::string_view address = kAgent) {
  at.clock.advance(kNoticeWait);
  return sent_to(at, address);
}

core::TicketId asked(AppFixture& at, std::string_view subject = "Broken pedal") {
  return expect(at.receive(
                    AppFixture::mail(
                        "Ann Secret <ann@example.org>", subject, "The left crank is loose.",
                        "Message-ID: <" + std::string{subject.substr(0, 1)} + "1@example.org>\r\n"),
                    "ann@example.org"))
      .ticket;
}

void assign(AppFixture& at, core::TicketId ticket, core::AgentId agent,
            std::optional<core::AgentId> by = std::nullopt) {
  expect(change_ticket(at.app(), ticket, {.assignee = std::optional{agent}}, by));
}

// Ann answers in the ticket that asked() made of this subject.
TakenIn answered(AppFixture& at, core::TicketId ticket, std::string_view extra = {}) {
  const std::string to_it =
      "In-Reply-To: <B1@example.org>\r\nReferences: <B1@example.org>\r\n" + std::string{extra};
  const TakenIn taken = expect(at.receive(
      AppFixture::mail("Ann Secret <ann@example.org>", "Re: Broken pedal",
                       "It fell off at " + std::to_string(unix_seconds(at.clock.now())), to_it),
      "ann@example.org"));
  CHECK(taken.ticket == ticket);
  return taken;
}

NoticeWishes wishes_of(AppFixture& at, core::AgentId agent) {
  NoticeWishes wishes;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(wishes, notice_wishes(at.app(), tx, agent));
    return {};
  }));
  return wishes;
}

std::string unsubscribe_token(const ports::OutgoingMail& mail) {
  const std::string header = field(mail, "List-Unsubscribe");
  const auto start = header.rfind('/') + 1;
  return header.substr(start, header.find('>') - start);
}

}  // namespace

TEST_CASE("an agent is told of a ticket that somebody else assigned, without a word of anybody") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto jonas = at.agent("jonas@desk.example");
  const auto ticket = asked(at);
  assign(at, ticket, marta, jonas);
  CHECK(sent_to(at).empty());
  const auto mails = after_the_wait(at);
  REQUIRE(mails.size() == 1);
  const auto& mail = mails.front();
  CHECK(field(mail, "Auto-Submitted") == "auto-generated");
  CHECK(field(mail, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click");
  CHECK(mail.envelope_from.empty());
  const std::string number = "#" + std::to_string(at.row(ticket).number);
  CHECK(subject(mail) == number + ": assigned to you");
  CHECK(words(mail).find("/tickets/" + ticket.to_string()) != std::string::npos);
  for (const char* secret : {"Ann Secret", "ann@example.org", "pedal", "crank", "jonas"}) {
    CHECK_MESSAGE(mail.content.find(secret) == std::string::npos, secret);
    CHECK_MESSAGE(words(mail).find(secret) == std::string::npos, secret);
  }
  CHECK(after_the_wait(at).empty());
}

TEST_CASE("nobody is told of what they did themselves") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto ticket = asked(at);
  assign(at, ticket, marta, marta);
  CHECK(after_the_wait(at).empty());
  // Nor of their own mail in a ticket that is theirs.
  const TakenIn own = expect(at.receive(
      AppFixture::mail(kAgent, "Mine", "From my phone.", "Message-ID: <m1@desk.example>\r\n"),
      std::string{kAgent}));
  assign(at, own.ticket, marta, marta);
  expect(at.receive(
      AppFixture::mail(kAgent, "Re: Mine", "More.", "In-Reply-To: <m1@desk.example>\r\n"),
      std::string{kAgent}));
  CHECK(after_the_wait(at).empty());
}

TEST_CASE("an answer of the customer is told to whom the ticket belongs, a machine's is not") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto ticket = asked(at);
  assign(at, ticket, marta, marta);
  answered(at, ticket, "Auto-Submitted: auto-replied\r\n");
  CHECK(after_the_wait(at).empty());
  at.clock.advance(Seconds{1});
  answered(at, ticket);
  const auto mails = after_the_wait(at);
  REQUIRE(mails.size() == 1);
  CHECK(subject(mails.front()).ends_with(": the customer answered"));
}

TEST_CASE("several events of one ticket within the wait are one mail, a later one is another") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto ticket = asked(at);
  assign(at, ticket, marta);
  at.clock.advance(Seconds{1});
  answered(at, ticket);
  at.clock.advance(Seconds{1});
  answered(at, ticket);
  const auto mails = after_the_wait(at);
  REQUIRE(mails.size() == 1);
  CHECK(words(mails.front()).find("- the customer answered") != std::string::npos);
  CHECK(words(mails.front()).find("- assigned to you") != std::string::npos);
  answered(at, ticket);
  CHECK(after_the_wait(at).size() == 1);
}

TEST_CASE("what is no longer news when the mail would leave is not mailed") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto jonas = at.agent("jonas@desk.example");
  const auto ticket = asked(at);

  SUBCASE("the agent looked at the ticket") {
    assign(at, ticket, marta);
    at.clock.advance(Seconds{1});
    expect(mark_read(at.app(), ticket, marta, true));
  }
  SUBCASE("the ticket went to somebody else") {
    assign(at, ticket, marta);
    assign(at, ticket, jonas);
  }
  SUBCASE("the agent turned it off") {
    assign(at, ticket, marta);
    expect(save_notice_wishes(at.app(), marta, {.assigned = false}));
  }
  SUBCASE("the ticket was found to be spam") {
    assign(at, ticket, marta);
    at.set_status(ticket, "spam");
  }
  SUBCASE("the account was closed") {
    assign(at, ticket, marta);
    expect(deactivate_agent(at.app(), marta));
  }
  CHECK(after_the_wait(at).empty());
}

TEST_CASE("who looked before the customer answered is told") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto ticket = asked(at);
  assign(at, ticket, marta, marta);
  expect(mark_read(at.app(), ticket, marta, true));
  at.clock.advance(Seconds{1});
  answered(at, ticket);
  CHECK(after_the_wait(at).size() == 1);
}

TEST_CASE("new tickets of a group are told to those who watch it, and to nobody by default") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  at.agent("jonas@desk.example");
  const auto returns = core::GroupId::of(at.named(ports::NamedKind::group, "Returns & Söhne"));
  const auto ticket = asked(at);
  const auto move = [&](std::optional<core::GroupId> group) {
    expect(change_ticket(at.app(), ticket, {.group = group}, std::nullopt));
  };
  move(returns);
  CHECK(after_the_wait(at).empty());
  expect(save_notice_wishes(at.app(), marta, {.groups = {returns}}));
  move(std::nullopt);
  move(returns);
  at.clock.advance(kNoticeWait);
  expect(send_due_mail(at.app(), at.mail_server, 100));
  REQUIRE(at.mail_server.sent.size() == 1);
  const auto& mail = at.mail_server.sent.front();
  CHECK(mail.recipients.front() == kAgent);
  CHECK(subject(mail).ends_with(": new in your group"));
  CHECK(words(mail).find("in Returns & Söhne:") != std::string::npos);
}

TEST_CASE("beyond 20 mails an hour one mail says how much more there was") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  for (int n = 0; n < static_cast<int>(kNoticesPerHour) + 3; ++n) {
    assign(at, at.ticket("person" + std::to_string(n) + "@example.org"), marta);
  }
  CHECK(after_the_wait(at).size() == static_cast<std::size_t>(kNoticesPerHour));
  at.clock.advance(Seconds{3600} - kNoticeWait - Seconds{1});
  CHECK(sent_to(at).empty());
  at.clock.advance(Seconds{1});
  const auto rest = sent_to(at);
  REQUIRE(rest.size() == 1);
  CHECK(subject(rest.front()) == "and 3 more");
  // The hour is over: the next one is a mail of its own again.
  assign(at, at.ticket("late@example.org"), marta);
  CHECK(after_the_wait(at).size() == 1);
}

TEST_CASE("one click turns an agent's notifications off, saving the choice turns them on again") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  assign(at, asked(at), marta);
  const auto mails = after_the_wait(at);
  REQUIRE(mails.size() == 1);
  CHECK_FALSE(wishes_of(at, marta).stopped);
  expect(unsubscribe(at.app(), unsubscribe_token(mails.front())));
  CHECK(wishes_of(at, marta).stopped);
  assign(at, at.ticket("two@example.org"), marta);
  CHECK(after_the_wait(at).empty());
  expect(save_notice_wishes(at.app(), marta, {.assigned = false, .answered = false}));
  CHECK(wishes_of(at, marta).stopped);
  expect(save_notice_wishes(at.app(), marta, {}));
  CHECK_FALSE(wishes_of(at, marta).stopped);
  assign(at, at.ticket("three@example.org"), marta);
  CHECK(after_the_wait(at).size() == 1);
}

TEST_CASE("no notification goes to an address of ours: it would come in as a ticket") {
  AppFixture at;
  const auto desk = at.agent("support@example.com");
  const auto shared = at.agent("orders@desk.example");
  expect(at.app().store.write([](ports::Writing& tx) {
    return tx.catalog().save_mailbox({.id = 7, .address = "orders@desk.example"});
  }));
  assign(at, asked(at), desk);
  assign(at, at.ticket("two@example.org"), shared);
  CHECK(after_the_wait(at, "support@example.com").empty());
  CHECK(after_the_wait(at, "orders@desk.example").empty());
}

TEST_CASE("a notification waits sealed, and is cancelled when its ticket is erased") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto ticket = asked(at);
  assign(at, ticket, marta);
  CHECK_FALSE(at.lies_in_clear(kAgent));
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.scope = ports::ErasureScope::ticket,
                                        .person = at.person("ann@example.org"),
                                        .tickets = {ticket}}))};
  expect(run_erasures(at.app(), ids));
  CHECK(after_the_wait(at).empty());
}

TEST_CASE("the keys that agents have of a ticket they were told of go with the ticket alone") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto ticket = asked(at);
  const auto other =
      expect(at.receive(AppFixture::mail("bob@example.org", "Bell", "It does not ring."))).ticket;
  assign(at, ticket, marta);
  assign(at, other, marta);
  REQUIRE(after_the_wait(at).size() == 2);
  const auto has_key = [&](core::TicketId id) {
    return expect(at.app().vault.has_key(mail_key(at.person(kAgent), id)));
  };
  REQUIRE(has_key(ticket));
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = at.person("ann@example.org"), .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
  CHECK_FALSE(has_key(ticket));
  CHECK(has_key(other));
}

TEST_CASE("each agent is told in their own language, whatever the customer's is") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  expect(set_language(at.app(), marta, "de"));
  assign(at, asked(at), marta);
  auto mails = after_the_wait(at);
  REQUIRE(mails.size() == 1);
  CHECK(subject(mails.front()).ends_with(": Ihnen zugewiesen"));
  expect(set_language(at.app(), marta, "fr"));
  assign(at, at.ticket("two@example.org"), marta);
  mails = after_the_wait(at);
  REQUIRE(mails.size() == 1);
  CHECK(subject(mails.front()).find("attribu") != std::string::npos);
}

TEST_CASE("a wait is at most an hour, and a watched group is one that exists") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  expect(save_notice_wishes(at.app(), marta, {.wait = Seconds{0}}));
  expect(save_notice_wishes(at.app(), marta, {.wait = kNoticeWaitMax}));
  for (const Seconds wrong : {Seconds{-1}, kNoticeWaitMax + Seconds{1}}) {
    const auto refused = save_notice_wishes(at.app(), marta, {.wait = wrong});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().field == "wait");
  }
  const auto unknown = save_notice_wishes(at.app(), marta, {.groups = {core::GroupId::of(99)}});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().field == "group");
}

TEST_CASE("an imported ticket tells nobody") {
  AppFixture at;
  const auto marta = at.agent(kAgent);
  const auto group = core::GroupId::of(at.named(ports::NamedKind::group, "Returns"));
  expect(save_notice_wishes(at.app(), marta, {.groups = {group}}));
  const auto make = [&](std::optional<Instant> created) {
    expect(
        create_ticket(at.app(), {.requester = expect(core::EmailAddress::parse("ann@example.org")),
                                 .requester_name = {},
                                 .subject = "A question",
                                 .text = "How?",
                                 .group = group,
                                 .created_at = created}));
  };
  make(at.clock.now());
  CHECK(after_the_wait(at).empty());
  make(std::nullopt);
  CHECK(after_the_wait(at).size() == 1);
}

}  // namespace lethe::app::testing
