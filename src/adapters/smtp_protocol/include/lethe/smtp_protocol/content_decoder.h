// The content of a mail as it streams in after DATA: dot-unstuffing, the end,
// and the refusal of every line end that is not CRLF.
//
// Two servers that disagree on what ends a message let an attacker hide a
// second mail in the first (CVE-2023-51764, -51765, -51766). So the only end
// is CRLF.CRLF, and one bare LF or bare CR ends the session.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lethe::smtp_protocol {

// One state per position in a line; independent of how the bytes are cut.
class ContentDecoder {
 public:
  enum class Framing {
    dots,   // DATA: "." alone on a line ends it, leading dots are doubled
    octets  // BDAT: counted by the caller; only line ends are checked
  };
  enum class Verdict { more, end, bare_newline };
  struct Outcome {
    Verdict verdict = Verdict::more;
    std::size_t bytes_read = 0;  // the rest follows the end, if any
  };

  explicit ContentDecoder(Framing framing) noexcept : framing_(framing) {}

  // Reads from `bytes` and appends what belongs to the message to `out`: at
  // most bytes.size() + 1. Linear, keeps no bytes of its own.
  [[nodiscard]] Outcome decode(std::string_view bytes, std::string& out);

  // True when the last byte so far was a CR that still waits for its LF.
  [[nodiscard]] bool has_pending_cr() const noexcept { return at_ == At::cr; }

 private:
  enum class At { line_start, inside, cr, dot, dot_cr };
  [[nodiscard]] Verdict step(char byte, std::string& out);

  Framing framing_;
  At at_ = At::line_start;
};

}  // namespace lethe::smtp_protocol
