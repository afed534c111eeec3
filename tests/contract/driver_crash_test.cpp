// What a crash between the keyring's commit and the data's leaves behind.
//
// The process to be killed is this program again, with one skipped test case
// as its task; LETHE_FAULT says where it dies.
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fresh_database.h"
#include "lethe/sql/write_queue.h"

namespace lethe::testing {
namespace {

constexpr const char* kTask = "child: write one item under a keyring";

// Stands for the keyring: a file that is there when it was committed.
std::string keyring_in(const std::string& directory) { return directory + "/keyring"; }

Status write_one_item(sql::Database& database, const std::string& keyring) {
  LETHE_TRY(const auto queue,
            sql::WriteQueue::start(database, {.before_commit = [&](sql::Connection&) -> Status {
                                     std::ofstream{keyring} << "1";
                                     return {};
                                   }}));
  return queue->run([](sql::Connection& connection) {
    return connection.post("INSERT INTO item (id) VALUES (1)");
  });
}

TEST_CASE("child: write one item under a keyring" * doctest::skip()) {
  const char* where = std::getenv("LETHE_TEST_WHERE");
  const char* keyring = std::getenv("LETHE_TEST_KEYRING");
  const char* engine = std::getenv("LETHE_TEST_ENGINE");
  if (where == nullptr || keyring == nullptr || engine == nullptr) return;
  const bool sqlite = std::string_view{engine} == "sqlite";
  const auto database =
      expect(open_database({sqlite ? sql::Engine::sqlite : sql::Engine::postgres, where}));
  expect(write_one_item(*database, keyring));
}

// The child's wait status.
int run_child(const FreshDatabase& database, const char* fault) {
  std::fflush(nullptr);  // else the child would print it again
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("LETHE_FAULT", fault, 1);
    ::setenv("LETHE_TEST_WHERE", database.address().where.c_str(), 1);
    ::setenv("LETHE_TEST_KEYRING", keyring_in(database.directory()).c_str(), 1);
    ::setenv("LETHE_TEST_ENGINE", sql::name_of(database.address().engine).data(), 1);
    if (std::freopen("/dev/null", "w", stdout) == nullptr) ::_exit(9);
    if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(9);
    const std::string filter = "--test-case=" + std::string{kTask};
    ::execl("/proc/self/exe", "child", filter.c_str(), "--no-skip", nullptr);
    ::_exit(9);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

struct Left {
  bool in_keyring = false;
  bool in_data = false;
  friend bool operator==(const Left&, const Left&) = default;
};

// What is there after a child died at `fault`, asked through connections made afterwards.
Left left_after(FreshDatabase& database, const char* fault) {
  expect(database.writer()->execute_script("CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY)"));
  const int status = run_child(database, fault);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  const auto reopened = expect(open_database(database.address()));
  const auto rows =
      expect(sql::one_int64(*expect(reopened->open_writer()), "SELECT COUNT(*) FROM item"));
  return {std::filesystem::exists(keyring_in(database.directory())), rows == 1};
}

TEST_CASE("a crash before the keyring's commit leaves neither key nor data") {
  on_each_engine([](FreshDatabase& database) {
    CHECK(left_after(database, "store.group.begun") == Left{false, false});
    expect(write_one_item(database.get(), keyring_in(database.directory())));
  });
  on_each_engine([](FreshDatabase& database) {
    CHECK(left_after(database, "store.before_keyring_commit") == Left{false, false});
  });
}

TEST_CASE(
    "a crash between the two commits leaves an orphan key and no data, never data without key") {
  on_each_engine([](FreshDatabase& database) {
    CHECK(left_after(database, "store.after_keyring_commit") == Left{true, false});
    expect(write_one_item(database.get(), keyring_in(database.directory())));
  });
}

TEST_CASE("a crash after the commit leaves both") {
  on_each_engine([](FreshDatabase& database) {
    CHECK(left_after(database, "store.after_commit") == Left{true, true});
  });
}

TEST_CASE("without a fault the child does its task, so the crashes above were the fault's") {
  on_each_engine([](FreshDatabase& database) {
    expect(database.writer()->execute_script("CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY)"));
    const int status = run_child(database, "none");
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(expect(sql::one_int64(*database.reader(), "SELECT COUNT(*) FROM item")) == 1);
  });
}

}  // namespace
}  // namespace lethe::testing
