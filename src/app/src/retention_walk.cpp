#include "retention_walk.h"

#include <algorithm>

namespace lethe::app {
namespace {

constexpr std::size_t kStep = 1'000;
constexpr int kStretch = 2'000;
// Some 40 MB of rows at once for each walker; worth it while there are at most twenty such steps,
// for each of them goes through the tickets of everybody.
constexpr int kLongStretch = 32'768;
constexpr std::int64_t kPeopleInLongStretches = 20 * std::int64_t{kLongStretch};

}  // namespace

Result<std::vector<Range>> everybody_in(App& app, int parts) {
  std::int64_t people = 0;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(people, tx.people().count());
    return {};
  }));
  const bool many = people > kStretch && people <= kPeopleInLongStretches;
  const std::int64_t share = std::numeric_limits<std::int64_t>::max() / parts;
  std::vector<Range> ranges;
  for (int part = 0; part < parts; ++part) {
    ranges.push_back({.after = share * part, .up_to = share * (part + 1), .many = many});
  }
  ranges.back().up_to = std::numeric_limits<std::int64_t>::max();
  return ranges;
}

Status walk_range(App& app, Instant at, Range range, const Alter& alter, const Visit& visit) {
  while (range.limit > 0) {
    const std::int64_t step =
        std::min<std::int64_t>(range.many ? kLongStretch : kStretch, range.limit);
    const std::int64_t before = range.limit;
    const Status walked = app.store.read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(auto reader, RetentionReader::begin(app, tx));
      if (alter) LETHE_CHECK(alter(reader));
      const RetentionReader::Stretch stretch{.after = range.after,
                                             .up_to = range.up_to,
                                             .limit = static_cast<int>(step),
                                             .many = range.many};
      return reader.read_stretch(stretch, at, [&](RetentionRecord&& record) {
        range.after = record.row.id.value();
        range.limit -= 1;
        return visit(reader.settings(), std::move(record));
      });
    });
    // Rows are complete before the first visit: with very many tickets on a busy machine a long
    // step may take longer than one read may, and short ones do it then.
    if (!walked && walked.error().code == Errc::busy && range.many && range.limit == before) {
      range.many = false;
      continue;
    }
    LETHE_CHECK(walked);
    if (range.limit == before) return {};
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
