#include "retention_walk.h"

#include <algorithm>

namespace lethe::app {
namespace {

constexpr int kStep = 250;

Status visit_each(RetentionReader& reader, Instant at, std::span<const core::PersonId> persons,
                  const Visit& visit) {
  for (const core::PersonId id : persons) {
    auto record = reader.read(id, at);
    if (!record && record.error().code == Errc::not_found) continue;
    if (!record) return std::unexpected(std::move(record).error());
    LETHE_CHECK(visit(reader.settings(), std::move(*record)));
  }
  return {};
}

}  // namespace

Status walk_everybody(App& app, Instant at, std::int64_t limit, const Alter& alter,
                      const Visit& visit) {
  std::int64_t left = limit == 0 ? std::numeric_limits<std::int64_t>::max() : limit;
  for (std::int64_t last = 0; left > 0;) {
    std::vector<core::PersonId> ids;
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(ids,
                tx.people().ids_after(last, static_cast<int>(std::min<std::int64_t>(kStep, left))));
      LETHE_TRY(auto reader, RetentionReader::begin(app, tx));
      if (alter) LETHE_CHECK(alter(reader));
      return visit_each(reader, at, ids, visit);
    }));
    if (ids.empty()) return {};
    left -= static_cast<std::int64_t>(ids.size());
    last = ids.back().value();
  }
  return {};
}

Status walk(App& app, Instant at, std::span<const core::PersonId> persons, const Visit& visit) {
  while (!persons.empty()) {
    const auto step = persons.first(std::min<std::size_t>(kStep, persons.size()));
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(auto reader, RetentionReader::begin(app, tx));
      return visit_each(reader, at, step, visit);
    }));
    persons = persons.subspan(step.size());
  }
  return {};
}

}  // namespace lethe::app
