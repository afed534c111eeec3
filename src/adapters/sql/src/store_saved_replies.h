#pragma once

#include "lethe/ports/saved_replies.h"
#include "store_rows.h"

namespace lethe::sql {

class SqlSavedReplies final : public ports::SavedReplies {
 public:
  explicit SqlSavedReplies(Scope scope) : s_(scope) {}
  Result<std::vector<ports::SavedReplyRow>> titles() const override;
  Result<std::vector<ports::SavedReplyRow>> page(Instant at, std::int64_t id,
                                                 int limit) const override;
  Result<ports::SavedReplyRow> find(core::SavedReplyId id) const override;
  Result<std::int64_t> count() const override;
  Result<std::vector<ports::AccessEventRow>> changes(int limit) const override;
  Status save(const ports::SavedReplyRow& row) override;
  Status remove(core::SavedReplyId id) override;

 private:
  Scope s_;
};

}  // namespace lethe::sql
