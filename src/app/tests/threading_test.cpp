#include "lethe/app/threading.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "app_fixture.h"
#include "lethe/app/erasure.h"
#include "lethe/app/participants.h"
#include "lethe/app/redact.h"
#include "lethe/app/search.h"

namespace lethe::app::testing {
namespace {

std::string proof_of(AppFixture& at, core::TicketId ticket) {
  return "In-Reply-To: <" + at.app().vault.sign_message_id(ticket, core::MessageId::of(1)) +
         "@example.com>\r\n";
}

TakenIn mail_of(AppFixture& at, std::string_view from, std::string_view subject,
                std::string_view text, std::string_view extra = {}) {
  return expect(at.receive(AppFixture::mail(from, subject, text, extra)));
}

ThreadingView threading_of(AppFixture& at, core::TicketId ticket) {
  ThreadingView view;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(view, view_threading(tx, ticket));
    return {};
  }));
  return view;
}

// What people said in the ticket, in order.
std::vector<std::string> said_in(AppFixture& at, core::TicketId ticket) {
  std::vector<std::string> texts;
  for (const MessageView& message : at.view(ticket).messages) {
    if (message.kind != ports::MessageKind::event) texts.push_back(message.text);
  }
  return texts;
}

core::MessageId message_at(AppFixture& at, core::TicketId ticket, std::size_t place) {
  std::vector<core::MessageId> ids;
  for (const MessageView& message : at.view(ticket).messages) {
    if (message.kind != ports::MessageKind::event) ids.push_back(message.id);
  }
  return ids.at(place);
}

core::ErasureId erase_ticket(AppFixture& at, std::string_view whose, core::TicketId ticket) {
  const auto id = expect(approve_erasure(
      at.app(),
      {.scope = ports::ErasureScope::ticket, .person = at.person(whose), .tickets = {ticket}}));
  const core::ErasureId ids[] = {id};
  expect(run_erasures(at.app(), ids));
  return id;
}

struct Cells {
  vault::KeyRef key;
  vault::CellRef where;
  Ciphertext cell;
};
// The text cells as they are now, as an old backup would hold them.
std::vector<Cells> kept_copy(AppFixture& at, core::TicketId ticket) {
  std::vector<Cells> cells;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto rows, tx.messages().of_ticket(ticket));
    for (const ports::MessageRow& row : rows) {
      if (!row.person || !row.text) continue;
      cells.push_back({vault::KeyRef::of(*row.person, ticket, vault::KeyClass::body),
                       {19, 10, row.id.value(), row.cell_version},
                       *row.text});
    }
    return {};
  }));
  return cells;
}
bool opens(AppFixture& at, const Cells& cells) {
  return at.app().vault.unseal(cells.key, cells.where, cells.cell).has_value();
}

TEST_CASE("a merged ticket leads to the other one, with its messages, people and replies") {
  AppFixture at;
  const auto kept = mail_of(at, "Ann <ann@example.org>", "Pedal", "The first words.").ticket;
  const auto gone = mail_of(at, "Bob <bob@example.org>", "Crank", "The second words.").ticket;
  const auto clock = at.row(kept).state;
  at.clock.advance(Seconds{60});
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));

  CHECK(said_in(at, kept).size() == 2);
  CHECK(said_in(at, gone).empty());
  CHECK(at.row(kept).message_count == 2);
  CHECK(at.row(kept).state == clock);
  CHECK(core::shown_status(at.row(gone).state) == "trash");
  REQUIRE(threading_of(at, gone).merged_into);
  CHECK(threading_of(at, gone).merged_into->id == kept);
  CHECK(at.view(kept).cc.size() == 1);

  const auto reply =
      mail_of(at, "Bob <bob@example.org>", "Re: Crank", "A third.", proof_of(at, gone));
  CHECK(reply.ticket == kept);
  CHECK(at.view(kept).messages.back().flags.verified);
}

ports::TicketCounts counts_of(AppFixture& at) {
  ports::TicketCounts counts;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(counts, tx.tickets().counts(std::nullopt));
    return {};
  }));
  return counts;
}

std::size_t listed(AppFixture& at, const ports::TicketQuery& query) {
  std::size_t rows = 0;
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto list, tx.tickets().list(query));
    rows = list.size();
    return {};
  }));
  return rows;
}

TEST_CASE("a merged ticket is in no list and no count, and comes back to where it was") {
  AppFixture at;
  const auto kept = mail_of(at, "Ann <ann@example.org>", "Pedal", "One.").ticket;
  const auto gone = mail_of(at, "Bob <bob@example.org>", "Crank", "Two.").ticket;
  const auto thrown = mail_of(at, "Bob <bob@example.org>", "Bell", "Three.").ticket;
  at.set_status(thrown, "trash");
  CHECK(counts_of(at).open == 2);
  CHECK(counts_of(at).trash == 1);
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  expect(merge_tickets(at.app(), thrown, kept, std::nullopt));
  CHECK(counts_of(at).open == 1);
  CHECK(counts_of(at).trash == 0);
  CHECK(listed(at, {}) == 1);
  CHECK(listed(at, {.trash = true}) == 0);
  CHECK(listed(at, {.with_spam_and_trash = true}) == 1);

  expect(unmerge_ticket(at.app(), gone, std::nullopt));
  expect(unmerge_ticket(at.app(), thrown, std::nullopt));
  CHECK(counts_of(at).open == 2);
  CHECK(counts_of(at).trash == 1);
  CHECK(listed(at, {.trash = true}) == 1);
}

TEST_CASE("what would change a merged ticket is refused and names the one that has its words") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto kept = mail_of(at, "Ann <ann@example.org>", "Pedal", "One.").ticket;
  const auto gone = mail_of(at, "Bob <bob@example.org>", "Crank", "Two.").ticket;
  const auto third = mail_of(at, "Bob <bob@example.org>", "Bell", "Three.").ticket;
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  const auto row = at.row(gone);
  const auto refused = [&](const Status& status) {
    REQUIRE_FALSE(status.has_value());
    CHECK(status.error().code == Errc::conflict);
    CHECK(status.error().detail.find("#" + std::to_string(at.row(kept).number)) !=
          std::string::npos);
    CHECK(status.error().detail.find(kept.to_string()) != std::string::npos);
  };
  const auto without_value = [](const auto& result) {
    return result ? Status{} : Status{std::unexpected(result.error())};
  };
  for (const char* status : {"open", "closed", "spam", "not_trash"}) {
    refused(change_ticket(at.app(), gone, {.status = status}, agent));
  }
  refused(save_draft(at.app(), gone, agent, ports::MessageKind::agent, "Hello"));
  refused(without_value(answer_ticket(at.app(), {.ticket = gone, .by = agent, .text = "Hello"})));
  refused(merge_tickets(at.app(), gone, third, agent));
  refused(merge_tickets(at.app(), third, gone, agent));
  refused(without_value(split_ticket(at.app(), gone, {core::MessageId::of(1)}, agent)));
  CHECK(at.row(gone).state == row.state);
  CHECK(at.row(gone).version == row.version);
  expect(unmerge_ticket(at.app(), gone, agent));
  expect(change_ticket(at.app(), gone, {.status = "closed"}, agent));
}

TEST_CASE("an agent takes somebody off Cc, and copies that wait do not leave") {
  AppFixture at;
  const auto agent = at.agent("mira@example.com");
  const auto ticket = mail_of(at, "Ann <ann@example.org>", "Pedal", "One.",
                              "Cc: carl@example.org, dora@example.org\r\n")
                          .ticket;
  const auto carl = at.person("carl@example.org");
  expect(answer_ticket(at.app(), {.ticket = ticket,
                                  .by = agent,
                                  .text = "Hello",
                                  .cc = {expect(core::EmailAddress::parse("carl@example.org"))}}));
  expect(remove_from_cc(at.app(), ticket, carl, agent));
  REQUIRE(at.view(ticket).cc.size() == 1);
  CHECK(at.view(ticket).cc.front().email == "dora@example.org");
  expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto mails, tx.outbox().of_ticket(ticket));
    for (const ports::OutgoingRow& mail : mails) {
      CHECK((mail.state == ports::OutgoingState::cancelled) == (mail.person == carl));
    }
    return {};
  }));
  CHECK(remove_from_cc(at.app(), ticket, carl, agent).error().code == Errc::not_found);
  const auto ann = at.person("ann@example.org");
  CHECK(remove_from_cc(at.app(), ticket, ann, agent).error().code == Errc::not_found);
}

TEST_CASE("undoing a merge restores both tickets") {
  AppFixture at;
  const auto kept = mail_of(at, "Ann <ann@example.org>", "Pedal", "The first words.").ticket;
  const auto gone = mail_of(at, "Bob <bob@example.org>", "Crank", "The second words.").ticket;
  const auto before = at.row(gone);
  const auto texts = said_in(at, gone);
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  expect(unmerge_ticket(at.app(), gone, std::nullopt));
  CHECK(said_in(at, gone) == texts);
  CHECK(said_in(at, kept).size() == 1);
  CHECK(at.row(gone).state == before.state);
  CHECK(at.row(gone).message_count == before.message_count);
  CHECK(at.row(gone).last_message == before.last_message);
  CHECK(at.view(gone).summary.subject == "Crank");
  CHECK(at.view(kept).cc.empty());
  CHECK_FALSE(threading_of(at, gone).merged_into);
  CHECK(unmerge_ticket(at.app(), gone, std::nullopt).error().code == Errc::not_found);
}

TEST_CASE("erasing a ticket makes what was merged into it unreadable, in old copies too") {
  AppFixture at;
  const auto kept = mail_of(at, "Ann <ann@example.org>", "Pedal", "The first words.").ticket;
  const auto gone = mail_of(at, "Ann <ann@example.org>", "Crank", "The second words.").ticket;
  const auto other = mail_of(at, "Ann <ann@example.org>", "Saddle", "The third words.").ticket;
  const auto old_copy = kept_copy(at, gone);
  REQUIRE(opens(at, old_copy.at(0)));
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  CHECK(opens(at, old_copy.at(0)));
  const auto merged_copy = kept_copy(at, kept);
  erase_ticket(at, "ann@example.org", kept);
  for (const Cells& cells : merged_copy) CHECK_FALSE(opens(at, cells));
  for (const Cells& cells : old_copy) CHECK_FALSE(opens(at, cells));
  CHECK(at.row(gone).erased);
  CHECK(said_in(at, other).size() == 1);
}

TEST_CASE("a split moves chosen messages; erasing one part leaves the other readable") {
  AppFixture at;
  const auto from = mail_of(at, "Ann <ann@example.org>", "Pedal", "About the pedal.").ticket;
  mail_of(at, "Ann <ann@example.org>", "My saddle", "About the saddle.", proof_of(at, from));
  const auto old_copy = kept_copy(at, from);
  REQUIRE(old_copy.size() == 2);
  const auto state = at.row(from).state;
  const auto part = expect(split_ticket(at.app(), from, {message_at(at, from, 1)}, std::nullopt));
  CHECK(said_in(at, from).size() == 1);
  CHECK(said_in(at, part).size() == 1);
  CHECK(at.view(part).summary.subject == "My saddle");
  CHECK(at.row(part).state == state);

  erase_ticket(at, "ann@example.org", part);
  CHECK_FALSE(opens(at, old_copy.at(0)));
  CHECK_FALSE(opens(at, old_copy.at(1)));
  REQUIRE(said_in(at, from).size() == 1);
  CHECK(said_in(at, from).at(0).starts_with("About the pedal."));
}

TEST_CASE("a split leaves at least one message and takes only the ticket's own") {
  AppFixture at;
  const auto from = mail_of(at, "Ann <ann@example.org>", "Pedal", "One.").ticket;
  const auto other = mail_of(at, "Bob <bob@example.org>", "Crank", "Two.").ticket;
  const auto all = std::vector{message_at(at, from, 0)};
  CHECK(split_ticket(at.app(), from, all, std::nullopt).error().code == Errc::invalid_argument);
  CHECK(split_ticket(at.app(), from, {}, std::nullopt).error().code == Errc::invalid_argument);
  CHECK(split_ticket(at.app(), other, all, std::nullopt).error().code == Errc::invalid_argument);
  CHECK(merge_tickets(at.app(), from, from, std::nullopt).error().code == Errc::invalid_argument);
}

TEST_CASE("redaction reaches the copies that were made before a merge") {
  AppFixture at;
  const auto kept = mail_of(at, "Ann <ann@example.org>", "Pedal", "The first words.").ticket;
  const auto gone = mail_of(at, "Ann <ann@example.org>", "Crank", "My pin is 4711.").ticket;
  const auto old_copy = kept_copy(at, gone);
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  expect(redact_text(at.app(), message_at(at, kept, 1), "4711", std::nullopt));
  CHECK_FALSE(opens(at, old_copy.at(0)));
  CHECK(said_in(at, kept).at(1).find("4711") == std::string::npos);
  expect(unmerge_ticket(at.app(), gone, std::nullopt));
  CHECK(at.view(gone).summary.subject == "Crank");
}

TEST_CASE("a search finds moved words where they are now") {
  AppFixture at;
  const auto kept = mail_of(at, "Ann <ann@example.org>", "Pedal", "About a velocipede.").ticket;
  const auto gone = mail_of(at, "Ann <ann@example.org>", "Crank", "About a tricycle.").ticket;
  at.index_everything();
  const auto found_in = [&] {
    std::vector<core::TicketId> tickets;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto results, search(at.app(), tx, "tricycle", std::nullopt, 10));
      for (const FoundTicket& found : results.tickets) tickets.push_back(found.ticket.row.id);
      return {};
    }));
    return tickets;
  };
  CHECK(found_in() == std::vector{gone});
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  CHECK(found_in() == std::vector{kept});
  expect(unmerge_ticket(at.app(), gone, std::nullopt));
  CHECK(found_in() == std::vector{gone});
}

TEST_CASE("a number in the subject and Outlook's index propose, they never join") {
  AppFixture at;
  const std::string index = "Thread-Index: AdGxCfiEYy6b/YqKQ7mJ5q9B0nXtFQ==\r\n";
  const auto first = mail_of(at, "Ann <ann@example.org>", "Pedal", "One.", index).ticket;
  const auto number = std::to_string(at.row(first).number);
  const auto by_number =
      mail_of(at, "Eve <eve@example.net>", "Re: Pedal [#" + number + "]", "Me too.").ticket;
  const auto by_index = mail_of(at, "Eve <eve@example.net>", "Pedal", "And me.", index).ticket;
  const auto neither = mail_of(at, "Eve <eve@example.net>", "Re: Pedal", "Nor me.").ticket;
  for (const core::TicketId ticket : {by_number, by_index}) {
    CHECK(ticket != first);
    const auto proposals = threading_of(at, ticket).proposals;
    REQUIRE(proposals.size() == 1);
    CHECK(proposals[0].row.kind == ports::ProposalKind::join);
    CHECK(proposals[0].other->id == first);
  }
  CHECK(threading_of(at, neither).proposals.empty());
  CHECK(threading_of(at, first).proposals.empty());

  const auto accepted = threading_of(at, by_number).proposals.at(0).row.id;
  CHECK(expect(decide_proposal(at.app(), accepted, Decision::accept, std::nullopt)) == first);
  CHECK(said_in(at, first).size() == 2);
  const auto again = decide_proposal(at.app(), accepted, Decision::accept, std::nullopt);
  CHECK(again.error().code == Errc::conflict);
  const auto dismissed = threading_of(at, by_index).proposals.at(0).row.id;
  expect(decide_proposal(at.app(), dismissed, Decision::dismiss, std::nullopt));
  CHECK(threading_of(at, by_index).proposals.empty());
  CHECK(said_in(at, by_index).size() == 1);
}

TEST_CASE("a known id from somebody who takes no part is at most a proposal") {
  AppFixture at;
  const std::string id = "Message-ID: <first@example.org>\r\nCc: carl@example.org\r\n";
  const std::string reply = "In-Reply-To: <first@example.org>\r\n";
  const auto first = mail_of(at, "Ann <ann@example.org>", "Pedal", "One.", id).ticket;
  const auto colleague = mail_of(at, "Carl <carl@example.org>", "Re: Pedal", "Two.", reply);
  CHECK(colleague.ticket == first);
  const auto stranger = mail_of(at, "Eve <eve@example.net>", "Re: Pedal", "Three.", reply);
  CHECK(stranger.ticket != first);
  REQUIRE(threading_of(at, stranger.ticket).proposals.size() == 1);
  CHECK(threading_of(at, stranger.ticket).proposals[0].other->id == first);
}

TEST_CASE("a changed subject on an old thread joins and proposes a split, once") {
  AppFixture at;
  const auto first = mail_of(at, "Ann <ann@example.org>", "Pedal", "One.").ticket;
  const auto proof = proof_of(at, first);
  mail_of(at, "Ann <ann@example.org>", "AW: Re: Pedal", "Two.", proof);
  CHECK(threading_of(at, first).proposals.empty());
  CHECK(mail_of(at, "Ann <ann@example.org>", "Invoice 12", "Three.", proof).ticket == first);
  mail_of(at, "Ann <ann@example.org>", "Re: Invoice 12", "Four.", proof);
  const auto proposals = threading_of(at, first).proposals;
  REQUIRE(proposals.size() == 1);
  CHECK(proposals[0].row.kind == ports::ProposalKind::split);
  const auto part =
      expect(decide_proposal(at.app(), proposals[0].row.id, Decision::accept, std::nullopt));
  CHECK(said_in(at, part).size() == 2);
  CHECK(said_in(at, first).size() == 2);
}

TEST_CASE("the same Message-ID with other content is a second message, and flagged") {
  AppFixture at;
  const std::string id = "Message-ID: <same@example.org>\r\n";
  const auto first = mail_of(at, "Ann <ann@example.org>", "Pedal", "One.", id);
  const auto second = mail_of(at, "Ann <ann@example.org>", "Pedal", "Other.", id);
  CHECK(second.message != first.message);
  const auto proposals = threading_of(at, second.ticket).proposals;
  const bool flagged = std::ranges::any_of(proposals, [](const ProposalView& proposal) {
    return proposal.row.kind == ports::ProposalKind::same_id;
  });
  CHECK(flagged);
}

// Whatever agents join and part, each message is in one ticket; and once everything of a person's
// is erased, no copy of any time opens.
TEST_CASE("random merges, splits and undos keep every message once and no word after erasure") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    AppFixture at;
    std::mt19937 random{seed};
    std::vector<core::TicketId> tickets;
    for (int i = 0; i < 4; ++i) {
      tickets.push_back(mail_of(at, i % 2 == 0 ? "Ann <ann@example.org>" : "Bob <bob@example.org>",
                                "Subject " + std::to_string(i), "Words " + std::to_string(i))
                            .ticket);
      mail_of(at, "Ann <ann@example.org>", "Subject " + std::to_string(i),
              "More " + std::to_string(i), proof_of(at, tickets.back()));
    }
    std::vector<Cells> copies;
    const auto pick = [&] { return tickets[random() % tickets.size()]; };
    for (int step = 0; step < 12; ++step) {
      for (const core::TicketId ticket : tickets)
        std::ranges::move(kept_copy(at, ticket), std::back_inserter(copies));
      const auto one = pick();
      switch (random() % 3) {
        case 0:
          static_cast<void>(merge_tickets(at.app(), one, pick(), std::nullopt));
          break;
        case 1:
          static_cast<void>(unmerge_ticket(at.app(), one, std::nullopt));
          break;
        default: {
          const auto words = said_in(at, one).size();
          if (words < 2) break;
          const auto part =
              split_ticket(at.app(), one, {message_at(at, one, random() % words)}, std::nullopt);
          if (part) tickets.push_back(*part);
        }
      }
      std::multiset<std::string> said;
      for (const core::TicketId ticket : tickets)
        said.merge([&] {
          const auto texts = said_in(at, ticket);
          return std::multiset<std::string>{texts.begin(), texts.end()};
        }());
      CHECK(said.size() == 8);
      CHECK(std::set<std::string>{said.begin(), said.end()}.size() == 8);
    }
    for (const core::TicketId ticket : tickets) {
      const auto row = at.row(ticket);
      if (row.erased) continue;
      const auto whose =
          row.requester == at.person("ann@example.org") ? "ann@example.org" : "bob@example.org";
      erase_ticket(at, whose, ticket);
    }
    for (const Cells& cells : copies) CHECK_FALSE(opens(at, cells));
  }
}

}  // namespace
}  // namespace lethe::app::testing
