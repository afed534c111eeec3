#include "rows.h"

namespace lethe::keyring_files::rows {
namespace {

std::int64_t whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }

// Every id in the file was one of ours; 0 or less means a damaged file.
std::optional<core::PersonId> person_in(std::int64_t value) {
  if (value <= 0) return std::nullopt;
  return core::PersonId::of(value);
}

ports::ContentKeyRow content_key_in(const Row& row) {
  return {{static_cast<std::uint32_t>(row.number(0)), row.number(1), row.number(2),
           static_cast<std::uint8_t>(row.number(3)), static_cast<std::uint32_t>(row.number(4))},
          row.bytes(5)};
}

std::optional<ports::PunctureRow> puncture_in(const Row& row) {
  const auto person = person_in(row.number(2));
  if (!person) return std::nullopt;
  ports::PunctureRow puncture{static_cast<std::uint64_t>(row.number(0)), instant_of(row.number(1)),
                              *person, std::nullopt, std::nullopt};
  if (const Value ticket = row.maybe_number(3); ticket && *ticket > 0) {
    puncture.ticket = core::TicketId::of(*ticket);
  }
  if (const Value key_class = row.maybe_number(4)) {
    puncture.key_class = static_cast<std::uint8_t>(*key_class);
  }
  return puncture;
}

// Collects what `read` makes of every row; rows it refuses are a damaged file.
template <class T, class Read, class... Args>
Result<std::vector<T>> all(Database& db, std::string_view sql, Read read, const Args&... args) {
  std::vector<T> found;
  bool damaged = false;
  LETHE_CHECK(db.query(
      sql,
      [&](const Row& row) {
        if (std::optional<T> value = read(row)) {
          found.push_back(std::move(*value));
        } else {
          damaged = true;
        }
      },
      args...));
  if (damaged) return fail(Errc::corrupt, "keyring.db holds an id that is none");
  return found;
}

template <class... Args>
Result<bool> any(Database& db, std::string_view sql, const Args&... args) {
  bool found = false;
  LETHE_CHECK(db.query(sql, [&](const Row&) { found = true; }, args...));
  return found;
}

}  // namespace

Result<std::vector<ports::ContentKeyRow>> content_keys(Database& db,
                                                       const ports::ContentKeyName& name) {
  return all<ports::ContentKeyRow>(
      db,
      "SELECT bucket, person, ticket, class, serial, wrapped FROM content_keys "
      "WHERE bucket = ? AND person = ? AND ticket = ? AND class = ? ORDER BY serial",
      [](const Row& row) { return std::optional{content_key_in(row)}; }, std::int64_t{name.bucket},
      name.person, name.ticket, std::int64_t{name.key_class});
}

Result<std::vector<ports::ContentKeyRow>> content_keys_in(Database& db, std::uint32_t bucket) {
  return all<ports::ContentKeyRow>(
      db,
      "SELECT bucket, person, ticket, class, serial, wrapped FROM content_keys WHERE bucket = ? "
      "ORDER BY person, ticket, class, serial",
      [](const Row& row) { return std::optional{content_key_in(row)}; }, std::int64_t{bucket});
}

Result<bool> has_keys_of(Database& db, std::uint32_t bucket, core::PersonId person) {
  return any(db, "SELECT 1 FROM content_keys WHERE bucket = ? AND person = ? LIMIT 1",
             std::int64_t{bucket}, person.value());
}

Result<std::vector<ports::BucketRow>> buckets(Database& db) {
  return all<ports::BucketRow>(
      db, "SELECT bucket, wrapped FROM buckets ORDER BY bucket", [](const Row& row) {
        return std::optional{
            ports::BucketRow{static_cast<std::uint32_t>(row.number(0)), row.bytes(1)}};
      });
}

Result<std::vector<ports::NamedRow>> named(Database& db) {
  return all<ports::NamedRow>(
      db, "SELECT kind, number, ends_at, wrapped FROM named ORDER BY kind, number",
      [](const Row& row) {
        return std::optional{ports::NamedRow{
            {static_cast<std::uint16_t>(row.number(0)), static_cast<std::uint32_t>(row.number(1))},
            instant_of(row.number(2)),
            row.bytes(3)}};
      });
}

Result<std::optional<core::PersonId>> person_at(Database& db, ByteView digest) {
  LETHE_TRY(const auto found, all<core::PersonId>(
                                  db, "SELECT person FROM addresses WHERE digest = ?",
                                  [](const Row& row) { return person_in(row.number(0)); }, digest));
  return found.empty() ? std::nullopt : std::optional{found.front()};
}

Result<std::vector<ports::AddressRow>> addresses_of(Database& db, core::PersonId person) {
  return all<ports::AddressRow>(
      db, "SELECT digest FROM addresses WHERE person = ? ORDER BY digest",
      [&](const Row& row) { return std::optional{ports::AddressRow{row.bytes(0), person}}; },
      person.value());
}

Result<bool> has_tombstone(Database& db, const ports::TombstoneRow& row) {
  return any(db, "SELECT 1 FROM tombstones WHERE epoch = ? AND digest = ?", std::int64_t{row.epoch},
             ByteView{row.digest});
}

Result<std::vector<ports::PunctureRow>> punctures_of(Database& db, core::PersonId person) {
  return all<ports::PunctureRow>(
      db, "SELECT sequence, at, person, ticket, class FROM punctures WHERE person = ? ORDER BY id",
      puncture_in, person.value());
}

Result<std::vector<ports::PunctureRow>> punctures_after(Database& db, std::uint64_t sequence) {
  return all<ports::PunctureRow>(
      db,
      "SELECT sequence, at, person, ticket, class FROM punctures WHERE sequence > ? ORDER BY id",
      puncture_in, whole(sequence));
}

Result<bool> is_retired(Database& db, std::uint64_t key_id) {
  return any(db, "SELECT 1 FROM retired_keys WHERE key_id = ?", whole(key_id));
}

Result<std::vector<ports::JournalRow>> journal_after(Database& db, std::uint64_t id) {
  return all<ports::JournalRow>(
      db, "SELECT id, kind, at, person, sealed FROM journal WHERE id > ? ORDER BY id",
      [](const Row& row) {
        ports::JournalRow note{static_cast<std::uint64_t>(row.number(0)),
                               static_cast<std::uint16_t>(row.number(1)), instant_of(row.number(2)),
                               std::nullopt, row.bytes(4)};
        if (const Value person = row.maybe_number(3)) note.person = person_in(*person);
        return std::optional{std::move(note)};
      },
      whole(id));
}

Result<std::vector<core::PersonId>> persons_after(Database& db, std::uint32_t bucket,
                                                  std::int64_t person, std::size_t limit) {
  return all<core::PersonId>(
      db,
      "SELECT DISTINCT bucket, person FROM content_keys WHERE (bucket, person) > (?, ?) "
      "ORDER BY bucket, person LIMIT ?",
      [](const Row& row) { return person_in(row.number(1)); }, std::int64_t{bucket}, person,
      whole(limit));
}

Result<ports::KeyringCounts> counts(Database& db) {
  ports::KeyringCounts counts;
  const auto number = [](const Row& row, int column) {
    return static_cast<std::uint64_t>(row.number(column));
  };
  LETHE_CHECK(
      db.query("SELECT (SELECT count(*) FROM (SELECT DISTINCT bucket, person FROM content_keys)), "
               "(SELECT count(*) FROM content_keys), (SELECT count(*) FROM addresses), "
               "(SELECT count(*) FROM tombstones)",
               [&](const Row& row) {
                 counts = {number(row, 0), number(row, 1), number(row, 2), number(row, 3)};
               }));
  return counts;
}

}  // namespace lethe::keyring_files::rows
