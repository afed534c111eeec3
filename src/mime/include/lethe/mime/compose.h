// Writing mail: one RFC 5322 message from plain values.
//
// The result is ASCII (but for addresses that are not, RFC 6532 and 6533) with CRLF line
// ends, lines of at most 78 characters where folding allows (76 with an encoded word in them)
// and never more than 998. Values cannot inject headers: line breaks and control characters in them
// become blanks. Equal input gives equal bytes; boundaries derive from the
// Message-ID, and none occurs in a part. Reading the result with parse() gives
// the same values again.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lethe/base/time.h"
#include "lethe/mime/message.h"

namespace lethe::mime {

struct OutgoingFile {
  std::string name;
  std::string type = "application/octet-stream";  // anything that is no "type/subtype" becomes this
  std::string content;                            // bytes
  std::string content_id;                         // inline parts: what the HTML names as cid:
};

// What became of somebody else's mail, for their mail server to read: RFC 3464. Line breaks and
// control characters in values become blanks; what is empty is left out.
struct StatusReport {
  struct Recipient {
    std::string address;   // Final-Recipient, as rfc822 or, with letters beyond ASCII, utf-8
    std::string original;  // Original-Recipient: "type;address"
    std::string action;    // "delivered"
    std::string status;    // RFC 3463: "2.1.5"
  };
  std::string reporting_mta;  // a host name
  std::string envelope_id;
  std::string message_id;  // of that mail: all that is returned of it
  std::optional<Instant> arrived;
  std::vector<Recipient> recipients;
};

struct Outgoing {
  std::vector<Mailbox> from;  // usually one
  std::vector<Mailbox> to, cc, reply_to;
  // The way takes addresses beyond ASCII (SMTPUTF8). Where it does not, those of To and Cc are
  // shown as the name of a group without members, which any reader takes (RFC 6857 section 3.1.5).
  bool takes_utf8_addresses = true;
  std::string subject;
  std::string message_id;  // without angle brackets, as all ids here
  std::vector<std::string> in_reply_to;
  std::vector<std::string> references;
  std::optional<Instant> date;
  // Further headers in order, e.g. {"Auto-Submitted", "auto-replied"}. A name
  // that is no RFC 5322 field name, or one that compose() writes itself, is left out.
  std::vector<std::pair<std::string, std::string>> extra_headers;

  std::string text;                        // UTF-8
  std::optional<std::string> html;         // UTF-8; makes multipart/alternative
  std::vector<OutgoingFile> inline_parts;  // pictures of the HTML; makes multipart/related
  std::vector<OutgoingFile> attachments;   // makes multipart/mixed
  // Makes multipart/report (RFC 6522) of the text and this; HTML and files are left out.
  std::optional<StatusReport> report;
};

[[nodiscard]] std::string compose(const Outgoing& mail);

}  // namespace lethe::mime
