// The two root slots of a keyring directory. A slot holds the root of one
// generation; an odd generation lives in root.1, an even one in root.0.
//
// Format, 64 bytes: "LETHEROT" version(8) generation(8) root(32) check(8),
// big-endian; the check finds torn writes, not forgers. A wiped slot is zero.
#pragma once

#include <string>

#include "lethe/base/result.h"
#include "lethe/ports/keyring_store.h"

namespace lethe::keyring_files {

class RootSlots {
 public:
  explicit RootSlots(std::string directory) : directory_(std::move(directory)) {}

  // Durable on return. Overwrites whatever the slot of this generation's parity held.
  [[nodiscard]] Status write(std::uint64_t generation, ports::RootView root) const;
  // Errors: not_found when no slot holds this generation.
  [[nodiscard]] Status read(std::uint64_t generation, ports::RootBuffer into) const;
  [[nodiscard]] bool holds(std::uint64_t generation) const;
  // Overwrites the slot that does not hold `generation`. True when there was
  // something to wipe.
  [[nodiscard]] Result<bool> wipe_all_but(std::uint64_t generation) const;

 private:
  [[nodiscard]] std::string path_of(std::uint64_t generation) const;
  std::string directory_;
};

}  // namespace lethe::keyring_files
