// What a relay states in a log of its own: counts per day and mailbox, and
// every change of its settings (docs/certificates.md, "Relay counts").
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config.h"
#include "lethe/ports/relay.h"

namespace lethe::cli {

class RelayLog {
 public:
  // In `state`: ledger/, statements/, ledger.key, ledger.head. Made when missing.
  [[nodiscard]] static Result<std::unique_ptr<RelayLog>> open(const std::string& state);
  ~RelayLog();
  RelayLog(const RelayLog&) = delete;
  RelayLog& operator=(const RelayLog&) = delete;

  // The mailboxes of the last start, as its settings wrote them.
  [[nodiscard]] std::vector<std::string> former_addresses() const;
  // A keyed digest of a file: another key or authority is another mark, and says nothing else.
  using MarkOfFile = std::function<std::string(const std::string& path)>;
  // An entry when the settings are not those of the last start; of keys and authorities it has the
  // marks. Errors: unavailable.
  [[nodiscard]] Status note_settings(const RelayConfig& config, const MarkOfFile& mark_of,
                                     Instant now);
  // Names the mailboxes of counts.
  void name_mailbox(ports::RelayMailboxId id, const std::string& address);
  // States each past day that is not stated yet. Errors: unavailable.
  [[nodiscard]] Status state_counts(const std::vector<ports::RelayDay>& days, Instant now);

 private:
  struct Parts;
  explicit RelayLog(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace lethe::cli
