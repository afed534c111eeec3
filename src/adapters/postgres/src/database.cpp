#include "lethe/postgres/database.h"

#include "connection.h"

namespace lethe::postgres {
namespace {

constexpr int kLockFamily = 0x4C657468;  // "Leth"; keeps clear of other users of advisory locks

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

// A session that holds the advisory lock. The server frees it when the session ends, however.
class SessionLock final : public sql::Ownership {
 public:
  explicit SessionLock(std::unique_ptr<PostgresConnection> session)
      : session_(std::move(session)) {}
  bool still_held() override { return sql::one_int64(*session_, "SELECT 1").has_value(); }

 private:
  std::unique_ptr<PostgresConnection> session_;
};

class PostgresDatabase final : public sql::Database {
 public:
  explicit PostgresDatabase(Options options) : options_(std::move(options)) {}

  Status make_schema() {
    LETHE_TRY(const auto connection, connect(Role::writer));
    return connection->execute_script("CREATE SCHEMA IF NOT EXISTS " + options_.schema);
  }

  sql::Engine engine() const noexcept override { return sql::Engine::postgres; }
  Result<std::unique_ptr<sql::Connection>> open_writer() override { return connect(Role::writer); }
  Result<std::unique_ptr<sql::Connection>> open_reader() override { return connect(Role::reader); }

  Result<std::unique_ptr<sql::Ownership>> own(std::string_view who) override {
    LETHE_TRY(auto session, connect(Role::writer));
    // The name others read in pg_stat_activity; set first, so that no holder is nameless.
    LETHE_CHECK(session->execute("SELECT set_config('application_name', $1, false)", {who}));
    LETHE_TRY(const std::int64_t taken,
              sql::one_int64(*session,
                             "SELECT CAST(pg_try_advisory_lock(CAST($1 AS INTEGER), "
                             "CAST($2 AS INTEGER)) AS INTEGER)",
                             {kLockFamily, lock_number(options_.schema)}));
    if (taken != 1) return held_by_another(*session);
    return std::make_unique<SessionLock>(std::move(session));
  }

  Status checkpoint(std::chrono::milliseconds) override { return {}; }
  Status optimise() override {
    LETHE_TRY(const auto connection, connect(Role::writer));
    return connection->execute_script("ANALYZE");
  }
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

  std::unexpected<Error> held_by_another(sql::Connection& session) const {
    const auto holder = sql::first(
        session,
        "SELECT a.application_name || ', server process ' || CAST(a.pid AS TEXT) || "
        "COALESCE(' from ' || host(a.client_addr), '') || ', since ' || "
        "to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') "
        "FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
        "JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 "
        "AND CAST(l.classid AS BIGINT) = $1 AND CAST(l.objid AS BIGINT) = $2",
        {kLockFamily, lock_number(options_.schema)},
        [](const sql::Row& row) { return row.optional_string(0).value_or("another user"); });
    const bool known = holder && *holder;
    return fail(Errc::busy, "schema " + options_.schema + " is held by " +
                                (known ? **holder : std::string{"another process"}));
  }

  Options options_;
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
