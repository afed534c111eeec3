// What the administrator names: groups, types, managed tags, mailboxes, settings.
//
// None of it is personal data: the names of teams and topics, and the
// organisation's own addresses.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"

namespace lethe::ports {

enum class NamedKind : std::uint8_t { group = 1, type, tag };
struct CatalogRow {
  std::int64_t id;
  NamedKind kind = NamedKind::group;
  std::string name;
};

// An address of the organisation at which mail becomes tickets.
struct MailboxRow {
  std::int64_t id;
  std::string address;  // normalised
  std::string display_name;
  std::optional<core::GroupId> group;
  std::optional<core::TypeId> type;
};

// An answered POST (API Idempotency-Key): body hash and resource, never the answer.
struct IdempotencyRow {
  Bytes key;             // digest of (token, path, key)
  Bytes body;            // digest of the body
  std::string resource;  // "tickets/123"
  Instant expires_at;
};

class Catalog {
 public:
  virtual ~Catalog() = default;

  [[nodiscard]] virtual Result<std::vector<CatalogRow>> named(NamedKind kind) const = 0;
  [[nodiscard]] virtual Result<std::vector<MailboxRow>> mailboxes() const = 0;
  // Empty when never set.
  [[nodiscard]] virtual Result<std::optional<std::string>> setting(std::string_view key) const = 0;
  [[nodiscard]] virtual Result<std::optional<IdempotencyRow>> idempotency(ByteView key) const = 0;

  [[nodiscard]] virtual Status save_named(
      const CatalogRow& row) = 0;  // already_exists on an equal name
  [[nodiscard]] virtual Status remove_named(std::int64_t id) = 0;  // tickets lose the mark
  [[nodiscard]] virtual Status save_mailbox(const MailboxRow& row) = 0;
  [[nodiscard]] virtual Status remove_mailbox(std::int64_t id) = 0;
  [[nodiscard]] virtual Status set_setting(std::string_view key, std::string_view value) = 0;
  [[nodiscard]] virtual Status insert_idempotency(const IdempotencyRow& row) = 0;
  [[nodiscard]] virtual Status remove_idempotency_before(Instant at) = 0;
  // Adds one to the counter of (digest, window) and returns the new count: limits of automatic
  // mail.
  [[nodiscard]] virtual Result<std::int64_t> count_up(ByteView digest, std::int64_t window) = 0;
  [[nodiscard]] virtual Status remove_counters_before(std::int64_t window) = 0;
};

}  // namespace lethe::ports
