// Reading mail: RFC 5322, RFC 2045 to 2049, 2047, 2231, 3676, and what people
// send instead.
//
// Nothing here fails, recurses, throws or does I/O; time and memory are linear
// in the input. Bounds: depth 100, parts 10,000, headers 1 MiB, addresses
// 2,000 per header, parameters 256 per header. Beyond a bound the rest stays in the
// raw mail or becomes one attachment, and the message says so in `warnings`.
#pragma once

#include <bit>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/mime/message.h"

namespace lethe::mime {

inline constexpr std::size_t kDepthMax = 100;
inline constexpr std::size_t kPartsMax = 10'000;
inline constexpr std::size_t kHeaderBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kAddressesMax = 2'000;
inline constexpr std::size_t kParametersMax = 256;

// `raw` is a mail as it came, any line ends, with or without an mbox From_
// line; empty and binary input are messages too.
[[nodiscard]] Message parse(std::string_view raw);

// The decoded bytes of one part of `message`, as Attachment::content has them.
[[nodiscard]] std::string decoded_body(const Message& message, std::size_t part,
                                       std::string_view raw);

// The reverse: `content` as it stands in that part, in the transfer encoding that its headers name;
// in one that nothing here writes (uuencode), as it is. decoded_body() gives `content` again, line
// ends included.
[[nodiscard]] std::string encoded_body(const Message& message, std::size_t part,
                                       std::string_view raw, std::string_view content);

// An address list header value, raw: groups flattened, comments dropped,
// encoded words decoded, ";" taken for ",".
[[nodiscard]] std::vector<Mailbox> parse_addresses(std::string_view value);
// Any date header value; nullopt when it names no possible instant.
[[nodiscard]] std::optional<Instant> parse_date(std::string_view value);
// The ids of a Message-ID, In-Reply-To or References value, without brackets. Of more than
// kMessageIdsMax the first and the last half: a thread's first mail and what is answered.
inline constexpr std::size_t kMessageIdsMax = 2'000;
[[nodiscard]] std::vector<std::string> parse_message_ids(std::string_view value);

// A header value unfolded and with its encoded words decoded: one line, UTF-8.
[[nodiscard]] std::string decode_header(std::string_view value);
// One parameter of a structured header value ("report-type" of a
// Content-Type), RFC 2231 pieces joined; nullopt when absent.
[[nodiscard]] std::optional<std::string> parameter(std::string_view value, std::string_view name);

// `bytes` in the character set named `label`: the declared one strictly (with
// the browsers' aliases), else UTF-8 if valid, else windows-1252. No byte is
// dropped silently: an impossible one becomes U+FFFD or its windows-1252 form.
[[nodiscard]] std::string decode_charset(std::string_view bytes, std::string_view label);
// `text` as UTF-16 without a byte order mark; what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string encode_utf16(std::string_view text, std::endian order);

// A file name that is safe to store and offer: no path, control or direction
// characters, never "." or "..", at most 255 bytes of UTF-8; "" stays "".
[[nodiscard]] std::string safe_file_name(std::string_view name);

}  // namespace lethe::mime
