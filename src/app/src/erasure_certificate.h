#pragma once

#include <string>

#include "lethe/app/app.h"

namespace lethe::app {

// What a finished puncture proves, kept in ErasureRow::evidence until it is certified: JSON of
// the statement's bytes, its salt and the log's size before. No personal data.
struct Statement {
  std::string certificate;
  Bytes salt;
  std::uint64_t log_size = 0;
  std::uint64_t generation_before = 0;
};
[[nodiscard]] std::string to_json(const Statement& statement);
[[nodiscard]] Statement parse_statement(std::string_view evidence);

// The certificate's bytes for a punctured erasure. Errors: those of ledger::compose.
[[nodiscard]] Result<Statement> make_statement(App& app, const ports::ErasureRow& row);

// Logs the statement (once, however often it is called) and makes the file.
[[nodiscard]] Result<ports::CertificateRow> log_statement(App& app, const ports::ErasureRow& row);

}  // namespace lethe::app
