#include "report.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace lethe::bench {

bool quick() {
  const char* set = std::getenv("LETHE_BENCH_QUICK");
  return set != nullptr && std::string{set} == "1";
}

std::int64_t size_of_run(const char* name, std::int64_t big, std::int64_t small) {
  const char* set = std::getenv(name);
  if (set != nullptr) return std::max(1LL, std::atoll(set));
  return quick() ? small : big;
}

void give_up(const std::string& why) {
  std::fprintf(stderr, "cannot measure: %s\n", why.c_str());
  std::exit(2);
}

void Report::line(const std::string& name, double figure, const std::string& target,
                  const char* unit, double times_worse) {
  const char* verdict = target.empty() ? "" : times_worse <= 1.0 ? "met" : "MISSED";
  std::printf("%-66s %12.2f %-8s %-14s %s\n", name.c_str(), figure, unit, target.c_str(), verdict);
  std::fflush(stdout);
  if (!quick() && times_worse > kWide) missed_widely_ = true;
}

void Report::at_least(const std::string& name, double figure, double target, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, ">= %g", target);
  line(name, figure, text, unit, figure > 0 ? target / figure : 2 * kWide);
}

void Report::at_most(const std::string& name, double figure, double target, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "<= %g", target);
  line(name, figure, text, unit, figure / target);
}

void Report::note(const std::string& name, double figure, const char* unit) {
  line(name, figure, "", unit, 0);
}

double percentile(std::vector<double>& values, double percent) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto place = static_cast<std::size_t>(percent / 100 * static_cast<double>(values.size()));
  return values[std::min(place, values.size() - 1)];
}

}  // namespace lethe::bench
