#include "lethe/app/housekeeping.h"

#include <vector>

#include "lethe/app/erasure.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/app/sign_in.h"
#include "lethe/app/tickets.h"
#include "sealed_files.h"

namespace lethe::app {
namespace {

constexpr int kRawCopiesAtOnce = 100;
constexpr std::int64_t kHour = 3600;
constexpr std::string_view kLastNight = "retention.last_night";
constexpr Seconds kNightBegins{2 * 3600};  // 02:00 UTC, as the retention page says

Result<std::vector<ports::RawCopyRow>> expired(App& app) {
  std::vector<ports::RawCopyRow> rows;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto ids, tx.messages().raw_copies_expired(app.clock.now(), kRawCopiesAtOnce));
    for (const core::MessageId id : ids) {
      LETHE_TRY(auto row, tx.messages().raw_copy(id));
      if (row) rows.push_back(std::move(*row));
    }
    return {};
  }));
  return rows;
}

Status forget_what_ended(App& app) {
  const Instant now = app.clock.now();
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(tx.messages().remove_drafts_before(now - kDraftsKept));
    LETHE_CHECK(tx.agents().remove_sessions_idle_since(now - kSessionIdle, now - kSessionLongest));
    LETHE_CHECK(tx.catalog().remove_idempotency_before(now));
    return tx.catalog().remove_counters_before(unix_seconds(now) / kHour - 24);
  });
}

}  // namespace

Result<int> expire_raw_copies(App& app) {
  LETHE_TRY(const auto rows, expired(app));
  for (const ports::RawCopyRow& row : rows) LETHE_CHECK(remove_blob_of(app, row.file));
  if (rows.empty()) return 0;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    for (const ports::RawCopyRow& row : rows) {
      LETHE_CHECK(tx.messages().remove_raw_copy(row.message));
    }
    return {};
  }));
  return static_cast<int>(rows.size());
}

Status run_nightly(App& app) {
  const std::string today = std::to_string(
      std::chrono::floor<Days>(app.clock.now() - kNightBegins).time_since_epoch().count());
  std::optional<std::string> last;
  bool enabled = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(last, tx.catalog().setting(kLastNight));
    LETHE_TRY(const auto settings, read_retention_settings(app, tx));
    enabled = settings.enabled;
    return {};
  }));
  if (!enabled || last == today) return {};
  LETHE_CHECK(run_retention(app, {}));
  return app.store.write(
      [&](ports::Writing& tx) { return tx.catalog().set_setting(kLastNight, today); });
}

Status keep_house(App& app) {
  LETHE_CHECK(close_solved_tickets(app));
  LETHE_CHECK(expire_raw_copies(app));
  LETHE_CHECK(forget_what_ended(app));
  LETHE_CHECK(run_due_erasures(app));
  return run_nightly(app);
}

}  // namespace lethe::app
