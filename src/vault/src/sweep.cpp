// What the restore sweep, the doctor and the reports ask.
#include <utility>

#include "impl.h"

namespace lethe::vault {
namespace {

std::vector<PunctureRecord> records_of(const std::vector<ports::PunctureRow>& rows) {
  std::vector<PunctureRecord> records;
  for (const ports::PunctureRow& row : rows) {
    std::optional<KeyClass> key_class;
    if (row.key_class) key_class = static_cast<KeyClass>(*row.key_class);
    records.push_back({row.sequence, row.at, row.person, row.ticket, key_class});
  }
  return records;
}

}  // namespace

Result<std::vector<core::PersonId>> Vault::persons_after(std::optional<core::PersonId> last,
                                                         std::size_t limit) {
  if (!last) return impl_->store.persons_after(0, 0, limit);
  return impl_->store.persons_after(bucket_of(*last), last->value(), limit);
}

Result<std::vector<PunctureRecord>> Vault::punctures_after(std::uint64_t sequence) {
  LETHE_TRY(const auto rows, impl_->store.punctures_after(sequence));
  return records_of(rows);
}

Result<std::vector<PunctureRecord>> Vault::punctures_of(core::PersonId person) {
  LETHE_TRY(const auto rows, impl_->store.punctures_of(person));
  return records_of(rows);
}

Result<Counts> Vault::counts() {
  LETHE_TRY(const ports::KeyringCounts counts, impl_->store.counts());
  return Counts{counts.persons, counts.content_keys, counts.addresses, counts.tombstones};
}

// A note is sealed like a cell of a table that does not exist: the kind is
// its column, the date its row.
Context Vault::Impl::note_context(const ports::JournalRow& row) const {
  const core::PersonId owner = row.person.value_or(workspace_itself());
  return cell_context(workspace, owner, {0, row.kind, unix_seconds(row.at), 0});
}

Status Vault::append_note(std::uint16_t kind, Instant at, std::optional<core::PersonId> person,
                          const Plaintext& text) {
  const std::unique_lock lock{impl_->state};
  ports::JournalRow row{0, kind, at, person, {}};
  const KeyView key = impl_->tree.named(Named::journal).slot.key();
  row.sealed =
      seal_cell({key, key_id_of(key)}, impl_->random, impl_->note_context(row), text.reveal());
  impl_->waiting.notes.push_back(std::move(row));
  return {};
}

Result<std::vector<Vault::Note>> Vault::notes_after(std::optional<JournalId> last) {
  LETHE_TRY(const auto rows,
            impl_->store.journal_after(last ? static_cast<std::uint64_t>(*last) : 0));
  const std::shared_lock lock{impl_->state};
  const KeyView key = impl_->tree.named(Named::journal).slot.key();
  std::vector<Note> notes;
  for (const ports::JournalRow& row : rows) {
    LETHE_CHECK(key_id_in(row.sealed));
    LETHE_TRY(Plaintext text, open_cell(key, impl_->note_context(row), row.sealed));
    notes.push_back({JournalId{row.id}, row.kind, row.at, row.person, std::move(text)});
  }
  return notes;
}

}  // namespace lethe::vault
