// keyring.db: its tables, settings and head row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "database.h"

namespace lethe::keyring_files {

inline constexpr std::uint32_t kFormat = 1;

struct Head {
  std::int64_t workspace = 0;  // 0: create() never ran
  std::uint64_t sequence = 0;
  std::uint64_t generation = 0;
  Bytes stamp;
  friend bool operator==(const Head&, const Head&) = default;
};

// Settings of a connection that nothing may be left behind by.
[[nodiscard]] Status apply_settings(Database& database);
[[nodiscard]] Status make_tables(Database& database);
// Errors: unsupported for a newer format.
[[nodiscard]] Result<Head> read_head(Database& database);
[[nodiscard]] Status write_head(Database& database, const Head& head);

}  // namespace lethe::keyring_files
