// What the search index has still to learn: written with the data, in its
// transaction, and emptied by the indexer afterwards (order of commits, DESIGN section 4).
#pragma once

#include <vector>

#include "lethe/base/result.h"
#include "lethe/core/ids.h"
#include "lethe/ports/search_index.h"

namespace lethe::ports {

struct IndexQueueRow {
  std::int64_t id = 0;  // ascending; given by the store
  DocumentKey document;
  core::PersonId person;
};

class IndexQueue {
 public:
  virtual ~IndexQueue() = default;
  [[nodiscard]] virtual Result<std::vector<IndexQueueRow>> oldest(int limit) const = 0;
  [[nodiscard]] virtual Result<std::int64_t> length() const = 0;

  [[nodiscard]] virtual Status push(const DocumentKey& document, core::PersonId person) = 0;
  [[nodiscard]] virtual Status remove_up_to(std::int64_t id) = 0;
  [[nodiscard]] virtual Status remove_of_person(core::PersonId person) = 0;
};

}  // namespace lethe::ports
