// Claim: one person with 1,000 tickets among 1,000,000 persons is unreadable within 1 s, the
// certificate included; and what a batch of 100 persons costs.
//
// Every person has a ticket with a sealed message in the index; the keyring has no replica. Timed
// from the approval to the certificate: all steps of app::run_erasures(). The world is used up a
// little by each run.
//
// LETHE_BENCH_PERSONS.
#include <chrono>
#include <ctime>

#include "lethe/app/erasure.h"
#include "lethe/app/people.h"
#include "support/report.h"
#include "world/bench_world.h"

namespace {

using namespace lethe;
using namespace lethe::bench;

constexpr int kBatch = 100;

std::optional<core::PersonId> find(app::App& app, const std::string& address) {
  return must(app::person_at(app, must(core::EmailAddress::parse(address))));
}

struct Cost {
  double seconds = 0;
  double cpu_seconds = 0;
};

Cost erase(app::App& app, const std::vector<core::PersonId>& persons) {
  const auto began = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  std::vector<core::ErasureId> ids;
  for (const core::PersonId person : persons) {
    ids.push_back(must(app::approve_erasure(app, {.person = person, .tickets = {}})));
  }
  must(app::run_erasures(app, ids));
  const Cost cost{std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
                  static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
  must(app.store.read([&](const ports::Reading& tx) -> Status {
    for (const core::ErasureId id : ids) {
      LETHE_TRY(const auto row, tx.retention().erasure(id));
      if (!row.certificate) give_up("an erasure has no certificate");
    }
    return {};
  }));
  return cost;
}

}  // namespace

int main() {
  Report report;
  const std::int64_t persons = size_of_run("LETHE_BENCH_PERSONS", 1'000'000, 5'000);
  const auto world =
      open_world({.name = "erase", .tickets = persons, .persons = persons, .of_one_person = 1'000});
  app::App& app = world->app();
  if (const auto heavy = find(app, heavy_address())) {
    const Cost cost = erase(app, {*heavy});
    report.at_most("one person with 1,000 tickets, to the certificate", cost.seconds, 1, "s");
    report.note("  CPU", cost.cpu_seconds, "s");
  } else {
    std::puts("the person with 1,000 tickets was erased by a former run of this world");
  }
  std::vector<core::PersonId> batch;
  for (std::int64_t n = 0; n < persons && batch.size() < kBatch; ++n) {
    if (const auto person = find(app, address_of(n))) batch.push_back(*person);
  }
  const Cost cost = erase(app, batch);
  report.note("100 persons in one batch, to the last certificate", cost.seconds, "s");
  report.note("  CPU", cost.cpu_seconds, "s");
  return report.exit_code();
}
