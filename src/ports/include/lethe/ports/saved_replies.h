// Saved replies, as the store keeps them (core/saved_reply.h).
//
// A part of the store of its own: saved_replies(tx) finds it in any transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lethe/base/assert.h"
#include "lethe/core/saved_reply.h"
#include "lethe/ports/store.h"

namespace lethe::ports {

struct SavedReplyRow {
  core::SavedReplyId id;
  std::string title;
  std::string text;                    // Markdown with placeholders
  std::optional<core::GroupId> group;  // nothing: offered in every ticket
  std::string language;                // a code such as "de", or empty
  std::int64_t version = 1;
  Instant created_at;
  Instant updated_at;
};

class SavedReplies {
 public:
  virtual ~SavedReplies() = default;

  // All of them, by title, without their texts: lists need not read them.
  [[nodiscard]] virtual Result<std::vector<SavedReplyRow>> titles() const = 0;
  // Oldest change first, those after (`at`, `id`).
  [[nodiscard]] virtual Result<std::vector<SavedReplyRow>> page(Instant at, std::int64_t id,
                                                                int limit) const = 0;
  // Errors: not_found.
  [[nodiscard]] virtual Result<SavedReplyRow> find(core::SavedReplyId id) const = 0;
  [[nodiscard]] virtual Result<std::int64_t> count() const = 0;
  // Who added, changed or removed one (Agents::insert_access_event), newest first.
  [[nodiscard]] virtual Result<std::vector<AccessEventRow>> changes(int limit) const = 0;

  // Inserts or replaces by id.
  [[nodiscard]] virtual Status save(const SavedReplyRow& row) = 0;
  [[nodiscard]] virtual Status remove(core::SavedReplyId id) = 0;
};

// Implemented by every transaction of a store.
class WithSavedReplies {
 public:
  virtual ~WithSavedReplies() = default;
  [[nodiscard]] virtual const SavedReplies& saved_replies() const = 0;
  [[nodiscard]] virtual SavedReplies& saved_replies() = 0;
};

[[nodiscard]] inline const SavedReplies& saved_replies(const Reading& tx) {
  const auto* part = dynamic_cast<const WithSavedReplies*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->saved_replies();
}
[[nodiscard]] inline SavedReplies& saved_replies(Writing& tx) {
  auto* part = dynamic_cast<WithSavedReplies*>(&tx);
  LETHE_ASSERT(part != nullptr);
  return part->saved_replies();
}

}  // namespace lethe::ports
