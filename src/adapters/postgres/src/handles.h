// libpq's handles owned, and its error codes in our words.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

#include "lethe/base/result.h"
#include "lethe/sql/driver.h"

namespace lethe::postgres {

struct FinishConnection {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using ConnectionHandle = std::unique_ptr<PGconn, FinishConnection>;

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

[[nodiscard]] Errc errc_of(std::string_view sqlstate) noexcept;
[[nodiscard]] sql::Trouble trouble_of(std::string_view sqlstate) noexcept;
[[nodiscard]] std::string_view sqlstate_of(const PGresult* result) noexcept;

// Names the SQLSTATE, the constraint and our SQL. PostgreSQL's own words are left out where they
// quote values.
[[nodiscard]] Error error_of(const PGresult* result, std::string_view sql);

enum class Role { writer, reader };

// Connected, in `schema`, with the session settings of database.h; not yet in pipeline mode.
[[nodiscard]] Result<ConnectionHandle> connect(const std::string& conninfo,
                                               const std::string& schema, Role role);

// One or more statements by the simple protocol.
[[nodiscard]] Result<ResultHandle> run_simple(PGconn* connection, const std::string& sql);

}  // namespace lethe::postgres
