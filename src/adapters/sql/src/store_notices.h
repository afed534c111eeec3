#pragma once

#include "lethe/ports/notices.h"
#include "store_rows.h"

namespace lethe::sql {

class SqlNotices final : public ports::Notices {
 public:
  explicit SqlNotices(Scope scope) : s_(scope) {}
  Result<std::optional<ports::NoticeWishRow>> of(core::AgentId agent) const override;
  Result<std::vector<ports::NoticeWishRow>> all() const override;
  Result<std::optional<ports::OutgoingRow>> waiting(core::PersonId agent,
                                                    std::optional<core::TicketId> ticket,
                                                    Instant now) const override;
  Result<std::int64_t> made_after(core::PersonId agent, Instant since) const override;
  Status save(const ports::NoticeWishRow& row) override;
  Status remove(core::AgentId agent) override;

 private:
  Scope s_;
};

}  // namespace lethe::sql
