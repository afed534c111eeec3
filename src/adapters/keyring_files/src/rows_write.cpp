#include "rows.h"

namespace lethe::keyring_files::rows {
namespace {

std::int64_t whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }
template <class IdType>
Value maybe(const std::optional<IdType>& id) {
  return id ? Value{id->value()} : std::nullopt;
}

Status remove_rows(Database& db, const ports::KeyringBatch& batch) {
  for (const auto& name : batch.removed_keys) {
    LETHE_CHECK(
        db.run("DELETE FROM content_keys WHERE bucket = ? AND person = ? AND ticket = ? "
               "AND class = ? AND serial = ?",
               std::int64_t{name.bucket}, name.person, name.ticket, std::int64_t{name.key_class},
               std::int64_t{name.serial}));
  }
  for (const auto& name : batch.removed_named) {
    LETHE_CHECK(db.run("DELETE FROM named WHERE kind = ? AND number = ?", std::int64_t{name.kind},
                       std::int64_t{name.number}));
  }
  for (const Bytes& digest : batch.removed_addresses) {
    LETHE_CHECK(db.run("DELETE FROM addresses WHERE digest = ?", ByteView{digest}));
  }
  for (const core::PersonId person : batch.removed_journal_of) {
    LETHE_CHECK(db.run("DELETE FROM journal WHERE person = ?", person.value()));
  }
  return {};
}

Status remove_history(Database& db, const ports::KeyringBatch& batch) {
  if (batch.removed_tombstones_below) {
    LETHE_CHECK(db.run("DELETE FROM tombstones WHERE epoch < ?",
                       std::int64_t{*batch.removed_tombstones_below}));
  }
  if (batch.removed_history_before) {
    const std::int64_t before = unix_seconds(*batch.removed_history_before);
    LETHE_CHECK(db.run("DELETE FROM punctures WHERE at < ?", before));
    LETHE_CHECK(db.run("DELETE FROM retired_keys WHERE at < ?", before));
    LETHE_CHECK(db.run("DELETE FROM journal WHERE at < ?", before));
  }
  return {};
}

Status add_keys(Database& db, const ports::KeyringBatch& batch) {
  for (const auto& row : batch.content_keys) {
    LETHE_CHECK(db.run(
        "INSERT INTO content_keys (bucket, person, ticket, class, serial, wrapped) "
        "VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (bucket, person, ticket, class, serial) "
        "DO UPDATE SET wrapped = excluded.wrapped",
        std::int64_t{row.name.bucket}, row.name.person, row.name.ticket,
        std::int64_t{row.name.key_class}, std::int64_t{row.name.serial}, ByteView{row.wrapped}));
  }
  for (const auto& row : batch.buckets) {
    LETHE_CHECK(db.run("INSERT OR REPLACE INTO buckets (bucket, wrapped) VALUES (?, ?)",
                       std::int64_t{row.bucket}, ByteView{row.wrapped}));
  }
  for (const auto& row : batch.named) {
    LETHE_CHECK(
        db.run("INSERT OR REPLACE INTO named (kind, number, ends_at, wrapped) VALUES (?, ?, ?, ?)",
               std::int64_t{row.name.kind}, std::int64_t{row.name.number},
               unix_seconds(row.ends_at), ByteView{row.wrapped}));
  }
  return {};
}

Status add_history(Database& db, const ports::KeyringBatch& batch, std::uint64_t sequence) {
  for (const auto& row : batch.addresses) {
    LETHE_CHECK(db.run("INSERT OR REPLACE INTO addresses (digest, person) VALUES (?, ?)",
                       ByteView{row.digest}, row.person.value()));
  }
  for (const auto& row : batch.tombstones) {
    LETHE_CHECK(db.run("INSERT OR REPLACE INTO tombstones (epoch, digest) VALUES (?, ?)",
                       std::int64_t{row.epoch}, ByteView{row.digest}));
  }
  for (const auto& row : batch.punctures) {
    const Value key_class = row.key_class ? Value{*row.key_class} : std::nullopt;
    LETHE_CHECK(db.run(
        "INSERT INTO punctures (sequence, at, person, ticket, class) VALUES (?, ?, ?, ?, ?)",
        whole(sequence), unix_seconds(row.at), row.person.value(), maybe(row.ticket), key_class));
  }
  for (const auto& row : batch.retired_keys) {
    LETHE_CHECK(db.run("INSERT OR REPLACE INTO retired_keys (key_id, at) VALUES (?, ?)",
                       whole(row.key_id), unix_seconds(row.at)));
  }
  for (const auto& row : batch.journal) {
    LETHE_CHECK(db.run("INSERT INTO journal (kind, at, person, sealed) VALUES (?, ?, ?, ?)",
                       std::int64_t{row.kind}, unix_seconds(row.at), maybe(row.person),
                       ByteView{row.sealed}));
  }
  return {};
}

}  // namespace

Status apply(Database& db, const ports::KeyringBatch& batch, std::uint64_t sequence) {
  LETHE_CHECK(remove_rows(db, batch));
  LETHE_CHECK(remove_history(db, batch));
  LETHE_CHECK(add_keys(db, batch));
  return add_history(db, batch, sequence);
}

}  // namespace lethe::keyring_files::rows
