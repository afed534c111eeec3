// Mail sources: mailboxes on other servers whose mail we fetch (IMAP).
//
// A source is a copy that ends empty: a mail is removed there only after its
// durable commit here. What stays behind (refused, too large) is counted, so
// that nobody looks for it in vain.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"

namespace lethe::ports {

enum class SourceSecurity : std::uint8_t {
  tls = 1,   // from the first byte, port 993
  starttls,  // port 143; a server that does not offer it is refused
  plain,     // only to this machine (127.0.0.0/8, ::1)
};

// `address` is the mailbox of ours that the mail is taken in for.
struct MailSource {
  std::string address;
  std::string host;
  std::uint16_t port = 993;
  SourceSecurity security = SourceSecurity::tls;
  std::string user;
  std::string folder = "INBOX";
  std::string ca_file;  // PEM, authorities of one's own; empty: the system's
  // Mail is forwarded into this box from elsewhere: the address it was first
  // sent to (X-Original-To, Delivered-To) is the recipient when it is ours.
  bool forward_target = false;
  // Called at each sign-in. Errors: not_found (file), corrupt, unavailable.
  std::function<Result<Secret>()> password;
};

// What is wrong with a source, in the order in which it shows.
enum class SourceTrouble : std::uint8_t {
  none = 0,
  settings,       // plain to another machine, a CA file that cannot be read
  password,       // it cannot be read here
  name_unknown,   // the host's name does not resolve
  unreachable,    // nothing listens there, or no way to it
  timed_out,      // it listens and says nothing
  no_starttls,    // the server offers no encryption
  tls_failed,     // no common version, or no TLS at all on this port
  untrusted,      // a certificate that nobody we trust signed, or one that expired
  wrong_name,     // a certificate for another name
  login_refused,  //
  no_folder,      // there is no such folder
  hung_up,        // BYE, or the connection broke
  garbled,        // what it said is no IMAP
  busy,           // our own side: memory, disk or a queue is full
};

// The constant name of `trouble`, for logs and metrics ("wrong_name").
[[nodiscard]] std::string_view name_of(SourceTrouble trouble) noexcept;

enum class SourcePhase : std::uint8_t { connecting, fetching, waiting, failing };

struct SourceState {
  SourcePhase phase = SourcePhase::connecting;
  Instant since{};  // of the phase; of the first failure while failing
  SourceTrouble trouble = SourceTrouble::none;
  std::string detail;  // system message for operators; no address, no password
  std::optional<Instant> last_fetched;
  std::uint64_t taken = 0;                // since the start; duplicates count
  std::uint64_t refused = 0;              // set aside at the source
  std::uint64_t too_large = 0;            // left there
  std::uint64_t waiting_for_scanner = 0;  // there until the virus scanner answers
  std::uint64_t withheld = 0;             // cannot be fetched, tried now and then
  bool pushes = false;                    // the server tells of new mail (IDLE)
};

struct SourceCheck {
  SourceTrouble trouble = SourceTrouble::none;
  std::string detail;
  std::uint32_t waiting = 0;  // mails in the folder
  bool pushes = false;
};

// The fetching of all mailboxes, as the pages see it. From any thread.
class MailSources {
 public:
  virtual ~MailSources() = default;
  // With the stored settings of this mailbox: connects, checks the certificate, signs in, selects
  // the folder; fetches nothing. Some 10 seconds per step at most.
  [[nodiscard]] virtual SourceCheck check(std::int64_t mailbox) = 0;
  // By the mailbox's id; nothing when it is not fetched (paused, or brought to us).
  [[nodiscard]] virtual std::optional<SourceState> state(std::int64_t mailbox) const = 0;
  // The settings of a source changed: begin, change or end its fetching soon.
  virtual void settings_changed() = 0;
  // Look now.
  virtual void hurry(std::int64_t mailbox) = 0;
  // Look now, also at what was refused and set aside there: it comes back into the folder and is
  // fetched once more.
  virtual void fetch_again(std::int64_t mailbox) = 0;
};

}  // namespace lethe::ports
