#include <algorithm>
#include <array>

#include "lethe/base/text.h"
#include "lethe/core/mail_kind.h"
#include "mail_text.h"
#include "phrases.h"

namespace lethe::core {
namespace {

bool says_automatic(const MailFacts& mail) {
  const std::string_view submitted = field_of(mail, "Auto-Submitted");
  return !submitted.empty() && !starts_with_ignoring_ascii_case(submitted, "no");
}

bool is_suppressed(const MailFacts& mail) {
  if (says_automatic(mail)) return true;
  const std::string precedence = ascii_lower(field_of(mail, "Precedence"));
  for (const std::string_view word : {"bulk", "junk", "list", "auto_reply"})
    if (precedence.starts_with(word)) return true;
  for (const std::string_view name :
       {"List-Id", "List-Post", "List-Unsubscribe", "List-Help", "List-Subscribe", "List-Owner",
        "List-Archive", "Mailing-List", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress",
        "X-Autoresponse", "Feedback-ID"})
    if (has_field(mail, name)) return true;
  return false;
}

bool carries_token(const MailFacts& mail, std::string_view token) {
  if (token.empty()) return false;
  return std::ranges::any_of(mail.headers, [&](const MailField& field) {
    const bool loop_field = equals_ignoring_ascii_case(field.name, "X-Lethe-Loop") ||
                            equals_ignoring_ascii_case(field.name, "X-Loop");
    return loop_field && mail_text::contains(field.value, token);
  });
}

bool is_own(std::string_view address, const OwnMarks& ours) {
  return std::ranges::any_of(ours.own_addresses, [&](const std::string& own) {
    return equals_ignoring_ascii_case(own, address);
  });
}

// Where an answer would go.
std::string answer_address(const MailFacts& mail) {
  std::string reply_to = first_address_in(field_of(mail, "Reply-To"));
  return reply_to.empty() ? first_address_in(field_of(mail, "From")) : reply_to;
}

bool has_empty_envelope(const MailFacts& mail) {
  if (!has_field(mail, "Return-Path")) return false;
  const std::string_view path = field_of(mail, "Return-Path");
  return path.empty() || path == "<>";
}

// An empty envelope asks for silence; a web form that names somebody in Reply-To asks for an answer
// there.
bool wants_silence(const MailFacts& mail) {
  const std::string from = first_address_in(field_of(mail, "From"));
  const bool names_another =
      has_field(mail, "Reply-To") && !equals_ignoring_ascii_case(answer_address(mail), from);
  return has_empty_envelope(mail) && !names_another;
}

}  // namespace

// "postmaster" may be a person; what it sends by
// itself is a bounce.
bool is_system_address(std::string_view address) {
  const std::string local = ascii_lower(address.substr(0, address.find('@')));
  static constexpr auto kWhole =
      std::to_array<std::string_view>({"mailer-daemon", "mailerdaemon", "root", "nobody", "daemon",
                                       "listserv", "majordomo", "bounce", "bounces"});
  static constexpr Phrases kAnywhere =
      "no-reply|noreply|no_reply|no.reply|donotreply|do-not-reply|do_not_reply|nicht-antworten|"
      "ne-pas-repondre|nepasrepondre|no-responder|mailer-daemon";
  if (std::ranges::find(kWhole, local) != kWhole.end() || kAnywhere.is_in(local)) return true;
  return local.starts_with("owner-") || local.ends_with("-request") || local.ends_with("-owner") ||
         local.starts_with("bounce-") || local.starts_with("bounce+") ||
         local.starts_with("bounces+") || local.ends_with("-bounces");
}

bool is_machine_made(const MailFacts& mail) { return says_automatic(mail) || wants_silence(mail); }

AutoAnswer auto_answer(const MailFacts& mail, const MailVerdict& verdict, const OwnMarks& ours) {
  if (verdict.kind != MailKind::ordinary && verdict.kind != MailKind::calendar)
    return AutoAnswer::refused_kind;
  if (is_suppressed(mail)) return AutoAnswer::refused_suppressed;
  const std::string address = answer_address(mail);
  const std::string from = first_address_in(field_of(mail, "From"));
  if (carries_token(mail, ours.loop_token) || is_own(address, ours) || is_own(from, ours))
    return AutoAnswer::refused_loop;
  if (address.empty() || wants_silence(mail)) return AutoAnswer::refused_no_sender;
  if (is_system_address(address)) return AutoAnswer::refused_system;
  return AutoAnswer::allowed;
}

bool loops_between_servers(const MailFacts& mail) noexcept {
  return count_fields(mail, "Received") > kReceivedMax;
}

}  // namespace lethe::core
