// Drafts in two windows of one agent: no word is lost, whichever is saved or sent first.
#include "app_fixture.h"
#include "lethe/app/tickets.h"

namespace lethe::app {
namespace {

using ports::MessageKind;
using testing::AppFixture;
using testing::expect;
using Others = NewDraft::Others;

struct Desk {
  AppFixture at;
  core::AgentId agent = at.agent("mira@example.com");
  core::TicketId ticket = at.ticket("ann@example.org");

  Result<std::optional<core::DraftId>> keep(std::string text, std::optional<core::DraftId> seen,
                                            Others others = Others::refuse,
                                            MessageKind kind = MessageKind::agent) {
    return keep_draft(at.app(), {.ticket = ticket,
                                 .by = agent,
                                 .kind = kind,
                                 .text = std::move(text),
                                 .seen = seen,
                                 .others = others});
  }
  Result<Answered> send(std::string text, std::optional<core::DraftId> draft,
                        MessageKind kind = MessageKind::agent) {
    NewAnswer answer{.ticket = ticket, .by = agent};
    answer.kind = kind;
    answer.text = std::move(text);
    answer.draft = draft;
    return answer_ticket(at.app(), answer);
  }
  TicketView view() {
    std::optional<TicketView> view;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(view, view_ticket(at.app(), tx, ticket, agent));
      return {};
    }));
    return *view;
  }
  bool is_clash(const Result<std::optional<core::DraftId>>& kept) {
    return !kept && kept.error().code == Errc::conflict && kept.error().field == "draft";
  }
};

TEST_CASE("one window saves over its own draft as often as it likes") {
  Desk desk;
  const auto first = expect(desk.keep("Dear Ann", std::nullopt));
  REQUIRE(first);
  const auto second = expect(desk.keep("Hello", first));
  CHECK(second != first);
  const auto view = desk.view();
  CHECK(view.draft_reply == "Hello");
  CHECK(view.draft == second);
}

TEST_CASE("a second window does not write over words that it never showed") {
  Desk desk;
  const auto first = expect(desk.keep("The long answer of the first window", std::nullopt));
  CHECK(desk.is_clash(desk.keep("Short", std::nullopt)));
  CHECK(desk.view().draft_reply == "The long answer of the first window");
  const auto newer = expect(desk.keep("The longer answer of the first window", first));
  CHECK(desk.is_clash(desk.keep("Short", first)));
  CHECK(desk.view().draft == newer);
}

TEST_CASE("what begins with the other draft loses nothing and is saved, however its lines end") {
  Desk desk;
  expect(desk.keep("One\nTwo", std::nullopt));
  CHECK(desk.keep("One\r\nTwo three", std::nullopt));
  CHECK(desk.is_clash(desk.keep("One\r\nTwo", std::nullopt)));
}

TEST_CASE("both texts can be kept, or only this one") {
  Desk desk;
  expect(desk.keep("First", std::nullopt));
  expect(desk.keep("Second", std::nullopt, Others::join));
  CHECK(desk.view().draft_reply == "Second\n\nFirst");
  expect(desk.keep("Third", std::nullopt, Others::replace));
  CHECK(desk.view().draft_reply == "Third");
}

TEST_CASE("a note that is joined with a reply stays for us alone") {
  Desk desk;
  expect(desk.keep("For us only", std::nullopt, Others::refuse, MessageKind::note));
  expect(desk.keep("Dear Ann", std::nullopt, Others::join));
  const auto view = desk.view();
  CHECK_FALSE(view.draft_reply);
  CHECK(view.draft_note == "Dear Ann\n\nFor us only");
}

TEST_CASE("a draft that becomes a note leaves no reply behind") {
  Desk desk;
  const auto draft = expect(desk.keep("For us", std::nullopt));
  const auto note = expect(desk.keep("For us only", draft, Others::refuse, MessageKind::note));
  const auto view = desk.view();
  CHECK_FALSE(view.draft_reply);
  CHECK(view.draft_note == "For us only");
  CHECK(view.draft_kind == MessageKind::note);
  CHECK(view.draft == note);
}

TEST_CASE("blank text drops the draft that was shown and no other") {
  Desk desk;
  const auto draft = expect(desk.keep("First", std::nullopt));
  CHECK_FALSE(expect(desk.keep(" ", std::nullopt)));
  CHECK(desk.view().draft_reply == "First");
  CHECK_FALSE(expect(desk.keep("\r\n", draft)));
  CHECK_FALSE(desk.view().draft);
}

TEST_CASE("sending takes the draft it was written from, and leaves another window's") {
  Desk desk;
  const auto draft = expect(desk.keep("Dear", std::nullopt));
  expect(desk.send("Good morning", draft, MessageKind::note));
  CHECK_FALSE(desk.view().draft);
  expect(desk.keep("Words of the other window", std::nullopt));
  expect(desk.send("Good evening", std::nullopt));
  CHECK(desk.view().draft_reply == "Words of the other window");
}

TEST_CASE("a draft whose save overtook the page goes with the text that holds it") {
  Desk desk;
  expect(desk.keep("Good mor", std::nullopt));
  expect(desk.send("Good morning", std::nullopt));
  CHECK_FALSE(desk.view().draft);
}

TEST_CASE("a reply that is taken back stands before what was begun since") {
  Desk desk;
  const auto sent = expect(desk.send("First answer", std::nullopt));
  expect(desk.keep("And one more thing", std::nullopt));
  expect(take_back(desk.at.app(), sent.message, desk.agent));
  CHECK(desk.view().draft_reply == "First answer\n\nAnd one more thing");
}

TEST_CASE("drafts of two agents do not touch each other") {
  Desk desk;
  expect(desk.keep("Mine", std::nullopt));
  const auto other = desk.at.agent("jo@example.com", ports::Role::agent);
  CHECK(
      keep_draft(desk.at.app(), {.ticket = desk.ticket, .by = other, .text = "Hers", .seen = {}}));
  CHECK(desk.view().draft_reply == "Mine");
}

}  // namespace
}  // namespace lethe::app
