// Splits the plain text of a mail into what is new, what is quoted and what is a signature.
//
// Nothing is cut: the segments follow each other, and joined they are the body byte for byte. Pages
// show the new text and fold the rest; redaction and search see all of it. Recognised: `>` quotes;
// "On ... wrote:" and the forms of more than thirty languages, on one line or several; header
// blocks of Outlook and other programs ("Von: Gesendet: An: Betreff:"); forwarded and original
// message rules; "-- " and the signatures of phones and mail programs ("Sent from my ..."). Linear
// in the size of the body, and what follows its first 100,000 lines is new text; any bytes are
// welcome, UTF-8 is expected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::core {

enum class ReplyPart : std::uint8_t { fresh, quotation, signature };

struct ReplySegment {
  ReplyPart part = ReplyPart::fresh;
  std::size_t begin = 0;  // byte range [begin, end) of the body
  std::size_t end = 0;
};

// Neighbours differ in `part`; begin of the first is 0, end of the last is the size. Empty for an
// empty body.
[[nodiscard]] std::vector<ReplySegment> split_reply(std::string_view body);

// The new text, trimmed at the end. Quotes between new paragraphs stay (an answer point by point
// makes no sense without them). When nothing is new the whole body is the answer: a forwarded mail
// has something to say. Never empty for a body with text.
[[nodiscard]] std::string new_text_of(std::string_view body);
// The same of a body that was split before.
[[nodiscard]] std::string new_text_of(std::string_view body,
                                      std::span<const ReplySegment> segments);

}  // namespace lethe::core
