// How many people the retention engine judges per second and thread: what a
// preview while typing may cost, and what a nightly run adds to its reading.
// Four tickets each, ten rules; four kinds of people in equal parts: young, old
// in another group, old with one open ticket, due.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "lethe/core/forecast.h"

namespace {

using namespace lethe;
using namespace lethe::core;
using namespace lethe::core::retention;

constexpr Instant kNow = instant_of(1'800'000'000);
constexpr int kPeople = 10'000;

Settings ten_rules(Mode mode) {
  std::vector<Rule> rules;
  for (int i = 1; i <= 10; ++i) {
    RuleSpec spec{.id = RuleId::of(i), .age = Days{180 + 30 * i}, .mode = mode, .position = i};
    spec.groups = Filter::one_of({"group " + std::to_string(i)});
    rules.push_back(*make_rule(std::move(spec)));
  }
  Settings settings;
  settings.rules = *make_rule_list(std::move(rules));
  const std::vector<std::string> vip{"VIP"};
  settings.exceptions.tags = typed_keys(vip);
  return settings;
}

PersonFacts person(int number) {
  PersonFacts facts;
  facts.tags.push_back(MatchKey::of("silver"));
  const int kind = number % 4;
  for (int i = 1; i <= 4; ++i) {
    TicketFacts ticket{.id = TicketId::of(number * 4 + i), .status = TicketStatus::closed};
    ticket.group = kind == 1 ? "elsewhere" : "group " + std::to_string(1 + number / 4 % 10);
    ticket.created = kNow - Days{900};
    ticket.updated = kNow - Days{kind == 0 ? 20 : 800};
    ticket.closed = ticket.updated;
    if (kind == 2 && i == 4) ticket.status = TicketStatus::open;
    facts.tickets.push_back(std::move(ticket));
  }
  return facts;
}

const std::vector<PersonFacts>& people() {
  static const std::vector<PersonFacts> all = [] {
    std::vector<PersonFacts> made;
    for (int i = 0; i < kPeople; ++i) made.push_back(person(i));
    return made;
  }();
  return all;
}

void judge_people(benchmark::State& state) {
  const Settings settings = ten_rules(static_cast<Mode>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    for (const PersonFacts& one : people()) {
      benchmark::DoNotOptimize(judge(settings, one, kNow));
    }
  }
  state.SetItemsProcessed(state.iterations() * kPeople);
}
BENCHMARK(judge_people)->Arg(static_cast<int>(Mode::each))->Arg(static_cast<int>(Mode::all));

void review_people(benchmark::State& state) {
  const Settings settings = ten_rules(Mode::each);
  for ([[maybe_unused]] auto _ : state) {
    for (const PersonFacts& one : people()) {
      benchmark::DoNotOptimize(next_review_at(settings, one));
    }
  }
  state.SetItemsProcessed(state.iterations() * kPeople);
}
BENCHMARK(review_people);

void forecast_a_year(benchmark::State& state) {
  const Settings settings = ten_rules(Mode::each);
  const auto ends = month_ends(kNow, 12);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(forecast(settings, people(), kNow, ends));
  }
  state.SetItemsProcessed(state.iterations() * kPeople);
}
BENCHMARK(forecast_a_year);

}  // namespace

BENCHMARK_MAIN();
