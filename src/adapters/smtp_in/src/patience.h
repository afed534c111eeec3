// How long a peer is waited for: the deadlines of one session, without sockets
// and without a clock.
//
// RFC 5321 section 4.5.3.2 grants 5 minutes to each command and each piece of
// content. Whoever sends one byte in every 4 minutes keeps that for ever, so
// content has a least rate, and a whole transaction has an end: counted from
// the session's start or from the end of the mail before, over commands,
// chunks (BDAT) and pauses alike, and longer only by what its content earns at
// the least rate. A chunk earns nothing for its first KiB: whoever sends byte
// by byte, each as a chunk of its own, may be quick about it for ever.
#pragma once

#include <chrono>
#include <cstdint>

#include "lethe/smtp_in/server.h"

namespace lethe::smtp_in {

class Patience {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  // Where the session stands, by the functions of smtp_protocol::Session of these names.
  struct Standing {
    bool reading_content = false;
    std::uint64_t progress = 0;
    std::uint64_t mails_ended = 0;
    std::uint64_t content_bytes = 0;
    std::uint64_t chunks = 0;
  };

  // `deadlines` outlives this. The first command and transaction begin `now`.
  Patience(const Deadlines& deadlines, Instant now) noexcept;

  // Until when the next bytes are waited for; at or before `now` when the time is over already.
  [[nodiscard]] Instant deadline(const Standing& standing, Instant now) noexcept;
  // A command's time begins anew: the TLS handshake, which had its own, is done.
  void restart_command(Instant now) noexcept { command_began_ = now; }

 private:
  [[nodiscard]] Instant earned_since(Instant began, std::uint64_t bytes) const noexcept;

  const Deadlines& deadlines_;
  Standing standing_;
  Instant command_began_, content_began_, transaction_began_;
  std::uint64_t content_from_ = 0;  // Standing::content_bytes at content_began_
};

}  // namespace lethe::smtp_in
