#include "lethe/core/retention_document.h"

#include <algorithm>
#include <boost/json.hpp>

#include "retention_json.h"

namespace lethe::core::retention {
namespace {

namespace json = boost::json;

// null is the age that a rule does not have, as it is shown; check_ages() saw the other one.
Status set_days(RuleSpec& spec, const json::value& value) {
  std::int64_t days = 0;
  if (value.is_null()) return {};
  if (!take(value, days)) return wrong_type();
  spec.age = Days{days};
  return {};
}

Status set_calendar_years(RuleSpec& spec, const json::value& value) {
  std::int64_t years = 0;
  if (value.is_null()) return {};
  if (!take(value, years)) return wrong_type();
  // make_rule() refuses both ends of the clamp; it only keeps the number from wrapping.
  spec.age = CalendarYears{static_cast<int>(std::clamp<std::int64_t>(years, -1, 1'000))};
  return {};
}

Status set_position(RuleSpec& spec, const json::value& value) {
  std::int64_t position = 0;
  if (!take(value, position)) return wrong_type();
  if (position < 1 || position > 1'000'000) {
    return fail(Errc::out_of_range, "positions are 1 to 1,000,000");
  }
  spec.position = static_cast<int>(position);
  return {};
}

template <auto Member>
Status set_whole_days(PolicySpec& spec, const json::value& value) {
  std::int64_t days = 0;
  if (!take(value, days)) return wrong_type();
  spec.*Member = Days{days};
  return {};
}

constexpr Key<RuleSpec> kRuleKeys[] = {
    {"name", set_member<RuleSpec, &RuleSpec::name>},
    {"enabled", set_member<RuleSpec, &RuleSpec::enabled>},
    {"profile", set_name<RuleSpec, &RuleSpec::profile, parse_profile>},
    {"groups", set_member<RuleSpec, &RuleSpec::groups>},
    {"types", set_member<RuleSpec, &RuleSpec::types>},
    {"tags", set_member<RuleSpec, &RuleSpec::tags>},
    {"anchor", set_name<RuleSpec, &RuleSpec::anchor, parse_anchor>},
    {"days", set_days},
    {"calendar_years", set_calendar_years},
    {"mode", set_name<RuleSpec, &RuleSpec::mode, parse_mode>},
    {"position", set_position},
};

constexpr Key<PolicySpec> kPolicyKeys[] = {
    {"keep_contact", set_member<PolicySpec, &PolicySpec::keep_contact>},
    {"deletion", set_name<PolicySpec, &PolicySpec::deletion, parse_deletion>},
    {"delay_days", set_whole_days<&PolicySpec::delay>},
    {"grace_days", set_whole_days<&PolicySpec::grace>},
};

constexpr Key<ExceptionLists> kExceptionKeys[] = {
    {"contact_tags", set_member<ExceptionLists, &ExceptionLists::contact_tags>},
    {"emails", set_member<ExceptionLists, &ExceptionLists::emails>},
    {"companies", set_member<ExceptionLists, &ExceptionLists::companies>},
    {"agents", set_member<ExceptionLists, &ExceptionLists::agents>},
};

// Of the two ages a document names one at most: the order of an object's members says nothing.
Status check_ages(const json::value& document) {
  const auto* fields = document.if_object();
  if (fields == nullptr) return {};
  const json::value* days = fields->if_contains("days");
  const json::value* years = fields->if_contains("calendar_years");
  const bool has_days = days != nullptr && !days->is_null();
  const bool has_years = years != nullptr && !years->is_null();
  if (has_days && has_years) {
    return fail(Errc::invalid_argument, "say days or calendar_years, not both", "calendar_years");
  }
  if (has_days || has_years || (days == nullptr && years == nullptr)) return {};
  return fail(Errc::invalid_argument, "a rule has days or calendar_years",
              days != nullptr ? "days" : "calendar_years");
}

json::value filter_to_json(const Filter& filter) {
  if (filter.names() == nullptr) return "*";
  return json::array(filter.names()->begin(), filter.names()->end());
}

json::object definition_of(const Rule& rule) {
  const RuleSpec& spec = rule.spec();
  json::object out{{"name", spec.name},
                   {"enabled", spec.enabled},
                   {"profile", name_of(spec.profile)},
                   {"groups", filter_to_json(spec.groups)},
                   {"types", filter_to_json(spec.types)},
                   {"tags", filter_to_json(spec.tags)},
                   {"anchor", name_of(spec.anchor)},
                   {"mode", name_of(spec.mode)}};
  if (const auto* days = std::get_if<Days>(&spec.age)) {
    out["days"] = days->count();
  } else {
    out["calendar_years"] = std::get<CalendarYears>(spec.age).count;
  }
  return out;
}

}  // namespace

std::string_view name_of(Deletion deletion) noexcept {
  return deletion == Deletion::hide ? "hide" : "erase";
}

Result<Deletion> parse_deletion(std::string_view name) {
  if (name == "hide") return Deletion::hide;
  if (name == "erase") return Deletion::erase;
  return fail(Errc::invalid_argument, "a deletion is hide or erase", "deletion");
}

Result<Rule> changed_rule(RuleSpec base, const json::value& document) {
  LETHE_CHECK(check_ages(document));
  LETHE_CHECK(read_object<RuleSpec>(document, kRuleKeys, base));
  return make_rule(std::move(base));
}

Mode mode_unless_said(const json::value& document) {
  const auto* fields = document.if_object();
  const json::value* profile = fields == nullptr ? nullptr : fields->if_contains("profile");
  const auto* name = profile == nullptr ? nullptr : profile->if_string();
  const bool is_compatible = name != nullptr && *name == name_of(Profile::compatible);
  return is_compatible ? Mode::all : Mode::each;
}

json::object to_json(const Rule& rule) {
  json::object out{{"id", rule.id().to_string()}, {"days", nullptr}};
  for (auto& [key, value] : definition_of(rule)) out[key] = std::move(value);
  out["position"] = rule.spec().position;
  out["version"] = rule.version();
  return out;
}

std::string to_definition(const Rule& rule) { return json::serialize(definition_of(rule)); }

Result<Rule> read_definition(RuleSpec row, std::string_view definition) {
  boost::system::error_code error;
  const json::value document = json::parse(definition, error);
  auto rule =
      error ? Result<Rule>{fail(Errc::corrupt, "no JSON")} : changed_rule(std::move(row), document);
  if (!rule) rule.error().code = Errc::corrupt;
  return rule;
}

Result<Policy> changed_policy(PolicySpec base, const json::value& document) {
  LETHE_CHECK(read_object<PolicySpec>(document, kPolicyKeys, base));
  return make_policy(base);
}

json::object to_json(const Policy& policy) {
  const PolicySpec& spec = policy.spec();
  return {{"keep_contact", spec.keep_contact},
          {"deletion", name_of(spec.deletion)},
          {"delay_days", spec.delay.count()},
          {"grace_days", spec.grace.count()}};
}

Result<ExceptionLists> parse_exceptions(const json::value& document) {
  ExceptionLists lists;
  LETHE_CHECK(read_object<ExceptionLists>(document, kExceptionKeys, lists));
  return lists;
}

}  // namespace lethe::core::retention
