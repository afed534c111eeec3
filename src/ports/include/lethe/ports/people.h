// Persons: the data subjects (GDPR art. 4(1)), agents among them, as the store keeps them.
//
// Names, addresses and phones are cells under the person's profile key; what
// is clear is times, flags and managed tags. `cell_version` rises each time the
// cells of a row are sealed again and is bound into them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"

namespace lethe::ports {

struct PersonRow {
  core::PersonId id;
  std::optional<Ciphertext> profile;  // JSON: name, phones, company, language
  std::uint32_t cell_version = 1;
  Instant created_at;
  Instant updated_at;
  bool frozen = false;   // GDPR art. 18
  bool erasing = false;  // an erasure has begun: mail of theirs is deferred until it is done
  bool hidden = false;   // reversible; out of lists and search
  std::optional<core::AgentId> agent;         // set for agents
  std::optional<Instant> tickets_erased_at;   // the contact phase starts here (retention DT-4)
  std::optional<Instant> next_review_at;      // nothing changes by time alone before this
  std::optional<Instant> unreferenced_since;  // found by a retention run: the orphan clock
};

// One e-mail address of a person. The blind index that finds it is in the keyring.
struct EmailRow {
  std::int64_t id;  // row id, bound into the cell
  core::PersonId person;
  Ciphertext address;
  std::uint32_t cell_version = 1;
  bool primary = false;
};

class People {
 public:
  virtual ~People() = default;

  // not_found when there is no such row.
  [[nodiscard]] virtual Result<PersonRow> find(core::PersonId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<EmailRow>> addresses(core::PersonId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<core::TagId>> tags(core::PersonId id) const = 0;
  // Persons who are not agents and not hidden, newest first by (created_at, id) before the cursor.
  struct Page {
    std::optional<std::pair<Instant, core::PersonId>> before;
    int limit = 50;
    bool with_hidden = false;
  };
  [[nodiscard]] virtual Result<std::vector<PersonRow>> list(const Page& page) const = 0;
  [[nodiscard]] virtual Result<std::int64_t> count() const = 0;
  // Ids above `after` in ascending order, agents included: walks everything in steps.
  [[nodiscard]] virtual Result<std::vector<core::PersonId>> ids_after(std::int64_t after,
                                                                      int limit) const = 0;
  // Persons whose next_review_at has come, earliest first: what a retention run reads.
  [[nodiscard]] virtual Result<std::vector<core::PersonId>> due_for_review(Instant now,
                                                                           int limit) const = 0;

  [[nodiscard]] virtual Status insert(const PersonRow& row) = 0;
  [[nodiscard]] virtual Status update(const PersonRow& row) = 0;
  [[nodiscard]] virtual Status set_next_review(core::PersonId id, std::optional<Instant> at) = 0;
  // Makes every person due for review now: rules, policy or exceptions changed.
  [[nodiscard]] virtual Status review_everybody(Instant now) = 0;
  [[nodiscard]] virtual Status insert_address(const EmailRow& row) = 0;
  [[nodiscard]] virtual Status remove_address(std::int64_t id) = 0;
  [[nodiscard]] virtual Status set_tags(core::PersonId id,
                                        const std::vector<core::TagId>& tags) = 0;
  // Removes the row, its addresses and tags. Ok when it is gone already.
  [[nodiscard]] virtual Status remove(core::PersonId id) = 0;
};

}  // namespace lethe::ports
