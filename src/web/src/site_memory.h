// What the pages remember in memory only: lost at a restart, and meant to be.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/time.h"
#include "lethe/core/ids.h"
#include "lethe/ports/random.h"

namespace lethe::web {

// Who is writing an answer to which ticket; forgotten after kLife without a sign of life.
class Presence {
 public:
  static constexpr Seconds kLife{30};
  // True when this was not known yet.
  bool enter(core::TicketId ticket, core::AgentId agent, std::string name, Instant now);
  // True when the agent was there.
  bool leave(core::TicketId ticket, core::AgentId agent);
  // The others, by name.
  [[nodiscard]] std::vector<std::string> others(core::TicketId ticket, core::AgentId me,
                                                Instant now);

 private:
  struct Sign {
    std::string name;
    Instant until;
  };
  std::mutex mutex_;
  std::map<std::pair<core::TicketId, core::AgentId>, Sign> signs_;
};

// Failed tries per peer: too many within a quarter of an hour are refused without looking.
class Brake {
 public:
  static constexpr int kTriesMax = 30;
  static constexpr Seconds kWindow{900};
  static constexpr std::size_t kPeersMax = 10'000;
  [[nodiscard]] bool holds(const std::string& peer, Instant now);
  void note_failure(const std::string& peer, Instant now);

 private:
  struct Tries {
    int count = 0;
    Instant since;
  };
  std::mutex mutex_;
  std::map<std::string, Tries> tries_;
};

// Addresses that work once and for five minutes: the frame of a mail has no cookie to show.
class OneTimeFiles {
 public:
  static constexpr Seconds kLife{300};
  static constexpr std::size_t kWaitingMax = 20'000;
  [[nodiscard]] std::string offer(core::AttachmentId file, ports::Random& random, Instant now);
  [[nodiscard]] std::optional<core::AttachmentId> take(std::string_view token, Instant now);

 private:
  struct Offer {
    core::AttachmentId file;
    Instant until;
  };
  std::mutex mutex_;
  std::map<std::string, Offer, std::less<>> offers_;
};

}  // namespace lethe::web
