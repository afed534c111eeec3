// Why a server refused: what it said, compared with phrases of the common servers; then its codes.
#include <algorithm>
#include <array>

#include "lethe/core/mail_bounce.h"
#include "mail_phrases.h"
#include "mail_text.h"

namespace lethe::core {
namespace {

using namespace mail_phrases;

struct Group {
  BounceReason reason;
  const Phrases& phrases;
};

// The first group with a phrase in the text decides: the narrow ones stand before the broad ones.
constexpr auto kGroups = std::to_array<Group>({
    {BounceReason::system_error, kSystemFull},
    {BounceReason::mailbox_full, kFull},
    {BounceReason::too_fast, kTooFast},
    {BounceReason::relaying_denied, kRelaying},
    {BounceReason::blocked, kHostRefused},
    {BounceReason::auth_failure, kAuthentication},
    {BounceReason::suspended, kSuspended},
    {BounceReason::virus, kVirus},
    {BounceReason::message_too_big, kTooBig},
    {BounceReason::not_accept, kNoMail},
    {BounceReason::has_moved, kMoved},
    {BounceReason::rejected, kSender},
    {BounceReason::filtered, kFiltered},
    {BounceReason::user_unknown, kUserUnknown},
    {BounceReason::host_unknown, kHostUnknown},
    {BounceReason::network_error, kNetwork},
    {BounceReason::spam, kSpam},
    {BounceReason::content_error, kContent},
    {BounceReason::blocked, kBlocked},
    {BounceReason::policy, kPolicy},
    {BounceReason::security, kSecurity},
    {BounceReason::system_error, kSystem},
    {BounceReason::syntax_error, kSyntax},
    {BounceReason::expired, kExpired},
    {BounceReason::on_hold, kOnHold},
    {BounceReason::user_unknown, kPerhapsUnknown},
});

BounceReason reason_of_words(std::string_view words) {
  for (const Group& group : kGroups)
    if (group.phrases.is_in(words)) return group.reason;
  return BounceReason::undefined;
}

// Whole messages that are but a link to the list which has our host.
constexpr Phrases kBlockLists = "spamhaus|spamcop|barracudacentral|sorbs.net|abuseat.org";

struct Code {
  std::string_view status;
  BounceReason reason;
};

// RFC 3463 and what large providers add. Without the class, which says only for how long.
constexpr auto kCodes = std::to_array<Code>({
    {"1.1", BounceReason::user_unknown},  {"1.2", BounceReason::host_unknown},
    {"1.3", BounceReason::user_unknown},  {"1.4", BounceReason::user_unknown},
    {"1.6", BounceReason::has_moved},     {"1.7", BounceReason::rejected},
    {"1.8", BounceReason::rejected},      {"1.9", BounceReason::rejected},
    {"1.10", BounceReason::not_accept},   {"1.351", BounceReason::user_unknown},
    {"2.0", BounceReason::filtered},      {"2.1", BounceReason::suspended},
    {"2.2", BounceReason::mailbox_full},  {"2.3", BounceReason::message_too_big},
    {"2.4", BounceReason::filtered},      {"3.0", BounceReason::system_error},
    {"3.1", BounceReason::system_error},  {"3.2", BounceReason::system_error},
    {"3.3", BounceReason::system_error},  {"3.4", BounceReason::message_too_big},
    {"3.5", BounceReason::system_error},  {"4.0", BounceReason::network_error},
    {"4.1", BounceReason::expired},       {"4.2", BounceReason::expired},
    {"4.3", BounceReason::network_error}, {"4.4", BounceReason::host_unknown},
    {"4.6", BounceReason::network_error}, {"4.7", BounceReason::expired},
    {"5.2", BounceReason::syntax_error},  {"5.3", BounceReason::too_fast},
    {"6.0", BounceReason::content_error}, {"6.1", BounceReason::content_error},
    {"6.6", BounceReason::content_error}, {"7.0", BounceReason::policy},
    {"7.1", BounceReason::policy},        {"7.8", BounceReason::security},
    {"7.9", BounceReason::policy},        {"7.13", BounceReason::suspended},
    {"7.20", BounceReason::auth_failure}, {"7.23", BounceReason::auth_failure},
    {"7.25", BounceReason::blocked},      {"7.26", BounceReason::auth_failure},
    {"7.27", BounceReason::not_accept},   {"7.28", BounceReason::too_fast},
});

BounceReason reason_of_status(std::string_view status) {
  if (status.size() < 5) return BounceReason::undefined;
  const auto found = std::ranges::find(kCodes, status.substr(2), &Code::status);
  return found == kCodes.end() ? BounceReason::undefined : found->reason;
}

// sysexits(3) of a local delivery program: "x-unix; 67".
BounceReason reason_of_program(std::string_view words) {
  if (words.ends_with(" 67") || words.ends_with(";67")) return BounceReason::user_unknown;
  if (words.ends_with(" 68") || words.ends_with(";68")) return BounceReason::host_unknown;
  return kFull.is_in(words) ? BounceReason::mailbox_full : BounceReason::system_error;
}

}  // namespace

namespace {

// What the remote server said counts before what the reporter made of it: first the words from the
// reply on.
BounceReason reason_of_reply(std::string_view diagnostic, std::string_view reply_code) {
  const std::string bare = mail_text::without_addresses(diagnostic);
  const std::size_t reply = reply_code.empty() ? std::string::npos : bare.find(reply_code);
  if (reply != std::string::npos && reply > 0) {
    const BounceReason reason =
        reason_of_words(mail_text::comparable(std::string_view(bare).substr(reply)));
    if (reason != BounceReason::undefined) return reason;
  }
  return reason_of_words(mail_text::comparable(bare));
}

// A server that knows no such user says so at RCPT; one that says it later, or under a policy code,
// has looked at the content or the sender. 5.1.1 and its kin leave no doubt.
BounceReason doubted(std::string_view command, std::string_view status) {
  if (status.size() > 3 && status.substr(1, 3) == ".1." && !status.ends_with(".1.0"))
    return BounceReason::user_unknown;
  if (command == "MAIL" || command == "CONN") return BounceReason::rejected;
  if (command == "DATA") return BounceReason::filtered;
  // X.2.N of RFC 3463 speaks of a mailbox that exists, X.3.N of the mail system; an answer to RCPT
  // is believed more.
  const std::string_view topic = status.size() > 3 ? status.substr(1, 3) : std::string_view{};
  if (command.empty() && (topic == ".2." || topic == ".3.")) return BounceReason::filtered;
  if (status.starts_with("5.7.") && command != "RCPT") return BounceReason::filtered;
  return BounceReason::user_unknown;
}

// A server may as well not know the domain of the sender, or the name our host gave.
BounceReason reason_of_unknown_host(std::string_view command, std::string_view status) {
  if (command == "MAIL" || status.ends_with(".1.7") || status.ends_with(".1.8"))
    return BounceReason::rejected;
  return command == "HELO" ? BounceReason::blocked : BounceReason::host_unknown;
}

}  // namespace

BounceReason reason_of(std::string_view diagnostic, std::string_view status,
                       std::string_view reply_code) {
  const std::string words = mail_text::comparable(diagnostic);
  if (words.starts_with("x-unix")) return reason_of_program(words);
  BounceReason reason = reason_of_reply(diagnostic, reply_code);
  // "not our user; try <other address>": the address is no more.
  if (reply_code == "551" &&
      (reason == BounceReason::user_unknown || reason == BounceReason::undefined))
    return BounceReason::has_moved;

  if (reason == BounceReason::undefined && kBlockLists.is_in(words)) reason = BounceReason::blocked;
  if (reason == BounceReason::undefined || reason == BounceReason::on_hold) {
    const BounceReason by_status = reason_of_status(status);
    if (by_status != BounceReason::undefined) reason = by_status;
  }
  // "Address rejected" is the whole message of some servers, and of others the beginning of a
  // reason.
  const bool says_no_more =
      words.ends_with("address rejected") || words.ends_with("address rejected.");
  if (reason == BounceReason::undefined &&
      ((status.ends_with(".1.0") && mail_text::contains(words, "address rejected")) ||
       (reply_code == "550" && says_no_more)))
    reason = BounceReason::user_unknown;
  // RFC 7504: a host that takes no mail at all.
  if (reason == BounceReason::undefined && (reply_code == "521" || reply_code == "556"))
    reason = BounceReason::not_accept;
  if (reason == BounceReason::user_unknown && !kSurelyUnknown.is_in(words))
    reason = doubted(mail_text::refused_command_in(diagnostic), status);
  if (reason == BounceReason::host_unknown)
    reason = reason_of_unknown_host(mail_text::refused_command_in(diagnostic), status);
  // A domain that cannot be found for now is trouble with the network.
  if (reason == BounceReason::host_unknown && status.starts_with('4'))
    reason = BounceReason::network_error;
  return reason;
}

}  // namespace lethe::core
