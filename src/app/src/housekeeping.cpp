#include "lethe/app/housekeeping.h"

#include <charconv>
#include <string>

#include "lethe/app/deliveries.h"
#include "lethe/app/erasure.h"
#include "lethe/app/indexing.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/app/sign_in.h"
#include "lethe/app/tickets.h"
#include "reply_keys.h"
#include "standing_notes.h"

namespace lethe::app {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::string_view kLastNight = "retention.last_night";
constexpr std::string_view kLastNightOfRawCopies = "raw_copies.last_night";
constexpr std::string_view kLastNightOfKeys = "keyring.last_night";
// Of turns, the night, counted as tonight() does.
constexpr std::string_view kLastTurn = "keyring.last_turn";
constexpr std::string_view kLastReplyKey = "reply_keys.last_turn";
constexpr std::string_view kLastSearchEpoch = "search.last_epoch";
constexpr Seconds kNightBegins{2 * 3600};  // 02:00 UTC, as the retention page says

Status forget_what_ended(App& app) {
  const Instant now = app.clock.now();
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(tx.messages().remove_drafts_before(now - kDraftsKept));
    LETHE_CHECK(tx.agents().remove_sessions_idle_since(now - kSessionIdle, now - kSessionLongest));
    LETHE_CHECK(tx.catalog().remove_idempotency_before(now));
    LETHE_CHECK(tx.outbox().remove_marks_ended(now));
    LETHE_CHECK(ports::operations(tx).trim_quarantined());
    LETHE_CHECK(ports::operations(tx).trim_refusals(now - kRefusalsKept, kRefusalRowsMax));
    return tx.catalog().remove_counters_before(unix_seconds(now) / kHour - 24);
  });
}

std::int64_t tonight(App& app) {
  return std::chrono::floor<Days>(app.clock.now() - kNightBegins).time_since_epoch().count();
}

Result<std::optional<std::string>> setting_of(App& app, std::string_view name) {
  std::optional<std::string> value;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(value, tx.catalog().setting(name));
    return {};
  }));
  return value;
}

Status set_setting(App& app, std::string_view name, const std::string& value) {
  return app.store.write([&](ports::Writing& tx) { return tx.catalog().set_setting(name, value); });
}

// `setting` keeps the night in which `work` last succeeded.
template <class Work>
Status once_a_night(App& app, std::string_view setting, Work work) {
  const std::string today = std::to_string(tonight(app));
  LETHE_TRY(const auto last, setting_of(app, setting));
  if (last == today) return {};
  LETHE_CHECK(work());
  return set_setting(app, setting, today);
}

// `setting` keeps the night of the last turn; what a new installation has is new.
template <class Turn>
Status turn_when_old(App& app, std::string_view setting, Days lives, Turn turn) {
  LETHE_TRY(const auto last, setting_of(app, setting));
  std::int64_t night = tonight(app);
  if (last) std::from_chars(last->data(), last->data() + last->size(), night);
  if (last && tonight(app) - night < lives.count()) return {};
  if (last) LETHE_CHECK(turn());
  return set_setting(app, setting, std::to_string(tonight(app)));
}

// At least so often also where nothing is erased: a copy of the root that somebody took opens
// nothing that is written in a later week. The root is last: it needs every copy of the keyring,
// and while one is away the index is filled all the same.
Status turn_keys(App& app) {
  LETHE_CHECK(
      turn_when_old(app, kLastReplyKey, kReplyKeyLives, [&] { return turn_reply_key(app); }));
  LETHE_CHECK(turn_when_old(app, kLastSearchEpoch, kSearchEpochLives,
                            [&] { return begin_search_epoch(app); }));
  LETHE_CHECK(finish_search_epoch(app));
  return turn_when_old(app, kLastTurn, kRootLives, [&]() -> Status {
    LETHE_CHECK(app.vault.turn_root());
    return {};
  });
}

Status end_keys(App& app) {
  LETHE_CHECK(renew_standing_notes(app));
  LETHE_CHECK(app.vault.expire(app.clock.now()));
  return retire_reply_keys(app);
}

}  // namespace

Status run_nightly(App& app) {
  bool enabled = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto settings, read_retention_settings(app, tx));
    enabled = settings.enabled;
    return {};
  }));
  if (!enabled) return {};
  return once_a_night(app, kLastNight, [&]() -> Status {
    LETHE_CHECK(run_retention(app, {}));
    return {};
  });
}

Status wait_for_next_night(App& app) {
  return set_setting(app, kLastNight, std::to_string(tonight(app)));
}

Status keep_house(App& app) {
  LETHE_CHECK(close_solved_tickets(app));
  LETHE_CHECK(forget_what_ended(app));
  LETHE_CHECK(run_due_erasures(app));
  LETHE_CHECK(run_nightly(app));
  LETHE_CHECK(once_a_night(app, kLastNightOfRawCopies, [&]() -> Status {
    LETHE_CHECK(expire_raw_copies(app));
    return {};
  }));
  LETHE_CHECK(once_a_night(app, kLastNightOfKeys, [&] { return end_keys(app); }));
  return turn_keys(app);
}

}  // namespace lethe::app
