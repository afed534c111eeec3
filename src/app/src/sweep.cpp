#include "lethe/app/sweep.h"

#include <charconv>

#include "erasure_removal.h"
#include "lethe/app/holds.h"
#include "lethe/app/housekeeping.h"
#include "lethe/app/indexing.h"
#include "lethe/app/mail_choices.h"
#include "lethe/base/fault.h"
#include "redaction_notes.h"
#include "restored_orders.h"

namespace lethe::app {
namespace {

const FaultPointName kSwept{"restore.swept_one"};
const FaultPointName kCleared{"restore.access_void"};

constexpr int kStep = 500;
constexpr std::int64_t kUnexplainedMin = 50;
constexpr std::string_view kNotesSeen = "notes_seen";

ports::ErasureRow order_for(const vault::PunctureRecord& record) {
  ports::ErasureRow row{.id = core::ErasureId::of(1), .person = record.person, .reason = "restore"};
  if (!record.ticket) return row;
  row.tickets = {*record.ticket};
  row.scope = ports::ErasureScope::ticket;
  if (record.key_class == vault::KeyClass::attachments)
    row.scope = ports::ErasureScope::attachments;
  if (record.key_class == vault::KeyClass::raw) row.scope = ports::ErasureScope::raw;
  return row;
}

// A record of a body key alone, or of a profile, is part of a wider one.
bool stands_alone(const vault::PunctureRecord& record) {
  return !record.key_class || *record.key_class == vault::KeyClass::attachments ||
         *record.key_class == vault::KeyClass::raw;
}

Result<bool> remove_again(App& app, ports::ErasureRow row) {
  ErasureReach reach;
  bool present = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    if (row.scope == ports::ErasureScope::person) {
      present = tx.people().find(row.person).has_value();
      LETHE_TRY(row.tickets, tickets_of_person(tx, row.person));
    } else {
      const auto ticket = tx.tickets().find(row.tickets.front());
      // Of another's ticket only the part of this person was punctured; that shell is the other's.
      // Raw copies name everybody: those of a ticket fall together, whoever wrote the mails.
      const bool raw_alone = row.scope == ports::ErasureScope::raw;
      present = ticket && !(raw_alone && ticket->erased) &&
                (raw_alone || ticket->requester == row.person);
    }
    if (!present) return {};
    LETHE_TRY(reach, reach_of(tx, row));
    // Files may be gone from a ticket that stays: a start after a crash is no restore.
    const bool files_only =
        row.scope == ports::ErasureScope::attachments || row.scope == ports::ErasureScope::raw;
    if (files_only) present = !reach.attachments.empty() || !reach.raw_copies.empty();
    return {};
  }));
  if (!present) return false;
  LETHE_CHECK(remove_blobs(app, reach));
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto now_reached, reach_of(tx, row));
    return remove_rows_of(app, tx, row, now_reached);
  }));
  LETHE_FAULT_POINT("restore.swept_one");
  return true;
}

Status sweep_recorded(App& app, std::uint64_t data_sequence, SweepReport& report) {
  LETHE_TRY(const auto records, app.vault.punctures_after(data_sequence));
  for (const vault::PunctureRecord& record : records) {
    if (!stands_alone(record)) continue;
    LETHE_TRY(const bool removed, remove_again(app, order_for(record)));
    if (!removed) continue;
    (record.ticket ? report.tickets : report.persons) += 1;
  }
  return {};
}

Result<std::vector<core::PersonId>> persons_without_keys(App& app, std::int64_t& all) {
  std::vector<core::PersonId> without;
  for (std::int64_t last = 0;;) {
    std::vector<core::PersonId> ids;
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(ids, tx.people().ids_after(last, kStep));
      return {};
    }));
    if (ids.empty()) return without;
    for (const core::PersonId id : ids) {
      LETHE_TRY(const bool has, app.vault.has_any_key(id));
      if (!has) without.push_back(id);
    }
    all += static_cast<std::int64_t>(ids.size());
    last = ids.back().value();
  }
}

Status sweep_unexplained(App& app, ConfirmSweep confirm, SweepReport& report) {
  std::int64_t all = 0;
  LETHE_TRY(const auto without, persons_without_keys(app, all));
  const auto found = static_cast<std::int64_t>(without.size());
  const bool many = found >= kUnexplainedMin && found * 100 > all;
  if (many && confirm == ConfirmSweep::no) {
    return fail(Errc::needs_confirmation,
                std::to_string(found) + " of " + std::to_string(all) +
                    " persons have no key and no record of an erasure. Is this the right keyring? "
                    "If it is, start again with --confirm-sweep; none of them was removed");
  }
  for (const core::PersonId id : without) {
    ports::ErasureRow row{.id = core::ErasureId::of(1), .person = id, .reason = "restore"};
    LETHE_TRY(const bool removed, remove_again(app, row));
    report.persons += removed;
  }
  return {};
}

Result<bool> was_restored(App& app) {
  std::optional<std::string> marker;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(marker, tx.catalog().setting(kRestoredSetting));
    return {};
  }));
  return marker.has_value() && *marker == "1";
}

Status void_access(App& app) {
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(tx.agents().remove_all_access());
    return tx.catalog().set_setting(kRestoredSetting, "0");
  }));
  LETHE_FAULT_POINT("restore.access_void");
  return {};
}

// The last note that the data answers to.
Result<std::optional<vault::JournalId>> notes_seen(App& app) {
  std::optional<std::string> text;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(text, tx.catalog().setting(kNotesSeen));
    return {};
  }));
  if (!text) return std::nullopt;
  std::uint64_t id = 0;
  std::from_chars(text->data(), text->data() + text->size(), id);
  return vault::JournalId{id};
}

// Nothing says of data that was put back by hand, or with PostgreSQL's own tools, that it is older
// when nobody was erased since: notes that it has not seen do. They may as well be of the last
// moments before a crash, so that only what changes nothing in newer data is done.
Status replay_unseen(App& app, bool older_data) {
  LETHE_TRY(const auto seen, notes_seen(app));
  LETHE_TRY(const auto unseen, app.vault.notes_after(seen));
  if (unseen.empty() && !older_data) return {};
  LETHE_CHECK(replay_notes(app));
  LETHE_TRY(const std::int64_t shortened,
            replay_redactions(app, older_data ? Replace::older : Replace::unreadable));
  if (shortened != 0 || older_data) LETHE_CHECK(app.search.reset());
  LETHE_CHECK(settle_restored_orders(app));
  if (unseen.empty()) return {};
  const auto last = static_cast<std::uint64_t>(unseen.back().id);
  return app.store.write([&](ports::Writing& tx) {
    return tx.catalog().set_setting(kNotesSeen, std::to_string(last));
  });
}

}  // namespace

Status refuse_wrong_keyring(ports::Store& store, const vault::Vault& vault) {
  if (store.workspace() != vault.workspace()) {
    return fail(Errc::conflict,
                "the keyring is another installation's: it opens nothing of this data. Put the "
                "keyring of this data in its place; nothing was changed");
  }
  LETHE_TRY(const std::uint64_t data_sequence, store.keyring_sequence());
  if (data_sequence > vault.sequence()) {
    return fail(Errc::stale_keyring,
                "the keyring is older than the data: it lacks keys of mail that was answered. Put "
                "the current keyring or its replica back; nothing was changed");
  }
  return {};
}

Result<SweepReport> sweep(App& app, ConfirmSweep confirm) {
  LETHE_CHECK(refuse_wrong_keyring(app.store, app.vault));
  LETHE_TRY(const std::uint64_t data_sequence, app.store.keyring_sequence());
  SweepReport report;
  LETHE_TRY(report.restored, was_restored(app));
  if (data_sequence == app.vault.sequence() && !report.restored) return report;
  LETHE_CHECK(sweep_recorded(app, data_sequence, report));
  // Also of data that was put back by hand: replaying a wish twice changes nothing.
  LETHE_CHECK(replay_mail_choices(app));
  const bool older_data = report.restored || report.persons + report.tickets > 0;
  if (older_data) LETHE_CHECK(sweep_unexplained(app, confirm, report));
  LETHE_CHECK(replay_unseen(app, older_data));
  if (!older_data) return report;
  LETHE_CHECK(app.store.scrub());
  LETHE_CHECK(wait_for_next_night(app));
  LETHE_CHECK(void_access(app));
  report.restored = true;
  return report;
}

}  // namespace lethe::app
