// What lists show of many rows at once: one statement per call, not one per row.
//
// A page of 50 or 200 tickets asks each question once, for all its ids. More than kIdsAtOnce ids
// are asked in as many statements as that takes. Ids may repeat and stand in any order; an id
// without a row has no part in the answer. A part of the store of its own: bulk(tx) finds it in any
// transaction.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "lethe/base/assert.h"
#include "lethe/ports/store.h"
#include "lethe/ports/threading.h"

namespace lethe::ports {

inline constexpr std::size_t kIdsAtOnce = 256;

// A retention run's finding about a person: when to look again, and since when nobody refers to
// them.
struct ReviewRow {
  core::PersonId person;
  std::optional<Instant> next_review_at;
  std::optional<Instant> unreferenced_since;
};

class Bulk {
 public:
  using PersonIds = std::span<const core::PersonId>;
  using TicketIds = std::span<const core::TicketId>;
  using MessageIds = std::span<const core::MessageId>;

  virtual ~Bulk() = default;

  // Ascending by id.
  [[nodiscard]] virtual Result<std::vector<PersonRow>> persons(PersonIds ids) const = 0;
  [[nodiscard]] virtual Result<std::vector<TicketRow>> tickets(TicketIds ids) const = 0;
  [[nodiscard]] virtual Result<std::vector<MessageRow>> messages(MessageIds ids) const = 0;
  // The same without text, HTML and headers.
  [[nodiscard]] virtual Result<std::vector<MessageRow>> snippets(MessageIds ids) const = 0;
  // Ascending by message; of one message in the order of the single reads.
  [[nodiscard]] virtual Result<std::vector<QuoteRow>> quotes(MessageIds ids) const = 0;
  [[nodiscard]] virtual Result<std::vector<AddresseeRow>> addressees(MessageIds ids) const = 0;
  [[nodiscard]] virtual Result<std::vector<OutgoingRow>> outgoing(MessageIds ids) const = 0;
  // Ascending by owner; of one owner in the order of the single reads.
  [[nodiscard]] virtual Result<std::vector<EmailRow>> addresses(PersonIds ids) const = 0;
  [[nodiscard]] virtual Result<std::vector<PersonTagRow>> person_tags(PersonIds ids) const = 0;
  [[nodiscard]] virtual Result<std::vector<TicketTagRow>> ticket_tags(TicketIds ids) const = 0;
  [[nodiscard]] virtual Result<std::vector<FreeTagRow>> free_tags(TicketIds ids) const = 0;
  // When `agent` last looked; those never looked at have no row.
  [[nodiscard]] virtual Result<std::vector<TicketTime>> read_times(core::AgentId agent,
                                                                   TicketIds ids) const = 0;
  // On these persons and on their tickets; a hold once, ended ones too.
  [[nodiscard]] virtual Result<std::vector<HoldRow>> holds(PersonIds ids) const = 0;
  // Merges that stand, from these tickets or into them; one once.
  [[nodiscard]] virtual Result<std::vector<MoveRow>> merges(TicketIds ids) const = 0;
  // Open ones, ascending by ticket and id.
  [[nodiscard]] virtual Result<std::vector<ProposalRow>> proposals(TicketIds ids) const = 0;

  // Writes both fields of each; persons who are gone are passed over. A person stands once.
  [[nodiscard]] virtual Status set_reviews(std::span<const ReviewRow> rows) = 0;
};

// Implemented by every transaction of a store.
class WithBulk {
 public:
  virtual ~WithBulk() = default;
  [[nodiscard]] virtual const Bulk& bulk() const = 0;
  [[nodiscard]] virtual Bulk& bulk() = 0;
};

[[nodiscard]] inline const Bulk& bulk(const Reading& tx) {
  const auto* part = dynamic_cast<const WithBulk*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->bulk();
}
[[nodiscard]] inline Bulk& bulk(Writing& tx) {
  auto* part = dynamic_cast<WithBulk*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->bulk();
}

}  // namespace lethe::ports
