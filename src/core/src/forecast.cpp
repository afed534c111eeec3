#include "lethe/core/forecast.h"

#include <algorithm>

#include "lethe/base/assert.h"

namespace lethe::core::retention {
namespace {

constexpr Days kNight{1};

void count(Period& period, const PersonFacts& before, const Plan& done) {
  std::size_t by_rule = 0;
  for (const EraseTickets& step : done.tickets) by_rule += step.tickets.size();
  period.tickets += by_rule;
  if (!done.contact) return;
  if (done.contact->deletion == Deletion::hide) {
    ++period.people_hidden;
    return;
  }
  ++period.people_erased;
  period.tickets += before.tickets.size() - by_rule;  // spam and trash go along
}

}  // namespace

std::vector<Instant> month_ends(Instant from, int months) {
  LETHE_ASSERT(months >= 1 && months <= 120);
  const std::chrono::year_month_day date{std::chrono::floor<Days>(from)};
  const auto month = date.year() / date.month();
  std::vector<Instant> ends;
  for (int i = 1; i <= months; ++i) {
    ends.push_back(std::chrono::sys_days{(month + std::chrono::months{i}) / 1} - Seconds{1});
  }
  return ends;
}

Forecast::Forecast(const Settings& settings, Instant from, std::span<const Instant> ends)
    : settings_(settings), from_(from) {
  LETHE_ASSERT(std::ranges::is_sorted(ends));
  LETHE_ASSERT(ends.empty() || ends.front() >= from);
  for (const Instant end : ends) periods_.push_back(Period{end});
}

Instant Forecast::night_at_or_after(Instant at) const noexcept {
  return at <= from_ ? from_ : from_ + std::chrono::ceil<Days>(at - from_);
}

Period& Forecast::period_of(Instant night) noexcept {
  return *std::ranges::lower_bound(periods_, night, {}, &Period::ends);
}

void Forecast::add(const PersonFacts& person) {
  if (!settings_.enabled || periods_.empty()) return;
  std::optional<PersonFacts> current{person};
  Instant earliest = from_;
  while (current) {
    const auto review = next_review_at(settings_, *current);
    if (!review) return;
    const Instant night = night_at_or_after(std::max(*review, earliest));
    if (night > periods_.back().ends) return;
    const Plan done = plan(settings_, *current, night);
    LETHE_ASSERT(!done.empty());  // next_review_at() is the instant of an act
    count(period_of(night), *current, done);
    current = after(std::move(*current), done, night);
    earliest = night + kNight;
  }
}

std::vector<Period> forecast(const Settings& settings, std::span<const PersonFacts> people,
                             Instant from, std::span<const Instant> ends) {
  Forecast tally{settings, from, ends};
  for (const PersonFacts& person : people) tally.add(person);
  return tally.periods();
}

}  // namespace lethe::core::retention
