#include "lethe/base/fault.h"

#include <atomic>
#include <charconv>
#include <cstdlib>

#include "lethe/base/text.h"

namespace lethe {
namespace {

struct Wanted {
  std::string_view step;
  int passing = 1;
};

Wanted wanted_fault() {
  const char* raw = std::getenv("LETHE_FAULT");
  if (raw == nullptr) return {};
  const std::string_view text{raw};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, 1};
  Wanted wanted{text.substr(0, colon), 1};
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), wanted.passing);
  return wanted;
}

std::vector<std::string_view>& registered() {
  static std::vector<std::string_view> names;
  return names;
}

}  // namespace

void fault_point(std::string_view step) noexcept {
  static const Wanted wanted = wanted_fault();
  static std::atomic<int> passed{0};
  if (wanted.step.empty() || wanted.step != step) return;
  if (++passed == wanted.passing) std::abort();
}

bool left_out(std::string_view step) noexcept {
  const char* raw = std::getenv("LETHE_LEAVE_OUT");
  if (raw == nullptr) return false;
  for (const std::string_view name : split(raw, ',')) {
    if (name == step) return true;
  }
  return false;
}

FaultPointName::FaultPointName(std::string_view step) { registered().push_back(step); }
std::vector<std::string_view> fault_point_names() { return registered(); }

}  // namespace lethe
