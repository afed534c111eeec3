// What browsers send: query strings, urlencoded forms, multipart forms with files, cookies.
//
// Every parser is total and bounded; what passes the bounds below is refused, never cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/web_protocol/fields.h"

namespace lethe::web_protocol {

inline constexpr std::size_t kFieldsMax = 2000;  // a bulk form with every row of a page and more
inline constexpr std::size_t kFieldNameBytesMax = 256;
inline constexpr std::size_t kPartsMax = 200;
inline constexpr std::size_t kPartHeaderBytesMax = 4096;
inline constexpr std::size_t kBoundaryBytesMax = 70;  // RFC 2046 section 5.1.1
inline constexpr std::size_t kCookiesMax = 64;

// "a=1&b=%20". Errors: invalid_argument (broken escape), too_large (bounds above).
[[nodiscard]] Result<Fields> parse_urlencoded(std::string_view text);
// The inverse, for links.
[[nodiscard]] std::string to_urlencoded(const Fields& fields);

struct UploadedFile {
  std::string field;
  std::string name;          // base name only: directories are cut, control characters removed
  std::string content_type;  // as claimed, lower case; "application/octet-stream" when absent
  std::string_view bytes;    // views the body that was parsed
};
struct MultipartForm {
  Fields fields;
  std::vector<UploadedFile> files;  // parts with a file name; an empty file input is left out
};

// What the fields may be: browsers send UTF-8; mail services send whatever a mail held, each of its
// headers as a field of its own, so there any_bytes allows kFieldsMax parts, and cuts a name to its
// bound, for a mail is not to be lost over a header that nobody asks for.
enum class FieldText : std::uint8_t { utf8, any_bytes };

// `content_type` is the whole header with its boundary. RFC 7578.
// Errors: invalid_argument (no boundary, no closing delimiter, part without a name), too_large.
[[nodiscard]] Result<MultipartForm> parse_multipart(std::string_view content_type,
                                                    std::string_view body,
                                                    FieldText text = FieldText::utf8);

// RFC 6265 section 5.4; pairs that make no sense are left out, as browsers' other sites may have
// set them. At most kCookiesMax.
[[nodiscard]] Fields parse_cookies(std::string_view header);

}  // namespace lethe::web_protocol
