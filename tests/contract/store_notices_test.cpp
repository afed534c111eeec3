// ports::Notices on each engine.
#include "lethe/ports/notices.h"
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using ports::NoticeWishRow;
using ports::OutgoingKind;
using ports::OutgoingRow;
using ports::OutgoingState;
using ports::Reading;
using ports::Writing;

const core::AgentId kAnn = core::AgentId::of(11);
const core::AgentId kBob = core::AgentId::of(12);

OutgoingRow notice(std::int64_t n, std::optional<core::TicketId> about) {
  return {.id = core::OutgoingId::of(n),
          .kind = OutgoingKind::notification,
          .person = person(1),
          .ticket = about,
          .message = std::nullopt,
          .payload = cell(person(1), "payload"),
          .due_at = at(100),
          .last_error = "",
          .created_at = at(n),
          .sent_at = {}};
}

std::optional<OutgoingRow> waiting(ports::Store& store, core::PersonId whose,
                                   std::optional<core::TicketId> about, std::int64_t now) {
  return read(store,
              [=](const Reading& tx) { return ports::notices(tx).waiting(whose, about, at(now)); });
}

std::int64_t made_after(ports::Store& store, std::int64_t since) {
  return read(store, [=](const Reading& tx) {
    return ports::notices(tx).made_after(person(1), at(since));
  });
}

TEST_CASE("what an agent chose comes back, is replaced, and goes") {
  on_each_store([](ports::Store& store) {
    const auto of = [&](core::AgentId agent) {
      return read(store, [=](const Reading& tx) { return ports::notices(tx).of(agent); });
    };
    CHECK_FALSE(of(kAnn));
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(ports::notices(tx).save(
          {kAnn, 3, {core::GroupId::of(7), core::GroupId::of(9)}, Seconds{600}}));
      LETHE_CHECK(ports::notices(tx).save({kBob, 0, {}, Seconds{0}}));
      return ports::notices(tx).save({kBob, 2, {}, Seconds{120}});
    });
    const auto ann = of(kAnn);
    REQUIRE(ann);
    CHECK((ann->events == 3 && ann->wait == Seconds{600}));
    CHECK(ann->groups == std::vector{core::GroupId::of(7), core::GroupId::of(9)});
    const auto bob = of(kBob);
    REQUIRE(bob);
    CHECK((bob->events == 2 && bob->groups.empty() && bob->wait == Seconds{120}));
    CHECK(read(store, [](const Reading& tx) { return ports::notices(tx).all(); }).size() == 2);

    write(store, [](Writing& tx) { return ports::notices(tx).remove(kAnn); });
    CHECK_FALSE(of(kAnn));
    CHECK(of(kBob));
  });
}

TEST_CASE("more can be added to a notification until it is due, and to no other mail") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.outbox().insert(notice(1, ticket(1))));
      LETHE_CHECK(tx.outbox().insert(notice(2, std::nullopt)));
      OutgoingRow reply = notice(3, ticket(2));
      reply.kind = OutgoingKind::reply;
      LETHE_CHECK(tx.outbox().insert(reply));
      OutgoingRow sent = notice(4, ticket(3));
      sent.state = OutgoingState::sent;
      return tx.outbox().insert(sent);
    });
    const auto about_one = waiting(store, person(1), ticket(1), 99);
    REQUIRE(about_one);
    CHECK(about_one->id == core::OutgoingId::of(1));
    CHECK_FALSE(waiting(store, person(1), ticket(1), 100));
    CHECK_FALSE(waiting(store, person(2), ticket(1), 99));
    CHECK_FALSE(waiting(store, person(1), ticket(2), 99));
    CHECK_FALSE(waiting(store, person(1), ticket(3), 99));
    const auto summing_up = waiting(store, person(1), std::nullopt, 99);
    REQUIRE(summing_up);
    CHECK(summing_up->id == core::OutgoingId::of(2));
  });
}

TEST_CASE("notifications about tickets are counted from a second on, cancelled ones are not") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (std::int64_t n = 1; n <= 4; ++n) {
        OutgoingRow row = notice(n, ticket(n));
        row.state = static_cast<OutgoingState>(n);
        LETHE_CHECK(tx.outbox().insert(row));
      }
      return tx.outbox().insert(notice(5, std::nullopt));
    });
    CHECK(made_after(store, 0) == 3);
    CHECK(made_after(store, 1) == 2);
    CHECK(made_after(store, 3) == 0);
    CHECK(read(store, [](const Reading& tx) { return tx.outbox().sent_about(ticket(2)); }) == 0);
  });
}

}  // namespace
}  // namespace lethe::testing
