#include "lethe/sqlite/database.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lethe::sqlite {
namespace {

using std::chrono::milliseconds;

const std::string kTraces = "a-sentence-nobody-else-would-write";

class Directory {
 public:
  Directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lethe-sqlite.XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

void expect(const Status& status) {
  const std::string detail = status ? "" : status.error().detail;
  REQUIRE_MESSAGE(status.has_value(), detail);
}
template <class T>
T expect(Result<T> result) {
  const std::string detail = result ? "" : result.error().detail;
  REQUIRE_MESSAGE(result.has_value(), detail);
  return std::move(*result);
}

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

unsigned mode_of(const std::string& path) {
  struct stat facts{};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777U;
}

// Rows around the one that goes, so that its page stays in use.
void write_rows(sql::Connection& connection) {
  expect(connection.execute_script("CREATE TABLE note (id INTEGER PRIMARY KEY, body BLOB)"));
  for (int id = 1; id <= 200; ++id) {
    const std::string body = id == 77 ? kTraces : "other-" + std::to_string(id);
    expect(connection.execute("INSERT INTO note (id, body) VALUES ($1, $2)", {id, to_bytes(body)}));
  }
}

bool traces_in_files(const Directory& directory) {
  for (const char* name : {"lethe.db", "lethe.db-wal"}) {
    if (content_of(directory.file(name)).find(kTraces) != std::string::npos) return true;
  }
  return false;
}

TEST_CASE("erased bytes are in no file after a checkpoint, and were there before") {
  const Directory directory;
  const auto database = expect(open({.path = directory.file("lethe.db")}));
  const auto connection = expect(database->open_writer());
  write_rows(*connection);
  CHECK(content_of(directory.file("lethe.db-wal")).find(kTraces) != std::string::npos);
  expect(database->checkpoint(milliseconds{0}));
  CHECK(content_of(directory.file("lethe.db")).find(kTraces) != std::string::npos);

  expect(connection->execute("DELETE FROM note WHERE id = 77"));
  expect(database->checkpoint(milliseconds{0}));
  CHECK_FALSE(traces_in_files(directory));
  CHECK(content_of(directory.file("lethe.db")).find("other-76") != std::string::npos);
}

TEST_CASE("the search for traces finds what a database without secure_delete leaves") {
  const Directory directory;
  const auto database = expect(open({.path = directory.file("lethe.db")}));
  const auto connection = expect(database->open_writer());
  expect(connection->execute_script("PRAGMA secure_delete=OFF"));
  write_rows(*connection);
  expect(connection->execute("DELETE FROM note WHERE id = 77"));
  expect(database->checkpoint(milliseconds{0}));
  CHECK(traces_in_files(directory));
}

TEST_CASE("a checkpoint is refused while a reader holds the log, and empties it afterwards") {
  const Directory directory;
  const auto database = expect(open({.path = directory.file("lethe.db")}));
  const auto writer = expect(database->open_writer());
  const auto reader = expect(database->open_reader());
  write_rows(*writer);
  expect(reader->begin(sql::Begin::deferred));
  CHECK(expect(sql::one_int64(*reader, "SELECT COUNT(*) FROM note")) == 200);
  CHECK(database->checkpoint(milliseconds{1}).error().code == Errc::busy);
  reader->rollback();
  expect(database->checkpoint(milliseconds{0}));
  CHECK(std::filesystem::file_size(directory.file("lethe.db-wal")) == 0);
}

TEST_CASE("every connection works with the settings the header promises") {
  const Directory directory;
  const auto database = expect(open({.path = directory.file("lethe.db")}));
  for (const auto& connection :
       {expect(database->open_writer()), expect(database->open_reader())}) {
    const auto setting = [&](const std::string& name) {
      return expect(sql::one_int64(*connection, "PRAGMA " + name));
    };
    CHECK(setting("synchronous") == 2);
    CHECK(setting("secure_delete") == 1);
    CHECK(setting("temp_store") == 2);
    CHECK(setting("foreign_keys") == 1);
    CHECK(setting("mmap_size") == 0);
    CHECK(setting("application_id") == 0x4C657468);
    CHECK(expect(sql::first(*connection, "PRAGMA journal_mode", {},
                            [](const sql::Row& row) { return row.string(0); })) == "wal");
  }
}

TEST_CASE("no file of the database can be read by another user, even one found open") {
  const Directory directory;
  const std::string path = directory.file("lethe.db");
  std::ofstream{path}.close();
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  const auto database = expect(open({.path = path}));
  const auto connection = expect(database->open_writer());
  write_rows(*connection);
  for (const char* name : {"lethe.db", "lethe.db-wal", "lethe.db-shm"}) {
    CHECK(mode_of(directory.file(name)) == 0600U);
  }
}

TEST_CASE("a backup is private, whole, holds no deleted row and never overwrites") {
  const Directory directory;
  const auto database = expect(open({.path = directory.file("lethe.db")}));
  const auto connection = expect(database->open_writer());
  expect(connection->execute_script("PRAGMA secure_delete=OFF"));
  write_rows(*connection);
  expect(connection->execute("DELETE FROM note WHERE id = 77"));
  const std::string copy = directory.file("copy.db");
  expect(database->back_up_to(copy));
  CHECK(mode_of(copy) == 0600U);
  CHECK(content_of(copy).find(kTraces) == std::string::npos);
  CHECK(content_of(copy).find("other-76") != std::string::npos);
  CHECK(database->back_up_to(copy).error().code == Errc::already_exists);

  const auto restored = expect(open({.path = copy}));
  expect(restored->integrity_check());
  CHECK(expect(sql::one_int64(*expect(restored->open_reader()), "SELECT COUNT(*) FROM note")) ==
        199);
}

TEST_CASE("a backup into a directory that is not there fails and leaves nothing") {
  const Directory directory;
  const auto database = expect(open({.path = directory.file("lethe.db")}));
  CHECK(database->back_up_to(directory.file("missing/copy.db")).error().code == Errc::unavailable);
}

TEST_CASE("damaged pages are reported as corrupt, not as an empty answer") {
  const Directory directory;
  const std::string path = directory.file("lethe.db");
  const auto database = expect(open({.path = path}));
  {
    const auto connection = expect(database->open_writer());
    write_rows(*connection);
    expect(database->integrity_check());
    expect(database->checkpoint(milliseconds{0}));
  }
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(4'096);
  file << std::string(4'096, '\xA5');
  file.close();
  CHECK(database->integrity_check().error().code == Errc::corrupt);
}

TEST_CASE("a file that is no database, or another program's, is refused and not touched") {
  const Directory directory;
  const std::string text = directory.file("text");
  std::ofstream{text} << std::string(5'000, 'x');
  CHECK(open({.path = text}).error().code == Errc::corrupt);
  CHECK(content_of(text) == std::string(5'000, 'x'));

  const std::string other = directory.file("other.db");
  {
    CHECK(open({.path = other, .application_id = 1'234}).has_value());
  }
  CHECK(open({.path = other}).error().code == Errc::corrupt);
}

TEST_CASE("the lock file names its owner and is private") {
  const Directory directory;
  const auto database = expect(open({.path = directory.file("lethe.db")}));
  auto owner = expect(database->own("host, process 12"));
  CHECK(content_of(directory.file("lock")) == "host, process 12");
  CHECK(mode_of(directory.file("lock")) == 0600U);
  owner.reset();
  CHECK(content_of(directory.file("lock")).empty());
}

TEST_CASE("a STRICT table refuses a value of another type") {
  const Directory directory;
  const auto database = expect(open({.path = directory.file("lethe.db")}));
  const auto connection = expect(database->open_writer());
  expect(connection->execute_script("CREATE TABLE t (n INTEGER) STRICT"));
  CHECK(connection->execute("INSERT INTO t (n) VALUES ($1)", {"seven"}).error().code ==
        Errc::invalid_argument);
}

}  // namespace
}  // namespace lethe::sqlite
