// The queries of the port over one connection, and the writing of a batch.
#pragma once

#include "database.h"
#include "lethe/ports/keyring_store.h"

namespace lethe::keyring_files::rows {

// Inside a transaction of the caller. Puncture rows get `sequence`.
[[nodiscard]] Status apply(Database& db, const ports::KeyringBatch& batch, std::uint64_t sequence);

[[nodiscard]] Result<std::vector<ports::ContentKeyRow>> content_keys(
    Database& db, const ports::ContentKeyName& any_serial);
[[nodiscard]] Result<std::vector<ports::ContentKeyRow>> content_keys_in(Database& db,
                                                                        std::uint32_t bucket);
[[nodiscard]] Result<bool> has_keys_of(Database& db, std::uint32_t bucket, core::PersonId person);
[[nodiscard]] Result<std::vector<ports::BucketRow>> buckets(Database& db);
[[nodiscard]] Result<std::vector<ports::NamedRow>> named(Database& db);
[[nodiscard]] Result<std::optional<core::PersonId>> person_at(Database& db, ByteView digest);
[[nodiscard]] Result<std::vector<ports::AddressRow>> addresses_of(Database& db,
                                                                  core::PersonId person);
[[nodiscard]] Result<bool> has_tombstone(Database& db, const ports::TombstoneRow& row);
[[nodiscard]] Result<std::vector<ports::PunctureRow>> punctures_of(Database& db,
                                                                   core::PersonId person);
[[nodiscard]] Result<std::vector<ports::PunctureRow>> punctures_after(Database& db,
                                                                      std::uint64_t sequence);
[[nodiscard]] Result<bool> is_retired(Database& db, std::uint64_t key_id);
[[nodiscard]] Result<std::vector<ports::JournalRow>> journal_after(Database& db, std::uint64_t id);
[[nodiscard]] Result<std::vector<core::PersonId>> persons_after(Database& db, std::uint32_t bucket,
                                                                std::int64_t person,
                                                                std::size_t limit);
[[nodiscard]] Result<ports::KeyringCounts> counts(Database& db);

}  // namespace lethe::keyring_files::rows
