// What a bench program says: one line for each figure, with its target and whether it was met.
//
// Figures of two machines do not compare, so a program fails only on a wide miss: worse than the
// target by more than kWide. Small runs (see quick()) print the same lines and never fail.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lethe::bench {

inline constexpr double kWide = 4.0;

// LETHE_BENCH_QUICK=1: sizes for a smoke run in CI.
[[nodiscard]] bool quick();
// The environment variable `name` as a number, else `big` or, in a quick run, `small`.
[[nodiscard]] std::int64_t size_of_run(const char* name, std::int64_t big, std::int64_t small);

// Ends the program with exit code 2: the measurement itself is impossible here.
[[noreturn]] void give_up(const std::string& why);

class Report {
 public:
  // `name` says what was measured and with which baseline; `unit` may be empty for ratios.
  void at_least(const std::string& name, double figure, double target, const char* unit = "");
  void at_most(const std::string& name, double figure, double target, const char* unit = "");
  // A figure without a target.
  void note(const std::string& name, double figure, const char* unit);
  // 0, or 1 after a wide miss.
  [[nodiscard]] int exit_code() const noexcept { return missed_widely_ ? 1 : 0; }

 private:
  void line(const std::string& name, double figure, const std::string& target, const char* unit,
            double times_worse);
  bool missed_widely_ = false;
};

// The value below which `percent` of `values` lie; `values` is sorted by it.
[[nodiscard]] double percentile(std::vector<double>& values, double percent);

}  // namespace lethe::bench
