// A message put together again from what a provider took apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lethe/mime/compose.h"

namespace lethe::webhooks {

struct TakenApart {
  std::vector<std::pair<std::string, std::string>> headers;  // as they were, in order
  std::string text;                                          // UTF-8
  std::optional<std::string> html;
  std::vector<mime::OutgoingFile> files;  // those with a content id belong to the HTML

  [[nodiscard]] bool has_header(std::string_view name) const;
  // Unless it is there, or `value` is empty.
  void add_missing(std::string_view name, std::string_view value);
};

// RFC 5322 with CRLF; header values that are not ASCII stay UTF-8 (RFC 6532). Headers that
// described the former MIME structure are left out.
[[nodiscard]] std::string put_together(TakenApart&& parts);

// Line ends as a message has them on the wire.
[[nodiscard]] std::string with_crlf(std::string_view text);

// The lines of a header block, folded ones joined; what is no header line is left out.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> header_lines(std::string_view block);

// The addresses of To and Cc.
[[nodiscard]] std::vector<std::string> addressees(std::string_view to, std::string_view cc);
// An address as the envelope has it: without a name and angle brackets; "" for "<>".
[[nodiscard]] std::string bare_address(std::string_view text);
// A Content-ID, "<picture@mail>" or "picture@mail", without its brackets.
[[nodiscard]] std::string without_brackets(std::string_view content_id);

}  // namespace lethe::webhooks
