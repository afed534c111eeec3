// Relay mode: what the relay needs from outside, the target that takes a mail
// over and the record of what was sent (DESIGN promise 2).
//
// A target answers one call with one of five outcomes; the relay turns them
// into 250, 5xx or 4xx. The record holds keyed digests, times and outcomes: no
// content, no address, nothing older than kRelayMemory.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/base/time.h"
#include "lethe/ports/mail_intake.h"

namespace lethe::ports {

inline constexpr Days kRelayMemory{5};

using RelayDigest = std::array<std::uint8_t, 16>;
// Which relay mailbox, without its address.
using RelayMailboxId = std::uint64_t;

// One mail on its way to a target. Views of the caller's, for the call only.
struct RelayMail {
  const Envelope& envelope;
  std::string_view recipient;  // the one the mailbox was chosen by, as the sender wrote it
  std::string_view content;    // RFC 5322, CRLF
  // Names this mail towards the target, the same at every attempt: 32 hex digits.
  std::string_view key;
  // When an attempt began whose outcome nobody knows. The target must look for
  // its effect before it repeats it.
  std::optional<Instant> tried_before;
  Instant now;
};

enum class RelayOutcome : std::uint8_t {
  taken,          // it is there, exactly once
  refused,        // it will never be taken: back to the sender
  too_large,      // likewise
  deferred,       // certainly not taken; ask again later
  misconfigured,  // certainly not taken; credentials or address are wrong: an alarm
  unknown,        // perhaps taken: tried_before at the next attempt
};

struct RelayAnswer {
  RelayOutcome outcome = RelayOutcome::unknown;
  std::string reference;  // the target's own number of what it made; may be empty
  std::string why;        // for operators: what failed, no word of the mail or of the answer
  // How long the target asks to be left alone (Retry-After); none when it did not.
  std::optional<Seconds> pause = std::nullopt;
};

class RelayTarget {
 public:
  virtual ~RelayTarget() = default;
  // Blocks until the target answered or the deadline passed. From any thread,
  // by many at once.
  [[nodiscard]] virtual RelayAnswer deliver(const RelayMail& mail) = 0;
};

struct RelayCounts {
  std::uint64_t received = 0;  // mails handed over by a door
  std::uint64_t accepted = 0;  // taken by the target, or known to have been
  std::uint64_t refused = 0;   // 5xx
  std::uint64_t deferred = 0;  // 4xx
};

struct RelayDay {
  std::chrono::sys_days day;  // UTC
  RelayMailboxId mailbox = 0;
  RelayCounts counts;
};

// From any thread.
class RelayRecord {
 public:
  enum class Known : std::uint8_t {
    fresh,      // never seen, or certainly not taken so far
    tried,      // an attempt began whose outcome nobody knows
    under_way,  // another thread has it in hand now
    taken,      // the target has it: say 250 and do nothing
  };
  struct Begun {
    Known known = Known::fresh;
    std::optional<Instant> tried_at;  // of `tried`: the first such attempt
  };

  virtual ~RelayRecord() = default;

  // Before the target is called. On success with `fresh` or `tried` the
  // attempt is durable, and end() must follow; with the others nothing is
  // written but the count. Errors: unavailable (disk).
  [[nodiscard]] virtual Result<Begun> begin(RelayMailboxId mailbox, const RelayDigest& digest,
                                            Instant now) = 0;
  // `reference` is a digest of the target's number. Durable on return when the
  // mail was taken. Errors: unavailable; the mail then counts as `tried`.
  [[nodiscard]] virtual Status end(RelayMailboxId mailbox, const RelayDigest& digest,
                                   RelayOutcome outcome, std::uint64_t reference, Instant now) = 0;

  // Forgets what is older than kRelayMemory, to the byte. Errors: unavailable.
  [[nodiscard]] virtual Status expire(Instant now) = 0;
  // Per day and mailbox, of the days that are still known. A crash may lose
  // the last second of refusals and deferrals and what was under way, never an
  // acceptance.
  [[nodiscard]] virtual std::vector<RelayDay> counts() const = 0;
  [[nodiscard]] virtual std::size_t size() const = 0;  // digests held
};

}  // namespace lethe::ports
