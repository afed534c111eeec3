#include "store_rows.h"

namespace lethe::sql {

using ports::CatalogRow;
using ports::IdempotencyRow;
using ports::MailboxRow;

Result<std::vector<CatalogRow>> SqlCatalog::named(ports::NamedKind kind) const {
  return all(s_.connection,
             "SELECT id, kind, name FROM named WHERE workspace_id = $1 AND kind = $2 ORDER BY name",
             {s_.workspace, number_of(kind)}, [](const Row& row) {
               return CatalogRow{row.int64(0), enum_at<ports::NamedKind>(row, 1), row.string(2)};
             });
}

Result<std::vector<MailboxRow>> SqlCatalog::mailboxes() const {
  return all(s_.connection,
             "SELECT id, address, display_name, group_id, type_id FROM mailboxes "
             "WHERE workspace_id = $1 ORDER BY id",
             {s_.workspace}, [](const Row& row) {
               return MailboxRow{row.int64(0), row.string(1), row.string(2),
                                 row.optional_id<core::GroupId>(3),
                                 row.optional_id<core::TypeId>(4)};
             });
}

Result<std::optional<std::string>> SqlCatalog::setting(std::string_view key) const {
  return first(s_.connection, "SELECT value FROM settings WHERE workspace_id = $1 AND name = $2",
               {s_.workspace, key}, [](const Row& row) { return row.string(0); });
}

Result<std::optional<IdempotencyRow>> SqlCatalog::idempotency(ByteView key) const {
  return first(s_.connection,
               "SELECT request, body, resource, expires_at FROM idempotency "
               "WHERE workspace_id = $1 AND request = $2",
               {s_.workspace, key}, [](const Row& row) {
                 return IdempotencyRow{row.bytes(0), row.bytes(1), row.string(2), row.instant(3)};
               });
}

Status SqlCatalog::save_named(const CatalogRow& row) {
  LETHE_TRY(const auto other,
            first(s_.connection,
                  "SELECT id FROM named WHERE workspace_id = $1 AND kind = $2 AND name = $3",
                  {s_.workspace, number_of(row.kind), row.name},
                  [](const Row& found_row) { return found_row.int64(0); }));
  if (other && *other != row.id) return fail(Errc::already_exists, "this name is taken", "name");
  return s_.connection.post(
      "INSERT INTO named (workspace_id, id, kind, name) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name",
      {s_.workspace, row.id, number_of(row.kind), row.name});
}

Status SqlCatalog::remove_named(std::int64_t id) {
  for (const char* sql :
       {"UPDATE tickets SET group_id = NULL WHERE workspace_id = $1 AND group_id = $2",
        "UPDATE tickets SET type_id = NULL WHERE workspace_id = $1 AND type_id = $2",
        "UPDATE saved_replies SET group_id = NULL WHERE workspace_id = $1 AND group_id = $2",
        "DELETE FROM ticket_tags WHERE workspace_id = $1 AND tag_id = $2",
        "DELETE FROM person_tags WHERE workspace_id = $1 AND tag_id = $2",
        "DELETE FROM named WHERE workspace_id = $1 AND id = $2"}) {
    LETHE_CHECK(s_.connection.post(sql, {s_.workspace, id}));
  }
  return {};
}

Status SqlCatalog::save_mailbox(const MailboxRow& row) {
  LETHE_TRY(
      const auto other,
      first(s_.connection, "SELECT id FROM mailboxes WHERE workspace_id = $1 AND address = $2",
            {s_.workspace, row.address}, [](const Row& found_row) { return found_row.int64(0); }));
  if (other && *other != row.id) {
    return fail(Errc::already_exists, "this address is a mailbox already", "address");
  }
  return s_.connection.post(
      "INSERT INTO mailboxes (workspace_id, id, address, display_name, group_id, type_id) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, id) DO UPDATE SET "
      "address = excluded.address, display_name = excluded.display_name, "
      "group_id = excluded.group_id, type_id = excluded.type_id",
      {s_.workspace, row.id, row.address, row.display_name, row.group, row.type});
}

Status SqlCatalog::remove_mailbox(std::int64_t id) {
  return s_.connection.post("DELETE FROM mailboxes WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlCatalog::set_setting(std::string_view key, std::string_view value) {
  return s_.connection.post(
      "INSERT INTO settings (workspace_id, name, value) VALUES ($1, $2, $3) "
      "ON CONFLICT (workspace_id, name) DO UPDATE SET value = excluded.value",
      {s_.workspace, key, value});
}

Status SqlCatalog::insert_idempotency(const IdempotencyRow& row) {
  LETHE_TRY(const std::int64_t inserted,
            s_.connection.execute(
                "INSERT INTO idempotency (workspace_id, request, body, resource, expires_at) "
                "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                {s_.workspace, row.key, row.body, row.resource, row.expires_at}));
  if (inserted == 0) return fail(Errc::already_exists, "this Idempotency-Key was used already");
  return {};
}

Status SqlCatalog::remove_idempotency_before(Instant at) {
  return s_.connection.post("DELETE FROM idempotency WHERE workspace_id = $1 AND expires_at < $2",
                            {s_.workspace, at});
}

Result<std::int64_t> SqlCatalog::count_up(ByteView digest, std::int64_t window) {
  return one_int64(s_.connection,
                   "INSERT INTO counters (workspace_id, digest, window_start, n) "
                   "VALUES ($1, $2, $3, 1) ON CONFLICT (workspace_id, digest, window_start) DO "
                   "UPDATE SET n = counters.n + 1 RETURNING n",
                   {s_.workspace, digest, window});
}

Status SqlCatalog::remove_counters_before(std::int64_t window) {
  return s_.connection.post("DELETE FROM counters WHERE workspace_id = $1 AND window_start < $2",
                            {s_.workspace, window});
}

}  // namespace lethe::sql
