// ports::Outbox and ports::IndexQueue on each engine.
#include "store_fixture.h"

namespace lethe::testing {
namespace {

using core::OutgoingId;
using ports::DocumentKind;
using ports::OutgoingRow;
using ports::OutgoingState;
using ports::Reading;
using ports::Writing;

OutgoingId mail(std::int64_t n) { return OutgoingId::of(n); }

OutgoingRow mail_row(std::int64_t n, OutgoingState state = OutgoingState::queued) {
  return {.id = mail(n),
          .state = state,
          .person = person(1),
          .ticket = ticket(1),
          .message = message(1),
          .payload = cell(person(1), "payload"),
          .due_at = at(100 - n),
          .last_error = "",
          .created_at = at(n),
          .sent_at = {}};
}

OutgoingRow find(ports::Store& store, std::int64_t n) {
  return read(store, [=](const Reading& tx) { return tx.outbox().find(mail(n)); });
}

// One in each state for person 1 and ticket 1, one queued for person 2 about ticket 2.
Status insert_one_of_each(Writing& tx) {
  for (std::int64_t n = 1; n <= 4; ++n) {
    LETHE_CHECK(tx.outbox().insert(mail_row(n, static_cast<OutgoingState>(n))));
  }
  OutgoingRow other = mail_row(5);
  other.person = person(2);
  other.payload = cell(person(2), "payload");
  other.ticket = ticket(2);
  return tx.outbox().insert(other);
}

TEST_CASE("a mail comes back with every field, and loses its payload when it was sent") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      OutgoingRow row = mail_row(1);
      row.kind = ports::OutgoingKind::acknowledgement;
      LETHE_CHECK(tx.outbox().insert(row));
      OutgoingRow bare = mail_row(2);
      bare.ticket.reset();
      bare.message.reset();
      return tx.outbox().insert(bare);
    });
    const OutgoingRow queued = find(store, 1);
    CHECK(queued.kind == ports::OutgoingKind::acknowledgement);
    CHECK((queued.person == person(1) && queued.ticket == ticket(1)));
    CHECK((queued.message == message(1) && queued.created_at == at(1)));
    CHECK(holds(queued.payload, person(1), "payload"));
    CHECK_FALSE((find(store, 2).ticket || find(store, 2).message));

    write(store, [](Writing& tx) -> Status {
      OutgoingRow row = mail_row(1, OutgoingState::sent);
      row.payload.reset();
      row.attempts = 3;
      row.last_error = "451";
      row.sent_at = at(8);
      return tx.outbox().update(row);
    });
    const OutgoingRow sent = find(store, 1);
    CHECK((sent.state == OutgoingState::sent && !sent.payload && sent.sent_at == at(8)));
    CHECK((sent.attempts == 3 && sent.last_error == "451"));
    CHECK(error_of_read(store, [](const Reading& tx) { return tx.outbox().find(mail(3)); }) ==
          Errc::not_found);
    CHECK(error_of_write(store, [](Writing& tx) { return tx.outbox().insert(mail_row(1)); }) ==
          Errc::already_exists);
  });
}

TEST_CASE("queued mail is due at its second, the earliest first; the next is told, or none") {
  on_each_store([](ports::Store& store) {
    const auto next = [&] {
      return read(store, [](const Reading& tx) { return tx.outbox().next_due(); });
    };
    const auto due = [&](std::int64_t now, int limit = 10) {
      return ids_of(
          read(store, [=](const Reading& tx) { return tx.outbox().due(at(now), limit); }));
    };
    CHECK_FALSE(next());
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.outbox().insert(mail_row(9, OutgoingState::sent)));
      LETHE_CHECK(tx.outbox().insert(mail_row(8, OutgoingState::cancelled)));
      return tx.outbox().insert(mail_row(7, OutgoingState::failed));
    });
    CHECK_FALSE(next());
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(tx.outbox().insert(mail_row(1)));
      LETHE_CHECK(tx.outbox().insert(mail_row(2)));
      return tx.outbox().insert(mail_row(3));
    });
    CHECK(next() == at(97));
    CHECK(due(96).empty());
    CHECK(due(98) == std::vector{mail(3), mail(2)});
    CHECK(due(200, 2) == std::vector{mail(3), mail(2)});
  });
}

TEST_CASE("mail is listed by message and by ticket; what failed and what left is counted") {
  on_each_store([](ports::Store& store) {
    write(store, insert_one_of_each);
    const auto failed = [&] {
      return read(store, [](const Reading& tx) { return tx.outbox().count_failed(); });
    };
    CHECK(failed() == 1);
    write(store,
          [](Writing& tx) { return tx.outbox().insert(mail_row(6, OutgoingState::failed)); });
    CHECK(failed() == 2);
    CHECK(read(store, [](const Reading& tx) {
            return tx.outbox().of_message(message(1));
          }).size() == 6);
    CHECK(ids_of(read(store, [](const Reading& tx) { return tx.outbox().of_ticket(ticket(2)); })) ==
          std::vector{mail(5)});
    CHECK(read(store, [](const Reading& tx) { return tx.outbox().sent_to(person(1)); }) == 1);
    CHECK(read(store, [](const Reading& tx) { return tx.outbox().sent_to(person(2)); }) == 0);
    CHECK(read(store, [](const Reading& tx) { return tx.outbox().sent_about(ticket(1)); }) == 1);
    CHECK(read(store, [](const Reading& tx) { return tx.outbox().sent_about(ticket(2)); }) == 0);
  });
}

using Cancel = Result<std::int64_t> (*)(ports::Outbox&, std::int64_t);

// Cancelling must stop what has not left, take its payload, and touch nothing of others.
void check_cancelling(ports::Store& store, Cancel cancel) {
  const auto cancelled = [&] {
    std::int64_t n = -1;
    write(store, [&](Writing& tx) -> Status {
      LETHE_TRY(n, cancel(tx.outbox(), 1));
      return {};
    });
    return n;
  };
  write(store, insert_one_of_each);
  CHECK(cancelled() >= 1);
  CHECK((find(store, 1).state == OutgoingState::cancelled && !find(store, 1).payload));
  CHECK(find(store, 2).state == OutgoingState::sent);
  CHECK((find(store, 5).state == OutgoingState::queued && find(store, 5).payload));
  CHECK(cancelled() == 0);
}

TEST_CASE("cancelling for a person or a ticket stops what is queued, once, and nothing of others") {
  on_each_store([](ports::Store& store) {
    check_cancelling(store, [](ports::Outbox& outbox, std::int64_t n) {
      return outbox.cancel_for_person(person(n));
    });
  });
  on_each_store([](ports::Store& store) {
    check_cancelling(store, [](ports::Outbox& outbox, std::int64_t n) {
      return outbox.cancel_for_ticket(ticket(n));
    });
  });
}

TEST_CASE("mail removed for a person or a ticket is gone in every state, that of others stays") {
  const auto check = [](ports::Store& store, const ports::Store::Apply& remove) {
    write(store, insert_one_of_each);
    for (int twice = 0; twice < 2; ++twice) write(store, remove);
    CHECK(ids_of(read(store, [](const Reading& tx) {
            return tx.outbox().of_message(message(1));
          })) == std::vector{mail(5)});
  };
  on_each_store([&](ports::Store& store) {
    check(store, [](Writing& tx) { return tx.outbox().remove_for_person(person(1)); });
  });
  on_each_store([&](ports::Store& store) {
    check(store, [](Writing& tx) { return tx.outbox().remove_for_ticket(ticket(1)); });
  });
}

// --- Index queue ---------------------------------------------------------------------------------

Status push(Writing& tx, std::int64_t document, std::int64_t of) {
  return tx.index_queue().push({DocumentKind::message, document}, person(of));
}

std::vector<std::int64_t> queued_documents(ports::Store& store, int limit = 100) {
  std::vector<std::int64_t> documents;
  for (const auto& row :
       read(store, [=](const Reading& tx) { return tx.index_queue().oldest(limit); })) {
    documents.push_back(row.document.id);
  }
  return documents;
}

TEST_CASE("the index queue gives the oldest first, and forgets what was learnt or erased") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      for (const std::int64_t n : {30, 10, 20, 40}) LETHE_CHECK(push(tx, n, n == 20 ? 2 : 1));
      return {};
    });
    using Documents = std::vector<std::int64_t>;
    CHECK(queued_documents(store, 3) == Documents{30, 10, 20});
    const auto rows = read(store, [](const Reading& tx) { return tx.index_queue().oldest(2); });
    CHECK((rows[0].document.kind == DocumentKind::message && rows[0].person == person(1)));
    write(store, [&](Writing& tx) { return tx.index_queue().remove_up_to(rows[1].id); });
    CHECK(queued_documents(store) == Documents{20, 40});
    for (int twice = 0; twice < 2; ++twice) {
      write(store, [](Writing& tx) { return tx.index_queue().remove_of_person(person(2)); });
    }
    CHECK(queued_documents(store) == Documents{40});
    CHECK(read(store, [](const Reading& tx) { return tx.index_queue().length(); }) == 1);
  });
}

TEST_CASE("what is queued after an erasure does not go with what the indexer read before it") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) -> Status {
      LETHE_CHECK(push(tx, 10, 1));
      return push(tx, 20, 2);
    });
    const auto last =
        read(store, [](const Reading& tx) { return tx.index_queue().oldest(10); }).back().id;
    write(store, [](Writing& tx) { return tx.index_queue().remove_of_person(person(2)); });
    write(store, [](Writing& tx) { return push(tx, 30, 1); });
    write(store, [=](Writing& tx) { return tx.index_queue().remove_up_to(last); });
    CHECK(queued_documents(store) == std::vector<std::int64_t>{30});
  });
}

}  // namespace
}  // namespace lethe::testing
