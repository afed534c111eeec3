// Housekeeping moves no retention clock: when a ticket is due before and after, under each clock.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>

#include "app_fixture.h"
#include "lethe/app/import_tickets.h"
#include "lethe/app/redact.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/app/threading.h"

namespace lethe::app::testing {
namespace {

namespace json = boost::json;

constexpr std::array kAnchors{"closed", "created", "updated", "last_customer_message"};
constexpr int kDays = 3'000;
constexpr int kToday = 100;

constexpr Instant day(int number) { return kStart + Days{number - kToday}; }

using Dues = std::map<std::string, std::optional<Instant>>;

Dues later_of(const Dues& one, const Dues& other) {
  Dues both;
  for (const auto& [anchor, due] : one) both[anchor] = std::max(due, other.at(anchor));
  return both;
}

struct Said {
  const char* kind;
  int on;
};
// Days of a ticket's life; without `closed` it is open.
struct Life {
  std::string requester;
  std::vector<Said> said;
  std::optional<int> closed = {};
};

const Life kEarly{
    .requester = "ann@example.org", .said = {{"customer", 1}, {"agent", 2}}, .closed = 3};
// Its last words are younger than its closing.
const Life kMiddle{.requester = "bob@example.org",
                   .said = {{"customer", 10}, {"agent", 11}, {"note", 14}},
                   .closed = 12};
const Life kLate{
    .requester = "cleo@example.org", .said = {{"customer", 20}, {"agent", 25}}, .closed = 30};

struct Desk {
  AppFixture at;
  core::RuleId rule = expect(create_rule(at.app(), rule_by("closed"))).id();

  static json::object rule_by(std::string_view anchor) {
    return {{"name", "old ones"}, {"days", kDays}, {"anchor", anchor}};
  }

  core::TicketId lived(const Life& life) {
    json::array messages;
    for (const Said& said : life.said) {
      messages.push_back(json::object{{"kind", said.kind},
                                      {"text", "How does it work?"},
                                      {"created_at", to_rfc3339(day(said.on))}});
    }
    json::object ticket{{"requester", {{"email", life.requester}}},
                        {"subject", "A question"},
                        {"created_at", to_rfc3339(day(life.said.front().on))},
                        {"messages", std::move(messages)}};
    if (life.closed) ticket["closed_at"] = to_rfc3339(day(*life.closed));
    if (!life.closed) ticket["status"] = "open";
    return expect(import_ticket(at.app(), json::serialize(json::object{{"ticket", ticket}})))
        .ticket;
  }

  std::optional<Instant> due(core::TicketId ticket) {
    std::optional<Instant> due;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto row, tx.tickets().find(ticket));
      LETHE_TRY(const auto verdict, retention_of_ticket(at.app(), tx, row));
      due = verdict.due_at;
      return {};
    }));
    return due;
  }

  Dues dues(core::TicketId ticket) {
    Dues dues;
    for (const char* anchor : kAnchors) {
      expect(change_rule(at.app(), rule, rule_by(anchor)));
      dues[anchor] = due(ticket);
    }
    return dues;
  }

  core::MessageId message(core::TicketId ticket, std::size_t place) {
    std::vector<core::MessageId> ids;
    for (const MessageView& message : at.view(ticket).messages) {
      if (message.kind != ports::MessageKind::event) ids.push_back(message.id);
    }
    return ids.at(place);
  }

  void merge(core::TicketId from, core::TicketId into) {
    expect(merge_tickets(at.app(), from, into, std::nullopt));
  }
  void unmerge(core::TicketId from) { expect(unmerge_ticket(at.app(), from, std::nullopt)); }
  core::TicketId split(core::TicketId from, std::size_t place) {
    return expect(split_ticket(at.app(), from, {message(from, place)}, std::nullopt));
  }
};

Dues due_on(int closed, int created, int updated, int last_customer_message) {
  return {{"closed", day(closed + kDays)},
          {"created", day(created + kDays)},
          {"updated", day(updated + kDays)},
          {"last_customer_message", day(last_customer_message + kDays)}};
}

TEST_CASE("each clock starts where the guide says") {
  Desk desk;
  CHECK(desk.dues(desk.lived(kEarly)) == due_on(3, 1, 3, 1));
  CHECK(desk.dues(desk.lived(kMiddle)) == due_on(12, 10, 14, 10));
}

TEST_CASE("tagging, sorting, redacting, the trash and indexing move no clock") {
  Desk desk;
  const auto ticket = desk.lived(kMiddle);
  const auto before = desk.dues(ticket);
  const auto change = [&](const TicketChange& to) {
    expect(change_ticket(desk.at.app(), ticket, to, std::nullopt));
    CHECK(desk.dues(ticket) == before);
  };
  change({.tags = std::vector<std::string>{"later"}});
  change({.tags = std::vector<std::string>{}});
  expect(redact_text(desk.at.app(), desk.message(ticket, 0), "work", std::nullopt));
  CHECK(desk.dues(ticket) == before);
  for (const char* flag : {"trash", "spam"}) {
    desk.at.set_status(ticket, flag);
    desk.at.set_status(ticket, std::string{"not_"} + flag);
    CHECK(desk.dues(ticket) == before);
  }
  desk.at.index_everything();
  CHECK(desk.dues(ticket) == before);
}

TEST_CASE("an internal note is work on the ticket: it moves the last update and nothing else") {
  Desk desk;
  const auto ticket = desk.lived(kEarly);
  const auto agent = desk.at.agent("mira@example.com");
  expect(answer_ticket(desk.at.app(), {.ticket = ticket,
                                       .by = agent,
                                       .kind = ports::MessageKind::note,
                                       .text = "They called again.",
                                       .seen = std::nullopt}));
  CHECK(desk.dues(ticket) == due_on(3, 1, kToday, 1));
}

TEST_CASE("a merged ticket is due when the later of both was, and the undo gives both back") {
  for (const auto& [gone_life, kept_life] :
       {std::pair{kEarly, kMiddle}, std::pair{kMiddle, kEarly}, std::pair{kEarly, kLate},
        std::pair{kLate, kMiddle}, std::pair{kMiddle, kLate}}) {
    CAPTURE(gone_life.requester);
    CAPTURE(kept_life.requester);
    Desk desk;
    const auto kept = desk.lived(kept_life);
    const auto gone = desk.lived(gone_life);  // its messages have the higher ids
    const auto kept_before = desk.dues(kept);
    const auto gone_before = desk.dues(gone);
    desk.merge(gone, kept);
    CHECK(desk.dues(kept) == later_of(kept_before, gone_before));
    desk.at.clock.advance(Days{5});
    desk.unmerge(gone);
    CHECK(desk.dues(kept) == kept_before);
    CHECK(desk.dues(gone) == gone_before);
  }
}

TEST_CASE("the run takes a merged ticket at the second that the later of both is due") {
  AppFixture at;
  expect(create_rule(at.app(), json::object{{"name", "old ones"}, {"days", 30}}));
  const auto kept = at.ticket("ann@example.org");
  const auto gone = at.ticket("bob@example.org");
  at.set_status(kept, "closed");
  at.clock.set(kStart + Days{10});
  at.set_status(gone, "closed");
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  at.clock.set(kStart + Days{40} - Seconds{1});
  CHECK(expect(run_retention(at.app(), {})).tickets == 0);
  at.clock.set(kStart + Days{40});
  expect(run_retention(at.app(), {}));
  CHECK(at.row(kept).erased);
  CHECK(at.row(gone).erased);  // the row that led to it
}

TEST_CASE("tickets merged one into the other count together, and each undo takes its own away") {
  Desk desk;
  const auto first = desk.lived(kLate);
  const auto second = desk.lived(kMiddle);
  const auto third = desk.lived(kEarly);
  const auto of_first = desk.dues(first);
  const auto of_second = desk.dues(second);
  const auto of_third = desk.dues(third);
  desk.merge(first, second);
  desk.merge(second, third);
  CHECK(desk.dues(third) == later_of(of_first, later_of(of_second, of_third)));
  desk.unmerge(first);
  CHECK(desk.dues(third) == later_of(of_second, of_third));
  CHECK(desk.dues(first) == of_first);
  desk.unmerge(second);
  CHECK(desk.dues(third) == of_third);
  CHECK(desk.dues(second) == of_second);
}

TEST_CASE("a ticket that was open counts as closed by its merge, for nobody closed it before") {
  Desk desk;
  const auto kept = desk.lived(kEarly);
  const auto gone = desk.lived({.requester = "dan@example.org", .said = {{"customer", 40}}});
  const auto before = desk.dues(kept);
  CHECK_FALSE(desk.due(gone));
  desk.merge(gone, kept);
  CHECK(desk.dues(kept) == due_on(kToday, 40, kToday, 40));
  desk.unmerge(gone);
  CHECK(desk.dues(kept) == before);
  CHECK_FALSE(desk.due(gone));
}

TEST_CASE("a merge of solved tickets is foreseen as it comes: closed when the later one closes") {
  AppFixture at;
  expect(create_rule(at.app(), json::object{{"name", "old ones"}, {"days", 10}}));
  const auto kept = at.ticket("ann@example.org");
  const auto gone = at.ticket("bob@example.org");
  at.set_status(kept, "solved");  // closes on day 7
  at.clock.set(kStart + Days{5});
  at.set_status(gone, "solved");  // on day 12
  expect(merge_tickets(at.app(), gone, kept, std::nullopt));
  const Instant ends[] = {kStart + Days{22} - Seconds{1}, kStart + Days{22}};
  const auto periods = expect(forecast_until(at.app(), ends));
  CHECK(periods[0].tickets == 0);
  CHECK(periods[1].tickets == 1);
  at.clock.set(ends[0]);
  CHECK(expect(run_retention(at.app(), {})).tickets == 0);
  at.clock.set(ends[1]);
  expect(run_retention(at.app(), {}));
  CHECK(at.row(kept).erased);
}

TEST_CASE("a split moves no clock, of what goes or of what stays, whichever message is taken") {
  for (const std::size_t place : {0U, 1U, 2U}) {
    CAPTURE(place);
    Desk desk;
    const auto from = desk.lived(kMiddle);
    const auto before = desk.dues(from);
    const auto part = desk.split(from, place);
    CHECK(desk.dues(from) == before);
    CHECK(desk.dues(part) == before);
  }
}

TEST_CASE("what was merged and is split off again is not due before what it was merged with") {
  Desk desk;
  const auto kept = desk.lived(kEarly);
  const auto gone = desk.lived(kLate);
  desk.merge(gone, kept);
  const auto together = desk.dues(kept);
  const auto part = desk.split(kept, 2);  // the first message that came with the merge
  CHECK(desk.dues(part) == together);
  CHECK(desk.dues(kept) == together);
}

TEST_CASE("a ticket from which the last words were split keeps their time when it is merged") {
  Desk desk;
  const auto from = desk.lived(kMiddle);
  const auto kept = desk.lived(kEarly);
  const auto both = later_of(desk.dues(from), desk.dues(kept));
  const auto part = desk.split(from, 2);
  desk.merge(from, kept);
  CHECK(desk.dues(kept) == both);
  const auto again = desk.split(kept, 0);
  CHECK(desk.dues(again) == both);
  desk.merge(part, again);
  CHECK(desk.dues(again) == both);
}

TEST_CASE("an imported mail that is older than what is there turns no clock back") {
  AppFixture at;
  const auto ticket = at.ticket("ann@example.org");
  const auto before = at.row(ticket);
  const std::string proof = "In-Reply-To: <" +
                            at.app().vault.sign_message_id(ticket, core::MessageId::of(1)) +
                            "@example.com>\r\n";
  // Its Date is an hour before the ticket.
  const auto old = expect(
      at.receive(AppFixture::mail("Ann <ann@example.org>", "A question", "Before that.", proof),
                 "ann@example.org", MailSource::imported));
  REQUIRE(old.ticket == ticket);
  const auto after = at.row(ticket);
  CHECK(after.message_count == 2);
  CHECK(after.last_message == before.last_message);
  CHECK(after.state.last_customer_message == before.state.last_customer_message);
}

}  // namespace
}  // namespace lethe::app::testing
