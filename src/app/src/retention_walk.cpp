#include "retention_walk.h"

#include <algorithm>

namespace lethe::app {
namespace {

constexpr std::size_t kStep = 1'000;
constexpr int kStretch = 2'000;  // read at once when everybody is

}  // namespace

Status walk_everybody(App& app, Instant at, std::int64_t limit, const Alter& alter,
                      const Visit& visit) {
  std::int64_t left = limit == 0 ? std::numeric_limits<std::int64_t>::max() : limit;
  for (std::int64_t last = 0; left > 0;) {
    bool more = false;
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(auto reader, RetentionReader::begin(app, tx));
      if (alter) LETHE_CHECK(alter(reader));
      const auto limited = static_cast<int>(std::min<std::int64_t>(kStretch, left));
      LETHE_TRY(auto records, reader.read_after(last, limited, at));
      more = !records.empty();
      if (more) last = records.back().row.id.value();
      left -= static_cast<std::int64_t>(records.size());
      for (RetentionRecord& record : records) {
        LETHE_CHECK(visit(reader.settings(), std::move(record)));
      }
      return {};
    }));
    if (!more) return {};
  }
  return {};
}

Status walk(App& app, Instant at, std::span<const core::PersonId> persons, const Visit& visit) {
  while (!persons.empty()) {
    const auto step = persons.first(std::min(kStep, persons.size()));
    LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(auto reader, RetentionReader::begin(app, tx));
      LETHE_TRY(auto records, reader.read_all(step, at));
      for (RetentionRecord& record : records) {
        LETHE_CHECK(visit(reader.settings(), std::move(record)));
      }
      return {};
    }));
    persons = persons.subspan(step.size());
  }
  return {};
}

}  // namespace lethe::app
