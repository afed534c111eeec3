#include "reply_keys.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "json.h"
#include "lethe/app/housekeeping.h"
#include "lethe/ports/operations.h"

namespace lethe::app {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormerKeys = "reply_keys.former";
constexpr std::int64_t kFirstKey = 1;

struct FormerKey {
  std::int64_t key = 0;
  std::int64_t ids_below = 0;  // every id made while it was in use
  std::int64_t ended_at = 0;
};

// By key, ascending.
Result<std::vector<FormerKey>> former_keys(const ports::Reading& tx) {
  LETHE_TRY(const auto setting, tx.catalog().setting(kFormerKeys));
  const json::object kept = parse_object(setting.value_or(""));
  std::vector<FormerKey> keys;
  const json::value* const list = kept.if_contains("keys");
  if (list == nullptr || !list->is_array()) return keys;
  for (const json::value& one : list->get_array()) {
    if (!one.is_object()) continue;
    const json::object& key = one.get_object();
    keys.push_back(
        {number_of(key, "key"), number_of(key, "ids_below"), number_of(key, "ended_at")});
  }
  return keys;
}

Status keep(ports::Writing& tx, const std::vector<FormerKey>& keys) {
  json::array list;
  for (const FormerKey& key : keys) {
    list.push_back(
        json::object{{"key", key.key}, {"ids_below", key.ids_below}, {"ended_at", key.ended_at}});
  }
  return tx.catalog().set_setting(kFormerKeys,
                                  json::serialize(json::object{{"keys", std::move(list)}}));
}

// Of a ticket that lives, or of a message: one that moved is older than the ticket it is in.
Result<std::int64_t> oldest_id_kept(const ports::Reading& tx) {
  std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
  LETHE_TRY(const auto ticket, ports::operations(tx).oldest_live_ticket());
  if (ticket) oldest = ticket->value();
  LETHE_TRY(const auto messages, tx.messages().after(0, 1));
  if (!messages.empty()) oldest = std::min(oldest, messages.front().id.value());
  return oldest;
}

}  // namespace

Status turn_reply_key(App& app) {
  LETHE_TRY(const std::uint16_t now_used, app.vault.rotate_reply_key());
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto keys, former_keys(tx));
    // One that a keyring put back from a copy used again ends now, whatever was known of it; so
    // does one of a turn that was cut short before it came here.
    std::erase_if(keys, [&](const FormerKey& key) { return key.key + 1 >= now_used; });
    const std::int64_t first = keys.empty() ? kFirstKey : keys.back().key + 1;
    for (std::int64_t key = first; key < now_used; ++key) {
      keys.push_back({key, app.ids.next(), unix_seconds(app.clock.now())});
    }
    return keep(tx, keys);
  });
}

Status retire_reply_keys(App& app) {
  std::vector<FormerKey> keys;
  std::int64_t oldest = 0;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(keys, former_keys(tx));
    if (keys.empty()) return {};
    LETHE_TRY(oldest, oldest_id_kept(tx));
    return {};
  }));
  const std::int64_t ended_by = unix_seconds(app.clock.now() - kReplyKeyLingers);
  const auto is_done = [&](const FormerKey& key) {
    return key.ids_below <= oldest && key.ended_at <= ended_by;
  };
  if (std::ranges::none_of(keys, is_done)) return {};
  for (const FormerKey& key : keys) {
    if (!is_done(key)) continue;
    const Status retired = app.vault.retire_reply_key(static_cast<std::uint16_t>(key.key));
    // In use again, by a keyring put back from a copy: the next turn ends it.
    if (!retired && retired.error().code != Errc::conflict) return retired;
  }
  std::erase_if(keys, is_done);
  return app.store.write([&](ports::Writing& tx) { return keep(tx, keys); });
}

}  // namespace lethe::app
