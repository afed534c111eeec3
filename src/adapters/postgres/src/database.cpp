#include "lethe/postgres/database.h"

#include <mutex>

#include "connection.h"

namespace lethe::postgres {
namespace {

// First numbers of our advisory locks ("Leth", "Letw"); they keep clear of other users of such
// locks.
constexpr int kOwnerLock = 0x4C657468;
constexpr int kWriterLock = 0x4C657477;

bool is_schema_name(std::string_view name) {
  return !name.empty() && name.size() <= 60 && name.front() >= 'a' && name.front() <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos;
}

// FNV-1a, 31 bits: the lock number of a schema. It must be the same in every version.
std::int64_t lock_number(std::string_view schema) {
  std::uint32_t hash = 2'166'136'261U;
  for (const char c : schema) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16'777'619U;
  return static_cast<std::int64_t>(hash & 0x7fffffffU);
}

// The session that holds the owner's lock. The server frees it when the session ends, however.
class OwnerSession {
 public:
  explicit OwnerSession(std::unique_ptr<PostgresConnection> session)
      : session_(std::move(session)) {}
  // Said aloud, because the server notices a closed connection only a moment later.
  ~OwnerSession() { std::ignore = session_->execute("SELECT pg_advisory_unlock_all()"); }
  OwnerSession(const OwnerSession&) = delete;
  OwnerSession& operator=(const OwnerSession&) = delete;
  bool lives() {
    const std::scoped_lock lock{mutex_};
    return sql::one_int64(*session_, "SELECT 1").has_value();
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<PostgresConnection> session_;
};

class SessionLock final : public sql::Ownership {
 public:
  explicit SessionLock(std::shared_ptr<OwnerSession> session) : session_(std::move(session)) {}
  bool still_held() override { return session_->lives(); }

 private:
  std::shared_ptr<OwnerSession> session_;
};

class PostgresDatabase final : public sql::Database {
 public:
  explicit PostgresDatabase(Options options) : options_(std::move(options)) {}

  Status make_schema() {
    LETHE_TRY(const auto connection, connect(Role::writer));
    return connection->execute_script("CREATE SCHEMA IF NOT EXISTS " + options_.schema);
  }

  sql::Engine engine() const noexcept override { return sql::Engine::postgres; }
  Result<std::unique_ptr<sql::Connection>> open_writer() override {
    LETHE_TRY(auto connection, connect(Role::writer));
    LETHE_CHECK(fence(*connection));
    return connection;
  }
  Result<std::unique_ptr<sql::Connection>> open_reader() override { return connect(Role::reader); }

  // The owner's lock alone would not do: its session can be cut while the writers' live on. So each
  // writer of an owner holds the writers' lock, shared, and a new owner waits for none of them.
  Result<std::unique_ptr<sql::Ownership>> own(std::string_view who) override {
    LETHE_TRY(auto session, connect(Role::writer));
    // The name others read in pg_stat_activity; set first, so that no holder is nameless.
    LETHE_CHECK(session->execute("SELECT set_config('application_name', $1, false)", {who}));
    LETHE_CHECK(take(*session, "pg_try_advisory_lock", kOwnerLock));
    LETHE_CHECK(take(*session, "pg_try_advisory_lock", kWriterLock));
    LETHE_CHECK(take(*session, "pg_advisory_unlock", kWriterLock));
    auto owner = std::make_shared<OwnerSession>(std::move(session));
    const std::scoped_lock lock{mutex_};
    owned_ = true;
    owner_ = owner;
    return std::make_unique<SessionLock>(std::move(owner));
  }

  Status checkpoint(std::chrono::milliseconds) override { return {}; }
  Status integrity_check() override {
    return fail(Errc::unsupported, "PostgreSQL is checked with pg_amcheck");
  }
  Status back_up_to(const std::string&) override {
    return fail(Errc::unsupported, "PostgreSQL is backed up with pg_basebackup or pg_dump");
  }

 private:
  Result<std::unique_ptr<PostgresConnection>> connect(Role role) const {
    return PostgresConnection::open(options_.conninfo, options_.schema, role);
  }

  // In this order: with the shared lock in hand, an owner's session that lives now is not followed
  // by another owner before this connection ends.
  Status fence(sql::Connection& connection) {
    std::shared_ptr<OwnerSession> owner;
    {
      const std::scoped_lock lock{mutex_};
      if (!owned_) return {};
      owner = owner_.lock();
    }
    LETHE_CHECK(take(connection, "pg_try_advisory_lock_shared", kWriterLock));
    if (owner != nullptr && owner->lives()) return {};
    return fail(Errc::unavailable, "schema " + options_.schema + " is no longer owned");
  }

  // Calls `function` on the lock `family` of this schema. Errors: busy, with who holds it.
  Status take(sql::Connection& session, const std::string& function, int family) const {
    LETHE_TRY(const std::int64_t taken,
              sql::one_int64(session,
                             "SELECT CAST(" + function +
                                 "(CAST($1 AS INTEGER), CAST($2 AS INTEGER)) AS INTEGER)",
                             {family, lock_number(options_.schema)}));
    if (taken == 1) return {};
    return held_by_another(session, family);
  }

  std::unexpected<Error> held_by_another(sql::Connection& session, int family) const {
    const auto holder = sql::first(
        session,
        "SELECT a.application_name || ', server process ' || CAST(a.pid AS TEXT) || "
        "COALESCE(' from ' || host(a.client_addr), '') || ', since ' || "
        "to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') "
        "FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
        "JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 "
        "AND CAST(l.classid AS BIGINT) = $1 AND CAST(l.objid AS BIGINT) = $2",
        {family, lock_number(options_.schema)},
        [](const sql::Row& row) { return row.optional_string(0).value_or("another user"); });
    const bool known = holder && *holder;
    return fail(Errc::busy, "schema " + options_.schema + " is held by " +
                                (known ? **holder : std::string{"another process"}));
  }

  Options options_;
  std::mutex mutex_;
  bool owned_ = false;  // own() succeeded once; from then on writers are fenced
  std::weak_ptr<OwnerSession> owner_;
};

}  // namespace

Result<std::unique_ptr<sql::Database>> open(Options options) {
  if (!is_schema_name(options.schema)) {
    return fail(Errc::invalid_argument, "a schema name is lower_snake_case");
  }
  auto database = std::make_unique<PostgresDatabase>(std::move(options));
  LETHE_CHECK(database->make_schema());
  return database;
}

}  // namespace lethe::postgres
