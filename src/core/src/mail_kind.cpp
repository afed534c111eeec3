#include "lethe/core/mail_kind.h"

#include <algorithm>
#include <array>

#include "lethe/base/text.h"
#include "mail_absence.h"
#include "mail_judge.h"
#include "mail_looks.h"
#include "mail_notice.h"
#include "mail_phrases.h"
#include "mail_text.h"
#include "phrases.h"

namespace lethe::core {
namespace {

using mail_judge::Account;
using mail_judge::judge;
using mail_judge::Source;
using mail_looks::look_at;
using mail_looks::Looks;
using mail_text::contains;

bool is_report(const Looks& looks, std::string_view type) {
  return looks.content_type.starts_with("multipart/report") && contains(looks.content_type, type);
}

std::string original_message_id(const Looks& looks) {
  std::string id = mail_text::header_value_in(looks.original, "Message-ID");
  const std::size_t open = id.find('<');
  const std::size_t close = id.find('>', open == std::string::npos ? 0 : open);
  if (open != std::string::npos && close != std::string::npos)
    id = id.substr(open + 1, close - open - 1);
  return id.find_first_of(" \t") == std::string::npos ? id : std::string{};
}

// --- Who writes ---

bool has_null_return_path(const MailFacts& mail) {
  if (!has_field(mail, "Return-Path")) return false;
  const std::string_view path = field_of(mail, "Return-Path");
  return path.empty() || path == "<>" || contains(ascii_lower(path), "mailer-daemon");
}

bool is_mail_system(const Looks& looks) {
  static constexpr Phrases kNames =
      "mailer-daemon|mailer daemon|mailerdaemon|mail delivery s|mail deliver s|mail.delivery|"
      "mail-daemon|maildaemon|postmaster|post_master|post-master|mail administrator|"
      "system administrator|delivery subsystem|mail system|mmdf|ndr administrator|"
      "microsoft exchange|double-bounce|mdaemon@";
  return kNames.is_in(looks.from) || looks.from.empty() || looks.from.ends_with("<>");
}

// Nobody writes under this name, while a postmaster may be a person.
bool is_mailer_daemon(const Looks& looks) {
  return contains(looks.local_part, "mailer-daemon") || contains(looks.local_part, "mailerdaemon");
}

bool is_automaton(const Looks& looks) {
  static constexpr Phrases kNames =
      "no-reply|noreply|no_reply|donotreply|do-not-reply|-admin|bounce|smtp|antivirus|anti-virus|"
      "mail_service|mailservice|mail-gateway|mailgateway|mailgate";
  return kNames.is_in(looks.local_part);
}

// --- Bounces ---

bool lists(const std::vector<std::string_view>& addresses, const std::string& address) {
  return std::ranges::any_of(addresses, [&](std::string_view listed) {
    return equals_ignoring_ascii_case(listed, address);
  });
}

// "John Doe <postmaster@x.eu>": the name is none of a program.
bool has_name_of_person(const Looks& looks) {
  static constexpr Phrases kPrograms =
      "mail|postmaster|daemon|system|server|delivery|admin|exchange|outlook|router|gateway|notes|"
      "domino|bounce|firewall|reply|zustell|filter|guard|protect|relay|smtp|notif";
  std::string_view name = std::string_view(looks.from).substr(0, looks.from.find('<'));
  if (name.size() == looks.from.size()) return false;
  name = trimmed(name);
  return name.contains(' ') && !name.contains('@') && !kPrograms.is_in(name);
}

// Postmasters and administrators write as well: nothing comes back, and no line is about one
// recipient alone.
bool is_letter_of_postmaster(const MailFacts& mail, const Looks& looks) {
  if (is_mailer_daemon(looks) || has_null_return_path(mail) || has_field(mail, "Auto-Submitted"))
    return false;
  const bool is_postmaster = contains(looks.local_part, "postmaster");
  const bool says_sender = !field_of(mail, "Return-Path").empty();
  const bool may_be_person = (is_postmaster && says_sender) || has_name_of_person(looks) ||
                             (!is_postmaster && contains(looks.from, "system administrator"));
  return may_be_person && !looks.returns_mail && looks.original.empty() &&
         !mail_notice::has_recipient_line(looks.words);
}

// In a language that no list of words has: a mail system quotes what a server answered about one
// recipient.
bool is_notice_in_any_language(const MailFacts& mail, const Looks& looks) {
  const bool by_machine =
      is_mailer_daemon(looks) || has_null_return_path(mail) || has_field(mail, "Auto-Submitted");
  const mail_text::SmtpReply reply = mail_text::smtp_reply_in(looks.words);
  return by_machine && !reply.code.empty() && !reply.status.empty() &&
         mail_notice::has_recipient_line(looks.words);
}

// A form: who filled it in wants the answer.
bool names_another_to_answer(const MailFacts& mail) {
  const std::string answer = first_address_in(field_of(mail, "Reply-To"));
  return !answer.empty() && !is_system_address(answer) &&
         !equals_ignoring_ascii_case(answer, first_address_in(field_of(mail, "From")));
}

// Somebody else than whom the mail is written to.
bool names_third_person(const MailFacts& mail, const Looks& looks) {
  const auto named = mail_notice::recipients_in(looks.words);
  const auto addressees = mail_text::addresses_in(field_of(mail, "To"), 10);
  return std::ranges::any_of(
      named, [&](const RecipientReport& each) { return !lists(addressees, each.address); });
}

// From the null sender, but under a name that says nothing. Shops could not deliver parcels either.
bool is_notice_from_nobody(const MailFacts& mail, const Looks& looks) {
  if (!mail_notice::speaks_of_failure(looks.words) || !names_third_person(mail, looks))
    return false;
  if (looks.returns_mail) return true;
  return mail_notice::is_failure_subject(looks.subject) &&
         (!looks.original.empty() || mail_notice::quotes_a_server(looks.words) ||
          mail_notice::has_recipient_line(looks.words));
}

bool is_plain_notice(const MailFacts& mail, const Looks& looks) {
  if (has_field(mail, "X-Failed-Recipients")) return true;
  const bool by_subject = mail_notice::is_failure_subject(looks.subject);
  const bool by_words = mail_notice::speaks_of_failure(looks.words);
  const bool names_somebody = !mail_notice::recipients_in(looks.words).empty();
  if (is_mail_system(looks) && !is_letter_of_postmaster(mail, looks))
    return (by_subject &&
            (by_words || names_somebody || looks.returns_mail || !looks.original.empty())) ||
           (by_words && names_somebody) ||
           (is_mailer_daemon(looks) && (by_words || names_somebody) &&
            (looks.returns_mail || !looks.original.empty())) ||
           is_notice_in_any_language(mail, looks);
  // A person who sends from an empty envelope is a web form; it speaks of other things.
  if (has_null_return_path(mail) && !has_field(mail, "Reply-To"))
    return is_notice_from_nobody(mail, looks);
  // A shop that could not deliver a parcel writes alike, but no server answered it and no mail
  // comes back.
  if (is_automaton(looks) && !names_another_to_answer(mail))
    return by_words && names_somebody &&
           (looks.returns_mail || !looks.original.empty() ||
            (by_subject && mail_notice::quotes_a_server(looks.words)));
  return false;
}

bool is_delivery_report(const MailFacts& mail, const Looks& looks) {
  if (is_report(looks, "delivery-status")) return true;
  if (looks.content_type.starts_with("multipart/report") && !looks.status.empty()) return true;
  return !looks.status.empty() && (is_mail_system(looks) || has_null_return_path(mail));
}

std::vector<RecipientReport> reports_with_address(std::string_view text) {
  std::vector<RecipientReport> reports = parse_delivery_status(text);
  std::erase_if(reports, [](const RecipientReport& r) {
    return r.address.find('@', 1) == std::string::npos;
  });
  return reports;
}

// Words name others as well: when the header says who failed, they alone; else not the one the
// notice is written to, who sent the mail.
void keep_failed(std::vector<RecipientReport>& reports, const MailFacts& mail) {
  const auto failed = mail_text::addresses_in(field_of(mail, "X-Failed-Recipients"), 100);
  const auto sender = mail_text::addresses_in(field_of(mail, "To"), 10);
  const auto is_failed = [&](const RecipientReport& r) { return lists(failed, r.address); };
  const auto is_sender = [&](const RecipientReport& r) { return lists(sender, r.address); };
  if (std::ranges::any_of(reports, is_failed)) {
    std::erase_if(reports, [&](const RecipientReport& r) { return !is_failed(r); });
  } else if (!std::ranges::all_of(reports, is_sender)) {
    std::erase_if(reports, is_sender);
  }
}

std::vector<RecipientReport> recipients_of_notice(const MailFacts& mail, const Looks& looks,
                                                  const Account& account) {
  std::vector<RecipientReport> reports = reports_with_address(looks.words);
  if (reports.empty()) reports = account.named;
  keep_failed(reports, mail);
  const auto add = [&](std::string_view list) {
    for (const std::string_view address : mail_text::addresses_in(list, 100)) {
      RecipientReport report;
      report.address = address;
      reports.push_back(std::move(report));
    }
  };
  if (reports.empty()) add(field_of(mail, "X-Failed-Recipients"));
  // A gateway that returns the report of another.
  if (reports.empty()) reports = reports_with_address(looks.original);
  if (reports.empty()) add(mail_text::header_value_in(looks.original, "To"));
  if (reports.empty()) reports.emplace_back();
  return reports;
}

// The reports of a delivery-status part. One whose address is no address gets the one that the
// words name.
std::vector<RecipientReport> reports_of(std::string_view status, const Account& account) {
  std::vector<RecipientReport> reports = parse_delivery_status(status);
  if (reports.size() != 1 || reports.front().address.find('@', 1) != std::string::npos)
    return reports;
  if (account.named.size() == 1) reports.front().address = account.named.front().address;
  return reports;
}

MailVerdict bounce_of(const MailFacts& mail, const Looks& looks) {
  MailVerdict verdict;
  const Account account(looks.words);
  verdict.recipients = reports_of(looks.status.empty() ? looks.receipt : looks.status, account);
  const Source source = verdict.recipients.empty() ? Source::sentences : Source::fields;
  if (verdict.recipients.empty()) verdict.recipients = recipients_of_notice(mail, looks, account);
  for (RecipientReport& report : verdict.recipients) judge(report, account, source);
  const bool all_arrived = std::ranges::all_of(verdict.recipients, [](const RecipientReport& r) {
    return r.reason == BounceReason::delivered;
  });
  verdict.kind = all_arrived ? MailKind::delivery_report : MailKind::bounce;
  verdict.original_message_id = original_message_id(looks);
  return verdict;
}

// A filter of the recipient that refuses by a receipt (RFC 5429 section 2.1): it says that the mail
// was thrown away by a program, and that it was refused. "Deleted without being read" says neither.
bool is_refusal_by_receipt(const Looks& looks) {
  if (looks.receipt.empty()) return false;
  const std::string disposition =
      ascii_lower(mail_text::header_value_in(looks.receipt, "Disposition"));
  return disposition.starts_with("automatic-action") && contains(disposition, "deleted") &&
         contains(mail_text::comparable(looks.words), "rejected");
}

// --- Complaints ---

bool is_complaint(const Looks& looks) {
  if (is_report(looks, "feedback-report") || !looks.feedback.empty()) return true;
  return looks.returns_mail && looks.subject.starts_with("complaint about message from");
}

std::vector<std::string> complained_addresses(const Looks& looks) {
  std::vector<std::string> found;
  for (const std::string_view line : split(looks.feedback, '\n')) {
    const std::string_view bare = trimmed(line);
    for (const std::string_view name : {"original-rcpt-to:", "removal-recipient:"}) {
      if (!starts_with_ignoring_ascii_case(bare, name)) continue;
      std::string address = first_address_in(bare);
      if (!address.empty() && std::ranges::find(found, address) == found.end())
        found.push_back(std::move(address));
    }
  }
  for (const std::string_view name : {"X-HmXmrOriginalRecipient", "To"}) {
    if (!found.empty()) break;
    for (const std::string_view address :
         mail_text::addresses_in(mail_text::header_value_in(looks.original, name), 100))
      found.emplace_back(address);
  }
  if (found.empty()) found.emplace_back();
  return found;
}

MailVerdict complaint_of(const Looks& looks) {
  MailVerdict verdict{.kind = MailKind::abuse_report,
                      .recipients = {},
                      .original_message_id = original_message_id(looks)};
  for (std::string& address : complained_addresses(looks)) {
    RecipientReport report;
    report.address = std::move(address);
    report.reason = BounceReason::complaint;
    verdict.recipients.push_back(std::move(report));
  }
  return verdict;
}

MailVerdict service_verdict(mail_notice::ServiceNotice notice) {
  MailVerdict verdict{.kind = MailKind::bounce,
                      .recipients = std::move(notice.recipients),
                      .original_message_id = {}};
  if (notice.type == "Complaint") verdict.kind = MailKind::abuse_report;
  if (notice.type == "Delivery") verdict.kind = MailKind::delivery_report;
  for (RecipientReport& report : verdict.recipients) {
    if (verdict.kind == MailKind::abuse_report) report.reason = BounceReason::complaint;
    if (verdict.kind == MailKind::delivery_report) {
      report.action = DeliveryAction::delivered;
      report.reason = BounceReason::delivered;
    }
    if (verdict.kind == MailKind::bounce) judge(report, Account(""), Source::fields);
  }
  return verdict;
}

// --- Other machines ---

// An answer that wants none itself: RFC 3834 section 3.3. Forms send so, but answer nothing.
bool answers_from_nobody(const MailFacts& mail) {
  return has_null_return_path(mail) &&
         (has_field(mail, "In-Reply-To") || has_field(mail, "References")) &&
         !has_field(mail, "Reply-To");
}

// Programs that say it in a field of their own, whose value names it.
bool names_autoresponder(const MailFacts& mail) {
  return equals_ignoring_ascii_case(field_of(mail, "Delivered-To"), "Autoresponder") ||
         equals_ignoring_ascii_case(field_of(mail, "X-FC-MachineGenerated"), "true") ||
         contains(ascii_lower(field_of(mail, "X-POST-MessageClass")), "autoresponder") ||
         equals_ignoring_ascii_case(field_of(mail, "X-Apple-Action"), "VACATION") ||
         starts_with_ignoring_ascii_case(field_of(mail, "Preference"), "auto_reply");
}

bool is_automatic_answer(const MailFacts& mail, const Looks& looks) {
  const std::string submitted = ascii_lower(field_of(mail, "Auto-Submitted"));
  if (submitted.starts_with("auto-replied") || submitted.starts_with("auto-notified")) return true;
  for (const std::string_view name :
       {"X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply-From", "X-AutoReply-From",
        "X-Auto-Reply", "X-Vacation", "X-Mail-Autoreply", "X-Autogenerated", "X-Autoresponder",
        "X-Auto-Responder"})
    if (has_field(mail, name) && !equals_ignoring_ascii_case(field_of(mail, name), "no"))
      return true;
  if (starts_with_ignoring_ascii_case(field_of(mail, "Precedence"), "auto_reply")) return true;
  if (names_autoresponder(mail) || answers_from_nobody(mail)) return true;
  return mail_absence::is_absence_note(mail, looks.subject, looks.words);
}

bool is_mailing_list(const MailFacts& mail) {
  const std::string_view post = field_of(mail, "List-Post");
  return (!post.empty() && !equals_ignoring_ascii_case(post, "NO")) ||
         has_field(mail, "Mailing-List") ||
         starts_with_ignoring_ascii_case(field_of(mail, "Precedence"), "list");
}

bool is_bulk(const MailFacts& mail) {
  const std::string precedence = ascii_lower(field_of(mail, "Precedence"));
  return precedence.starts_with("bulk") || precedence.starts_with("junk") ||
         has_field(mail, "List-Id") || has_field(mail, "List-Unsubscribe");
}

MailVerdict verdict_of(MailKind kind) {
  return {.kind = kind, .recipients = {}, .original_message_id = {}};
}

MailVerdict answer_of(const MailFacts& mail) {
  MailVerdict verdict = verdict_of(MailKind::auto_reply);
  RecipientReport report;
  report.address = first_address_in(field_of(mail, "From"));
  report.reason = BounceReason::vacation;
  verdict.recipients.push_back(std::move(report));
  return verdict;
}

}  // namespace

std::string_view name_of(MailKind kind) noexcept {
  static constexpr auto kNames =
      std::to_array<std::string_view>({"ordinary", "calendar", "auto_reply", "read_receipt", "list",
                                       "bulk", "bounce", "delivery_report", "abuse_report"});
  return kNames[static_cast<std::size_t>(kind)];
}

MailVerdict classify(const MailFacts& mail) {
  const Looks looks = look_at(mail);
  if (is_refusal_by_receipt(looks)) return bounce_of(mail, looks);
  if (looks.has_receipt || is_report(looks, "disposition-notification"))
    return verdict_of(MailKind::read_receipt);
  if (is_complaint(looks)) return complaint_of(looks);
  if (is_delivery_report(mail, looks)) return bounce_of(mail, looks);
  mail_notice::ServiceNotice service = mail_notice::read_service_notice(looks.words);
  if (is_automaton(looks) && !service.type.empty()) return service_verdict(std::move(service));
  if (is_plain_notice(mail, looks)) return bounce_of(mail, looks);
  if (is_automatic_answer(mail, looks)) return answer_of(mail);
  if (is_mailing_list(mail)) return verdict_of(MailKind::list);
  if (is_bulk(mail)) return verdict_of(MailKind::bulk);
  return verdict_of(looks.has_calendar ? MailKind::calendar : MailKind::ordinary);
}

}  // namespace lethe::core
