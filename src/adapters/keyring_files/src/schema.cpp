#include "schema.h"

#include <string>

namespace lethe::keyring_files {
namespace {

// The bucket leads the key of content_keys, so that re-keying one is a range
// scan over neighbouring pages.
constexpr const char* kTables = R"sql(
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  workspace INTEGER NOT NULL, sequence INTEGER NOT NULL, generation INTEGER NOT NULL,
  stamp BLOB NOT NULL);
CREATE TABLE content_keys (
  bucket INTEGER NOT NULL, person INTEGER NOT NULL, ticket INTEGER NOT NULL,
  class INTEGER NOT NULL, serial INTEGER NOT NULL, wrapped BLOB NOT NULL,
  PRIMARY KEY (bucket, person, ticket, class, serial)) WITHOUT ROWID;
CREATE TABLE buckets (bucket INTEGER PRIMARY KEY, wrapped BLOB NOT NULL);
CREATE TABLE named (
  kind INTEGER NOT NULL, number INTEGER NOT NULL, ends_at INTEGER NOT NULL,
  wrapped BLOB NOT NULL, PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE addresses (digest BLOB PRIMARY KEY, person INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX addresses_by_person ON addresses (person);
CREATE TABLE tombstones (
  epoch INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (epoch, digest)) WITHOUT ROWID;
CREATE TABLE punctures (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
  person INTEGER NOT NULL, ticket INTEGER, class INTEGER);
CREATE INDEX punctures_by_person ON punctures (person);
CREATE INDEX punctures_by_sequence ON punctures (sequence);
CREATE TABLE retired_keys (key_id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, at INTEGER NOT NULL,
  person INTEGER, sealed BLOB NOT NULL);
CREATE INDEX journal_by_person ON journal (person);
PRAGMA user_version = 1;
)sql";

}  // namespace

Status apply_settings(Database& database) {
  return database.execute(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA secure_delete = ON;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA wal_autocheckpoint = 4000;"
      "PRAGMA cache_size = -4096;");
}

Status make_tables(Database& database) {
  LETHE_TRY(Transaction transaction, Transaction::begin(database));
  LETHE_CHECK(database.execute(kTables));
  return transaction.commit();
}

Result<Head> read_head(Database& database) {
  std::int64_t format = 0;
  LETHE_CHECK(
      database.query("PRAGMA user_version", [&](const Row& row) { format = row.number(0); }));
  if (format > std::int64_t{kFormat}) {
    return fail(Errc::unsupported, "keyring.db was written by a newer version of Lethe (format " +
                                       std::to_string(format) + "); install that version");
  }
  Head head;
  if (format == 0) return head;
  LETHE_CHECK(database.query("SELECT workspace, sequence, generation, stamp FROM head",
                             [&](const Row& row) {
                               head = Head{row.number(0), static_cast<std::uint64_t>(row.number(1)),
                                           static_cast<std::uint64_t>(row.number(2)), row.bytes(3)};
                             }));
  return head;
}

Status write_head(Database& database, const Head& head) {
  return database.run(
      "INSERT OR REPLACE INTO head (id, workspace, sequence, generation, stamp) "
      "VALUES (1, ?, ?, ?, ?)",
      head.workspace, static_cast<std::int64_t>(head.sequence),
      static_cast<std::int64_t>(head.generation), ByteView{head.stamp});
}

}  // namespace lethe::keyring_files
