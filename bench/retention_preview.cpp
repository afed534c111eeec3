// Claim: over 1,000,000 tickets, a preview while typing answers with a marked estimate within
// 200 ms and exactly within 2 s; the forecast of ten rules takes at most 2 s.
//
// Ten rules over ten groups, one message each, everything through app::preview() and
// app::forecast() on a closed world. The preview is that of the rule editor: samples, reasons and
// the next twelve months in one pass. The run uses the same figure: see
// src/app/tests/retention_forecast_test.cpp.
//
// LETHE_BENCH_TICKETS, LETHE_BENCH_PERSONS (a quarter of the tickets).
#include <boost/json.hpp>
#include <chrono>

#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "support/report.h"
#include "world/bench_world.h"

namespace {

using namespace lethe;
using namespace lethe::bench;

constexpr double kEstimate = 200;  // ms
constexpr double kExact = 2'000;

template <class Work>
double milliseconds(const Work& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
      .count();
}

boost::json::object rule(int n, int days) {
  return {{"name", "rule " + std::to_string(n)},
          {"groups", boost::json::array{"group " + std::to_string(n)}},
          {"anchor", "closed"},
          {"mode", "each"},
          {"days", days},
          {"enabled", true}};
}

// Nine are stored, the tenth is being typed.
core::retention::Rule typed_rule(app::App& app) {
  std::vector<core::retention::Rule> rules;
  must(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(rules, app::list_rules(tx));
    return {};
  }));
  for (int n = static_cast<int>(rules.size()) + 1; n <= kGroups; ++n) {
    rules.push_back(must(app::create_rule(app, rule(n, 300 + 100 * n))));
  }
  return must(core::retention::changed_rule(rules.back().spec(), rule(kGroups, 800)));
}

}  // namespace

int main() {
  Report report;
  const std::int64_t tickets = size_of_run("LETHE_BENCH_TICKETS", 1'000'000, 20'000);
  const auto world =
      open_world({.name = "bare",
                  .tickets = tickets,
                  .persons = size_of_run("LETHE_BENCH_PERSONS", tickets / 4, tickets / 4),
                  .open = tickets / 50,
                  .words = WorldPlan::Words::none});
  app::App& app = world->app();
  const auto rule = typed_rule(app);
  using Depth = app::PreviewOrder::Depth;
  app::Preview quick, exact;
  report.at_most("preview while typing, estimate, with twelve months", milliseconds([&] {
                   quick = must(app::preview(
                       app, {.rule = rule, .depth = Depth::quick, .samples = 5, .months = 12}));
                 }),
                 kEstimate, "ms");
  report.at_most("preview, exact", milliseconds([&] {
                   exact = must(app::preview(app, {.rule = rule, .samples = 5}));
                 }),
                 kExact, "ms");
  report.at_most("forecast of ten rules, twelve months",
                 milliseconds([&] { std::ignore = must(app::forecast(app, 12)); }), kExact, "ms");
  const auto share = static_cast<double>(quick.in_90_days.tickets) /
                     static_cast<double>(std::max<std::int64_t>(1, exact.in_90_days.tickets));
  report.note("the estimate, as a share of the exact figure", share, "");
  report.note("tickets that go within 90 days", static_cast<double>(exact.in_90_days.tickets), "");
  return report.exit_code();
}
