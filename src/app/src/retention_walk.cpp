#include "retention_walk.h"

#include <algorithm>
#include <semaphore>

namespace lethe::app {
namespace {

constexpr std::size_t kStep = 1'000;
// Long steps are worth it while there are at most this many of them, for each goes through the
// tickets of everybody.
constexpr std::int64_t kLongStepsMax = 20;

// Of all previews and forecasts together, so that they leave readers of the store (four by default)
// to whoever opens a page meanwhile. Steps take turns: of two previews both get on.
std::counting_semaphore<kWalkersMax>& free_walkers() {
  static std::counting_semaphore<kWalkersMax> free{kWalkersMax};
  return free;
}

class WalkersTurn {
 public:
  WalkersTurn() { free_walkers().acquire(); }
  ~WalkersTurn() { free_walkers().release(); }
  WalkersTurn(const WalkersTurn&) = delete;
  WalkersTurn& operator=(const WalkersTurn&) = delete;
};

Status step_through(App& app, Instant at, Range& range, const Alter& alter, const Visit& visit) {
  std::optional<WalkersTurn> turn;
  if (range.takes_turns) turn.emplace();
  return app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(auto reader, RetentionReader::begin(app, tx));
    if (alter) LETHE_CHECK(alter(reader));
    const RetentionReader::Stretch stretch{
        .after = range.after,
        .up_to = range.up_to,
        .limit = static_cast<int>(std::min<std::int64_t>(range.step, range.limit)),
        .many = range.step > kStretch};
    return reader.read_stretch(stretch, at, [&](RetentionRecord&& record) {
      range.after = record.row.id.value();
      range.limit -= 1;
      return visit(reader.settings(), std::move(record));
    });
  });
}

}  // namespace

int step_for(std::int64_t people, std::int64_t tickets) {
  if (people <= kStretch) return kStretch;
  const std::int64_t tickets_each = tickets / people + 1;
  const std::int64_t step = std::min<std::int64_t>(kLongStretch, kTicketsInStep / tickets_each);
  return step > kStretch && people <= kLongStepsMax * step ? static_cast<int>(step) : kStretch;
}

Result<std::vector<Range>> everybody_in(App& app, int parts) {
  int step = kStretch;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const std::int64_t people, tx.people().count());
    LETHE_TRY(const auto tickets, tx.tickets().counts(std::nullopt));
    step = step_for(people, tickets.all + tickets.spam + tickets.trash);
    return {};
  }));
  const std::int64_t share = std::numeric_limits<std::int64_t>::max() / parts;
  std::vector<Range> ranges;
  for (int part = 0; part < parts; ++part) {
    ranges.push_back(
        {.after = share * part, .up_to = share * (part + 1), .step = step, .takes_turns = true});
  }
  ranges.back().up_to = std::numeric_limits<std::int64_t>::max();
  return ranges;
}

Status walk_range(App& app, Instant at, Range range, const Alter& alter, const Visit& visit) {
  while (range.limit > 0) {
    const std::int64_t before = range.limit;
    const Status walked = step_through(app, at, range, alter, visit);
    // Rows are complete before the first visit: with very many tickets on a busy machine a long
    // step may take longer than one read may, and short ones do it then.
    const bool was_long = range.step > kStretch && range.limit == before;
    if (!walked && walked.error().code == Errc::busy && was_long) {
      range.step = kStretch;
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
