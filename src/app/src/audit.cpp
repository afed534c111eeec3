#include "lethe/app/audit.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lethe::app {
namespace {

using ports::AccessEventKinds;

struct Topic {
  AuditTopic topic;
  std::string_view name;
  AccessEventKinds kinds, or_kinds;
};

constexpr AccessEventKinds stretch(int first, int last) {
  return {static_cast<AuditKind>(first), static_cast<AuditKind>(last)};
}
constexpr AccessEventKinds kNone = stretch(0, 0);
constexpr auto kTwoStep = stretch(1, 6);
constexpr auto kSavedReplies = stretch(7, 9);
constexpr std::array kTopics{
    Topic{AuditTopic::everything, "", stretch(0, 255), kNone},
    Topic{AuditTopic::access, "access", stretch(32, 47), kTwoStep},
    Topic{AuditTopic::retention, "retention", stretch(48, 63), kNone},
    Topic{AuditTopic::erasing, "erasing", stretch(64, 79), kNone},
    Topic{AuditTopic::people, "people", stretch(80, 95), kNone},
    Topic{AuditTopic::settings, "settings", stretch(96, 111), kSavedReplies}};

const Topic& row_of(AuditTopic topic) {
  const auto* const found = std::ranges::find(kTopics, topic, &Topic::topic);
  return found == kTopics.end() ? kTopics.front() : *found;
}

}  // namespace

std::string_view name_of(AuditTopic topic) noexcept { return row_of(topic).name; }

AuditTopic audit_topic(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kTopics, name, &Topic::name);
  return found == kTopics.end() ? AuditTopic::everything : found->topic;
}

Status note_act(App& app, ports::Writing& tx, Act act) {
  return tx.agents().insert_access_event({.id = app.ids.next(),
                                          .at = app.clock.now(),
                                          .kind = act.kind,
                                          .by = act.by,
                                          .agent = act.whose,
                                          .detail = std::move(act.path)});
}

Status note_act(App& app, Act act) {
  return app.store.write([&](ports::Writing& tx) { return note_act(app, tx, act); });
}

Result<std::vector<ports::AccessEventRow>> audit(App& app, const AuditQuery& query) {
  const Topic& topic = row_of(query.topic);
  ports::AccessEventQuery wanted{.kinds = topic.kinds,
                                 .or_kinds = topic.or_kinds,
                                 .by = query.by,
                                 .by_machine = query.by_machine,
                                 .limit = query.limit};
  if (query.before) wanted.before = *query.before;
  std::vector<ports::AccessEventRow> rows;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(rows, tx.agents().access_events(wanted));
    return {};
  }));
  return rows;
}

}  // namespace lethe::app
