// Worlds to measure in: a data directory filled in big groups through the real vault and store, and
// opened as the server opens it (src/cli/src/world.h).
//
// The rows are those of an imported ticket with one message: person, address, blind index, ticket,
// participant, message, all cells sealed, everything queued for the index and indexed. Only the
// size of the groups differs. Kept in bench_directory(): programs of one run share worlds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lethe/app/app.h"
#include "world.h"

namespace lethe::bench {

struct WorldPlan {
  std::string name;  // of the directory
  std::int64_t tickets = 0;
  std::int64_t persons = 0;        // tickets go round among them
  std::int64_t open = 0;           // the newest tickets; the others are closed, spread over 5 years
  std::int64_t of_one_person = 0;  // extra closed tickets of heavy_address()
  // Without words: no message, no subject, no keys, no index. For worlds whose text nobody reads.
  enum class Words : bool { none, sealed } words = Words::sealed;
};

[[nodiscard]] std::string address_of(std::int64_t person);
[[nodiscard]] std::string heavy_address();
inline constexpr int kGroups = 10;  // "group 1" .. "group 10"
inline constexpr const char* kAgent = "agent@bench.example";

// Makes it when it is not there yet, and opens it. Gives up on any error.
[[nodiscard]] std::unique_ptr<cli::World> open_world(const WorldPlan& plan);
// Its directory, for the program itself; nobody has it open.
[[nodiscard]] std::string directory_of(const WorldPlan& plan);

// The value, or the end of the program.
void must(const Status& status);
template <class T>
  requires(!std::is_void_v<T>)
T must(Result<T>&& result) {
  if (!result) must(Status{std::unexpected(std::move(result).error())});
  return std::move(*result);
}

}  // namespace lethe::bench
