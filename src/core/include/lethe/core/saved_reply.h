// Saved replies: texts with placeholders, and how these are filled.
//
// A placeholder is a name between double braces, `{{customer.name}}`; blanks around the name do not
// count. Filling goes over the text once: what a value holds is put in as it is and never read
// again, so a customer who is called "{{agent.name}}" stays called that. Only "](" is parted: the
// text is Markdown, and a stranger's name or subject is to make no link in the organisation's mail.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/base/id.h"

namespace lethe::core {

using SavedReplyId = Id<struct SavedReplyTag>;

// In characters (code points).
inline constexpr std::size_t kSavedReplyTitleMax = 120;
inline constexpr std::size_t kSavedReplyTextMax = 20'000;
inline constexpr std::size_t kSavedRepliesMax = 500;  // of one workspace

// What a reply may say of the ticket it is put into. Values are one line each.
struct ReplyFacts {
  std::string customer_name;
  std::string customer_email;
  std::string ticket_number;
  std::string ticket_subject;
  std::string agent_name;
  std::string organisation_name;
};
// The names, in the order of the facts.
inline constexpr std::array<std::string_view, 6> kPlaceholders{
    "customer.name",  "customer.email", "ticket.number",
    "ticket.subject", "agent.name",     "organisation.name"};

// The first placeholder in `text` that names nothing, as it is written (at most 60 bytes of it); a
// pair of braces that is never closed is one too. Nothing when all are known.
[[nodiscard]] std::optional<std::string> unknown_placeholder(std::string_view text);

// `text` with each known placeholder replaced by its value; others stay as they are written.
[[nodiscard]] std::string fill_placeholders(std::string_view text, const ReplyFacts& facts);

// Code points in well-formed UTF-8.
[[nodiscard]] std::size_t characters_in(std::string_view text) noexcept;

}  // namespace lethe::core
