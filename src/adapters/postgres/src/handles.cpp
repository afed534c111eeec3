#include "handles.h"

#include <algorithm>
#include <array>

#include "lethe/base/disk_full.h"
#include "lethe/base/text.h"
#include "lethe/sql/statement_text.h"

namespace lethe::postgres {
namespace {

constexpr int kVersionMin = 130'000;

struct Meaning {
  std::string_view prefix;  // of the SQLSTATE; the first that fits counts
  Errc code;
  sql::Trouble trouble;
};

constexpr Meaning kMeanings[] = {
    {"23505", Errc::already_exists, sql::Trouble::statement},
    {"23503", Errc::conflict, sql::Trouble::statement},
    {"23", Errc::invalid_argument, sql::Trouble::statement},
    {"22003", Errc::out_of_range, sql::Trouble::statement},
    {"22", Errc::invalid_argument, sql::Trouble::statement},
    {"25006", Errc::forbidden, sql::Trouble::statement},
    {"40001", Errc::busy, sql::Trouble::retry},
    {"40P01", Errc::busy, sql::Trouble::retry},
    {"55P03", Errc::busy, sql::Trouble::retry},
    {"57014", Errc::busy, sql::Trouble::statement},
    {"42501", Errc::forbidden, sql::Trouble::statement},
    {"54", Errc::too_large, sql::Trouble::statement},
    {"XX001", Errc::corrupt, sql::Trouble::engine},
    {"XX002", Errc::corrupt, sql::Trouble::engine},
    {"08", Errc::unavailable, sql::Trouble::engine},
    {"53", Errc::unavailable, sql::Trouble::engine},
    {"57P", Errc::unavailable, sql::Trouble::engine},
    {"58", Errc::unavailable, sql::Trouble::engine},
};
constexpr Meaning kUnforeseen{"", Errc::internal, sql::Trouble::statement};

const Meaning& meaning_of(std::string_view sqlstate) noexcept {
  const auto* found = std::ranges::find_if(
      kMeanings, [&](const Meaning& meaning) { return sqlstate.starts_with(meaning.prefix); });
  return found == std::end(kMeanings) ? kUnforeseen : *found;
}

bool words_may_quote_values(std::string_view sqlstate) {
  return sqlstate.starts_with("22") || sqlstate.starts_with("23") || sqlstate.starts_with("P0");
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : std::string{" "} + text;
}

std::unexpected<Error> no_connection(PGconn* connection) {
  return fail(Errc::unavailable,
              "postgres: " + squeezed(to_valid_utf8(PQerrorMessage(connection))));
}

Status check_server(PGconn* connection) {
  if (PQserverVersion(connection) < kVersionMin) {
    return fail(Errc::unsupported, "PostgreSQL 13 or later is needed");
  }
  const char* encoding = PQparameterStatus(connection, "server_encoding");
  if (encoding == nullptr || std::string_view{encoding} != "UTF8") {
    return fail(Errc::unsupported, "the database must have the encoding UTF8");
  }
  return {};
}

std::string session_settings(const std::string& schema, Role role) {
  std::string sql =
      "SET search_path TO " + schema +
      "; SET client_min_messages TO error; SET synchronous_commit TO on; SET TimeZone TO 'UTC'";
  if (role == Role::reader) sql += "; SET default_transaction_read_only TO on";
  return sql;
}

}  // namespace

Errc errc_of(std::string_view sqlstate) noexcept { return meaning_of(sqlstate).code; }
sql::Trouble trouble_of(std::string_view sqlstate) noexcept { return meaning_of(sqlstate).trouble; }

std::string_view sqlstate_of(const PGresult* result) noexcept {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? "08006" : state;  // libpq gives none when the connection went
}

Error error_of(const PGresult* result, std::string_view sql) {
  const std::string_view state = sqlstate_of(result);
  std::string detail = "postgres " + std::string{state};
  if (!words_may_quote_values(state)) detail += field(result, PG_DIAG_MESSAGE_PRIMARY);
  detail += field(result, PG_DIAG_TABLE_NAME) + field(result, PG_DIAG_CONSTRAINT_NAME);
  return {errc_of(state), detail + ": " + sql::sql_head(sql),
          std::string{state == "53100" ? kDiskFull : ""}};
}

Result<ConnectionHandle> connect(const std::string& conninfo, const std::string& schema,
                                 Role role) {
  const std::array<const char*, 5> keys{"dbname", "client_encoding", "fallback_application_name",
                                        "connect_timeout", nullptr};
  const std::array<const char*, 5> values{conninfo.c_str(), "UTF8", "lethe", "10", nullptr};
  ConnectionHandle connection{PQconnectdbParams(keys.data(), values.data(), 1)};
  if (PQstatus(connection.get()) != CONNECTION_OK) return no_connection(connection.get());
  // Notices would go to stderr and may quote values.
  PQsetNoticeReceiver(connection.get(), [](void*, const PGresult*) {}, nullptr);
  LETHE_CHECK(check_server(connection.get()));
  LETHE_CHECK(run_simple(connection.get(), session_settings(schema, role)));
  return connection;
}

Result<ResultHandle> run_simple(PGconn* connection, const std::string& sql) {
  ResultHandle result{PQexec(connection, sql.c_str())};
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
    return result;
  }
  return std::unexpected(error_of(result.get(), sql));
}

}  // namespace lethe::postgres
