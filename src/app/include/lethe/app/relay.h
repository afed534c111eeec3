// Relay mode: a mail goes to the target in the sender's time, nothing is kept
// (DESIGN promise 2).
//
// The door's `done` is called with success only after the target took the
// mail. Before the target is called a keyed digest of the mail is durable;
// after a lost answer the same mail, sent again, makes no second ticket. The
// mail is neither masked, scanned nor analysed; what a target needs of its
// structure (Freshdesk, Jira) is read for the call and wiped after it.
//
// Errors given to `done`: forbidden and too_large are final, all others
// temporary. Nothing of a mail is logged; `log` gets the mailbox's number in the
// settings, the target's kind of trouble and nothing else.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "lethe/ports/clock.h"
#include "lethe/ports/mail_intake.h"
#include "lethe/ports/relay.h"

namespace lethe::app {

// A target that asks for a pause (Retry-After) gets it: mails that come meanwhile are told to come
// again. No longer than this, whatever it asks for.
inline constexpr Seconds kRelayPauseMax{60 * 60};

struct RelayMailbox {
  std::string name;     // for metrics; no address, letters of kRelayNameLetters
  std::string address;  // normalised (core::EmailAddress)
  bool requires_tls = false;
  // The part after a plus that still is this mailbox; unset: none.
  std::function<bool(std::string_view)> takes_suffix = {};
  std::unique_ptr<ports::RelayTarget> target;
};

inline constexpr std::string_view kRelayNameLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
inline constexpr std::size_t kRelayNameBytesMax = 40;

// What became of a mailbox's mails since the start. What is counted for good,
// by day, has the record.
struct RelayStanding {
  ports::RelayCounts counts;
  std::optional<ports::RelayOutcome> last;  // the target's newest answer
  std::optional<Instant> last_at;
};

struct RelaySettings {
  std::vector<RelayMailbox> mailboxes;
  std::size_t workers = 16;        // threads that talk to targets
  std::size_t waiting_max = 1000;  // mails beyond are told to come again
  // Keyed; the same bytes give the same digest as long as the record lives.
  std::function<ports::RelayDigest(ByteView)> digest;
  std::function<void(std::string_view)> log = [](std::string_view) {};
};

// Which mailbox a record means, without its address; `address` is normalised.
[[nodiscard]] ports::RelayMailboxId relay_mailbox_id(
    const std::function<ports::RelayDigest(ByteView)>& digest, std::string_view address);

class Relay final : public ports::MailIntake {
 public:
  // All outlive the relay.
  Relay(RelaySettings settings, ports::RelayRecord& record, const ports::Clock& clock);
  // Answers what waits with a temporary refusal, finishes what is under way.
  ~Relay() override;

  // Is `recipient` of a relay mailbox?
  [[nodiscard]] bool is_relayed(std::string_view recipient) const;
  [[nodiscard]] Result<ports::RcptVerdict> check_recipient(const ports::Envelope& so_far,
                                                           std::string_view recipient) override;
  void take_in(ports::Delivery&& delivery, std::function<void(Status)> done) override;

  [[nodiscard]] ports::RelayMailboxId id_of(const RelayMailbox& mailbox) const;
  [[nodiscard]] const std::vector<RelayMailbox>& mailboxes() const { return settings_.mailboxes; }
  // Since the last answer that was not one: the target refuses our credentials
  // or our address of it.
  [[nodiscard]] bool is_alarmed(const RelayMailbox& mailbox) const;
  // In the order of mailboxes(). From any thread.
  [[nodiscard]] std::vector<RelayStanding> standings() const;

 private:
  struct Job {
    ports::Delivery delivery;
    std::function<void(Status)> done;
  };
  [[nodiscard]] const RelayMailbox* mailbox_of(std::string_view recipient) const;
  void run(const std::stop_token& stop);
  [[nodiscard]] Status relay(const ports::Delivery& delivery);
  [[nodiscard]] Status hand_over(const RelayMailbox& mailbox, const ports::Delivery& delivery);
  [[nodiscard]] bool is_paused(const RelayMailbox& mailbox, Instant now) const;
  [[nodiscard]] std::size_t index_of(const RelayMailbox& mailbox) const;
  void note(const RelayMailbox& mailbox, const ports::RelayAnswer& answer, Instant now);
  void count(const RelayMailbox& mailbox, const Status& outcome);

  RelaySettings settings_;
  ports::RelayRecord& record_;
  const ports::Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Job> waiting_;
  std::vector<std::string> trouble_;  // by mailbox: the last one said, empty when all is well
  std::vector<bool> alarmed_;
  std::vector<Instant> paused_until_;
  std::vector<RelayStanding> standings_;
  std::vector<std::jthread> threads_;
};

// Mail for relay mailboxes goes to the relay, all other to `tickets`; one
// transaction holds one of the two kinds only.
class RelayOrTickets final : public ports::MailIntake {
 public:
  RelayOrTickets(Relay& relay, ports::MailIntake& tickets) : relay_(relay), tickets_(tickets) {}
  [[nodiscard]] Result<ports::RcptVerdict> check_recipient(const ports::Envelope& so_far,
                                                           std::string_view recipient) override;
  void take_in(ports::Delivery&& delivery, std::function<void(Status)> done) override;

 private:
  Relay& relay_;
  ports::MailIntake& tickets_;
};

// What says that two mails are one: Message-ID, From, Date, To, Subject and the
// bytes after the headers. Trace headers, which change from hop to hop, do not count.
void append_identity(Bytes& out, std::string_view content);

}  // namespace lethe::app
