// Sealing and opening the cells of the annotated schema.
//
// A cell's place is (table, column, row, version); its key is (person, ticket,
// class). Both are said in one place here, so that a cell sealed by one use
// case opens in another.
#pragma once

#include <string_view>

#include "lethe/app/app.h"
#include "lethe/core/tables.h"

namespace lethe::app {

struct CellName {
  std::uint16_t table = 0;
  std::uint16_t column = 0;
};

namespace cell {

consteval CellName name(const core::Table& table, std::string_view column) {
  return {table.id, table.column(column).id};
}
inline constexpr CellName kProfile = name(core::tables::kPersons, "profile");
inline constexpr CellName kAddress = name(core::tables::kAddresses, "address");
inline constexpr CellName kView = name(core::tables::kViews, "definition");
inline constexpr CellName kSubject = name(core::tables::kTickets, "subject");
inline constexpr CellName kFreeTag = name(core::tables::kFreeTags, "tag");
inline constexpr CellName kText = name(core::tables::kMessages, "text");
inline constexpr CellName kHtml = name(core::tables::kMessages, "html");
inline constexpr CellName kSnippet = name(core::tables::kMessages, "snippet");
inline constexpr CellName kHeaders = name(core::tables::kMessages, "headers");
inline constexpr CellName kQuote = name(core::tables::kQuotes, "text");
inline constexpr CellName kMailbox = name(core::tables::kAddressees, "mailbox");
inline constexpr CellName kFileDescription = name(core::tables::kAttachments, "description");
inline constexpr CellName kFileKey = name(core::tables::kAttachments, "file_key");
inline constexpr CellName kRawKey = name(core::tables::kRawCopies, "file_key");
inline constexpr CellName kDraft = name(core::tables::kDrafts, "text");
inline constexpr CellName kPayload = name(core::tables::kOutgoing, "payload");
inline constexpr CellName kHoldReason = name(core::tables::kHolds, "reason");

}  // namespace cell

[[nodiscard]] vault::KeyRef profile_key(core::PersonId person);
[[nodiscard]] vault::KeyRef body_key(core::PersonId person, core::TicketId ticket);
[[nodiscard]] vault::KeyRef files_key(core::PersonId person, core::TicketId ticket);
[[nodiscard]] vault::KeyRef raw_key(core::PersonId person, core::TicketId ticket);
// Under the ticket's body key, or under the profile when there is no ticket.
[[nodiscard]] vault::KeyRef mail_key(core::PersonId person, std::optional<core::TicketId> ticket);

[[nodiscard]] vault::CellRef place(CellName name, std::int64_t row, std::uint32_t version = 1);

// Errors: those of Vault::seal and Vault::unseal; opening an absent cell gives an empty text.
[[nodiscard]] Result<Ciphertext> seal(App& app, const vault::KeyRef& key,
                                      const vault::CellRef& where, std::string_view text);
[[nodiscard]] Result<Plaintext> open(App& app, const vault::KeyRef& key,
                                     const vault::CellRef& where,
                                     const std::optional<Ciphertext>& cell);

}  // namespace lethe::app
