// One SMTP or LMTP session as a state machine without sockets: bytes go in,
// replies and requests for work come out.
//
// Sources: RFC 5321 (SMTP), 2033 (LMTP), 3461 (DSN), 2920 (PIPELINING), 1870 (SIZE), 6152
// (8BITMIME), 6531 (SMTPUTF8), 2034 (ENHANCEDSTATUSCODES), 3207 (STARTTLS),
// 3030 (CHUNKING), 9422 (LIMITS). Recipients that the intake wants apart
// (RcptVerdict::needs_own_copy) are sent off by SMTP with 452; LMTP takes up to
// eight such copies, asks TakeIn for one after the other and answers each
// recipient on its own. The replies to a byte stream do not depend
// on how it was cut into pieces. The driver's loop:
//
//   session.greet();
//   for (;;) {
//     Step step = session.next();
//     write(session.take_replies());
//     ReadMore       -> session.feed(read())
//     CheckRecipient -> session.recipient_checked(intake.check_recipient(...))
//     TakeIn         -> session.taken_in(the answer to intake.take_in(...))
//     StartTls       -> handshake, then session.tls_started()
//     Close          -> end
//   }
//
// Memory: the message (counted in the ByteBudget), one command line, one piece
// of input. Content and input are wiped when done with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "lethe/ports/mail_intake.h"
#include "lethe/smtp_protocol/byte_budget.h"

namespace lethe::smtp_protocol {

enum class Dialect { smtp, lmtp };

struct Limits {
  std::size_t message_bytes = std::size_t{35} * 1024 * 1024;  // SIZE; 552 5.3.4 beyond
  // With CRLF: 512 of RFC 5321 plus as much for extensions. 500 5.5.2 beyond,
  // and the end of the session beyond 16 times that.
  std::size_t command_bytes = 1024;
  std::size_t recipients = 100;   // per mail; 452 4.5.3 beyond, the sender splits
  unsigned errors = 30;           // since the last mail taken; 421 4.7.0 beyond
  unsigned unknown_commands = 5;  // likewise
  unsigned idle_commands = 100;   // NOOP, RSET, EHLO ... since the last mail; likewise
};

struct Settings {
  Dialect dialect = Dialect::smtp;
  std::string host_name;  // in the greeting
  bool offers_tls = false;
  bool is_encrypted = false;  // from the first byte (port 465)
  // DSN: whoever takes the mails sends the notices that were asked for. Without, the parameters
  // are read and forgotten: a Postfix in front offers DSN itself and passes them on.
  bool offers_notices = true;
  std::string peer_address;  // for the envelope
  Limits limits = {};
};

struct ReadMore {};
struct CheckRecipient {
  ports::Envelope so_far;
  std::string recipient;
};
struct TakeIn {
  ports::Delivery delivery;
};
struct StartTls {};  // after the replies are written, nothing in clear follows
struct Close {};     // after the replies are written
using Step = std::variant<ReadMore, CheckRecipient, TakeIn, StartTls, Close>;

// What the session did with mails, for metrics.
struct Tally {
  std::uint64_t accepted = 0;  // mails answered 250
  std::uint64_t refused = 0;   // mails and recipients answered 5xx
  std::uint64_t deferred = 0;  // mails and recipients answered 4xx
};

class Session {
 public:
  // `budget` outlives the session.
  Session(Settings settings, ByteBudget& budget);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  void greet();  // once, first

  // Bytes from the peer. Only after ReadMore; what arrives in clear between
  // StartTls and tls_started() is dropped (CVE-2011-0411).
  void feed(std::string_view bytes);

  // What to do now. Precondition: the work asked for by the former step was
  // answered.
  [[nodiscard]] Step next();

  void recipient_checked(const Result<ports::RcptVerdict>& verdict);
  void taken_in(const Status& outcome);
  void tls_started();

  // The server stops: an idle session is told "421 4.3.2" and closed by
  // next(); a mail whose content is under way is finished first.
  void drain();

  // A read took too long: "421 4.4.2", and next() says Close.
  void time_out();

  [[nodiscard]] std::string take_replies();
  [[nodiscard]] Tally take_tally() noexcept;

  // For the driver's deadlines: is content being read, or a command line?
  [[nodiscard]] bool reading_content() const noexcept;
  // Counts commands begun and mails ended; a change restarts the command's
  // deadline, single bytes do not.
  [[nodiscard]] std::uint64_t progress() const noexcept;
  // Mails whose content came to its end, taken or not.
  [[nodiscard]] std::uint64_t mails_ended() const noexcept;
  // Of the mail under way, as read so far, over all its chunks.
  [[nodiscard]] std::uint64_t content_bytes() const noexcept;
  // BDAT commands of the mail under way; 0 when it comes by DATA.
  [[nodiscard]] std::uint64_t chunks() const noexcept;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace lethe::smtp_protocol
