// The floor under a write: the rows and indexes that a server left in its SQLite files, inserted
// again by one thread with nothing else to do.
//
// Same schema, same bytes, WAL and synchronous=FULL, `groups` transactions per file, the keyring's
// before the data's as the server commits them. Rows are held in memory before the clock starts and
// go in the order in which they were made; those of tables that are sorted by a digest or a random
// id are shuffled, since the server does not get them sorted either.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lethe::bench {

// `files` are closed databases, in the order of their commits; copies are made in `directory`.
[[nodiscard]] std::chrono::duration<double> insert_rows_again(const std::vector<std::string>& files,
                                                              const std::string& directory,
                                                              std::int64_t groups);
// One number out of a database file.
[[nodiscard]] std::int64_t number_in(const std::string& file, const std::string& query);

}  // namespace lethe::bench
