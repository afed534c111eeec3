// What a mail looks like to its classification: the parts and words that decide, found once.
#pragma once

#include <string>
#include <string_view>

#include "lethe/core/mail_facts.h"

namespace lethe::core::mail_looks {

// The views point into the mail.
struct Looks {
  std::string content_type;   // of the mail, lower case, with parameters
  std::string subject;        // comparable
  std::string from;           // comparable, name and address
  std::string local_part;     // of the sender's address
  std::string words;          // the text parts, joined
  std::string original;       // the returned mail or its header, from parts or after the words
  std::string_view status;    // the message/delivery-status part
  std::string_view feedback;  // the message/feedback-report part
  std::string_view receipt;   // the message/disposition-notification part
  bool has_receipt = false;
  bool has_calendar = false;
  bool returns_mail = false;
};

[[nodiscard]] Looks look_at(const MailFacts& mail);

}  // namespace lethe::core::mail_looks
