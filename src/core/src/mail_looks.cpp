#include "mail_looks.h"

#include "lethe/base/text.h"
#include "mail_notice.h"
#include "mail_text.h"

namespace lethe::core::mail_looks {
namespace {

using mail_text::comparable;

// Notices are short. What comes later is the returned mail, or no notice at all.
constexpr std::size_t kWordsReadMax = 256 * 1024;
constexpr std::size_t kWordsMax = 32 * 1024;

bool is_part(const MailPart& part, std::string_view type) {
  return equals_ignoring_ascii_case(part.content_type, type);
}

void look_at_part(const MailPart& part, Looks& looks) {
  if (is_part(part, "message/delivery-status") || is_part(part, "message/global-delivery-status")) {
    if (looks.status.empty()) looks.status = part.text;
  } else if (is_part(part, "message/feedback-report")) {
    looks.feedback = part.text;
  } else if (is_part(part, "message/disposition-notification")) {
    looks.has_receipt = true;
    looks.receipt = part.text;
  } else if (is_part(part, "text/calendar")) {
    looks.has_calendar = true;
  } else if (is_part(part, "message/rfc822") || is_part(part, "text/rfc822-headers") ||
             is_part(part, "message/rfc822-headers") || is_part(part, "message/global")) {
    looks.returns_mail = true;
    if (looks.original.empty()) looks.original = part.text;
  } else if (is_part(part, "text/plain") && !part.attachment) {
    if (looks.words.size() < kWordsReadMax)
      looks.words.append(clipped_utf8(part.text, kWordsReadMax)).append("\n");
  }
}

// Some systems write their notices as HTML alone.
std::string words_of_page(const MailFacts& mail) {
  for (const MailPart& part : mail.parts)
    if (is_part(part, "text/html") && !part.attachment)
      return mail_text::words_of_html(clipped_utf8(part.text, kWordsReadMax));
  return {};
}

}  // namespace

Looks look_at(const MailFacts& mail) {
  Looks looks;
  looks.content_type = ascii_lower(field_of(mail, "Content-Type"));
  looks.subject = comparable(field_of(mail, "Subject"));
  looks.from = comparable(field_of(mail, "From"));
  const std::string address = ascii_lower(first_address_in(field_of(mail, "From")));
  looks.local_part = address.substr(0, address.find('@'));
  for (const MailPart& part : mail.parts) look_at_part(part, looks);
  if (trimmed(looks.words).empty()) looks.words = words_of_page(mail);
  const mail_notice::Notice notice = mail_notice::cut(looks.words);
  if (looks.original.empty()) looks.original = notice.original;
  looks.words = std::string(clipped_utf8(notice.words, kWordsMax));
  return looks;
}

}  // namespace lethe::core::mail_looks
