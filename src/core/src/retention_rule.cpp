#include "lethe/core/retention_rule.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lethe/base/assert.h"

namespace lethe::core::retention {
namespace {

constexpr std::size_t kNameBytesMax = 200;

template <class Value, std::size_t N>
Result<Value> parse_name(const std::array<Value, N>& values, std::string_view name,
                         const char* field, const char* why) {
  for (const Value value : values) {
    if (name_of(value) == name) return value;
  }
  return fail(Errc::invalid_argument, why, field);
}

Status check_days(Days days, Profile profile) {
  const Days most = profile == Profile::native ? kNativeDaysMax : kCompatibleDaysMax;
  if (days >= Days{1} && days <= most) return {};
  return fail(Errc::out_of_range, "a rule's age is 1 to " + std::to_string(most.count()) + " days",
              "days");
}

Status check_years(CalendarYears years, Profile profile) {
  if (profile != Profile::native) {
    return fail(Errc::invalid_argument, "calendar years belong to native rules", "calendar_years");
  }
  if (years.count >= 1 && years.count <= kCalendarYearsMax) return {};
  return fail(Errc::out_of_range, "1 to 10 calendar years", "calendar_years");
}

Status check_age(const Age& age, Profile profile) {
  if (const auto* days = std::get_if<Days>(&age)) return check_days(*days, profile);
  return check_years(std::get<CalendarYears>(age), profile);
}

Status check_profile(const RuleSpec& spec) {
  if (spec.profile == Profile::native) return {};
  if (spec.mode == Mode::each) {
    return fail(Errc::invalid_argument, "mode each belongs to native rules", "mode");
  }
  if (spec.anchor == Anchor::last_customer_message) {
    return fail(Errc::invalid_argument, "anchor last_customer_message belongs to native rules",
                "anchor");
  }
  return {};
}

}  // namespace

std::string_view name_of(Profile profile) noexcept {
  return profile == Profile::native ? "native" : "compatible";
}

std::string_view name_of(Anchor anchor) noexcept {
  switch (anchor) {
    case Anchor::closed:
      return "closed";
    case Anchor::created:
      return "created";
    case Anchor::updated:
      return "updated";
    case Anchor::last_customer_message:
      return "last_customer_message";
  }
  return "closed";
}

std::string_view name_of(Mode mode) noexcept {
  switch (mode) {
    case Mode::each:
      return "each";
    case Mode::all:
      return "all";
    case Mode::any:
      return "any";
  }
  return "each";
}

Result<Profile> parse_profile(std::string_view name) {
  return parse_name(std::array{Profile::native, Profile::compatible}, name, "profile",
                    "a profile is native or compatible");
}

Result<Anchor> parse_anchor(std::string_view name) {
  return parse_name(
      std::array{Anchor::closed, Anchor::created, Anchor::updated, Anchor::last_customer_message},
      name, "anchor", "an anchor is closed, created, updated or last_customer_message");
}

Result<Mode> parse_mode(std::string_view name) {
  return parse_name(std::array{Mode::each, Mode::all, Mode::any}, name, "mode",
                    "a mode is each, all or any");
}

bool Filter::takes(const std::optional<std::string>& name) const noexcept {
  if (!names_) return true;
  return name && std::ranges::find(*names_, *name) != names_->end();
}

bool Filter::takes_any(std::span<const std::string> names) const noexcept {
  if (!names_) return true;
  return std::ranges::find_first_of(names, *names_) != names.end();
}

Instant due_after(Instant anchor, const Age& age) noexcept {
  if (const auto* days = std::get_if<Days>(&age)) return anchor + *days;
  const std::chrono::year_month_day date{std::chrono::floor<Days>(anchor)};
  const auto year = date.year() + std::chrono::years{std::get<CalendarYears>(age).count + 1};
  return std::chrono::sys_days{year / std::chrono::January / 1};
}

Result<Rule> make_rule(RuleSpec spec) {
  LETHE_CHECK(check_profile(spec));
  LETHE_CHECK(check_age(spec.age, spec.profile));
  if (spec.name.size() > kNameBytesMax) {
    return fail(Errc::out_of_range, "a rule's name has at most 200 bytes", "name");
  }
  if (spec.position < 1) return fail(Errc::out_of_range, "positions start at 1", "position");
  return Rule{std::move(spec)};
}

Result<RuleList> make_rule_list(std::vector<Rule> rules, std::size_t rules_max) {
  if (rules.size() > rules_max) {
    return fail(Errc::out_of_range,
                "at most " + std::to_string(rules_max) + " rules, disabled ones included", "rules");
  }
  std::ranges::sort(rules, {}, &Rule::id);
  if (std::ranges::adjacent_find(rules, {}, &Rule::id) != rules.end()) {
    return fail(Errc::already_exists, "two rules share an id", "id");
  }
  std::ranges::sort(rules, {},
                    [](const Rule& rule) { return std::pair{rule.spec().position, rule.id()}; });
  return RuleList{std::move(rules)};
}

}  // namespace lethe::core::retention
