// PostgreSQL behind the driver interface, by libpq in pipeline mode.
//
// Writers work under SERIALIZABLE with synchronous_commit=on; what post()
// sends is not waited for until something needs an answer. Values travel in
// binary. Every connection keeps to one schema of the database.
//
// Arguments have the type of their value (BIGINT, TEXT, BYTEA, DOUBLE
// PRECISION); a null takes the type of its place. Where a statement wants
// another type, say CAST.
#pragma once

#include <memory>
#include <string>

#include "lethe/sql/driver.h"

namespace lethe::postgres {

struct Options {
  std::string conninfo;          // "host=... dbname=..." or postgresql://...
  std::string schema = "lethe";  // lower_snake_case; made when it is not there
};

// checkpoint() does nothing here: what stays in heap and log after a delete is ciphertext, and the
// destroyed key is what erased it. back_up_to() and integrity_check() are
// unsupported: PostgreSQL has tools of its own for both (pg_basebackup, pg_amcheck).
//
// Errors: unavailable (no connection), unsupported (older than 13, or not UTF-8), invalid_argument
// (schema name).
[[nodiscard]] Result<std::unique_ptr<sql::Database>> open(Options options);

}  // namespace lethe::postgres
