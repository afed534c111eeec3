// The second place of a keyring: a directory, or a receiver on another host.
//
// Not thread-safe; KeyringFiles serialises the writer. After any error the
// replica is let go and opened anew.
#pragma once

#include <memory>
#include <string>

#include "lethe/keyring_files/keyring_files.h"
#include "site.h"

namespace lethe::keyring_files {

class Replica {
 public:
  virtual ~Replica() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual const Head& head() const noexcept = 0;
  [[nodiscard]] virtual bool has_its_root() = 0;
  // False when it is no longer what was opened; cheap.
  [[nodiscard]] virtual bool still_there() = 0;

  [[nodiscard]] virtual Status apply(const ports::KeyringBatch& batch, const Head& next) = 0;
  [[nodiscard]] virtual Status write_root(std::uint64_t generation, ports::RootView root) = 0;
  [[nodiscard]] virtual Status finish_turn() = 0;
  // Becomes a copy of `primary`, or `primary` one of it; roots included.
  [[nodiscard]] virtual Status copy_from(Site& primary) = 0;
  [[nodiscard]] virtual Status copy_to(Site& primary) = 0;
};

// Errors: not_found, forbidden, conflict, corrupt, unavailable. A directory
// that may be filled and a receiver that holds nothing yet are no error.
[[nodiscard]] Result<std::unique_ptr<Replica>> open_replica(const KeyringPaths& paths);
// For a new keyring: whatever is there already is an error. Errors: also already_exists.
[[nodiscard]] Result<std::unique_ptr<Replica>> make_replica(const KeyringPaths& paths);

// "tcp+tls://HOST:PORT" is a receiver, everything else a directory.
inline constexpr std::string_view kReceiverScheme = "tcp+tls://";
[[nodiscard]] inline bool is_receiver(std::string_view replica) {
  return replica.starts_with(kReceiverScheme);
}

}  // namespace lethe::keyring_files
