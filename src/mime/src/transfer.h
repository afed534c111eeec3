// Transfer encodings undone: base64 and quoted-printable (RFC 2045), uuencode
// (POSIX) and yEnc, each as tolerant as mail needs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::mime {

enum class Transfer { identity, base64, quoted_printable, uuencode, unknown };

// The value of a Content-Transfer-Encoding header.
[[nodiscard]] Transfer transfer_of(std::string_view value);

struct Undone {
  std::string bytes;
  bool damaged = false;  // something did not belong there; what could be read is in `bytes`
  // base64 only: where its data ended; what follows (a list footer) is plain.
  std::size_t plain_from = std::string_view::npos;
};

[[nodiscard]] Undone undo(Transfer transfer, std::string_view body);

// For encoded words: letters outside the alphabet are skipped.
[[nodiscard]] std::string base64_bytes(std::string_view text);
// RFC 2047 "Q": as quoted-printable, "_" for a blank, no soft line breaks.
[[nodiscard]] std::string q_bytes(std::string_view text);

// A file that stands inside a plain text between "begin 644 name" and "end",
// or "=ybegin" and "=yend".
struct EmbeddedFile {
  std::size_t begin = 0;  // of its first line in the text
  std::size_t end = 0;    // past its last line
  std::string name;
  std::string bytes;
  bool damaged = false;
};
// At most `files_max`, in order. A sentence that begins like one is none.
[[nodiscard]] std::vector<EmbeddedFile> embedded_files(std::string_view text,
                                                       std::size_t files_max);

}  // namespace lethe::mime
