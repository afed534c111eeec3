// Retention rules: which tickets they look at and how old those must be.
//
// Source: docs/retention.md, A1 A2 A5 A11 A20 A23 A25 A26, RET-02..06.
// A rule of the profile `compatible` means what the published retention app for
// Freshdesk means by it; `native` knows more.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"

namespace lethe::core::retention {

enum class Profile { native, compatible };
enum class Anchor { closed, created, updated, last_customer_message };  // the last: native only

// each  every closed ticket by its own clock, open ones do not hold it back (native only)
// all   every ticket of the person must match, all go
// any   one ticket must match, the matching ones go
// `all` and `any` run one clock for all tickets and wait while one is open.
enum class Mode { each, all, any };

[[nodiscard]] std::string_view name_of(Profile profile) noexcept;
[[nodiscard]] std::string_view name_of(Anchor anchor) noexcept;
[[nodiscard]] std::string_view name_of(Mode mode) noexcept;
// Exact lower-case names. Errors: invalid_argument with field profile, anchor, mode.
[[nodiscard]] Result<Profile> parse_profile(std::string_view name);
[[nodiscard]] Result<Anchor> parse_anchor(std::string_view name);
[[nodiscard]] Result<Mode> parse_mode(std::string_view name);

inline constexpr Days kNativeDaysMax{3650};
inline constexpr Days kCompatibleDaysMax{1460};
inline constexpr int kCalendarYearsMax = 10;
inline constexpr std::size_t kRulesMax = 10;  // disabled ones count

// `*`, which also takes a ticket without the value, or a list of names, which
// never does. An empty list takes nothing.
class Filter {
 public:
  [[nodiscard]] static Filter everything() { return Filter{std::nullopt}; }
  [[nodiscard]] static Filter one_of(std::vector<std::string> names) {
    return Filter{std::move(names)};
  }

  [[nodiscard]] bool takes(const std::optional<std::string>& name) const noexcept;
  [[nodiscard]] bool takes_any(std::span<const std::string> names) const noexcept;
  // Null for `*`.
  [[nodiscard]] const std::vector<std::string>* names() const noexcept {
    return names_ ? &*names_ : nullptr;
  }
  friend bool operator==(const Filter&, const Filter&) = default;

 private:
  explicit Filter(std::optional<std::vector<std::string>> names) : names_(std::move(names)) {}
  std::optional<std::vector<std::string>> names_;
};

// "Until the end of the Nth calendar year after": 3 and any day of 2026 is due
// at 2030-01-01T00:00:00Z.
struct CalendarYears {
  int count = 1;
  friend bool operator==(const CalendarYears&, const CalendarYears&) = default;
};
using Age = std::variant<Days, CalendarYears>;

// The first instant at which something anchored at `anchor` is `age` old.
[[nodiscard]] Instant due_after(Instant anchor, const Age& age) noexcept;

struct RuleSpec {
  RuleId id;
  std::string name{};
  Profile profile = Profile::native;
  bool enabled = true;
  Filter groups = Filter::everything();
  Filter types = Filter::everything();
  Filter tags = Filter::everything();  // of the ticket, any of them
  Anchor anchor = Anchor::closed;
  Age age = Days{365};
  Mode mode = Mode::each;
  int position = 1;  // place in the list, 1..
  int version = 1;   // grows with each change; the log names it
};

// Made only by make_rule(), so a rule you hold is valid.
class Rule {
 public:
  [[nodiscard]] const RuleSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] RuleId id() const noexcept { return spec_.id; }
  [[nodiscard]] int version() const noexcept { return spec_.version; }
  [[nodiscard]] bool enabled() const noexcept { return spec_.enabled; }
  [[nodiscard]] Anchor anchor() const noexcept { return spec_.anchor; }
  [[nodiscard]] const Age& age() const noexcept { return spec_.age; }
  [[nodiscard]] Mode mode() const noexcept { return spec_.mode; }

 private:
  explicit Rule(RuleSpec spec) : spec_(std::move(spec)) {}
  friend Result<Rule> make_rule(RuleSpec spec);
  RuleSpec spec_;
};

// Bounds: native 1..3650 days or 1..10 calendar years, every mode and anchor;
// compatible 1..1460 days, modes all and any, every anchor but
// last_customer_message. Name at most 200 bytes.
// Errors: out_of_range or invalid_argument, `field` one of days,
// calendar_years, mode, anchor, name, position.
[[nodiscard]] Result<Rule> make_rule(RuleSpec spec);

// The rules of a workspace in list order (position, then id). Made only by
// make_rule_list(), so there are never more than allowed.
class RuleList {
 public:
  RuleList() = default;
  [[nodiscard]] auto begin() const noexcept { return rules_.begin(); }
  [[nodiscard]] auto end() const noexcept { return rules_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return rules_.size(); }

 private:
  explicit RuleList(std::vector<Rule> rules) : rules_(std::move(rules)) {}
  friend Result<RuleList> make_rule_list(std::vector<Rule> rules, std::size_t rules_max);
  std::vector<Rule> rules_;
};

// Errors: out_of_range with field `rules` when there are more than `rules_max`,
// already_exists with field `id` when two share an id.
[[nodiscard]] Result<RuleList> make_rule_list(std::vector<Rule> rules,
                                              std::size_t rules_max = kRulesMax);

}  // namespace lethe::core::retention
