#include "lethe/core/mail_bounce.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "lethe/base/text.h"
#include "mail_text.h"

namespace lethe::core {
namespace {

constexpr std::size_t kDiagnosticBytesMax = 2000;
constexpr std::size_t kRecipientsMax = 500;

struct Field {
  std::string name;
  std::string value;
};

// "rfc822; jo@x.eu" -> "jo@x.eu"; the type may be missing.
std::string address_of_field(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  const std::string_view bare =
      trimmed(semicolon == std::string_view::npos ? value : value.substr(semicolon + 1));
  const auto is_wide = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  const bool is_one_word = bare.find_first_of(" \t<>\"") == std::string_view::npos;
  // "utf-8; jürgen@köln.example" (RFC 6533): the field ends the address.
  if (is_one_word && bare.contains('@') && std::ranges::any_of(bare, is_wide))
    return std::string(bare);
  std::string address = first_address_in(bare);
  if (!address.empty()) return address;
  // Local recipients have no domain; anything with blanks is no address.
  return is_one_word ? std::string(bare) : std::string{};
}

DeliveryAction parse_action(std::string_view value) {
  const std::string_view word = value.substr(0, value.find_first_of(" \t;("));
  static constexpr auto kActions = std::to_array<std::pair<std::string_view, DeliveryAction>>({
      {"failed", DeliveryAction::failed},
      {"failure", DeliveryAction::failed},
      {"delayed", DeliveryAction::delayed},
      {"delivered", DeliveryAction::delivered},
      {"relayed", DeliveryAction::relayed},
      {"expanded", DeliveryAction::expanded},
      {"deliverable", DeliveryAction::delivered},
      {"expired", DeliveryAction::failed},
  });
  for (const auto& [name, action] : kActions)
    if (equals_ignoring_ascii_case(word, name)) return action;
  return DeliveryAction::unknown;
}

// Unfolded fields with empty ones between groups.
std::vector<Field> fields_of(std::string_view text) {
  std::vector<Field> fields;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view bare = trimmed(line);
    if (bare.empty()) {
      fields.push_back({});
    } else if ((line.front() == ' ' || line.front() == '\t') && !fields.empty() &&
               !fields.back().name.empty()) {
      fields.back().value.append(" ").append(bare);
    } else if (const std::size_t colon = bare.find(':'); colon != std::string_view::npos) {
      fields.push_back({ascii_lower(trimmed(bare.substr(0, colon))),
                        std::string(trimmed(bare.substr(colon + 1)))});
    }
  }
  return fields;
}

struct Group {
  std::string final_recipient;
  std::string original_recipient;
  RecipientReport report;
  bool has_field = false;

  void take(const Field& field) {
    if (field.name == "final-recipient") final_recipient = address_of_field(field.value);
    if (field.name == "original-recipient" || field.name == "x-actual-recipient")
      take_original(field.value);
    if (field.name == "action") report.action = parse_action(field.value);
    if (field.name == "status") report.status = mail_text::smtp_reply_in(field.value).status;
    if (field.name == "status" && report.status.empty() && field.value.starts_with('2'))
      report.status = field.value.substr(0, 5);
    if (field.name == "diagnostic-code") take_diagnostic(field.value);
    // PowerMTA judges what the server said; only this verdict tells more than the server did.
    if (field.name == "x-powermta-bouncecategory" && field.value == "bad-mailbox")
      take_diagnostic("(bad-mailbox)");
    has_field = true;
  }

  void take_original(std::string_view value) {
    std::string address = address_of_field(value);
    if (address.find('@') != std::string::npos) original_recipient = std::move(address);
  }

  void take_diagnostic(std::string_view value) {
    if (!report.diagnostic.empty()) report.diagnostic += ' ';
    report.diagnostic += clipped_utf8(value, kDiagnosticBytesMax);
  }

  RecipientReport finish() && {
    report.address = is_global(final_recipient) || original_recipient.empty() ? final_recipient
                                                                              : original_recipient;
    return std::move(report);
  }

  // Not the name of a mailbox or machine inside the system that reports.
  static bool is_global(std::string_view address) {
    const std::size_t at = address.rfind('@');
    return at != std::string_view::npos &&
           address.find_first_of(".[:", at) != std::string_view::npos;
  }
};

// Each retry of some servers adds the same group once more. Only the last few are compared: a
// report of any length is read in linear time.
bool says_again(std::span<const RecipientReport> reports, const RecipientReport& report) {
  constexpr std::size_t kComparedMax = 20;
  return std::ranges::any_of(
      reports.last(std::min(reports.size(), kComparedMax)), [&](const RecipientReport& known) {
        return equals_ignoring_ascii_case(known.address, report.address) &&
               known.action == report.action && known.status == report.status;
      });
}

}  // namespace

std::string_view name_of(DeliveryAction action) noexcept {
  switch (action) {
    case DeliveryAction::unknown:
      return "unknown";
    case DeliveryAction::failed:
      return "failed";
    case DeliveryAction::delayed:
      return "delayed";
    case DeliveryAction::delivered:
      return "delivered";
    case DeliveryAction::relayed:
      return "relayed";
    case DeliveryAction::expanded:
      return "expanded";
  }
  return "unknown";
}

std::string_view name_of(BounceReason reason) noexcept {
  static constexpr auto kNames = std::to_array<std::string_view>({
      "undefined",     "user_unknown",  "host_unknown", "has_moved",       "not_accept",
      "filtered",      "mailbox_full",  "suspended",    "message_too_big", "expired",
      "network_error", "rejected",      "blocked",      "too_fast",        "policy",
      "spam",          "virus",         "auth_failure", "security",        "relaying_denied",
      "system_error",  "content_error", "syntax_error", "on_hold",         "complaint",
      "vacation",      "delivered",
  });
  return kNames[static_cast<std::size_t>(reason)];
}

bool is_hard(BounceReason reason) noexcept {
  return reason == BounceReason::user_unknown || reason == BounceReason::host_unknown ||
         reason == BounceReason::has_moved || reason == BounceReason::not_accept;
}

std::vector<RecipientReport> parse_delivery_status(std::string_view text) {
  std::vector<RecipientReport> reports;
  Group group;
  const auto finish = [&] {
    if (!group.final_recipient.empty() || !group.original_recipient.empty()) {
      RecipientReport report = std::move(group).finish();
      if (!says_again(reports, report)) reports.push_back(std::move(report));
    }
    group = {};
  };
  for (const Field& field : fields_of(text)) {
    if (reports.size() >= kRecipientsMax) break;
    // The group of the message ends with a blank line, that of a recipient with its next
    // Final-Recipient as well.
    const bool new_recipient = field.name == "final-recipient" && !group.final_recipient.empty();
    const bool blank_after_recipient =
        field.name.empty() && (group.has_field && (!group.final_recipient.empty() ||
                                                   group.report.action == DeliveryAction::unknown));
    if (new_recipient || blank_after_recipient) finish();
    if (!field.name.empty()) group.take(field);
  }
  finish();
  return reports;
}

}  // namespace lethe::core
