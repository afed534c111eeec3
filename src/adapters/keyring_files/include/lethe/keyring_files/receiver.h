// The other end of a replica on another host: `lethe keyring receive`.
//
// Keeps a keyring in a directory, exactly as a replica on a second disk is
// kept, and follows one sender over TLS 1.3. What it confirms is durable.
// It never goes back: a batch must follow the sequence that it holds, a whole
// copy must be of the same history and not older. A second connection of the
// paired sender takes the place of the first, which a dead network may leave
// behind.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::keyring_files {

struct ReceiverOptions {
  std::string directory;  // made when missing, 0700
  std::string listen;     // "HOST:PORT"; port 0: any free one
  std::function<void(std::string_view)> log = {};
};

class Receiver {
 public:
  // Errors: invalid_argument, busy (another one uses the directory), forbidden, corrupt,
  // unavailable (address in use).
  [[nodiscard]] static Result<std::unique_ptr<Receiver>> start(const ReceiverOptions& options);
  ~Receiver();  // ends the connections and waits for them
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // "HOST:PORT" with the port that was taken.
  [[nodiscard]] std::string address() const;
  // The line for the sender's keyring.replica_pairing_file; only on the first start in a
  // directory, for the secret in it is not kept.
  [[nodiscard]] std::optional<std::string> pairing() const;

 private:
  class Impl;
  explicit Receiver(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lethe::keyring_files
