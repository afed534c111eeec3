#include "lethe/web_protocol/router.h"

#include <algorithm>

#include "lethe/base/assert.h"
#include "lethe/base/text.h"

namespace lethe::web_protocol {

std::vector<Router::Step> Router::parse_pattern(std::string_view pattern) {
  LETHE_ASSERT(pattern.starts_with('/'));
  std::vector<Step> steps;
  if (pattern == "/") return steps;
  for (const std::string_view part : split(pattern.substr(1), '/')) {
    LETHE_ASSERT(!part.empty());
    LETHE_ASSERT(steps.empty() || steps.back().kind != Step::Kind::rest);
    if (!part.starts_with('{')) {
      steps.push_back({Step::Kind::literal, std::string{part}});
      continue;
    }
    LETHE_ASSERT(part.ends_with('}'));
    steps.push_back({part.ends_with("...}") ? Step::Kind::rest : Step::Kind::one, {}});
  }
  return steps;
}

void Router::add(Method method, std::string_view pattern, std::size_t handler) {
  Entry entry{method, parse_pattern(pattern), handler};
  for (const Entry& other : entries_) {
    const bool is_same_shape = std::ranges::equal(
        entry.steps, other.steps,
        [](const Step& a, const Step& b) { return a.kind == b.kind && a.literal == b.literal; });
    LETHE_ASSERT(!(is_same_shape && other.method == method));
  }
  entries_.push_back(std::move(entry));
}

bool Router::matches(const Entry& entry, const std::vector<std::string>& segments) {
  const auto& steps = entry.steps;
  const bool takes_rest = !steps.empty() && steps.back().kind == Step::Kind::rest;
  if (takes_rest ? segments.size() < steps.size() : segments.size() != steps.size()) return false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind == Step::Kind::literal && steps[i].literal != segments[i]) return false;
  }
  return true;
}

bool Router::is_more_literal(const Entry& a, const Entry& b) {
  return std::ranges::lexicographical_compare(
      a.steps, b.steps, [](const Step& x, const Step& y) { return x.kind < y.kind; });
}

namespace {

Routed refused(std::vector<std::string_view> allowed) {
  if (allowed.empty()) return NoSuchPath{};
  std::ranges::sort(allowed);
  const auto repeated = std::ranges::unique(allowed);
  allowed.erase(repeated.begin(), repeated.end());
  WrongMethod wrong;
  for (const std::string_view name : allowed) {
    wrong.allow += (wrong.allow.empty() ? "" : ", ") + std::string{name};
  }
  return wrong;
}

}  // namespace

Routed Router::route_unknown(const std::vector<std::string>& segments) const {
  std::vector<std::string_view> allowed;
  for (const Entry& entry : entries_) {
    if (!matches(entry, segments)) continue;
    allowed.push_back(name_of(entry.method));
    if (entry.method == Method::get) allowed.push_back(name_of(Method::head));
  }
  return refused(std::move(allowed));
}

Routed Router::route(Method method, const std::vector<std::string>& segments) const {
  const Entry* best = nullptr;
  const Method wanted = method == Method::head ? Method::get : method;
  for (const Entry& entry : entries_) {
    if (entry.method != wanted || !matches(entry, segments)) continue;
    if (best == nullptr || is_more_literal(entry, *best)) best = &entry;
  }
  if (best == nullptr) return route_unknown(segments);

  Found found{best->handler, {}};
  for (std::size_t i = 0; i < best->steps.size(); ++i) {
    if (best->steps[i].kind == Step::Kind::one) found.params.push_back(segments[i]);
    if (best->steps[i].kind != Step::Kind::rest) continue;
    std::string rest = segments[i];
    for (std::size_t j = i + 1; j < segments.size(); ++j) rest += "/" + segments[j];
    found.params.push_back(std::move(rest));
  }
  return found;
}

}  // namespace lethe::web_protocol
