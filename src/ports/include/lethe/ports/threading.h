// Merges, splits and proposals, as the store keeps them.
//
// A part of the store of its own: threading(tx) finds it in any transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lethe/base/assert.h"
#include "lethe/ports/store.h"

namespace lethe::ports {

enum class MoveKind : std::uint8_t { merge = 1, split };

struct MoveRow {
  std::int64_t id = 0;
  core::TicketId from;
  core::TicketId to;
  MoveKind kind = MoveKind::merge;
  std::vector<core::MessageId> messages;  // that moved
  std::string former;                     // the state of `from` before, JSON
  std::optional<core::AgentId> by;
  Instant at;
  bool undone = false;
};

enum class ProposalKind : std::uint8_t {
  join = 1,   // this ticket may belong to `other`
  split,      // from `message` on the conversation is about something else
  forwarded,  // `message` looks like a forwarded mail whose agent is not proven
  same_id,    // another mail with this Message-ID, but other content, is in `other`
};
enum class ProposalState : std::uint8_t { open = 1, accepted, dismissed };

struct ProposalRow {
  std::int64_t id = 0;
  core::TicketId ticket;
  core::MessageId message;
  ProposalKind kind = ProposalKind::join;
  std::optional<core::TicketId> other;
  ProposalState state = ProposalState::open;
  Instant at;
};

class Threading {
 public:
  virtual ~Threading() = default;

  // The merge by which `from` became a shell, unless it was undone.
  [[nodiscard]] virtual Result<std::optional<MoveRow>> merge_of(core::TicketId from) const = 0;
  // Merges and splits in which the ticket took part, oldest first.
  [[nodiscard]] virtual Result<std::vector<MoveRow>> moves(core::TicketId id) const = 0;
  // Tickets under whose keys backups hold words of `id`.
  [[nodiscard]] virtual Result<std::vector<core::TicketId>> holders(core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<ProposalRow>> proposals(core::TicketId id) const = 0;
  // Errors: not_found.
  [[nodiscard]] virtual Result<ProposalRow> proposal(std::int64_t id) const = 0;
  // Under whose keys backups hold words of the ticket besides those who have words in it now.
  [[nodiscard]] virtual Result<std::vector<core::PersonId>> former_requesters(
      core::TicketId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<core::TicketId>> once_requested_by(
      core::PersonId id) const = 0;

  // Inserts or replaces by id.
  [[nodiscard]] virtual Status save_move(const MoveRow& row) = 0;
  [[nodiscard]] virtual Status add_holder(core::TicketId id, core::TicketId holder) = 0;
  [[nodiscard]] virtual Status save_proposal(const ProposalRow& row) = 0;
  // The rows of a message, its files, threads, digests and mails say `to`. Raw copies stay: their
  // keys end with their own days. Cells are the caller's.
  [[nodiscard]] virtual Status place_message(core::MessageId id, core::TicketId from,
                                             core::TicketId to) = 0;
  // Ok when it is noted already.
  [[nodiscard]] virtual Status add_former_requester(core::TicketId id, core::PersonId person) = 0;
  // The rows of a message, its files and threads say that it is `person`'s. Cells are the caller's.
  [[nodiscard]] virtual Status give_message(core::MessageId id, core::TicketId ticket,
                                            core::PersonId person) = 0;
  // Proposals of an erased ticket; moves stay, they hold ids only.
  [[nodiscard]] virtual Status remove_proposals(core::TicketId id) = 0;
};

// Implemented by every transaction of a store.
class WithThreading {
 public:
  virtual ~WithThreading() = default;
  [[nodiscard]] virtual const Threading& threading() const = 0;
  [[nodiscard]] virtual Threading& threading() = 0;
};

[[nodiscard]] inline const Threading& threading(const Reading& tx) {
  const auto* part = dynamic_cast<const WithThreading*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->threading();
}
[[nodiscard]] inline Threading& threading(Writing& tx) {
  auto* part = dynamic_cast<WithThreading*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->threading();
}

}  // namespace lethe::ports
