#pragma once

#include "lethe/ports/operations.h"
#include "store_rows.h"

namespace lethe::sql {

class SqlOperations final : public ports::Operations {
 public:
  explicit SqlOperations(Scope scope) : s_(scope) {}
  Result<std::vector<ports::OutgoingRow>> outgoing(ports::OutgoingState state,
                                                   int limit) const override;
  Result<std::vector<ports::RefusalRow>> refusals(int limit) const override;
  Result<std::vector<ports::QuarantinedRow>> quarantined(int limit) const override;
  Result<std::optional<core::TicketId>> oldest_live_ticket() const override;
  Status add_refusals(const ports::RefusalRow& row) override;
  Status trim_refusals(Instant before, int kept) override;
  Status lock_away(core::AttachmentId file, Instant at) override;
  Status let_out(core::AttachmentId file) override;
  Status trim_quarantined() override;

 private:
  Scope s_;
};

}  // namespace lethe::sql
