// Fetching a mailbox by IMAP4rev1 (RFC 3501, 9051): one thread for each.
//
// Each mail is fetched by its uid without flagging it, handed to the intake,
// and only after the intake's durable commit flagged \Deleted and expunged by
// uid (UIDPLUS, RFC 4315; without it EXPUNGE only when nothing else is
// flagged), so the source ends empty. \Seen means nothing here: people read
// the box too. A crash or a lost connection between commit and removal fetches
// the mail again, and the intake knows it. A mail that is refused for good is
// moved to the folder Lethe-refused (else marked $LetheRefused); one over 35
// MiB stays; one whose files cannot be checked because the virus scanner is away waits there and is
// tried again each minute, for a day at most. None of them stops the others.
//
// New mail is waited for by IDLE (RFC 2177), renewed well before the 29
// minutes; servers without it are asked each minute. After a failure the poller
// waits from 2 seconds up to 5 minutes (refused credentials: always 5, for
// servers lock accounts), whatever the trouble; state() says it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "lethe/ports/clock.h"
#include "lethe/ports/mail_intake.h"
#include "lethe/ports/mail_source.h"

namespace lethe::imap_in {

// The bytes that mails in flight may use, shared with the other doors.
struct Budget {
  std::function<bool(std::size_t)> take = [](std::size_t) { return true; };
  std::function<void(std::size_t)> give_back = [](std::size_t) {};
};

struct PollerSettings {
  ports::MailSource source;
  Budget budget;
  std::function<void(std::string_view)> log = [](std::string_view) {};  // no personal data
  std::chrono::seconds patience{30};    // for one answer of the server, and for the connection
  std::chrono::seconds poll_every{60};  // without IDLE, or while a mail waits there
  std::chrono::seconds idle_at_most{9 * 60};  // many routers forget a silent connection after 10
  std::chrono::seconds first_pause{2};
  std::chrono::seconds longest_pause{300};
};

// Connects, checks the certificate, signs in, selects the folder, and fetches nothing. Bounded by
// `patience` per step.
struct ProbeResult {
  ports::SourceTrouble trouble = ports::SourceTrouble::none;
  std::string detail;
  std::uint32_t waiting = 0;  // mails in the folder
  bool pushes = false;
};
[[nodiscard]] ProbeResult probe(const ports::MailSource& source,
                                std::chrono::seconds patience = std::chrono::seconds{10});

class Poller {
 public:
  // `intake` and `clock` must outlive it. Starts at once.
  Poller(PollerSettings settings, ports::MailIntake& intake, const ports::Clock& clock);
  // Breaks off what waits for the server; a mail that the intake has in hand is finished there and
  // fetched again by the next poller.
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  [[nodiscard]] ports::SourceState state() const;
  // Looks now, also when it waits after a failure.
  void hurry();
  // The same, and what was refused and set aside is fetched once more.
  void fetch_again();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace lethe::imap_in
