// The write queue: groups, failures of one and of all, conflicts.
#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "fresh_database.h"
#include "lethe/sql/ddl.h"
#include "lethe/sql/write_queue.h"

namespace lethe::testing {
namespace {

using sql::Connection;
using sql::Engine;
using sql::Job;
using sql::Row;
using sql::WriteQueue;
using sql::WriteQueueOptions;

void make_table(FreshDatabase& database) {
  const auto connection = database.writer();
  const auto blob = sql::type_name(core::ColumnType::cell, connection->engine());
  expect(connection->execute_script("CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, bytes " +
                                    std::string{blob} + ")"));
}

Status insert(Connection& connection, std::int64_t id) {
  return connection.post("INSERT INTO item (id) VALUES ($1)", {id});
}

std::vector<std::int64_t> ids(FreshDatabase& database) {
  return expect(sql::all(*database.reader(), "SELECT id FROM item ORDER BY id", {},
                         [](const Row& row) { return row.int64(0); }));
}

std::unique_ptr<WriteQueue> start(FreshDatabase& database, WriteQueueOptions options = {}) {
  return expect(WriteQueue::start(database.get(), std::move(options)));
}

// Keeps the one writer busy, so that what is submitted meanwhile makes one group.
class Gate {
 public:
  explicit Gate(WriteQueue& queue) {
    queue.submit({[this](Connection&) -> Status {
                    entered_.set_value();
                    opened_.get_future().wait();
                    return {};
                  },
                  [](Status) {}});
    entered_.get_future().wait();
  }
  void open() { opened_.set_value(); }

 private:
  std::promise<void> entered_;
  std::promise<void> opened_;
};

// Collects what jobs are told, by their number.
class Outcomes {
 public:
  explicit Outcomes(std::size_t jobs) : told_(jobs), times_(jobs) {}
  Job job(std::size_t number, std::function<Status(Connection&)> apply) {
    return {std::move(apply), [this, number](Status status) {
              told_[number] = status ? std::nullopt : std::optional{status.error().code};
              ++times_[number];
            }};
  }
  [[nodiscard]] std::optional<Errc> error_of(std::size_t number) const { return told_[number]; }
  [[nodiscard]] bool each_told_once() const {
    for (const int times : times_) {
      if (times != 1) return false;
    }
    return true;
  }

 private:
  std::vector<std::optional<Errc>> told_;
  std::vector<int> times_;
};

// `applies` as one group of one writer.
Outcomes run_group(WriteQueue& queue, std::vector<std::function<Status(Connection&)>> applies) {
  Outcomes outcomes{applies.size()};
  Gate gate{queue};
  for (std::size_t i = 0; i < applies.size(); ++i) queue.submit(outcomes.job(i, applies[i]));
  gate.open();
  queue.stop();
  CHECK(outcomes.each_told_once());
  return outcomes;
}

std::function<Status(Connection&)> inserting(std::int64_t id) {
  return [id](Connection& connection) { return insert(connection, id); };
}

TEST_CASE("a job is told of success when another connection already sees its row") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    const auto queue = start(database);
    std::promise<std::size_t> seen;
    queue->submit(
        {inserting(1), [&](Status status) { seen.set_value(status ? ids(database).size() : 0); }});
    CHECK(seen.get_future().get() == 1);
  });
}

TEST_CASE("run() waits and hands over the value or the error") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    const auto queue = start(database);
    expect(queue->run(inserting(1)));
    CHECK(queue->run(inserting(1)).error().code == Errc::already_exists);
    const auto count = [](Connection& connection) {
      return sql::one_int64(connection, "SELECT COUNT(*) FROM item");
    };
    CHECK(expect(queue->run_for<std::int64_t>(count)) == 1);
  });
}

TEST_CASE("one failing job rolls back alone, whatever way it fails") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    const auto queue = start(database, {.writers = 1});
    const auto refuse = [](Connection& connection) -> Status {
      LETHE_CHECK(insert(connection, 10));
      return fail(Errc::forbidden, "on second thoughts");
    };
    const auto collide = [](Connection& connection) -> Status {
      LETHE_CHECK(insert(connection, 11));
      return insert(connection, 1);
    };
    const auto swallow = [](Connection& connection) -> Status {
      LETHE_CHECK(insert(connection, 12));
      std::ignore = connection.execute("INSERT INTO item (id) VALUES (1)");
      return {};
    };
    const auto blow_up = [](Connection& connection) -> Status {
      LETHE_CHECK(insert(connection, 13));
      throw std::runtime_error("a library's");
    };
    const auto told = run_group(
        *queue, {inserting(1), refuse, collide, inserting(2), swallow, blow_up, inserting(3)});
    CHECK(told.error_of(1) == Errc::forbidden);
    CHECK(told.error_of(2) == Errc::already_exists);
    CHECK(told.error_of(4) == Errc::internal);
    CHECK(told.error_of(5) == Errc::internal);
    CHECK_FALSE(told.error_of(6).has_value());
    CHECK(ids(database) == std::vector<std::int64_t>{1, 2, 3});
  });
}

TEST_CASE("a job without company rolls back as well, and the next one finds nothing of it") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    int keyrings = 0;
    const auto queue = start(database, {.writers = 1, .before_commit = [&](Connection&) -> Status {
                                          ++keyrings;
                                          return {};
                                        }});
    const std::vector<std::function<Status(Connection&)>> failing{
        [](Connection& connection) -> Status {
          LETHE_CHECK(insert(connection, 10));
          return fail(Errc::forbidden, "on second thoughts");
        },
        [](Connection& connection) -> Status {
          LETHE_CHECK(insert(connection, 11));
          std::ignore = connection.execute("INSERT INTO no_such_table (id) VALUES (1)");
          return {};
        },
        [](Connection& connection) -> Status {
          LETHE_CHECK(insert(connection, 12));
          throw std::runtime_error("a library's");
        }};
    std::int64_t next = 1;
    for (const auto& apply : failing) {
      CHECK_FALSE(queue->run(apply).has_value());
      CHECK(queue->run(inserting(next++)).has_value());
    }
    CHECK(ids(database) == std::vector<std::int64_t>{1, 2, 3});
    CHECK(keyrings == 3);
  });
}

TEST_CASE("groups take jobs in order and never more than allowed") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    std::vector<int> order;
    std::vector<std::size_t> after_group;
    const auto queue =
        start(database,
              {.writers = 1, .group_items_max = 256, .before_commit = [&](Connection&) -> Status {
                 after_group.push_back(order.size());
                 return {};
               }});
    std::vector<std::function<Status(Connection&)>> jobs;
    for (int i = 0; i < 600; ++i) {
      jobs.emplace_back([&order, i](Connection& connection) {
        order.push_back(i);
        return insert(connection, i + 1);
      });
    }
    std::ignore = run_group(*queue, std::move(jobs));
    CHECK(std::ranges::is_sorted(order));
    CHECK(ids(database).size() == 600);
    CHECK(after_group == std::vector<std::size_t>{0, 256, 512, 600});
  });
}

TEST_CASE("when the keyring cannot be committed nothing of the group is in the data") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    bool replica_is_there = false;
    const auto hook = [&](Connection& connection) -> Status {
      LETHE_CHECK(insert(connection, 100));
      if (!replica_is_there) return fail(Errc::unavailable, "replica unreachable");
      return {};
    };
    const auto queue = start(database, {.writers = 1, .before_commit = hook});
    const auto told = run_group(*queue, {inserting(1), inserting(2)});
    CHECK(told.error_of(0) == Errc::unavailable);
    CHECK(told.error_of(1) == Errc::unavailable);
    CHECK(ids(database).empty());

    replica_is_there = true;
    const auto next = start(database, {.writers = 1, .before_commit = hook});
    expect(next->run(inserting(3)));
    CHECK(ids(database) == std::vector<std::int64_t>{3, 100});
  });
}

TEST_CASE("the keyring is not committed for a group in which every job failed") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    int commits = 0;
    const auto queue = start(database, {.before_commit = [&](Connection&) -> Status {
                               ++commits;
                               return {};
                             }});
    CHECK_FALSE(queue->run([](Connection&) { return fail(Errc::forbidden, "no"); }).has_value());
    CHECK(commits == 0);
    expect(queue->run(inserting(1)));
    CHECK(commits == 1);
  });
}

TEST_CASE("a full disk fails every job of the group, and the next group works when there is room") {
  FreshDatabase database{Engine::sqlite};
  make_table(database);
  const auto limit = [](std::string pages) {
    return [pages](Connection& connection) {
      return connection.post("PRAGMA max_page_count=" + pages);
    };
  };
  // The limit holds for the queue's own connection and stands in for the disk.
  const auto fill = [](Connection& connection) {
    return connection.post("INSERT INTO item (id, bytes) VALUES (2, $1)", {Bytes(400'000, 1)});
  };
  const auto queue = start(database);
  expect(queue->run(limit("20")));
  Outcomes told{3};
  {
    Gate gate{*queue};
    queue->submit(told.job(0, inserting(1)));
    queue->submit(told.job(1, fill));
    queue->submit(told.job(2, inserting(3)));
    gate.open();
    // Of the same group or the next: either way the group is settled when this returns.
    std::ignore = queue->run([](Connection&) -> Status { return {}; });
  }
  CHECK(told.each_told_once());
  for (const std::size_t job : {0U, 1U, 2U}) CHECK(told.error_of(job) == Errc::unavailable);
  CHECK(ids(database).empty());

  expect(queue->run(limit("100000")));
  expect(queue->run(fill));
  CHECK(ids(database) == std::vector<std::int64_t>{2});
  expect(database.get().integrity_check());
}

TEST_CASE("many writers counting the same row lose no count and refuse none") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    expect(
        database.writer()->execute_script("CREATE TABLE counter (n BIGINT NOT NULL); "
                                          "INSERT INTO counter (n) VALUES (0)"));
    const auto queue = start(database, {.writers = 4, .group_items_max = 4});
    const auto count = [](Connection& connection) -> Status {
      LETHE_TRY(const std::int64_t n, sql::one_int64(connection, "SELECT n FROM counter"));
      return connection.post("UPDATE counter SET n = $1", {n + 1});
    };
    std::atomic<int> refused = 0;
    for (int i = 0; i < 200; ++i) {
      queue->submit({count, [&](Status status) { refused += status ? 0 : 1; }});
    }
    queue->stop();
    CHECK(refused == 0);
    CHECK(expect(sql::one_int64(*database.reader(), "SELECT n FROM counter")) == 200);
  });
}

TEST_CASE("PostgreSQL: a job that met a conflict is run again on the new state") {
  for (const Engine engine : engines_here()) {
    if (engine != Engine::postgres) continue;
    FreshDatabase database{engine};
    make_table(database);
    const auto rival = database.writer();
    expect(
        rival->execute_script("CREATE TABLE counter (n BIGINT NOT NULL); "
                              "INSERT INTO counter (n) VALUES (0)"));
    const auto queue = start(database, {.writers = 1});
    int runs = 0;
    expect(queue->run([&](Connection& connection) -> Status {
      LETHE_TRY(const std::int64_t n, sql::one_int64(connection, "SELECT n FROM counter"));
      if (++runs == 1) LETHE_CHECK(rival->execute("UPDATE counter SET n = n + 10"));
      return connection.post("UPDATE counter SET n = $1", {n + 1});
    }));
    CHECK(runs == 2);
    CHECK(expect(sql::one_int64(*database.reader(), "SELECT n FROM counter")) == 11);
  }
}

TEST_CASE("PostgreSQL: a writer whose session was ended is told so and connects again") {
  for (const Engine engine : engines_here()) {
    if (engine != Engine::postgres) continue;
    FreshDatabase database{engine};
    make_table(database);
    const auto queue = start(database, {.writers = 1});
    const Status cut = queue->run([&](Connection& connection) -> Status {
      LETHE_CHECK(insert(connection, 1));
      LETHE_TRY(const std::int64_t session, sql::one_int64(connection, "SELECT pg_backend_pid()"));
      LETHE_CHECK(sql::one_int64(
          *database.writer(),
          "SELECT CAST(pg_terminate_backend(CAST($1 AS INTEGER), 5000) AS INTEGER)", {session}));
      return insert(connection, 2);
    });
    CHECK(cut.error().code == Errc::unavailable);
    expect(queue->run(inserting(3)));
    CHECK(ids(database) == std::vector<std::int64_t>{3});
  }
}

TEST_CASE("a full queue and a stopped one refuse at once") {
  on_each_engine([](FreshDatabase& database) {
    make_table(database);
    const auto queue = start(database, {.writers = 1, .waiting_max = 1});
    Outcomes told{3};
    Gate gate{*queue};
    queue->submit(told.job(0, inserting(1)));
    queue->submit(told.job(1, inserting(2)));
    CHECK(told.error_of(1) == Errc::busy);
    gate.open();
    queue->stop();
    queue->submit(told.job(2, inserting(3)));
    CHECK(told.error_of(2) == Errc::cancelled);
    CHECK(told.each_told_once());
    CHECK(ids(database) == std::vector<std::int64_t>{1});
  });
}

}  // namespace
}  // namespace lethe::testing
