// The store as a whole on each engine: workspaces, groups with their keyring, writers in conflict.
#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "store_fixture.h"

namespace lethe::testing {
namespace {

using ports::Reading;
using ports::Writing;

// --- Opening -------------------------------------------------------------------------------------

TEST_CASE("a store is made once, opens again with its data, and does not open before it is made") {
  on_each_engine([](FreshDatabase& database) {
    auto early = sql::open_store(database.get(), {});
    REQUIRE_FALSE(early);
    CHECK(early.error().code == Errc::not_found);

    auto store = new_store(database);
    CHECK(store->workspace() == workspace());
    write(*store, [](Writing& tx) { return tx.people().insert(person_row(1)); });
    store.reset();
    const Status again = sql::create_store(database.get(), core::WorkspaceId::of(78));
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::already_exists);

    store = expect(sql::open_store(database.get(), {}));
    CHECK(store->workspace() == workspace());
    read(*store, [](const Reading& tx) { return tx.people().find(person(1)); });
    expect(store->scrub());
  });
}

TEST_CASE("a look sees one snapshot, whatever is committed meanwhile") {
  on_each_store([](ports::Store& store) {
    expect(store.read([&](const Reading& tx) -> Status {
      LETHE_TRY(const auto before, tx.people().count());
      LETHE_CHECK(store.write([](Writing& w) { return w.people().insert(person_row(1)); }));
      LETHE_TRY(const auto after, tx.people().count());
      CHECK(before == 0);
      CHECK(after == 0);
      return {};
    }));
    CHECK(read(store, [](const Reading& tx) { return tx.people().count(); }) == 1);
  });
}

TEST_CASE("a transaction reads its own writes, and one that fails leaves none") {
  on_each_store([](ports::Store& store) {
    CHECK(error_of_write(store, [](Writing& tx) -> Status {
            LETHE_CHECK(tx.people().insert(person_row(1)));
            LETHE_TRY(const auto count, tx.people().count());
            CHECK(count == 1);
            return fail(Errc::cancelled, "the test wants it undone");
          }) == Errc::cancelled);
    CHECK(read(store, [](const Reading& tx) { return tx.people().count(); }) == 0);
  });
}

TEST_CASE("what is submitted is told once, after it can be read") {
  on_each_store([](ports::Store& store) {
    std::promise<bool> seen;
    store.submit([](Writing& tx) { return tx.people().insert(person_row(1)); },
                 [&](const Status& status) {
                   const Status found = store.read([](const Reading& tx) -> Status {
                     LETHE_CHECK(tx.people().find(person(1)));
                     return {};
                   });
                   seen.set_value(status && found);
                 });
    CHECK(seen.get_future().get());
  });
}

TEST_CASE("a sound store passes its check, and its copy opens with the data") {
  FreshDatabase database{sql::Engine::sqlite};
  const auto store = new_store(database);
  write(*store, [](Writing& tx) { return tx.people().insert(person_row(1)); });
  expect(store->check());
  const std::string path = database.directory() + "/copy.db";
  expect(store->back_up_to(path));
  CHECK(store->back_up_to(path).error().code == Errc::already_exists);
  const auto copied = expect(open_database({sql::Engine::sqlite, path}));
  const auto copy = expect(sql::open_store(*copied, {}));
  read(*copy, [](const Reading& tx) { return tx.people().find(person(1)); });
}

// --- Keyring -------------------------------------------------------------------------------------

TEST_CASE("the keyring's sequence is in the data from the same group on") {
  on_each_engine([](FreshDatabase& database) {
    std::atomic<std::uint64_t> sequence{40};
    const auto store = new_store(
        database, {.commit_keyring = [&]() -> Result<std::uint64_t> { return ++sequence; }});
    CHECK(expect(store->keyring_sequence()) == 0);
    for (std::int64_t n = 1; n <= 5; ++n) {
      write(*store, [=](Writing& tx) { return tx.people().insert(person_row(n)); });
      CHECK(expect(store->keyring_sequence()) == sequence.load());
    }
    // A group in which everything failed commits neither data nor keys.
    const std::uint64_t before = sequence;
    CHECK_FALSE(store->write([](Writing& tx) { return tx.people().insert(person_row(1)); }));
    CHECK(sequence == before);
  });
}

TEST_CASE("a keyring that does not commit fails the group, and nothing of it is in the data") {
  on_each_engine([](FreshDatabase& database) {
    std::atomic<bool> broken = true;
    const auto store = new_store(database, {.commit_keyring = [&]() -> Result<std::uint64_t> {
                                   if (broken) return fail(Errc::unavailable, "no space");
                                   return 7;
                                 }});
    const auto insert = [](Writing& tx) { return tx.people().insert(person_row(1)); };
    CHECK(error_of_write(*store, insert) == Errc::unavailable);
    CHECK(read(*store, [](const Reading& tx) { return tx.people().count(); }) == 0);
    CHECK(expect(store->keyring_sequence()) == 0);
    broken = false;
    write(*store, insert);
    CHECK(expect(store->keyring_sequence()) == 7);
  });
}

// --- Writers beside each other -------------------------------------------------------------------

// What each of `count` threads was told by its own write of `apply(n)`.
std::vector<Status> told(ports::Store& store, std::int64_t count,
                         const std::function<Status(Writing&, std::int64_t)>& apply) {
  std::vector<Status> outcomes(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  for (std::int64_t n = 0; n < count; ++n) {
    threads.emplace_back([&, n] {
      outcomes[static_cast<std::size_t>(n)] =
          store.write([&, n](Writing& tx) { return apply(tx, n); });
    });
  }
  for (std::thread& thread : threads) thread.join();
  return outcomes;
}

// One may win; each of the others must hear `lost`.
void check_one_wins(const std::vector<Status>& outcomes, Errc lost) {
  CHECK(std::ranges::count_if(outcomes, &Status::has_value) == 1);
  for (const Status& outcome : outcomes) {
    if (!outcome) CHECK(outcome.error().code == lost);
  }
}

TEST_CASE("of writers that change one version of a ticket, one wins and the others hear conflict") {
  on_each_store([](ports::Store& store) {
    write(store, [](Writing& tx) { return tx.tickets().insert(ticket_row(1)); });
    for (std::int64_t round = 1; round <= 10; ++round) {
      const auto outcomes = told(store, 4, [=](Writing& tx, std::int64_t n) {
        auto row = ticket_row(1);
        row.version = round;
        row.message_count = n;
        row.state.status = static_cast<core::TicketStatus>(n);
        return tx.tickets().update(row);
      });
      check_one_wins(outcomes, Errc::conflict);
    }
    const auto row = read(store, [](const Reading& tx) { return tx.tickets().find(ticket(1)); });
    CHECK(row.version == 11);
    CHECK(read(store, [](const Reading& tx) { return tx.tickets().counts({}); }).all == 1);
  });
}

TEST_CASE("of writers that make one mailbox, one name or one mail, one wins") {
  on_each_store([](ports::Store& store) {
    for (std::int64_t round = 0; round < 10; ++round) {
      const std::string name = "n" + std::to_string(round);
      const auto mailbox = [&](Writing& tx, std::int64_t n) {
        return tx.catalog().save_mailbox({100 * round + n + 1, name + "@example.org", "", {}, {}});
      };
      const auto named = [&](Writing& tx, std::int64_t n) {
        return tx.catalog().save_named({100 * round + n + 1, ports::NamedKind::tag, name});
      };
      const auto mail = [&](Writing& tx, std::int64_t n) {
        return tx.messages().insert_mail_digest({bytes_of(name), ticket(n), message(n)});
      };
      check_one_wins(told(store, 4, mailbox), Errc::already_exists);
      check_one_wins(told(store, 4, named), Errc::already_exists);
      check_one_wins(told(store, 4, mail), Errc::already_exists);
    }
    CHECK(read(store, [](const Reading& tx) { return tx.catalog().mailboxes(); }).size() == 10);
  });
}

TEST_CASE("no number is given to two tickets, however many writers take one") {
  on_each_store([](ports::Store& store) {
    const auto outcomes = told(store, 40, [](Writing& tx, std::int64_t n) -> Status {
      LETHE_TRY(const auto number, tx.tickets().take_number());
      auto row = ticket_row(n + 1);
      row.number = number;
      return tx.tickets().insert(row);
    });
    for (const Status& outcome : outcomes) expect(outcome);
    const auto rows =
        read(store, [](const Reading& tx) { return tx.tickets().list({.limit = 200}); });
    std::set<std::int64_t> numbers;
    for (const auto& row : rows) numbers.insert(row.number);
    CHECK(numbers.size() == 40);
    CHECK(*numbers.begin() == 1);
    CHECK(*numbers.rbegin() == 40);
  });
}

TEST_CASE("writers beside each other queue every document, and count every mail") {
  on_each_store([](ports::Store& store) {
    const auto outcomes = told(store, 24, [](Writing& tx, std::int64_t n) -> Status {
      LETHE_TRY(const auto counted, tx.catalog().count_up(bytes_of("limit"), 1));
      CHECK(counted > 0);
      return tx.index_queue().push({ports::DocumentKind::message, n + 1}, person(1));
    });
    for (const Status& outcome : outcomes) expect(outcome);
    std::set<std::int64_t> documents;
    for (const auto& row :
         read(store, [](const Reading& tx) { return tx.index_queue().oldest(100); })) {
      documents.insert(row.document.id);
    }
    CHECK(documents.size() == 24);
    write(store, [](Writing& tx) -> Status {
      LETHE_TRY(const auto counted, tx.catalog().count_up(bytes_of("limit"), 1));
      CHECK(counted == 25);
      return {};
    });
  });
}

}  // namespace
}  // namespace lethe::testing
