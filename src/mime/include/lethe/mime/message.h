// A mail as the rest of Lethe sees it: decoded, bounded, safe to show as text.
//
// Every string is valid UTF-8 without U+0000, except the decoded bytes of
// attachments. Header values, names, addresses and ids hold no control
// character and no line break. The raw mail is not copied: spans point into
// the bytes that were given to parse(), which the caller keeps as long as it
// needs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/time.h"

namespace lethe::mime {

// A stretch of the raw mail.
struct Span {
  std::size_t offset = 0;
  std::size_t size = 0;

  // `raw` must be the bytes that were parsed.
  [[nodiscard]] std::string_view of(std::string_view raw) const { return raw.substr(offset, size); }
  [[nodiscard]] std::size_t end() const noexcept { return offset + size; }
};

// `name` is the display name (may be empty); `address` is without angle
// brackets, its letter case as written, empty when there was none.
struct Mailbox {
  std::string name;
  std::string address;

  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

struct Header {
  std::string name;   // as written, without the colon
  std::string value;  // unfolded, RFC 2047 decoded, one line
  Span raw;           // the value as it stands, folds included
};

enum class Disposition : std::uint8_t { none, inline_, attachment };

// What is neither text nor HTML of the body: files, pictures, forwarded mails
// (message/rfc822, byte-exact), calendar entries, delivery reports.
struct Attachment {
  std::string name;        // a safe file name, at most 255 bytes; empty when the mail gives none
  std::string type;        // lower-case "type/subtype"
  std::string content_id;  // without angle brackets, what cid: links name
  std::string content;     // the bytes after the transfer encoding, character set untouched
  Disposition disposition = Disposition::none;
  bool is_inline = false;  // meant to be seen in the body: inline, or named by a Content-ID
  bool damaged = false;    // no end boundary, or a broken encoding
};

// True when a file of this `type`, as above, is itself a mail: message/rfc822, and message/global
// with letters beyond ASCII in its headers (RFC 6532).
[[nodiscard]] bool is_mail(std::string_view type) noexcept;

// What a part turned into.
enum class PartKind : std::uint8_t { multipart, text, html, attachment };

// A node of the MIME tree, in the order of the mail; parts[0] is the mail.
// message/rfc822 is a leaf: its inside is not walked.
struct Part {
  std::string type;     // lower-case "type/subtype", "text/plain" when absent or broken
  std::string charset;  // as declared, empty when not
  std::string name;     // a safe file name or empty
  std::string content_id;
  Span headers;
  Span body;  // before the transfer encoding is undone
  std::uint32_t parent = 0;
  std::uint16_t depth = 0;  // 0 for parts[0]
  PartKind kind = PartKind::text;
  Disposition disposition = Disposition::none;
  bool damaged = false;
};

// Segments follow each other without gap and cover the raw mail: no byte is
// unaccounted for.
enum class SegmentKind : std::uint8_t { headers, body, delimiter, preamble, epilogue };
struct Segment {
  SegmentKind kind = SegmentKind::body;
  std::uint32_t part = 0;  // index into Message::parts
  Span span;
};

enum class Warning : std::uint8_t {
  duplicate_from,           // several From headers; the first counts
  multiple_from,            // several addresses in From
  name_looks_like_address,  // the display name shows an address that is not the sender's
  encrypted,                // PGP/MIME or S/MIME: the body cannot be read here
  signed_,                  // multipart/signed or opaque S/MIME signature; nothing is verified
  no_headers,               // the mail does not begin with a header
  duplicate_header,         // a header that may stand once stands twice; the first counts
  headers_truncated,        // more than 1 MiB of headers, or one longer than that
  addresses_truncated,      // more than 2,000 addresses in one header
  parameters_truncated,     // more than 256 parameters on one header
  parts_truncated,          // more than 10,000 parts; the rest is one attachment
  depth_truncated,          // deeper than 100; the rest is one attachment
  missing_end_boundary,     // a multipart without its end
  bad_boundary,             // a multipart without a usable boundary
  bad_encoding,             // base64, quoted-printable or uuencode that is broken
  bad_charset,              // bytes that the declared character set does not allow
  control_characters,       // NUL and other control characters were removed
  bidi_override,            // direction overrides in a header or file name were removed
  unsafe_file_name,         // a file name had to be changed
  tnef,                     // a winmail.dat was unpacked
  bare_line_ends,           // lines that end in LF or CR alone
};

// The constant's name ("duplicate_from"; "signed" for signed_).
[[nodiscard]] std::string_view name_of(Warning warning) noexcept;

struct Message {
  std::vector<Header> headers;  // in order; headers beyond the bound are left out

  std::vector<Mailbox> from, sender, reply_to, to, cc, bcc;  // groups flattened, no bare names
  std::string subject;
  std::optional<Instant> date;  // nullopt when absent or impossible
  std::string message_id;       // ids without angle brackets
  std::vector<std::string> in_reply_to;
  std::vector<std::string> references;
  std::string return_path;  // address; empty for "<>" too, see header("Return-Path")

  std::string text;  // all text/plain body parts, format=flowed undone, joined with a line feed
  std::string html;  // all text/html body parts, unsafe: never show without cleaning
  std::vector<Attachment> attachments;

  std::vector<Part> parts;
  std::vector<Segment> segments;
  std::vector<Warning> warnings;  // each at most once

  // The value of the first header of that name, letter case ignored; nullopt when absent.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> headers_named(std::string_view name) const;
  [[nodiscard]] bool has(Warning warning) const noexcept;
  // Indices of the parts that hold no other, in order.
  [[nodiscard]] std::vector<std::size_t> leaf_parts() const;
};

}  // namespace lethe::mime
