// The page of relayed mailboxes: where each hands its mail on, and how that goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lethe/web/views/common.h"

namespace lethe::web::views {

struct RelayedMailbox {
  std::string address;
  std::string name;    // in metrics
  std::string target;  // "Freshdesk"
  std::string target_address;
  bool wants_tls = false;      // senders without TLS are refused
  bool own_authority = false;  // the target's certificate is of an authority of one's own
  bool alarmed = false;        // the target refuses our key or address of it
  std::int64_t accepted = 0, refused = 0, deferred = 0;  // since the start of the server
  std::string last_answer;                               // a sentence; empty: none yet
  std::optional<Instant> last_at;
};

struct RelayedMailboxes {
  std::vector<RelayedMailbox> mailboxes;
};

}  // namespace lethe::web::views
