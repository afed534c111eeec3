#pragma once

#include "lethe/ports/threading.h"
#include "store_rows.h"

namespace lethe::sql {

class SqlThreading final : public ports::Threading {
 public:
  explicit SqlThreading(Scope scope) : s_(scope) {}
  Result<std::optional<ports::MoveRow>> merge_of(core::TicketId from) const override;
  Result<std::vector<ports::MoveRow>> moves(core::TicketId id) const override;
  Result<std::vector<core::TicketId>> holders(core::TicketId id) const override;
  Result<std::vector<ports::ProposalRow>> proposals(core::TicketId id) const override;
  Result<ports::ProposalRow> proposal(std::int64_t id) const override;
  Result<std::vector<core::PersonId>> former_requesters(core::TicketId id) const override;
  Result<std::vector<core::TicketId>> once_requested_by(core::PersonId id) const override;
  Status add_former_requester(core::TicketId id, core::PersonId person) override;
  Status give_message(core::MessageId id, core::TicketId ticket, core::PersonId person) override;
  Status save_move(const ports::MoveRow& row) override;
  Status add_holder(core::TicketId id, core::TicketId holder) override;
  Status save_proposal(const ports::ProposalRow& row) override;
  Status place_message(core::MessageId id, core::TicketId from, core::TicketId to) override;
  Status remove_proposals(core::TicketId id) override;

 private:
  Scope s_;
};

}  // namespace lethe::sql
