#include <algorithm>

#include "app_fixture.h"
#include "lethe/app/mail_checks.h"
#include "lethe/app/threading.h"

namespace lethe::app::testing {
namespace {

using core::AuthResult;

class Filter final : public ports::MailFilter {
 public:
  Result<core::MailTrust> judge(const ports::Envelope&, std::string_view, std::string_view,
                                std::string_view, bool) override {
    return trust;
  }
  core::MailTrust trust{.source = core::TrustSource::filter,
                        .spf = AuthResult::pass,
                        .dkim = AuthResult::pass,
                        .dmarc = AuthResult::pass,
                        .spam = core::SpamVerdict::ham};
};

// A workspace with one agent, and a filter in front that vouches until told otherwise.
struct Desk {
  AppFixture at;
  Filter filter;
  MailChecks checks;
  core::AgentId agent = at.agent("mira@example.com", ports::Role::agent);
  Desk() { checks.filter = &filter; }

  TakenIn receive(std::string content, MailSource source = MailSource::door) {
    ports::Delivery delivery{
        .envelope = {.sender = "mira@example.com", .recipients = {"support@example.com"}},
        .content = std::move(content)};
    std::optional<TakenIn> taken;
    auto mail = expect(prepare_mail(at.app(), std::move(delivery), source, checks));
    expect(at.app().store.write([&](ports::Writing& tx) -> Status {
      LETHE_TRY(taken, take_in(at.app(), tx, *mail));
      return {};
    }));
    return *taken;
  }
  std::string requester_of(const TakenIn& taken) {
    return at.view(taken.ticket).summary.requester->email;
  }
  std::vector<core::PersonId> acknowledged(const TakenIn& taken) {
    std::vector<core::PersonId> people;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto rows, tx.outbox().of_ticket(taken.ticket));
      for (const ports::OutgoingRow& row : rows) {
        CHECK(row.kind == ports::OutgoingKind::acknowledgement);
        people.push_back(row.person);
      }
      return {};
    }));
    return people;
  }
  bool asks_about_forward(const TakenIn& taken) {
    ThreadingView view;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(view, view_threading(tx, taken.ticket));
      return {};
    }));
    return std::ranges::any_of(view.proposals, [](const ProposalView& proposal) {
      return proposal.row.kind == ports::ProposalKind::forwarded;
    });
  }
};

const std::string kMira = "Mira <mira@example.com>";
const std::string kForwarded =
    "She has called twice already.\n\n---------- Forwarded message ---------\n"
    "From: Ann Smith <ann@example.org>\nDate: Mon, 5 Jan 2026\nSubject: Broken pedal\n"
    "To: <mira@example.com>\n\nThe crank is loose.\n";

TEST_CASE("a mail that a proven agent forwards is its original sender's ticket") {
  Desk desk;
  const auto taken = desk.receive(AppFixture::mail(kMira, "Fwd: Broken pedal", kForwarded));
  CHECK(taken.new_ticket);
  const TicketView view = desk.at.view(taken.ticket);
  CHECK(view.summary.requester->email == "ann@example.org");
  CHECK(view.summary.requester->name == "Ann Smith");
  CHECK(view.summary.subject == "Broken pedal");
  CHECK(view.summary.snippet == "The crank is loose.");
  CHECK(view.summary.row.message_count == 2);
  CHECK(view.cc.empty());
  REQUIRE(view.messages.size() == 3);

  CHECK(view.messages[0].kind == ports::MessageKind::note);
  CHECK(view.messages[0].text == "She has called twice already.");
  CHECK(view.messages[0].agent->id == desk.agent.value());
  CHECK(view.messages[1].event == "forwarded");
  const MessageView& message = view.messages[2];
  CHECK(message.kind == ports::MessageKind::customer);
  CHECK(message.text.starts_with("The crank is loose."));
  CHECK(message.text.find("called twice") == std::string::npos);
  CHECK(message.from_address == "ann@example.org");
  // The agent is proven, the original is not.
  CHECK_FALSE(message.flags.verified);
  CHECK(message.trust.source == core::TrustSource::nobody);

  const auto people = desk.acknowledged(taken);
  REQUIRE(people.size() == 1);
  CHECK(people.front() == desk.at.person("ann@example.org"));
  CHECK_FALSE(desk.asks_about_forward(taken));
  CHECK_FALSE(desk.at.lies_in_clear("called twice"));
}

TEST_CASE("the sender's own mail afterwards joins by its proof and is verified by its domain") {
  Desk desk;
  const auto taken = desk.receive(AppFixture::mail(kMira, "Fwd: Broken pedal", kForwarded));
  const std::string proof = "In-Reply-To: <" +
                            desk.at.app().vault.sign_message_id(taken.ticket, taken.message) +
                            "@example.com>\r\n";
  const auto reply = desk.receive(
      AppFixture::mail("Ann <ann@example.org>", "Re: Broken pedal", "It fell off.", proof));
  CHECK(reply.ticket == taken.ticket);
  CHECK(desk.at.view(taken.ticket).messages.back().flags.verified);
}

TEST_CASE("a mail from an agent's address that nothing proves does not take over") {
  Desk desk;
  desk.filter.trust.dmarc = AuthResult::fail;
  const auto forged = desk.receive(AppFixture::mail(kMira, "Fwd: Broken pedal", kForwarded));
  CHECK(desk.requester_of(forged) == "mira@example.com");
  CHECK(desk.at.view(forged.ticket).messages.at(0).text.find("called twice") != std::string::npos);
  CHECK(desk.asks_about_forward(forged));

  desk.checks.filter = nullptr;  // nobody looked
  const auto unknown = desk.receive(AppFixture::mail(kMira, "Fwd: Pedal", kForwarded));
  CHECK(desk.requester_of(unknown) == "mira@example.com");
  CHECK(desk.asks_about_forward(unknown));
}

TEST_CASE("a customer's forwarded mail is the customer's") {
  Desk desk;
  const auto taken =
      desk.receive(AppFixture::mail("Bob <bob@example.org>", "Fwd: Broken pedal", kForwarded));
  CHECK(desk.requester_of(taken) == "bob@example.org");
  CHECK(desk.at.row(taken.ticket).message_count == 1);
  CHECK_FALSE(desk.asks_about_forward(taken));
}

TEST_CASE("two authors, a deactivated agent, spam, an import and an answer do not take over") {
  Desk desk;
  const auto two = desk.receive(
      AppFixture::mail(kMira + ", Eve <eve@example.net>", "Fwd: Broken pedal", kForwarded));
  CHECK(desk.requester_of(two) == "mira@example.com");
  const auto answer = desk.receive(AppFixture::mail(kMira, "Re: Broken pedal", kForwarded));
  CHECK(desk.requester_of(answer) == "mira@example.com");
  const auto imported =
      desk.receive(AppFixture::mail(kMira, "Fwd: Imported", kForwarded), MailSource::imported);
  CHECK(desk.requester_of(imported) == "mira@example.com");
  desk.filter.trust.spam = core::SpamVerdict::spam;
  const auto spam = desk.receive(AppFixture::mail(kMira, "Fwd: Spam", kForwarded));
  CHECK(desk.requester_of(spam) == "mira@example.com");
  desk.filter.trust.spam = core::SpamVerdict::ham;
  expect(desk.at.app().store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.agents().find(desk.agent));
    row.state = ports::AgentState::deactivated;
    return tx.agents().update(row);
  }));
  const auto former = desk.receive(AppFixture::mail(kMira, "Fwd: Former", kForwarded));
  CHECK(desk.requester_of(former) == "mira@example.com");
}

TEST_CASE("what one of our own mailboxes or the agent wrote is forwarded by nobody") {
  Desk desk;
  std::string ours = kForwarded;
  ours.replace(ours.find("ann@example.org"), 15, "support@example.com");
  CHECK(desk.requester_of(desk.receive(AppFixture::mail(kMira, "Fwd: x", ours))) ==
        "mira@example.com");
  std::string own = kForwarded;
  own.replace(own.find("ann@example.org"), 15, "mira@example.com");
  CHECK(desk.requester_of(desk.receive(AppFixture::mail(kMira, "Fwd: y", own))) ==
        "mira@example.com");
}

TEST_CASE("a machine's mail that an agent forwards is answered by none") {
  Desk desk;
  std::string mail = kForwarded;
  mail.replace(mail.find("ann@example.org"), 15, "no-reply@example.org");
  const auto taken = desk.receive(AppFixture::mail(kMira, "Fwd: Broken pedal", mail));
  CHECK(desk.requester_of(taken) == "no-reply@example.org");
  CHECK(desk.acknowledged(taken).empty());
}

std::string with_attached_mail(std::string_view subject, std::string_view attached_headers) {
  return "From: " + kMira + "\r\nTo: support@example.com\r\nSubject: " + std::string{subject} +
         "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
         "--b\r\nContent-Type: text/plain\r\n\r\nShe has called twice already.\r\n"
         "--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" +
         std::string{attached_headers} +
         "Subject: Broken pedal\r\nMessage-ID: <first@example.org>\r\n\r\n"
         "The crank is loose. Card 4111 1111 1111 1111.\r\n--b--\r\n";
}

TEST_CASE("an attached mail opens the ticket of its sender, minimised, and stays attached") {
  Desk desk;
  const auto taken = desk.receive(
      with_attached_mail("Fwd: Broken pedal", "From: Ann Smith <ann@example.org>\r\n"));
  const TicketView view = desk.at.view(taken.ticket);
  CHECK(view.summary.requester->email == "ann@example.org");
  CHECK(view.summary.subject == "Broken pedal");
  CHECK(view.messages.at(0).text.find("called twice") != std::string::npos);
  const MessageView& message = view.messages.back();
  CHECK(message.text.starts_with("The crank is loose."));
  CHECK(message.text.find("4111 1111") == std::string::npos);
  REQUIRE(message.attachments.size() == 1);
  CHECK(message.attachments[0].type == "message/rfc822");
  CHECK(desk.acknowledged(taken).size() == 1);

  // The sender goes on in their own mail program.
  const auto next = desk.receive(AppFixture::mail("Ann <ann@example.org>", "Re: Broken pedal",
                                                  "More.", "In-Reply-To: <first@example.org>\r\n"));
  CHECK(next.ticket == taken.ticket);
}

TEST_CASE("an attached mail of a machine is not acknowledged, and one in an answer is a file") {
  Desk desk;
  const auto machine = desk.receive(with_attached_mail(
      "Fwd: x", "From: Shop <shop@example.org>\r\nAuto-Submitted: auto-generated\r\n"));
  CHECK(desk.requester_of(machine) == "shop@example.org");
  CHECK(desk.acknowledged(machine).empty());
  const auto answer =
      desk.receive(with_attached_mail("Re: y", "From: Ann Smith <ann@example.org>\r\n"));
  CHECK(desk.requester_of(answer) == "mira@example.com");
  const auto nameless = desk.receive(with_attached_mail("Fwd: z", ""));
  CHECK(desk.requester_of(nameless) == "mira@example.com");
}

}  // namespace
}  // namespace lethe::app::testing
