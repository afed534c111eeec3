#include "lethe/sqlite/database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "connection.h"
#include "lock_file.h"

namespace lethe::sqlite {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> system_failure(const std::string& path) {
  return fail(Errc::unavailable, path + ": " + std::strerror(errno));
}

// SQLite gives the log and the shared index the mode of the main file, so that one comes first.
Status make_private_file(const std::string& path, int extra_flags) {
  const int file =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | extra_flags, 0600);
  if (file < 0 && errno == EEXIST) return fail(Errc::already_exists, path + " exists");
  if (file < 0) return system_failure(path);
  const bool made = ::fchmod(file, 0600) == 0;
  ::close(file);
  if (!made) return system_failure(path);
  return {};
}

Status sync_to_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_failure(path);
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  if (!synced) return system_failure(path);
  return {};
}

std::string directory_of(const std::string& path) {
  const std::string parent = fs::path{path}.parent_path().string();
  return parent.empty() ? "." : parent;
}

class SqliteDatabase final : public sql::Database {
 public:
  explicit SqliteDatabase(Options options) : options_(std::move(options)) {}

  Status prepare_file() {
    if (sqlite3_threadsafe() == 0)
      return fail(Errc::unsupported, "SQLite was built without threads");
    LETHE_CHECK(make_private_file(options_.path, 0));
    LETHE_TRY(const auto connection, open_writer());
    return claim(*connection);
  }

  sql::Engine engine() const noexcept override { return sql::Engine::sqlite; }
  Result<std::unique_ptr<sql::Connection>> open_writer() override {
    return connect(Role::writer, options_.writer_cache_kib);
  }
  Result<std::unique_ptr<sql::Connection>> open_reader() override {
    return connect(Role::reader, options_.reader_cache_kib);
  }
  Result<std::unique_ptr<sql::Ownership>> own(std::string_view who) override {
    const std::string& given = options_.lock_path;
    return take_lock_file(given.empty() ? directory_of(options_.path) + "/lock" : given, who);
  }

  Status checkpoint(std::chrono::milliseconds patience) override {
    LETHE_TRY(const DatabaseHandle db, open_handle(settings(Role::writer, kMaintenanceCacheKib)));
    sqlite3_busy_timeout(db.get(), static_cast<int>(patience.count()));
    int frames = 0;
    int moved = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(db.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, &frames, &moved);
    if (code != SQLITE_OK) return std::unexpected(error_of(db.get(), code, "checkpoint"));
    return {};
  }

  Status integrity_check() override {
    LETHE_TRY(const auto connection, open_reader());
    LETHE_TRY(const auto words, sql::first(*connection, "PRAGMA integrity_check(1)", {},
                                           [](const sql::Row& row) { return row.string(0); }));
    if (!words || *words != "ok") return fail(Errc::corrupt, words.value_or("no answer"));
    return {};
  }

  Status back_up_to(const std::string& path) override {
    LETHE_CHECK(make_private_file(path, O_EXCL));
    Status copied = copy_into(path);
    if (!copied) std::ignore = ::unlink(path.c_str());
    return copied;
  }

 private:
  static constexpr int kMaintenanceCacheKib = 512;

  ConnectionSettings settings(Role role, int cache_kib) const {
    return {.path = options_.path, .role = role, .cache_kib = cache_kib};
  }
  Result<std::unique_ptr<sql::Connection>> connect(Role role, int cache_kib) const {
    LETHE_TRY(DatabaseHandle db, open_handle(settings(role, cache_kib)));
    return std::make_unique<SqliteConnection>(std::move(db), line_);
  }

  // A new file is marked as ours, another program's is left alone.
  Status claim(sql::Connection& connection) const {
    LETHE_TRY(const std::int64_t id, sql::one_int64(connection, "PRAGMA application_id"));
    if (id == options_.application_id) return {};
    LETHE_TRY(const std::int64_t objects,
              sql::one_int64(connection, "SELECT COUNT(*) FROM sqlite_master"));
    if (id != 0 || objects != 0) {
      return fail(Errc::corrupt, options_.path + " is a database of another program");
    }
    return connection.execute_script("PRAGMA application_id=" +
                                     std::to_string(options_.application_id));
  }

  // VACUUM INTO copies live rows only and does not sync what it wrote.
  Status copy_into(const std::string& path) {
    LETHE_TRY(const auto connection, open_writer());
    LETHE_CHECK(connection->execute("VACUUM INTO $1", {path}));
    LETHE_CHECK(sync_to_disk(path));
    return sync_to_disk(directory_of(path));
  }

  Options options_;
  std::shared_ptr<WriterLine> line_ = std::make_shared<WriterLine>();
};

}  // namespace

Result<std::unique_ptr<sql::Database>> open(Options options) {
  auto database = std::make_unique<SqliteDatabase>(std::move(options));
  LETHE_CHECK(database->prepare_file());
  return database;
}

}  // namespace lethe::sqlite
