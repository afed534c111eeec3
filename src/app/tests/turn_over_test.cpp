#include <algorithm>

#include "app_fixture.h"
#include "forward_frame.h"
#include "lethe/app/cells.h"
#include "lethe/app/erasure.h"
#include "lethe/app/holds.h"
#include "lethe/app/redact.h"
#include "lethe/app/requester.h"
#include "lethe/app/search.h"
#include "lethe/app/sweep.h"
#include "lethe/app/threading.h"

namespace lethe::app::testing {
namespace {

const std::string kMira = "Mira <mira@example.com>";
const std::string kForwarded =
    "She has called twice already.\n\n---------- Forwarded message ---------\n"
    "From: Ann Smith <ann@example.org>\nDate: Mon, 5 Jan 2026\nSubject: Broken pedal\n"
    "To: <mira@example.com>\n\nThe crank is loose.\n";

// An agent's forward at a desk where nothing proves whose it is.
struct Desk {
  AppFixture at;
  core::AgentId agent = at.agent("mira@example.com", ports::Role::agent);
  core::TicketId ticket;

  explicit Desk(const std::string& content = AppFixture::mail(kMira, "Fwd: Broken pedal",
                                                              kForwarded))
      : ticket(expect(at.receive(content)).ticket) {}

  std::vector<ports::ProposalRow> forwards() {
    std::vector<ports::ProposalRow> rows;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto view, view_threading(tx, ticket));
      for (const ProposalView& proposal : view.proposals) {
        if (proposal.row.kind == ports::ProposalKind::forwarded) rows.push_back(proposal.row);
      }
      return {};
    }));
    return rows;
  }
  std::optional<TurnOver> plan() {
    std::optional<TurnOver> plan;
    const auto rows = forwards();
    REQUIRE(rows.size() == 1);
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(plan, plan_turn_over(at.app(), tx, rows.front()));
      return {};
    }));
    return plan;
  }
  void accept() {
    const auto rows = forwards();
    REQUIRE(rows.size() == 1);
    CHECK(expect(decide_proposal(at.app(), rows.front().id, Decision::accept, agent)) == ticket);
  }
  std::vector<core::PersonId> participants() {
    std::vector<core::PersonId> people;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto rows, tx.tickets().participants(ticket));
      for (const ports::ParticipantRow& row : rows) people.push_back(row.person);
      return {};
    }));
    return people;
  }
};

core::EmailAddress address(std::string_view text) {
  return expect(core::EmailAddress::parse(text));
}

void erase(AppFixture& at, std::string_view whose) {
  const core::ErasureId ids[] = {
      expect(approve_erasure(at.app(), {.person = at.person(whose), .tickets = {}}))};
  expect(run_erasures(at.app(), ids));
}

std::size_t found(AppFixture& at, std::string_view words) {
  std::size_t count = 0;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto results, search(at.app(), tx, words, std::nullopt, 10));
    count = results.tickets.size();
    return {};
  }));
  return count;
}

// The text of a message as it is now, as an old backup would hold it.
struct Copy {
  vault::KeyRef key;
  vault::CellRef where;
  Ciphertext cell;
};
Copy copy_of(AppFixture& at, core::MessageId message) {
  std::optional<Copy> copy;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().find(message));
    copy = Copy{body_key(*row.person, row.ticket),
                place(cell::kText, row.id.value(), row.cell_version), *row.text};
    return {};
  }));
  return std::move(*copy);
}
bool opens(AppFixture& at, const Copy& copy) {
  return at.app().vault.unseal(copy.key, copy.where, copy.cell).has_value();
}

TEST_CASE("an accepted forward is its original sender's ticket, the words above are a note") {
  Desk desk;
  const auto plan = desk.plan();
  REQUIRE(plan);
  CHECK(plan->name == "Ann Smith");
  CHECK(plan->address == "ann@example.org");
  CHECK(plan->leaves_note);
  const auto before = desk.at.row(desk.ticket).state;
  desk.accept();

  const TicketView view = desk.at.view(desk.ticket);
  CHECK(view.summary.requester->email == "ann@example.org");
  CHECK(view.summary.requester->name == "Ann Smith");
  CHECK(view.summary.subject == "Broken pedal");
  CHECK(view.summary.snippet == "The crank is loose.");
  CHECK(view.summary.row.message_count == 2);
  CHECK(view.summary.row.state == before);
  CHECK(view.cc.empty());
  REQUIRE(view.messages.size() == 3);
  CHECK(view.messages[0].kind == ports::MessageKind::note);
  CHECK(view.messages[0].text == "She has called twice already.");
  CHECK(view.messages[0].agent->id == desk.agent.value());
  const MessageView& message = view.messages[1];
  CHECK(message.kind == ports::MessageKind::customer);
  CHECK(message.text.starts_with("The crank is loose."));
  CHECK(message.text.find("called twice") == std::string::npos);
  CHECK(message.from_address == "ann@example.org");
  CHECK_FALSE(message.flags.verified);
  CHECK(message.trust.source == core::TrustSource::nobody);
  CHECK(view.messages[2].event == "turned_over");
  CHECK(desk.participants() == std::vector{desk.at.person("ann@example.org")});
  CHECK(desk.forwards().empty());
}

TEST_CASE("turning over writes to nobody") {
  Desk desk;
  desk.accept();
  const auto ann = desk.at.person("ann@example.org");
  expect(desk.at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto mails, tx.outbox().of_ticket(desk.ticket));
    CHECK(std::ranges::none_of(mails, [&](const auto& mail) { return mail.person == ann; }));
    return {};
  }));
}

TEST_CASE("a forward is turned over once, and not after it was dismissed") {
  Desk desk;
  const auto proposal = desk.forwards().at(0);
  desk.accept();
  CHECK(decide_proposal(desk.at.app(), proposal.id, Decision::accept, desk.agent).error().code ==
        Errc::conflict);
  CHECK(turn_over(desk.at.app(), proposal, desk.agent).error().code == Errc::conflict);

  Desk other;
  const auto dismissed = other.forwards().at(0);
  expect(decide_proposal(other.at.app(), dismissed.id, Decision::dismiss, other.agent));
  CHECK(decide_proposal(other.at.app(), dismissed.id, Decision::accept, other.agent).error().code ==
        Errc::conflict);
  CHECK(other.at.view(other.ticket).summary.requester->email == "mira@example.com");
}

TEST_CASE("erasing the original sender takes the forwarded words, in old copies too") {
  Desk desk;
  const auto own = expect(desk.at.receive(AppFixture::mail(kMira, "Lunch", "Who comes along?")));
  const Copy old = copy_of(desk.at, *desk.at.row(desk.ticket).last_message);
  desk.accept();
  const Copy now = copy_of(desk.at, *desk.at.row(desk.ticket).last_message);
  CHECK(opens(desk.at, old));
  CHECK(opens(desk.at, now));
  erase(desk.at, "ann@example.org");
  CHECK_FALSE(opens(desk.at, old));
  CHECK_FALSE(opens(desk.at, now));
  CHECK(desk.at.row(desk.ticket).erased);
  CHECK(desk.at.view(own.ticket).messages.at(0).text.starts_with("Who comes along?"));
}

TEST_CASE("a backup from before the turning over does not bring the words back") {
  Desk desk;
  desk.at.back_up();
  desk.accept();
  erase(desk.at, "ann@example.org");
  desk.at.put_back();
  expect(sweep(desk.at.app(), ConfirmSweep::no));
  CHECK(desk.at.row(desk.ticket).erased);
}

TEST_CASE(
    "the original sender's part of a ticket that went on to somebody else goes in old copies") {
  Desk desk;
  const Copy old = copy_of(desk.at, *desk.at.row(desk.ticket).last_message);
  desk.accept();
  const auto words = desk.at.view(desk.ticket).messages.at(1).id;
  expect(
      change_requester(desk.at.app(), desk.ticket, address("bob@example.org"), "Bob", desk.agent));
  const Copy between = copy_of(desk.at, words);
  erase(desk.at, "ann@example.org");
  CHECK_FALSE(desk.at.row(desk.ticket).erased);
  CHECK_FALSE(opens(desk.at, old));
  CHECK_FALSE(opens(desk.at, between));
  const TicketView view = desk.at.view(desk.ticket);
  CHECK(view.summary.subject == "Broken pedal");
  CHECK(view.messages.at(0).text == "She has called twice already.");
}

TEST_CASE("a redaction reaches the copies that were made before the turning over") {
  Desk desk;
  const Copy old = copy_of(desk.at, *desk.at.row(desk.ticket).last_message);
  desk.accept();
  const auto message = desk.at.view(desk.ticket).messages.at(1).id;
  expect(redact_text(desk.at.app(), message, "loose", desk.agent));
  CHECK_FALSE(opens(desk.at, old));
  CHECK(desk.at.view(desk.ticket).messages.at(1).text.starts_with("The crank is "));
  CHECK(desk.at.view(desk.ticket).messages.at(0).text == "She has called twice already.");
}

TEST_CASE("erasing who forwarded it leaves the sender's ticket readable") {
  Desk desk;
  desk.accept();
  erase(desk.at, "mira@example.com");
  const TicketView view = desk.at.view(desk.ticket);
  CHECK(view.messages.at(1).text.starts_with("The crank is loose."));
  CHECK(view.summary.subject == "Broken pedal");
}

TEST_CASE("a search finds the words under their new owner, and nothing after the erasure") {
  Desk desk;
  desk.at.index_everything();
  CHECK(found(desk.at, "crank") == 1);
  desk.accept();
  desk.at.index_everything();
  CHECK(found(desk.at, "crank") == 1);
  CHECK(found(desk.at, "called") == 1);
  CHECK(found(desk.at, "pedal") == 1);
  erase(desk.at, "ann@example.org");
  CHECK(found(desk.at, "crank") == 0);
  CHECK(found(desk.at, "pedal") == 0);
}

TEST_CASE("an attached mail is turned over with its files, and its sender goes on by its id") {
  Desk desk{"From: " + kMira +
            "\r\nTo: support@example.com\r\nSubject: Fwd: Broken pedal\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            "--b\r\nContent-Type: text/plain\r\n\r\nShe has called twice already.\r\n"
            "--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
            "From: Ann Smith <ann@example.org>\r\nSubject: Broken pedal\r\n"
            "Message-ID: <first@example.org>\r\n\r\nThe crank is loose.\r\n--b--\r\n"};
  desk.accept();
  const TicketView view = desk.at.view(desk.ticket);
  CHECK(view.summary.requester->email == "ann@example.org");
  CHECK(view.messages.at(0).text.starts_with("She has called twice already."));
  const MessageView& message = view.messages.at(1);
  CHECK(message.text.starts_with("The crank is loose."));
  REQUIRE(message.attachments.size() == 1);
  const auto file = expect(read_attachment(desk.at.app(), message.attachments[0].id));
  CHECK(file.bytes.reveal().find("crank") != std::string_view::npos);

  const auto next =
      expect(desk.at.receive(AppFixture::mail("Ann <ann@example.org>", "Re: Broken pedal", "More.",
                                              "In-Reply-To: <first@example.org>\r\n")));
  CHECK(next.ticket == desk.ticket);
  erase(desk.at, "ann@example.org");
  CHECK_FALSE(read_attachment(desk.at.app(), message.attachments[0].id).has_value());
}

TEST_CASE("what was moved to somebody else's ticket, or is held, is not turned over") {
  Desk moved;
  const auto bobs =
      expect(moved.at.receive(AppFixture::mail("bob@example.org", "Crank", "Mine too."))).ticket;
  expect(merge_tickets(moved.at.app(), moved.ticket, bobs, moved.agent));
  moved.ticket = bobs;
  CHECK_FALSE(moved.plan());

  Desk held;
  expect(place_hold(
      held.at.app(),
      {.ticket = held.ticket, .ground = "art-17-3-e", .reason = "a lawsuit", .by = held.agent}));
  CHECK(decide_proposal(held.at.app(), held.forwards().at(0).id, Decision::accept, held.agent)
            .error()
            .code == Errc::conflict);
  CHECK(held.at.view(held.ticket).summary.requester->email == "mira@example.com");
  CHECK(held.forwards().size() == 1);
}

TEST_CASE("a ticket that is given to another person keeps what its writers wrote") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto ticket =
      expect(at.receive(AppFixture::mail("Bob <bob@example.org>", "Pedal", "For my sister Carla.")))
          .ticket;
  expect(answer_ticket(at.app(), {.ticket = ticket,
                                  .by = agent,
                                  .kind = ports::MessageKind::note,
                                  .text = "Carla is the customer."}));
  expect(change_ticket(at.app(), ticket, {.tags = std::vector<std::string>{"sisters"}}, agent));
  expect(save_draft(at.app(), ticket, agent, ports::MessageKind::agent, "Dear Carla"));
  expect(change_requester(at.app(), ticket, address("carla@example.org"), "Carla", agent));

  std::optional<TicketView> seen;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(seen, view_ticket(at.app(), tx, ticket, agent));
    return {};
  }));
  const TicketView& view = *seen;
  CHECK(view.summary.requester->email == "carla@example.org");
  CHECK(view.summary.subject == "Pedal");
  CHECK(view.summary.free_tags == std::vector<std::string>{"sisters"});
  CHECK(view.draft_reply == "Dear Carla");
  CHECK(view.cc.empty());
  CHECK(view.messages.at(0).person->email == "bob@example.org");
  CHECK(view.messages.at(0).text.starts_with("For my sister Carla."));
  CHECK(view.messages.at(1).text == "Carla is the customer.");

  // Back again: nothing is lost.
  expect(change_requester(at.app(), ticket, address("bob@example.org"), "", agent));
  CHECK(at.view(ticket).summary.requester->email == "bob@example.org");
  CHECK(at.view(ticket).summary.subject == "Pedal");
  CHECK(at.view(ticket).messages.at(1).text == "Carla is the customer.");
  erase(at, "carla@example.org");
  CHECK_FALSE(at.row(ticket).erased);
  CHECK(at.view(ticket).messages.at(1).text == "Carla is the customer.");
}

TEST_CASE("erasing the new requester takes the subject and the notes, in old copies too") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto ticket =
      expect(at.receive(AppFixture::mail("Bob <bob@example.org>", "Pedal", "For Carla."))).ticket;
  const auto note = expect(answer_ticket(at.app(), {.ticket = ticket,
                                                    .by = agent,
                                                    .kind = ports::MessageKind::note,
                                                    .text = "Carla is the customer."}))
                        .message;
  const Copy old = copy_of(at, note);
  expect(change_requester(at.app(), ticket, address("carla@example.org"), "Carla", agent));
  erase(at, "carla@example.org");
  CHECK_FALSE(opens(at, old));
  CHECK(at.row(ticket).erased);
  CHECK(at.person_exists(at.person("bob@example.org")));
}

TEST_CASE("a turned-over mail given back to who forwarded it stands as it stood") {
  Desk desk;
  const TicketView before = desk.at.view(desk.ticket);
  REQUIRE(before.messages.size() == 1);
  desk.at.index_everything();
  desk.accept();
  const Copy turned = copy_of(desk.at, desk.at.view(desk.ticket).messages.at(1).id);
  expect(change_requester(desk.at.app(), desk.ticket, address("mira@example.com"), "", desk.agent));

  const TicketView after = desk.at.view(desk.ticket);
  CHECK(after.summary.requester->email == "mira@example.com");
  CHECK(after.summary.subject == before.summary.subject);
  CHECK(after.summary.row.message_count == 1);
  CHECK(after.messages.at(0).id == before.messages.at(0).id);
  CHECK(after.messages.at(0).text == before.messages.at(0).text);
  CHECK(after.messages.at(0).from_address == "mira@example.com");
  CHECK(after.messages.at(0).flags.verified == before.messages.at(0).flags.verified);
  const auto notes =
      std::ranges::count(after.messages, ports::MessageKind::note, &MessageView::kind);
  CHECK(notes == 0);
  desk.at.index_everything();
  CHECK(found(desk.at, "crank") == 1);
  CHECK(found(desk.at, "called") == 1);

  // The question is open again, and can be answered the same way.
  REQUIRE(desk.plan());
  desk.accept();
  CHECK(desk.at.view(desk.ticket).summary.requester->email == "ann@example.org");
  CHECK(desk.at.view(desk.ticket).messages.at(1).text.starts_with("The crank is loose."));
  expect(change_requester(desk.at.app(), desk.ticket, address("mira@example.com"), "", desk.agent));
  CHECK(opens(desk.at, turned));
  erase(desk.at, "mira@example.com");
  CHECK_FALSE(opens(desk.at, turned));
}

TEST_CASE("giving a turned-over mail back brings nothing back that was redacted") {
  Desk desk;
  desk.accept();
  const auto message = desk.at.view(desk.ticket).messages.at(1).id;
  expect(redact_text(desk.at.app(), message, "loose", desk.agent));
  expect(change_requester(desk.at.app(), desk.ticket, address("mira@example.com"), "", desk.agent));
  const TicketView view = desk.at.view(desk.ticket);
  CHECK(view.summary.requester->email == "mira@example.com");
  for (const MessageView& each : view.messages) CHECK_FALSE(each.text.contains("loose"));
  CHECK(view.messages.at(0).text == "She has called twice already.");
  CHECK(desk.forwards().empty());
}

TEST_CASE("a turned-over mail that goes to somebody else stays its sender's") {
  Desk desk;
  desk.accept();
  expect(change_requester(desk.at.app(), desk.ticket, address("bob@example.org"), "", desk.agent));
  CHECK(desk.at.view(desk.ticket).messages.at(1).from_address == "ann@example.org");
  expect(change_requester(desk.at.app(), desk.ticket, address("mira@example.com"), "", desk.agent));
  CHECK(desk.at.view(desk.ticket).messages.at(1).text.starts_with("The crank is loose."));
  CHECK(desk.at.view(desk.ticket).messages.at(0).text == "She has called twice already.");
}

TEST_CASE("the frame of a forward puts its two halves together again to the byte") {
  const std::string comment = "See below.";
  const std::string words = "One.\n\nTwo.\n";
  for (const std::string& whole :
       {comment + "\n\n--- Forwarded ---\nFrom: a@b.example\n\n" + words, comment + words,
        "\n" + comment + "\n> From: a@b.example\n>\n> One.\n>\n> Two.\n",
        comment + "\n>From: a@b.example\n>\n>One.\n>\n>Two.\n"}) {
    const auto frame = frame_of(whole, comment, words);
    REQUIRE(frame);
    CHECK(framed(*frame, comment, words) == whole);
    CHECK_FALSE(boost::json::serialize(*frame).contains("One."));
    CHECK_FALSE(boost::json::serialize(*frame).contains("See below."));
  }
  // Attached: the words stand in a file, not in the text.
  const auto attached = frame_of(comment + "\n", comment, words);
  REQUIRE(attached);
  CHECK(framed(*attached, comment, words) == comment + "\n");
  CHECK_FALSE(shift_of(*attached, comment));
  CHECK_FALSE(frame_of("> > One.\n> Two.\n", "", words));
  CHECK_FALSE(frame_of("Something else.", comment, words));
}

core::MessageId note_on(AppFixture& at, core::TicketId ticket, core::AgentId agent) {
  return expect(answer_ticket(at.app(), {.ticket = ticket,
                                         .by = agent,
                                         .kind = ports::MessageKind::note,
                                         .text = "Carla is the customer."}))
      .message;
}

TEST_CASE("a note that came back out of a merged ticket goes with whom it was given to meanwhile") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto first = at.ticket("bob@example.org", "Pedal", "For my sister Carla.");
  const auto second = at.ticket("bob@example.org", "Crank", "For her as well.");
  const auto note = note_on(at, first, agent);
  std::vector<Copy> copies;
  copies.push_back(copy_of(at, note));
  expect(merge_tickets(at.app(), first, second, agent));
  copies.push_back(copy_of(at, note));
  expect(change_requester(at.app(), second, address("carla@example.org"), "Carla", agent));
  copies.push_back(copy_of(at, note));
  expect(unmerge_ticket(at.app(), first, agent));
  copies.push_back(copy_of(at, note));
  for (const Copy& copy : copies) CHECK(opens(at, copy));
  const Copy mail = copy_of(at, at.view(first).messages.at(0).id);

  erase(at, "carla@example.org");
  for (const Copy& copy : copies) CHECK_FALSE(opens(at, copy));
  // Bob's own words stay; only older copies of them are closed with the key that was replaced.
  CHECK_FALSE(opens(at, mail));
  CHECK(at.view(first).messages.at(0).text.starts_with("For my sister Carla."));
  CHECK(at.view(first).summary.subject == "Pedal");
}

TEST_CASE("a note that went through several merges leaves no copy under any key on its way") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto first = at.ticket("bob@example.org", "Pedal", "One.");
  const auto second = at.ticket("bob@example.org", "Crank", "Two.");
  const auto third = at.ticket("bob@example.org", "Chain", "Three.");
  const auto note = note_on(at, first, agent);
  std::vector<Copy> copies;
  copies.push_back(copy_of(at, note));
  expect(merge_tickets(at.app(), first, second, agent));
  copies.push_back(copy_of(at, note));
  expect(merge_tickets(at.app(), second, third, agent));
  copies.push_back(copy_of(at, note));
  expect(change_requester(at.app(), third, address("carla@example.org"), "Carla", agent));
  expect(unmerge_ticket(at.app(), first, agent));
  expect(unmerge_ticket(at.app(), second, agent));
  copies.push_back(copy_of(at, note));
  for (const Copy& copy : copies) CHECK(opens(at, copy));
  erase(at, "carla@example.org");
  for (const Copy& copy : copies) CHECK_FALSE(opens(at, copy));
  CHECK(at.view(second).messages.at(0).text.starts_with("Two."));
}

TEST_CASE("the reason of a hold that was over is read after the ticket was given away") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto ticket = at.ticket("bob@example.org");
  expect(place_hold(at.app(), {.ticket = ticket,
                               .ground = "art-17-3-e",
                               .reason = "a lawsuit",
                               .by = agent,
                               .until = at.clock.now() + Days{1}}));
  at.clock.advance(Days{2});
  expect(change_requester(at.app(), ticket, address("carla@example.org"), "Carla", agent));
  std::vector<HoldView> holds;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(auto rows, tx.retention().holds());
    LETHE_TRY(holds, view_holds(at.app(), tx, std::move(rows)));
    return {};
  }));
  REQUIRE(holds.size() == 1);
  CHECK(holds[0].reason == "a lawsuit");
}

TEST_CASE("an erasure that waits does not reach a ticket that is another person's by then") {
  AppFixture at;
  const auto given = at.ticket("bob@example.org", "Given", "For Carla.");
  const auto kept = at.ticket("bob@example.org", "Kept", "For me.");
  const auto order = [&](core::TicketId ticket) {
    return ErasureOrder{.scope = ports::ErasureScope::ticket,
                        .person = at.person("bob@example.org"),
                        .tickets = {ticket},
                        .grace_days = 7};
  };
  expect(approve_erasure(at.app(), order(given)));
  expect(approve_erasure(at.app(), order(kept)));
  expect(change_requester(at.app(), given, address("carla@example.org"), "Carla", std::nullopt));
  at.clock.advance(Days{7});
  CHECK(expect(run_due_erasures(at.app())) == 1);
  CHECK(at.row(kept).erased);
  CHECK_FALSE(at.row(given).erased);
}

TEST_CASE("a ticket is not given to ourselves, nor changed when it is theirs already") {
  AppFixture at;
  const auto ticket = at.ticket("bob@example.org");
  CHECK(change_requester(at.app(), ticket, address("support@example.com"), "", std::nullopt)
            .error()
            .code == Errc::invalid_argument);
  const auto version = at.row(ticket).version;
  expect(change_requester(at.app(), ticket, address("bob@example.org"), "", std::nullopt));
  CHECK(at.row(ticket).version == version);
  erase(at, "bob@example.org");
  CHECK(change_requester(at.app(), ticket, address("carla@example.org"), "", std::nullopt)
            .error()
            .code == Errc::erased);
}

}  // namespace
}  // namespace lethe::app::testing
