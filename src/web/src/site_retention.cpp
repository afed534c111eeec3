// Retention: the overview, runs, the policy for people, exceptions.
#include "site_retention.h"

#include <boost/json.hpp>
#include <charconv>

#include "lethe/app/endings.h"
#include "lethe/app/retention.h"
#include "lethe/app/retention_settings.h"
#include "lethe/base/text.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
namespace rt = core::retention;

constexpr int kMonths = 12;
constexpr int kRunsShown = 10;

// --- Overview ---

Status add_months(Visit& visit, views::RulePreview& view) {
  LETHE_TRY(const auto periods, app::forecast(visit.app, kMonths));
  for (const auto& period : periods) {
    view.months.push_back(month_bar(period, view.months.empty()));
  }
  return {};
}

std::string policy_words(const Text& words, const rt::PolicySpec& policy) {
  if (policy.keep_contact) {
    return words("People stay when all their tickets are gone, until someone erases them.");
  }
  const std::string days = words.plural("{} day", "{} days", policy.delay.count());
  return policy.deletion == rt::Deletion::hide
             ? words.with("People whose tickets are all gone are hidden after {}.", days)
             : words.with("People whose tickets are all gone are erased after {}.", days);
}

std::string exception_words(const Text& words, const rt::ExceptionLists& lists) {
  const auto count = std::ssize(lists.contact_tags) + std::ssize(lists.emails) +
                     std::ssize(lists.companies) + std::ssize(lists.agents);
  if (count == 0) return words("No exception is set.");
  return words.plural("One exception protects people from every rule.",
                      "{} exceptions protect people from every rule.", count);
}

views::RuleRow rule_row(const Text& words, const rt::Rule& rule, std::size_t at,
                        std::size_t count) {
  views::RuleRow row;
  row.id = rule.id().to_string();
  row.name = rule.spec().name;
  row.sentence = rule_sentence(words, rule);
  row.enabled = rule.enabled();
  row.position = rule.spec().position;
  row.url = url_for("/retention/rules/{id}", {row.id});
  row.first = at == 0;
  row.last = at + 1 == count;
  return row;
}

// The nightly run begins at this hour, UTC.
Instant next_night(Instant now) {
  const auto day = std::chrono::floor<Days>(now);
  const Instant night = day + std::chrono::hours{2};
  return night > now ? night : night + Days{1};
}

Answer overview(Visit& visit) {
  visit.page.shell.place = Place::retention;
  const Text& words = visit.words();
  views::RetentionRules view;
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto settings, app::read_retention_settings(visit.app, tx));
    view.enabled = settings.enabled;
    view.policy_sentence = policy_words(words, settings.policy.spec());
    LETHE_TRY(const auto rules, app::list_rules(tx));
    for (std::size_t i = 0; i < rules.size(); ++i) {
      view.rules.push_back(rule_row(words, rules[i], i, rules.size()));
    }
    LETHE_TRY(const auto exceptions, app::view_exceptions(visit.app, tx));
    view.exceptions_sentence = exception_words(words, exceptions.lists);
    LETHE_TRY(const auto runs, tx.retention().runs(kRunsShown));
    for (const auto& run : runs) {
      view.runs.push_back({run.id.to_string(), run.at, run.tickets, run.people, false,
                           run.state == ports::RunState::stopped,
                           url_for("/retention/runs/{id}", {run.id.to_string()}),
                           run.state == ports::RunState::needs_confirmation});
    }
    return {};
  }));
  if (view.enabled) view.next_run = next_night(visit.now());
  LETHE_TRY(const auto preview,
            app::preview(visit.app, {.depth = app::PreviewOrder::Depth::quick}));
  view.forecast = preview_view(visit, preview);
  const auto uncovered = preview.stays_because.find("no_rule");
  if (uncovered != preview.stays_because.end()) view.tickets_without_rule = uncovered->second;
  LETHE_CHECK(add_months(visit, view.forecast));
  return show(visit, view);
}

Answer set_enabled(Visit& visit, const MultipartForm& form) {
  const bool on = form.fields.get("enabled") == "1";
  LETHE_CHECK(app::set_retention_enabled(visit.app, on));
  return go_to(url_for("/retention"), on ? "retention-on" : "retention-off");
}

// --- Runs ---

void fill_lines(const Text& words, views::Run& view, const app::Preview& preview,
                const std::vector<rt::Rule>& rules) {
  const auto name_of_rule = [&](const std::optional<core::RuleId>& id) -> std::string {
    for (const auto& rule : rules) {
      if (id && rule.id() == *id) return rule.spec().name;
    }
    return {};
  };
  const auto add = [&](const app::PreviewItem& item) {
    const std::string what = item.ticket ? "#" + std::to_string(item.number) : words("a person");
    const std::string verdict = item.verdict == "due" || item.verdict == "erase"
                                    ? words("would be erased")
                                : item.verdict == "hide" ? words("would be hidden")
                                                         : reason_words(words, item.verdict);
    view.lines.push_back({what, name_of_rule(item.rule), verdict});
  };
  for (const auto& item : preview.goes) add(item);
  for (const auto& item : preview.stays) add(item);
}

Answer dry_run(Visit& visit) {
  LETHE_TRY(const auto preview, app::preview(visit.app, {.samples = 200}));
  LETHE_TRY(const auto rules,
            read_from<std::vector<rt::Rule>>(
                visit.app, [&](const ports::Reading& tx) { return app::list_rules(tx); }));
  views::Run view;
  view.dry = true;
  view.at = preview.at;
  view.tickets = preview.now.tickets;
  view.people = preview.now.people_erased + preview.now.people_hidden;
  const auto shown = preview_view(visit, preview);
  view.kept = shown.kept;
  view.kept_reasons = shown.kept_reasons;
  fill_lines(visit.words(), view, preview, rules);
  view.paging = {
      view.lines.empty() ? 0 : 1, std::ssize(view.lines), std::ssize(view.lines), false, {}, {}};
  view.can_run_for_real = true;
  view.shown = preview.now.items();
  return show(visit, view);
}

Answer start_run(Visit& visit, const MultipartForm& form) {
  visit.page.shell.place = Place::retention;
  if (form.fields.get("dry") == "1") return dry_run(visit);
  // What was shown is confirmed, and no more: what came due since then asks once more.
  if (const auto shown = number_of(form.fields.get("shown"))) {
    LETHE_CHECK(visit.app.store.write([&](ports::Writing& tx) {
      return app::write_confirmed(tx, {.items = *shown, .as_of = std::nullopt});
    }));
  }
  LETHE_TRY(const auto run, app::run_retention(visit.app, {}));
  return go_to(url_for("/retention/runs/{id}", {run.id.to_string()}));
}

Answer confirm(Visit& visit, const MultipartForm&) {
  visit.page.shell.place = Place::retention;
  LETHE_TRY(const auto id, path_id<core::RunId>(visit.request));
  LETHE_TRY(const auto run, app::confirm_run(visit.app, id));
  return go_to(url_for("/retention/runs/{id}", {run.id.to_string()}));
}

views::Run::State state_of(ports::RunState state) {
  switch (state) {
    case ports::RunState::running:
      return views::Run::State::running;
    case ports::RunState::needs_confirmation:
      return views::Run::State::waiting;
    case ports::RunState::stopped:
      return views::Run::State::stopped;
    case ports::RunState::done:
      break;
  }
  return views::Run::State::done;
}

Answer run_page(Visit& visit) {
  visit.page.shell.place = Place::retention;
  LETHE_TRY(const auto id, path_id<core::RunId>(visit.request));
  views::Run view;
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto run, tx.retention().run(id));
    view.dry = false;
    view.id = id.to_string();
    view.at = run.at;
    view.tickets = run.tickets;
    view.people = run.people;
    view.total = view.done = run.examined;
    view.state = state_of(run.state);
    LETHE_TRY(const auto erasures, tx.retention().erasures_of_run(id));
    for (const auto& erasure : erasures) {
      if (erasure.certificate && view.certificate.empty()) {
        view.certificate = url_for("/certificates/{id}", {erasure.certificate->to_string()});
      }
    }
    return {};
  }));
  view.self = url_for("/retention/runs/{id}", {view.id});
  if (view.state == views::Run::State::waiting) {
    view.confirm = url_for("/retention/runs/{id}/confirm", {view.id});
  }
  return show(visit, view);
}

// --- Policy and exceptions ---

std::string lines_of(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += value + "\n";
  return text;
}

void fill_choices(const Text& words, views::Policy& view, std::string_view deletion, int delay) {
  view.deletions = {{"erase", words("is erased"), deletion == "erase"},
                    {"hide", words("is hidden, then erased"), deletion == "hide"}};
  for (const int days : {0, 30, 60, 90}) {
    view.delays.push_back({std::to_string(days),
                           days == 0 ? words("at once") : words.plural("{} day", "{} days", days),
                           days == delay});
  }
}

void fill_endings(views::Policy& view, const app::Endings& endings) {
  view.close_solved_days = std::to_string(endings.close_solved_after.count());
  view.resolved_is_closed = endings.resolved_is_closed;
  if (endings.orphan_after) view.orphan_days = std::to_string(endings.orphan_after->count());
}

Answer policy_page(Visit& visit) {
  visit.page.shell.place = Place::retention;
  views::Policy view;
  LETHE_CHECK(visit.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto settings, app::read_retention_settings(visit.app, tx));
    const auto& policy = settings.policy.spec();
    view.keep_contact = policy.keep_contact;
    view.grace_days = static_cast<int>(policy.grace.count());
    fill_choices(visit.words(), view, rt::name_of(policy.deletion),
                 static_cast<int>(policy.delay.count()));
    LETHE_TRY(const auto endings, app::read_endings(tx));
    fill_endings(view, endings);
    LETHE_TRY(const auto exceptions, app::view_exceptions(visit.app, tx));
    view.contact_tags = lines_of(exceptions.lists.contact_tags);
    view.emails = lines_of(exceptions.lists.emails);
    view.companies = lines_of(exceptions.lists.companies);
    view.agents = lines_of(exceptions.lists.agents);
    view.warnings = exceptions.warnings;
    return {};
  }));
  return show(visit, view);
}

json::array list_of(std::string_view text) {
  json::array list;
  for (const auto& word : words_of_list(text)) list.emplace_back(word);
  return list;
}

Result<app::Endings> stored_endings(Visit& visit) {
  return read_from<app::Endings>(visit.app,
                                 [](const ports::Reading& tx) { return app::read_endings(tx); });
}

// Days that the form does not hold stay as they are; what is no number is out of bounds.
Result<app::Endings> typed_endings(Visit& visit, const Fields& fields) {
  LETHE_TRY(app::Endings typed, stored_endings(visit));
  typed.resolved_is_closed = fields.get("resolved_is_closed") == "1";
  if (const auto days = fields.find("close_solved_days")) {
    typed.close_solved_after = Days{number_of(*days).value_or(-1)};
  }
  if (const auto days = fields.find("orphan_days")) {
    typed.orphan_after.reset();
    if (!trimmed(*days).empty()) typed.orphan_after = Days{number_of(*days).value_or(-1)};
  }
  LETHE_CHECK(app::check_endings(typed));
  return typed;
}

struct TypedPolicy {
  json::object policy, exceptions;
  app::Endings endings;
};
Result<TypedPolicy> typed_policy(Visit& visit, const Fields& fields) {
  TypedPolicy typed;
  LETHE_TRY(typed.endings, typed_endings(visit, fields));
  typed.policy = {{"keep_contact", fields.get("keep_contact") == "1"},
                  {"deletion", std::string{fields.get("deletion")}}};
  if (const auto delay = number_of(fields.get("delay_days"))) typed.policy["delay_days"] = *delay;
  if (const auto grace = number_of(fields.get("grace_days"))) typed.policy["grace_days"] = *grace;
  typed.exceptions = {{"contact_tags", list_of(fields.get("contact_tags"))},
                      {"emails", list_of(fields.get("emails"))},
                      {"companies", list_of(fields.get("companies"))},
                      {"agents", list_of(fields.get("agents"))}};
  return typed;
}

// RET-37: what would go at the next run, when it is more than now and its number was not typed.
Result<std::optional<app::RetentionCounts>> unconfirmed(Visit& visit, const TypedPolicy& typed,
                                                        const Fields& fields) {
  app::PreviewOrder order{.samples = 0};
  LETHE_TRY(const auto before, app::preview(visit.app, order));
  LETHE_TRY(order.policy, app::policy_as_typed(visit.app, typed.policy));
  LETHE_TRY(order.exceptions, app::exceptions_as_typed(visit.app, typed.exceptions));
  order.endings = typed.endings;
  LETHE_TRY(const auto then, app::preview(visit.app, order));
  const bool is_more = then.now.items() > before.now.items();
  const bool was_typed = parse_id_digits(fields.get("confirm")) == then.now.items();
  if (!is_more || was_typed) return std::nullopt;
  return then.now;
}

Status save_policy(Visit& visit, const TypedPolicy& typed) {
  LETHE_CHECK(app::change_policy(visit.app, typed.policy));
  LETHE_CHECK(app::replace_exceptions(visit.app, typed.exceptions));
  LETHE_TRY(const auto stored, stored_endings(visit));
  return stored == typed.endings ? Status{} : app::change_endings(visit.app, typed.endings);
}

views::Policy policy_as_written(Visit& visit, const Fields& fields) {
  views::Policy view;
  view.keep_contact = fields.get("keep_contact") == "1";
  view.grace_days = number_of(fields.get("grace_days")).value_or(30);
  fill_choices(visit.words(), view, fields.get("deletion"),
               number_of(fields.get("delay_days")).value_or(30));
  view.contact_tags = fields.get("contact_tags");
  view.emails = fields.get("emails");
  view.companies = fields.get("companies");
  view.agents = fields.get("agents");
  view.close_solved_days = fields.get("close_solved_days");
  view.resolved_is_closed = fields.get("resolved_is_closed") == "1";
  view.orphan_days = fields.get("orphan_days");
  return view;
}

Answer change_policy(Visit& visit, const MultipartForm& form) {
  visit.page.shell.place = Place::retention;
  const auto typed = typed_policy(visit, form.fields);
  using Open = decltype(unconfirmed(visit, *typed, form.fields));
  const Open open =
      typed ? unconfirmed(visit, *typed, form.fields) : Open{std::unexpected(typed.error())};
  const Status saved = !open   ? std::unexpected(open.error())
                       : *open ? Status{}
                               : save_policy(visit, *typed);
  if (open && !*open && saved) return go_to(url_for("/retention/policy"), "policy-saved");
  views::Policy view = policy_as_written(visit, form.fields);
  if (!saved) view.errors = form_errors(visit, saved.error(), "emails");
  if (open && *open) {
    view.items_due = (*open)->items();
    view.tickets_due = (*open)->tickets;
    view.people_due = (*open)->people_erased + (*open)->people_hidden;
    if (!form.fields.get("confirm").empty()) {
      view.errors = {{"confirm", visit.words()("This is not the number.")}};
    }
  }
  return show(visit, view, 422);
}

}  // namespace

void add_retention_routes(SiteRoutes& routes) {
  constexpr auto kOfficer = ports::Role::privacy_officer;
  routes.page("/retention", kOfficer, overview);
  routes.form("/retention/enabled", kOfficer, set_enabled);
  routes.form("/retention/runs", kOfficer, start_run);
  routes.page("/retention/runs/{id}", kOfficer, run_page);
  routes.form("/retention/runs/{id}/confirm", kOfficer, confirm);
  routes.page("/retention/policy", kOfficer, policy_page);
  routes.form("/retention/policy", kOfficer, change_policy);
}

}  // namespace lethe::web
