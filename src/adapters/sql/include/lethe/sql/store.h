// ports::Store over the driver interface: the queries, written once for both engines.
//
// One writer queue, one pool of readers, the schema of core/tables.h. `commit_keyring` runs in
// every group's transaction before its commit and returns the keyring's sequence, which is written
// into the data in the same transaction (DESIGN section 4, order of commits).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "lethe/ports/store.h"
#include "lethe/sql/driver.h"

namespace lethe::sql {

struct StoreOptions {
  std::function<Result<std::uint64_t>()> commit_keyring;  // empty: data without a keyring (tests)
  int readers = 4;
  int writers = 4;  // PostgreSQL only
};

// Makes the tables of an empty database and the record of its workspace.
// Errors: already_exists when there is a workspace.
[[nodiscard]] Status create_store(Database& database, core::WorkspaceId workspace);

// Applies migrations and starts the threads. `database` must outlive the store.
// Errors: not_found (no workspace: not initialised), unsupported (a newer version's data).
[[nodiscard]] Result<std::unique_ptr<ports::Store>> open_store(Database& database,
                                                               StoreOptions options);

}  // namespace lethe::sql
