// The relay with its targets and its state directory, for `lethe relay` and
// for the server's relay mailboxes.
#pragma once

#include <memory>

#include "config.h"
#include "lethe/app/relay.h"
#include "lethe/base/secret.h"

namespace lethe::cli {

class RelayParts {
 public:
  // Takes the state directory's lock, reads keys and records, checks every
  // mailbox. `clock` outlives it. Errors: invalid_argument (names the mailbox
  // and the key), busy (another relay has the directory), unavailable, corrupt.
  [[nodiscard]] static Result<std::unique_ptr<RelayParts>> open(const RelayConfig& config,
                                                                const ports::Clock& clock);
  // No mailbox is relayed any more: the log says so, and what is known of the last mails is counted
  // and forgotten in time. Nothing when there was none. Errors: as open().
  [[nodiscard]] static Result<std::unique_ptr<RelayParts>> wind_down(const RelayConfig& config,
                                                                     const ports::Clock& clock);
  ~RelayParts();
  RelayParts(const RelayParts&) = delete;
  RelayParts& operator=(const RelayParts&) = delete;

  // Not after wind_down().
  [[nodiscard]] app::Relay& relay() noexcept;
  [[nodiscard]] ports::RelayRecord& record() noexcept;

 private:
  struct State;
  explicit RelayParts(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What relay mode may have locked at most.
[[nodiscard]] std::size_t locked_bytes_of(const RelayConfig& config);

// The reply address of `ticket` for `requester`, of every Freshdesk mailbox.
// Errors: invalid_argument (no address, no such mailbox), those of open().
[[nodiscard]] Result<std::vector<std::string>> reply_addresses(const RelayConfig& config,
                                                               std::int64_t ticket,
                                                               const std::string& requester);

}  // namespace lethe::cli
