#include "mail_judge.h"

#include <string>

#include "lethe/base/text.h"
#include "mail_notice.h"
#include "mail_phrases.h"
#include "mail_text.h"

namespace lethe::core::mail_judge {
namespace {

constexpr std::size_t kPassageBytesMax = 4000;
constexpr std::size_t kDiagnosticBytesMax = 2000;

// What the words say about the recipient of a report, for reports whose own fields say little.
std::string passage_about(const Account& account, const std::string& address) {
  for (const RecipientReport& named : account.named)
    if (equals_ignoring_ascii_case(named.address, address)) return named.diagnostic;
  return std::string(clipped_utf8(account.words, kPassageBytesMax));
}

// The sentence that tells which SMTP command was refused, for diagnostics that do not.
std::string_view refusal_of(std::string_view passage) {
  const std::string_view command = mail_text::refused_command_in(passage);
  if (command == "DATA") return "in reply to end of DATA";
  if (command == "MAIL") return "in reply to MAIL FROM";
  if (command == "RCPT") return "in reply to RCPT TO";
  if (command == "CONN") return "after initial connection";
  return {};
}

bool is_vague(std::string_view status) { return status.empty() || status.ends_with(".0.0"); }

// "550 user unknown" in a sentence, without the status 5.1.1 and without the command it answered,
// may as well be a filter's answer to the content: not sure enough to give the address up.
bool is_surely_unknown(std::string_view words) {
  return mail_phrases::kSurelyUnknown.is_in(mail_text::comparable(words));
}

bool is_doubtful(const RecipientReport& report, std::string_view passage) {
  return report.reason == BounceReason::user_unknown && !report.reply_code.empty() &&
         report.status.empty() && mail_text::refused_command_in(passage).empty() &&
         !is_surely_unknown(passage) && !is_surely_unknown(report.diagnostic);
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

// "Unable to deliver message to <jo@x.eu>" only opens what the server said in the lines below.
bool is_opening(std::string_view line, std::string_view passage) {
  return mail_text::smtp_reply_in(line).code.empty() &&
         reason_of(line, "", "") == BounceReason::user_unknown &&
         reason_of(passage, "", "") == BounceReason::mailbox_full;
}

void take_codes(RecipientReport& report, std::string_view passage) {
  const mail_text::SmtpReply said = mail_text::smtp_reply_in(report.diagnostic);
  const mail_text::SmtpReply told = mail_text::smtp_reply_in(passage);
  report.reply_code = !said.code.empty() ? said.code : told.code;
  // The remote server's own status is closer to the truth than the reporter's sum of it.
  if (!said.status.empty() && (is_vague(report.status) || !is_vague(said.status)))
    report.status = said.status;
  if (is_vague(report.status) && !told.status.empty()) report.status = told.status;
}

// The diagnostic with the command it answers, where only the words tell that.
BounceReason reason_of_diagnostic(const RecipientReport& report, std::string_view passage) {
  if (report.diagnostic.empty()) return BounceReason::undefined;
  std::string known = report.diagnostic;
  if (mail_text::refused_command_in(known).empty()) known.append("\n").append(refusal_of(passage));
  return reason_of(known, report.status, report.reply_code);
}

// From the surest words to the farthest.
BounceReason find_reason(const RecipientReport& report, const Account& account,
                         std::string_view passage, Source source) {
  // The line that names the recipient often says it all; what follows may be about the next one.
  const std::string_view line = first_line(report.diagnostic);
  if (source == Source::sentences && reason_of(line, "", "") != BounceReason::undefined &&
      !is_opening(line, report.diagnostic))
    return reason_of(line, report.status, report.reply_code);
  BounceReason reason = reason_of_diagnostic(report, passage);
  if (reason == BounceReason::undefined)
    reason = reason_of(passage, report.status, report.reply_code);
  if (reason == BounceReason::undefined)
    reason =
        reason_of(clipped_utf8(account.words, kPassageBytesMax), report.status, report.reply_code);
  return reason;
}

void judge_failure(RecipientReport& report, const Account& account, Source source) {
  const std::string passage = passage_about(account, report.address);
  take_codes(report, passage);
  report.reason = find_reason(report, account, passage, source);
  if (source == Source::sentences && is_doubtful(report, passage))
    report.reason = BounceReason::filtered;
  if (report.diagnostic.empty()) report.diagnostic = clipped_utf8(passage, kDiagnosticBytesMax);
  report.hard = is_hard(report.reason) &&
                !(report.reason == BounceReason::not_accept && report.status.starts_with('4'));
}

}  // namespace

Account::Account(std::string_view notice)
    : words(notice), named(mail_notice::recipients_in(notice)) {}

void judge(RecipientReport& report, const Account& account, Source source) {
  if (report.action == DeliveryAction::delivered || report.action == DeliveryAction::relayed ||
      report.action == DeliveryAction::expanded) {
    report.reason = BounceReason::delivered;
    return;
  }
  judge_failure(report, account, source);
  if (report.action != DeliveryAction::unknown) return;
  report.action =
      report.reason == BounceReason::expired ? DeliveryAction::delayed : DeliveryAction::failed;
}

}  // namespace lethe::core::mail_judge
