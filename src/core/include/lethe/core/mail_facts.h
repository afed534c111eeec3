// What the classification of a mail looks at: header fields and the texts of its parts.
//
// A parameter object: the views live as long as the call. The caller fills it from the parsed
// message, in this way:
//
// - headers: every field of the outermost header in order, unfolded, encoded words decoded; several
//   of one name stay several.
// - parts: every leaf in order, and each message/* part (rfc822, delivery-status, feedback-report
//   ...) as one leaf with its text as it stands in the mail, transfer encoding undone. Parts inside
//   an attached message are not listed. Text parts may be joined into one. For a mail with HTML
//   only, give its readable text as text/plain.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core {

struct MailField {
  std::string_view name;
  std::string_view value;
};

struct MailPart {
  std::string_view content_type;  // "text/plain": type and subtype, any case, no parameters
  std::string_view text;          // UTF-8, may be empty for parts that are not text
  bool attachment = false;        // marked as attachment or has a file name
};

struct MailFacts {
  std::vector<MailField> headers;
  std::vector<MailPart> parts;
};

// The value of the first field called `name` (any case), trimmed; empty when there is none.
[[nodiscard]] std::string_view field_of(const MailFacts& mail, std::string_view name) noexcept;
[[nodiscard]] bool has_field(const MailFacts& mail, std::string_view name) noexcept;
[[nodiscard]] std::size_t count_fields(const MailFacts& mail, std::string_view name) noexcept;

// The first thing that looks like an address in `text` ("Jo <jo@x.eu>", "rfc822; jo@x.eu"), without
// brackets, case kept; empty when there is none.
[[nodiscard]] std::string first_address_in(std::string_view text);

}  // namespace lethe::core
