// What a caller writes in the transaction that makes a ticket or an answer: both or neither.
#include "app_fixture.h"
#include "lethe/app/tickets.h"

namespace lethe::app {
namespace {

using testing::AppFixture;
using testing::expect;

struct Desk {
  AppFixture at;
  core::AgentId agent = at.agent("mira@example.com");
  core::TicketId ticket = at.ticket("ann@example.org");

  NewTicket order() {
    NewTicket order{.requester = expect(core::EmailAddress::parse("bea@example.org"))};
    order.subject = "A pump";
    order.text = "It leaks.";
    return order;
  }
  NewAnswer note() {
    NewAnswer answer{.ticket = ticket, .by = agent};
    answer.kind = ports::MessageKind::note;
    answer.text = "between us";
    return answer;
  }
  // Leaves the path of what is made in the settings.
  static Status write_down(ports::Writing& tx, std::string_view resource) {
    return tx.catalog().set_setting("made", resource);
  }
  // The same, and then it goes wrong.
  static Status write_down_and_fail(ports::Writing& tx, std::string_view resource) {
    LETHE_CHECK(write_down(tx, resource));
    return fail(Errc::already_exists, "made by another");
  }
  std::string written() {
    std::optional<std::string> text;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(text, tx.catalog().setting("made"));
      return {};
    }));
    return text.value_or("");
  }
  std::size_t tickets() {
    std::size_t count = 0;
    expect(at.app().store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto rows, tx.tickets().list({}));
      count = rows.size();
      return {};
    }));
    return count;
  }
};

TEST_CASE("what is written with a ticket or an answer names it and is there with it") {
  Desk desk;
  NewTicket order = desk.order();
  order.with_made = Desk::write_down;
  const auto made = expect(create_ticket(desk.at.app(), order));
  CHECK(desk.written() == "tickets/" + made.to_string());
  NewAnswer note = desk.note();
  note.with_made = Desk::write_down;
  const auto answered = expect(answer_ticket(desk.at.app(), note));
  CHECK(desk.written() == "messages/" + answered.message.to_string());
}

TEST_CASE("a ticket with which something cannot be written is not made, and nobody hears of it") {
  Desk desk;
  const std::size_t before = desk.tickets();
  const std::size_t heard = desk.at.listeners.events().size();
  NewTicket order = desk.order();
  order.with_made = Desk::write_down_and_fail;
  const auto refused = create_ticket(desk.at.app(), order);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::already_exists);
  CHECK(desk.tickets() == before);
  CHECK(desk.written().empty());
  CHECK(desk.at.listeners.events().size() == heard);
  order.with_made = nullptr;
  CHECK(create_ticket(desk.at.app(), order));
  CHECK(desk.tickets() == before + 1);
}

TEST_CASE("nothing is written with an answer that is refused, and no answer without what is") {
  Desk desk;
  const std::size_t before = desk.at.view(desk.ticket).messages.size();
  NewAnswer note = desk.note();
  note.with_made = Desk::write_down_and_fail;
  const auto refused = answer_ticket(desk.at.app(), note);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::already_exists);
  CHECK(desk.written().empty());
  CHECK(desk.at.view(desk.ticket).messages.size() == before);
  note.with_made = Desk::write_down;
  note.status = "no such status";
  CHECK_FALSE(answer_ticket(desk.at.app(), note));
  CHECK(desk.written().empty());
  CHECK(desk.at.view(desk.ticket).messages.size() == before);
  note.status.reset();
  CHECK(answer_ticket(desk.at.app(), note));
  CHECK(desk.at.view(desk.ticket).messages.size() == before + 1);
}

}  // namespace
}  // namespace lethe::app
