#include "site_my_notices.h"

#include <algorithm>
#include <charconv>

#include "lethe/app/notifications.h"

namespace lethe::web {
namespace {

views::Options wait_options(const Text& words, Seconds chosen) {
  views::Options options;
  for (const auto& [seconds, label] : {std::pair{0, words("no time: at once")},
                                       {120, words("two minutes")},
                                       {600, words("ten minutes")},
                                       {3600, words("an hour")}}) {
    options.push_back({std::to_string(seconds), label, chosen == Seconds{seconds}});
  }
  const bool listed = std::ranges::any_of(options, &views::Option::chosen);
  const std::string count = std::to_string(chosen.count());
  if (!listed) options.push_back({count, words.with("{} seconds", count), true});
  return options;
}

// Out of every range when it is no number.
Seconds seconds_of(std::string_view text) {
  int seconds = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return Seconds{whole ? seconds : -1};
}

}  // namespace

Status fill_notices(Visit& visit, views::MySettings& view) {
  return visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto wishes, app::notice_wishes(visit.app, tx, visit.me()));
    LETHE_TRY(const auto groups, tx.catalog().named(ports::NamedKind::group));
    view.told_assigned = wishes.assigned;
    view.told_answered = wishes.answered;
    view.notices_stopped = wishes.stopped;
    for (const ports::CatalogRow& group : groups) {
      const bool watched =
          std::ranges::find(wishes.groups, group.id, &core::GroupId::value) != wishes.groups.end();
      view.watched_groups.push_back({std::to_string(group.id), group.name, watched});
    }
    view.notice_waits = wait_options(visit.words(), wishes.wait);
    return {};
  });
}

Status save_notices(Visit& visit, const Fields& fields) {
  app::NoticeWishes wishes{.assigned = fields.get("assigned") == "1",
                           .answered = fields.get("answered") == "1",
                           .groups = {},
                           .wait = seconds_of(fields.get("wait"))};
  for (const std::string_view typed : fields.all("group")) {
    const auto group = core::GroupId::parse(typed);
    if (!group) return fail(Errc::invalid_argument, "there is no such group", "group");
    wishes.groups.push_back(*group);
  }
  return app::save_notice_wishes(visit.app, visit.me(), wishes);
}

}  // namespace lethe::web
