#include "lethe/sql/migrations.h"

#include "lethe/base/assert.h"

namespace lethe::sql {
namespace {

Status make_version_table(Connection& connection) {
  return connection.execute_script(
      "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)");
}

Result<int> recorded_version(Connection& connection) {
  LETHE_TRY(const std::int64_t version,
            one_int64(connection, "SELECT COALESCE(MAX(version), 0) FROM schema_version"));
  return static_cast<int>(version);
}

Status apply_step(Connection& connection, const Migration& step) {
  for (const std::string& statement : step.statements) {
    LETHE_CHECK(connection.execute_script(statement));
  }
  LETHE_CHECK(
      connection.execute("INSERT INTO schema_version (version) VALUES ($1)", {step.version}));
  if (connection.engine() == Engine::postgres) return {};
  // So that `file lethe.db` tells an operator the version too.
  return connection.execute_script("PRAGMA user_version=" + std::to_string(step.version));
}

Status run_step(Connection& connection, const Migration& step) {
  LETHE_CHECK(connection.begin(Begin::immediate));
  Status done = apply_step(connection, step);
  if (done) return connection.commit();
  connection.rollback();
  return std::unexpected(
      std::move(done).error().within("schema version " + std::to_string(step.version)));
}

}  // namespace

Result<int> schema_version(Connection& connection) {
  LETHE_CHECK(make_version_table(connection));
  return recorded_version(connection);
}

Result<int> migrate(Connection& connection, std::span<const Migration> known) {
  for (std::size_t i = 0; i < known.size(); ++i) {
    LETHE_ASSERT(known[i].version == static_cast<int>(i) + 1);
  }
  LETHE_TRY(const int found, schema_version(connection));
  const int newest = static_cast<int>(known.size());
  if (found > newest) {
    return fail(Errc::unsupported,
                "This data was written by a newer Lethe (schema " + std::to_string(found) +
                    "); this one knows up to schema " + std::to_string(newest) +
                    ". Start the newer version, or restore a backup made before it.");
  }
  for (const Migration& step : known.subspan(static_cast<std::size_t>(found))) {
    LETHE_CHECK(run_step(connection, step));
  }
  return newest;
}

}  // namespace lethe::sql
