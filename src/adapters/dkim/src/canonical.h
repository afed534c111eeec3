// What is signed, byte for byte: RFC 6376 section 3.4, "relaxed" for header and body.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lethe::dkim {

struct Field {
  std::string name;   // lower case
  std::string value;  // relaxed: unfolded, blanks squeezed, none at the ends
};
struct Split {
  std::vector<Field> fields;
  std::string_view body;  // of the mail given
};

// `mail` with CRLF line ends; without an empty line everything is header.
[[nodiscard]] Split split_mail(std::string_view mail);
[[nodiscard]] std::string relaxed_value(std::string_view raw);
[[nodiscard]] std::string relaxed_body(std::string_view body);
[[nodiscard]] std::string relaxed_field(const Field& field);  // without a line end

// The names for h=, in order: every occurrence of what is worth signing, and once more what nobody
// may add.
[[nodiscard]] std::vector<std::string> names_to_sign(const std::vector<Field>& fields);
// The chosen fields, each with CRLF: of one name the last first, an absent one as nothing (RFC 6376
// section 5.4.2).
[[nodiscard]] std::string signed_header(const std::vector<Field>& fields,
                                        const std::vector<std::string>& names);

}  // namespace lethe::dkim
