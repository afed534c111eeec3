#include "lethe/app/retention_settings.h"

#include <algorithm>
#include <charconv>

#include "json.h"
#include "lethe/app/endings.h"
#include "one_line.h"
#include "retention_exceptions.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;

constexpr std::string_view kPolicy = "retention.policy";
constexpr std::string_view kEnabled = "retention.enabled";
constexpr std::string_view kDisabledAt = "retention.disabled_at";
constexpr std::string_view kEndings = "retention.endings";
constexpr std::string_view kConfirmed = "retention.confirmed";
constexpr std::string_view kOn = "1";
constexpr std::string_view kOff = "0";

Result<rt::Rule> rule_of(const ports::RuleRow& row) {
  rt::RuleSpec spec{.id = row.id};
  spec.position = static_cast<int>(row.position);
  spec.version = static_cast<int>(row.version);
  return rt::read_definition(std::move(spec), row.definition);
}

ports::RuleRow row_of(const rt::Rule& rule) {
  return {.id = rule.id(),
          .position = rule.spec().position,
          .version = rule.version(),
          .definition = rt::to_definition(rule)};
}

Result<rt::Policy> read_policy(const ports::Reading& tx) {
  LETHE_TRY(const auto text, tx.catalog().setting(kPolicy));
  if (!text) return rt::Policy{};
  return rt::changed_policy({}, parse_object(*text));
}

Result<bool> read_switch(const ports::Reading& tx, std::string_view key, bool otherwise) {
  LETHE_TRY(const auto text, tx.catalog().setting(key));
  return text ? *text == kOn : otherwise;
}

std::optional<std::int64_t> number_in(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (!text) return std::nullopt;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  return read.ec == std::errc{} ? std::optional{number} : std::nullopt;
}

constexpr std::string_view kCloseSolvedDays = "close_solved_days";
constexpr std::string_view kResolvedIsClosed = "resolved_is_closed";
constexpr std::string_view kOrphanDays = "orphan_days";  // null: never

Endings endings_in(const boost::json::object& object) {
  Endings endings;
  if (object.contains(kCloseSolvedDays)) {
    endings.close_solved_after = Days{number_of(object, kCloseSolvedDays)};
  }
  endings.resolved_is_closed = flag_of(object, kResolvedIsClosed);
  if (!object.contains(kOrphanDays)) return endings;
  endings.orphan_after.reset();
  if (!object.at(kOrphanDays).is_null()) {
    endings.orphan_after = Days{number_of(object, kOrphanDays)};
  }
  return endings;
}

std::string text_of(const Endings& endings) {
  boost::json::object object;
  object[kCloseSolvedDays] = endings.close_solved_after.count();
  object[kResolvedIsClosed] = endings.resolved_is_closed;
  object[kOrphanDays] = nullptr;
  if (endings.orphan_after) object[kOrphanDays] = endings.orphan_after->count();
  return boost::json::serialize(object);
}

// What every change of the settings does beside the change.
Status judge_anew(App& app, ports::Writing& tx) {
  LETHE_CHECK(tx.people().review_everybody(app.clock.now()));
  return write_confirmed(tx, {.items = std::nullopt, .as_of = app.clock.now()});
}

// The list with `rule` at the place it asks for; positions 1, 2, 3, ...
std::vector<rt::RuleSpec> placed(std::vector<rt::Rule> rules, const rt::Rule& rule) {
  std::erase_if(rules, [&](const rt::Rule& other) { return other.id() == rule.id(); });
  const auto wanted = static_cast<std::size_t>(rule.spec().position - 1);
  std::vector<rt::RuleSpec> specs;
  for (const rt::Rule& other : rules) specs.push_back(other.spec());
  specs.insert(specs.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, specs.size())),
               rule.spec());
  int position = 1;
  for (rt::RuleSpec& spec : specs) spec.position = position++;
  return specs;
}

// Errors: not_found; conflict when it is another version than the caller knows.
Result<rt::RuleSpec> rule_as_known(const std::vector<rt::Rule>& rules, core::RuleId id,
                                   std::optional<std::int64_t> if_version) {
  const auto stored = std::ranges::find(rules, id, &rt::Rule::id);
  if (stored == rules.end()) return fail(Errc::not_found, "there is no such rule");
  if (if_version && *if_version != stored->version()) {
    return fail(Errc::conflict, "the rule changed meanwhile; read it again");
  }
  return stored->spec();
}

Result<rt::Rule> save_list(ports::Writing& tx, const std::vector<rt::RuleSpec>& specs,
                           core::RuleId changed) {
  std::vector<rt::Rule> rules;
  for (const rt::RuleSpec& spec : specs) {
    LETHE_TRY(auto rule, rt::make_rule(spec));
    rules.push_back(std::move(rule));
  }
  LETHE_CHECK(rt::make_rule_list(rules));
  for (const rt::Rule& rule : rules) LETHE_CHECK(tx.retention().save_rule(row_of(rule)));
  return *std::ranges::find(rules, changed, &rt::Rule::id);
}

Status close_up(ports::Writing& tx) {
  LETHE_TRY(auto rows, tx.retention().rules());
  std::int64_t position = 1;
  for (ports::RuleRow& row : rows) {
    row.position = position++;
    LETHE_CHECK(tx.retention().save_rule(row));
  }
  return {};
}

// Turned on again: what was due when it was turned off is known, what came since is not.
Status confirm_for_restart(App& app, ports::Writing& tx) {
  LETHE_TRY(const auto off_since, tx.catalog().setting(kDisabledAt));
  const auto at = number_in(off_since);
  return write_confirmed(tx,
                         {.items = std::nullopt, .as_of = at ? instant_of(*at) : app.clock.now()});
}

Status turn_on(App& app, ports::Writing& tx, std::optional<std::int64_t> confirmed) {
  LETHE_CHECK(tx.people().review_everybody(app.clock.now()));
  LETHE_CHECK(tx.catalog().set_setting(kEnabled, kOn));
  if (confirmed) return write_confirmed(tx, {.items = confirmed, .as_of = std::nullopt});
  return confirm_for_restart(app, tx);
}

Status check_name(const rt::Rule& rule) {
  if (is_one_line(rule.spec().name)) return {};
  return fail(Errc::out_of_range, "A name is one line.", "name");
}

// What erases has no age by default.
Status check_names_age(const boost::json::object& document) {
  if (document.contains("days") || document.contains("calendar_years")) return {};
  return fail(Errc::invalid_argument, "days or calendar_years is required", "days");
}

}  // namespace

Result<std::vector<rt::Rule>> list_rules(const ports::Reading& tx) {
  LETHE_TRY(const auto rows, tx.retention().rules());
  std::vector<rt::Rule> rules;
  for (const ports::RuleRow& row : rows) {
    LETHE_TRY(auto rule, rule_of(row));
    rules.push_back(std::move(rule));
  }
  return rules;
}

Result<rt::Settings> read_retention_settings(App& app, const ports::Reading& tx) {
  rt::Settings settings;
  LETHE_TRY(settings.enabled, read_switch(tx, kEnabled, true));
  LETHE_TRY(const auto endings, read_endings(tx));
  settings.resolved_is_closed = endings.resolved_is_closed;
  settings.orphan_after = endings.orphan_after;
  LETHE_TRY(auto rules, list_rules(tx));
  LETHE_TRY(settings.rules, rt::make_rule_list(std::move(rules)));
  LETHE_TRY(settings.policy, read_policy(tx));
  LETHE_TRY(const auto exceptions, read_exceptions(app, tx));
  settings.exceptions = keys_of(exceptions);
  return settings;
}

Result<core::TicketSettings> read_ticket_settings(const ports::Reading& tx) {
  LETHE_TRY(const auto endings, read_endings(tx));
  core::TicketSettings settings;
  settings.close_solved_after = endings.close_solved_after;
  return settings;
}

Result<Endings> read_endings(const ports::Reading& tx) {
  LETHE_TRY(const auto text, tx.catalog().setting(kEndings));
  if (!text) return Endings{};
  const Endings endings = endings_in(parse_object(*text));
  if (!check_endings(endings)) return fail(Errc::corrupt, "the stored endings are out of bounds");
  return endings;
}

Status check_endings(const Endings& endings) {
  if (endings.close_solved_after < Days{0} || endings.close_solved_after > kEndingsMax) {
    return fail(Errc::out_of_range, "0 to 3650 days", "close_solved_days");
  }
  const auto& orphans = endings.orphan_after;
  if (orphans && (*orphans < Days{1} || *orphans > kEndingsMax)) {
    return fail(Errc::out_of_range, "1 to 3650 days", "orphan_days");
  }
  return {};
}

Status change_endings(App& app, const Endings& endings) {
  LETHE_CHECK(check_endings(endings));
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(tx.catalog().set_setting(kEndings, text_of(endings)));
    return judge_anew(app, tx);
  });
}

Result<rt::Rule> create_rule(App& app, const boost::json::value& document) {
  std::optional<rt::Rule> made;
  const auto id = app.ids.make<core::RuleId>();
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto rules, list_rules(tx));
    rt::RuleSpec base{.id = id};
    base.mode = rt::mode_unless_said(document);
    base.position = static_cast<int>(rules.size()) + 1;
    LETHE_TRY(const auto rule, rt::changed_rule(std::move(base), document));
    LETHE_CHECK(check_name(rule));
    LETHE_CHECK(check_names_age(document.as_object()));
    LETHE_TRY(made, save_list(tx, placed(std::move(rules), rule), id));
    return judge_anew(app, tx);
  }));
  return std::move(*made);
}

Result<rt::Rule> change_rule(App& app, core::RuleId id, const boost::json::value& document,
                             std::optional<std::int64_t> if_version) {
  std::optional<rt::Rule> changed;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto rules, list_rules(tx));
    LETHE_TRY(rt::RuleSpec base, rule_as_known(rules, id, if_version));
    base.version += 1;
    LETHE_TRY(const auto rule, rt::changed_rule(std::move(base), document));
    LETHE_CHECK(check_name(rule));
    LETHE_TRY(changed, save_list(tx, placed(std::move(rules), rule), id));
    return judge_anew(app, tx);
  }));
  return std::move(*changed);
}

Status remove_rule(App& app, core::RuleId id, std::optional<std::int64_t> if_version) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto rules, list_rules(tx));
    LETHE_CHECK(rule_as_known(rules, id, if_version));
    LETHE_CHECK(tx.retention().remove_rule(id));
    LETHE_CHECK(close_up(tx));
    return judge_anew(app, tx);
  });
}

Result<rt::Policy> change_policy(App& app, const boost::json::value& document) {
  rt::Policy changed;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const rt::Policy stored, read_policy(tx));
    LETHE_TRY(changed, rt::changed_policy(stored.spec(), document));
    LETHE_CHECK(tx.catalog().set_setting(kPolicy, boost::json::serialize(rt::to_json(changed))));
    return judge_anew(app, tx);
  }));
  return changed;
}

Result<rt::Policy> policy_as_typed(App& app, const boost::json::value& document) {
  rt::Policy typed;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const rt::Policy stored, read_policy(tx));
    LETHE_TRY(typed, rt::changed_policy(stored.spec(), document));
    return {};
  }));
  return typed;
}

Result<rt::Exceptions> exceptions_as_typed(App& app, const boost::json::value& document) {
  LETHE_TRY(const rt::ExceptionLists typed, rt::parse_exceptions(document));
  LETHE_TRY(const auto known, known_exceptions(app, typed));
  return keys_of(known);
}

Result<ExceptionsView> view_exceptions(App& app, const ports::Reading& tx) {
  LETHE_TRY(const auto stored, read_exceptions(app, tx));
  return shown(app, tx, stored);
}

Result<ExceptionsView> replace_exceptions(App& app, const boost::json::value& document) {
  LETHE_TRY(const rt::ExceptionLists typed, rt::parse_exceptions(document));
  ExceptionsView view;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto exceptions, resolved(app, tx, typed));
    LETHE_CHECK(write_exceptions(app, tx, exceptions));
    LETHE_TRY(view, shown(app, tx, exceptions));
    return judge_anew(app, tx);
  }));
  return view;
}

Status set_retention_enabled(App& app, bool enabled, std::optional<std::int64_t> confirmed) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const bool was, read_switch(tx, kEnabled, true));
    if (enabled) {
      if (!was || confirmed) return turn_on(app, tx, confirmed);
      return {};
    }
    if (!was) return {};
    LETHE_CHECK(
        tx.catalog().set_setting(kDisabledAt, std::to_string(unix_seconds(app.clock.now()))));
    return tx.catalog().set_setting(kEnabled, kOff);
  });
}

Result<Confirmed> read_confirmed(const ports::Reading& tx) {
  LETHE_TRY(const auto text, tx.catalog().setting(kConfirmed));
  Confirmed confirmed;
  if (!text) return confirmed;
  const auto object = parse_object(*text);
  if (object.contains("items")) confirmed.items = number_of(object, "items");
  if (object.contains("as_of")) confirmed.as_of = instant_of(number_of(object, "as_of"));
  return confirmed;
}

Status write_confirmed(ports::Writing& tx, const Confirmed& confirmed) {
  boost::json::object object;
  if (confirmed.items) object["items"] = *confirmed.items;
  if (confirmed.as_of) object["as_of"] = unix_seconds(*confirmed.as_of);
  return tx.catalog().set_setting(kConfirmed, boost::json::serialize(object));
}

}  // namespace lethe::app
