#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lethe/app/take_in_mail.h"
#include "lethe/core/mail_kind.h"
#include "lethe/core/mail_trust.h"
#include "lethe/core/reply_text.h"
#include "lethe/mime/message.h"
#include "mail_settings.h"
#include "sealed_files.h"

namespace lethe::app {

struct PreparedMail {
  ports::Envelope envelope;
  MailSource source = MailSource::door;
  // Minimised, without its text and HTML, which stand below, and without the content of files that
  // are not mails themselves, which is sealed.
  mime::Message mail;
  core::MailVerdict verdict;
  bool may_be_answered = false;  // by a machine of ours
  bool machine_made = false;     // reopens nothing, also when it begins a conversation
  core::MailTrust trust;
  bool came_back = false;  // one of our own
  bool unreadable = false;
  std::string text;  // the text part, or what the HTML says
  // Of the text. Telling them costs time with every line, which the store's writer has not.
  std::vector<core::ReplySegment> segments;
  std::string html;
  std::string language;    // that the writer writes in; empty when unsure
  vault::Digest digest{};  // of the duplicate rule
  std::vector<PreparedFile> files;
  std::optional<PreparedFile> raw;
  Days raw_kept{};
  Instant at;             // when it counts as written
  MailSettings settings;  // as they were at the gate

  [[nodiscard]] bool is_spam() const { return trust.spam == core::SpamVerdict::spam; }
  [[nodiscard]] bool automatic() const {
    return came_back ||
           (verdict.kind != core::MailKind::ordinary && verdict.kind != core::MailKind::calendar);
  }
};

// Doors that hear the envelope: there an empty sender is the null one (RFC 5321 section 4.5.5), and
// not one that nobody told.
[[nodiscard]] bool has_null_sender(const ports::Envelope& envelope) noexcept;

}  // namespace lethe::app
