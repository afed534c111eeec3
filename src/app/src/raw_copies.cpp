// The end of raw copies. Keys go by re-keying, not by name: a mail that arrives at the same moment
// is sealed under the new key, and only the old one is destroyed.
#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "lethe/app/cells.h"
#include "lethe/app/housekeeping.h"

namespace lethe::app {
namespace {

// Together they go with one turn of the root.
constexpr int kAtOnce = 2000;
// A copy that waits for an agent is looked at again in the next night.
constexpr Seconds kPostponedBy{12 * 3600};
constexpr std::string_view kDaysSetting = "raw_copy_days";

// Enough of a row to remove it and its key: its bytes are not held.
struct ExpiredRawCopy {
  core::MessageId message;
  core::TicketId ticket;
  core::PersonId person;
  std::optional<ports::BlobName> blob;
};
using Owner = std::pair<core::TicketId, core::PersonId>;

Status postpone(App& app, ports::Writing& tx, ports::RawCopyRow row) {
  row.expires_at = app.clock.now() + kPostponedBy;
  LETHE_CHECK(tx.messages().remove_raw_copy(row.message));
  return tx.messages().insert_raw_copy(row);
}

// Those that may go; those that may not yet are put off, so that they do not stand before others.
Result<std::vector<ExpiredRawCopy>> expired(App& app) {
  std::vector<ExpiredRawCopy> copies;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    copies.clear();
    for (;;) {
      LETHE_TRY(const auto ids, tx.messages().raw_copies_expired(app.clock.now(), kAtOnce));
      for (const core::MessageId id : ids) {
        LETHE_TRY(auto row, tx.messages().raw_copy(id));
        if (!row) continue;
        LETHE_TRY(const bool waits, waits_for_resolution(tx, id));
        if (waits) {
          LETHE_CHECK(postpone(app, tx, std::move(*row)));
        } else {
          copies.push_back({row->message, row->ticket, row->person, std::move(row->file.blob)});
        }
      }
      if (ids.empty() || !copies.empty()) return {};
    }
  }));
  return copies;
}

std::vector<vault::KeyRef> keys_of(const std::vector<ExpiredRawCopy>& copies) {
  std::map<Owner, vault::KeyRef> keys;
  for (const ExpiredRawCopy& copy : copies) {
    keys.try_emplace({copy.ticket, copy.person}, raw_key(copy.person, copy.ticket));
  }
  std::vector<vault::KeyRef> refs;
  for (const auto& [owner, key] : keys) refs.push_back(key);
  return refs;
}

// Those that were there to replace: a row that a restore brought back may have none.
Result<std::vector<vault::KeyRef>> rekeyed(App& app, const std::vector<vault::KeyRef>& keys) {
  std::vector<vault::KeyRef> begun;
  for (const vault::KeyRef& key : keys) {
    const Status replaced = app.vault.begin_rekey(key);
    if (replaced) begun.push_back(key);
    if (!replaced && replaced.error().code != Errc::erased)
      return std::unexpected(replaced.error());
  }
  return begun;
}

// The file key alone is sealed again: the file itself stays as it is.
Status reseal(App& app, ports::Writing& tx, ports::RawCopyRow copy) {
  const vault::KeyRef key = raw_key(copy.person, copy.ticket);
  const vault::CellRef where = place(cell::kRawKey, copy.message.value());
  auto file = app.vault.unseal_file_key(key, where, copy.file_key);
  // Brought back by a restore, its key gone before: nobody can read it.
  if (!file && file.error().code == Errc::erased) return {};
  if (!file) return std::unexpected(std::move(file).error());
  LETHE_TRY(copy.file_key, app.vault.seal_file_key(key, where, *file));
  LETHE_CHECK(tx.messages().remove_raw_copy(copy.message));
  return tx.messages().insert_raw_copy(copy);
}

Status reseal_what_stays(App& app, const std::vector<vault::KeyRef>& keys, Instant now) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    std::map<core::TicketId, std::set<core::PersonId>> persons;
    for (const vault::KeyRef& key : keys) persons[*key.ticket].insert(key.person);
    for (const auto& [ticket, owners] : persons) {
      LETHE_TRY(auto copies, tx.messages().raw_copies(ticket));
      for (ports::RawCopyRow& copy : copies) {
        if (!owners.contains(copy.person) || copy.expires_at <= now) continue;
        LETHE_CHECK(reseal(app, tx, std::move(copy)));
      }
    }
    return {};
  });
}

Status destroy_keys(App& app, const std::vector<ExpiredRawCopy>& copies) {
  const Instant now = app.clock.now();
  LETHE_TRY(auto keys, rekeyed(app, keys_of(copies)));
  LETHE_CHECK(reseal_what_stays(app, keys, now));
  if (keys.empty()) return {};
  LETHE_CHECK(app.vault.puncture({.superseded = std::move(keys), .at = now}));
  return {};
}

}  // namespace

Result<int> raw_copy_days(const ports::Reading& tx) {
  LETHE_TRY(const auto text, tx.catalog().setting(kDaysSetting));
  int days = kRawCopyDaysDefault;
  if (text) std::from_chars(text->data(), text->data() + text->size(), days);
  return days;
}

Status set_raw_copy_days(App& app, int days) {
  if (days < 0 || days > kRawCopyDaysMax) {
    return fail(Errc::out_of_range, "A number of days from 0 to 365.", "raw_days");
  }
  return app.store.write([&](ports::Writing& tx) {
    return tx.catalog().set_setting(kDaysSetting, std::to_string(days));
  });
}

Result<bool> waits_for_resolution(const ports::Reading& tx, core::MessageId message) {
  const auto row = tx.messages().find(message);
  if (!row && row.error().code != Errc::not_found) return std::unexpected(row.error());
  if (!row || !row->flags.unreadable) return false;
  LETHE_TRY(const auto ticket, tx.tickets().find(row->ticket));
  const bool unresolved = ticket.state.status == core::TicketStatus::open ||
                          ticket.state.status == core::TicketStatus::pending;
  return !ticket.erased && unresolved;
}

Result<int> expire_raw_copies(App& app) {
  const std::scoped_lock lock{app.index_and_erasure};
  int gone = 0;
  for (;;) {
    LETHE_TRY(const auto copies, expired(app));
    if (copies.empty()) return gone;
    for (const ExpiredRawCopy& copy : copies) {
      if (copy.blob) LETHE_CHECK(app.blobs.remove(*copy.blob));
    }
    LETHE_CHECK(destroy_keys(app, copies));
    LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
      for (const ExpiredRawCopy& copy : copies) {
        LETHE_CHECK(tx.messages().remove_raw_copy(copy.message));
      }
      return {};
    }));
    gone += static_cast<int>(copies.size());
  }
}

}  // namespace lethe::app
