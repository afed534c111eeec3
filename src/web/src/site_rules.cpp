// The editor of one rule: a sentence, and what it would do while it is being written.
#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "lethe/app/retention_settings.h"
#include "lethe/base/text.h"
#include "site_retention.h"

namespace lethe::web {
namespace {

namespace json = boost::json;
namespace rt = core::retention;
using Words = std::pair<std::string_view, std::string_view>;
using Depth = app::PreviewOrder::Depth;

constexpr int kMonths = 12;
constexpr std::size_t kSamples = 8;

constexpr std::array<Words, 4> kAnchors{{{"closed", marked("closed")},
                                         {"created", marked("created")},
                                         {"updated", marked("changed last")},
                                         {"last_customer_message", marked("last written to")}}};
constexpr std::array<Words, 2> kUnits{
    {{"days", marked("days or more")}, {"years", marked("full calendar years")}}};
constexpr std::array<Words, 3> kModes{
    {{"each", marked("each such ticket, whatever the person’s other tickets are")},
     {"all", marked("only when all tickets of the person are such")},
     {"any", marked("such tickets only, once no ticket of the person is open")}}};

template <std::size_t N>
views::Options options_of(const Text& words, const std::array<Words, N>& table,
                          std::string_view chosen) {
  views::Options options;
  for (const auto& [value, label] : table) {
    options.push_back({std::string{value}, words(label), value == chosen});
  }
  return options;
}

// Why a person stays, not a ticket.
bool is_about_people(std::string_view reason) {
  static constexpr std::array<std::string_view, 5> kReasons{
      "is_agent", "no_tickets", "keep_contact", "contact_delay", "grace"};
  return std::ranges::find(kReasons, reason) != kReasons.end();
}

bool holds(const rt::Filter& filter, const std::string& name) {
  return filter.names() != nullptr && filter.takes(name);
}

views::Options checks_of(const std::vector<ports::CatalogRow>& rows, const rt::Filter& filter) {
  views::Options options;
  for (const auto& row : rows) {
    options.push_back({row.name, row.name, holds(filter, row.name)});
  }
  return options;
}

std::string tags_of(const rt::Filter& filter) {
  std::string text;
  if (filter.names() == nullptr) return text;
  for (const auto& name : *filter.names()) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// --- What the sentence would do ---

// One pass over the sample tells the days, the reasons and the months.
Result<views::RulePreview> preview_of(Visit& visit, const rt::Rule& rule, Depth depth) {
  LETHE_TRY(const auto preview,
            app::preview(visit.app,
                         {.rule = rule, .depth = depth, .samples = kSamples, .months = kMonths}));
  views::RulePreview view = preview_view(visit, preview);
  view.can_be_counted = true;
  for (const rt::Period& month : preview.months) {
    view.months.push_back(month_bar(month, view.months.empty()));
  }
  if (rule.anchor() == rt::Anchor::created || rule.anchor() == rt::Anchor::updated) {
    view.warning = visit.words()("A ticket that was closed yesterday may be old enough already.");
  }
  return view;
}

// --- Form ---

json::value filter_document(const std::vector<std::string_view>& names) {
  if (names.empty()) return "*";
  json::array list;
  for (const auto name : names) list.emplace_back(std::string{name});
  return list;
}

json::object document_of(const Fields& fields) {
  const auto tags = words_of_list(fields.get("tags"));
  const std::vector<std::string_view> tag_names{tags.begin(), tags.end()};
  json::object document{{"name", std::string{trimmed(fields.get("name"))}},
                        {"groups", filter_document(fields.all("groups"))},
                        {"types", filter_document(fields.all("types"))},
                        {"tags", filter_document(tag_names)},
                        {"anchor", std::string{fields.get("anchor")}},
                        {"mode", std::string{fields.get("mode")}}};
  const bool in_years = fields.get("unit") == "years";
  document[in_years ? "calendar_years" : "days"] = number_of(fields.get("days")).value_or(0);
  return document;
}

rt::RuleSpec blank_rule(Visit& visit) {
  rt::RuleSpec spec{.id = visit.app.ids.make<core::RuleId>()};
  spec.age = Days{90};
  spec.enabled = false;
  return spec;
}

Result<rt::Rule> stored_rule(Visit& visit, core::RuleId id) {
  LETHE_TRY(const auto rules,
            read_from<std::vector<rt::Rule>>(
                visit.app, [](const ports::Reading& tx) { return app::list_rules(tx); }));
  const auto found = std::ranges::find_if(rules, [&](const auto& rule) { return rule.id() == id; });
  if (found == rules.end()) return fail(Errc::not_found, "there is no such rule");
  return *found;
}

// The rule as the form says it, turned on, for the preview.
Result<rt::Rule> rule_in_form(rt::RuleSpec base, const Fields& fields) {
  json::object document = document_of(fields);
  document["enabled"] = true;
  if (document["name"].as_string().empty()) document["name"] = "-";
  return rt::changed_rule(std::move(base), document);
}

Result<views::RuleEditor> editor_of(Visit& visit, const rt::RuleSpec& spec, bool is_new,
                                    Depth depth = Depth::quick) {
  const Text& words = visit.words();
  views::RuleEditor view;
  if (!is_new) view.id = spec.id.to_string();
  view.name = spec.name;
  view.enabled = !is_new && spec.enabled;
  view.anchors = options_of(words, kAnchors, rt::name_of(spec.anchor));
  view.modes = options_of(words, kModes, rt::name_of(spec.mode));
  const auto* days = std::get_if<Days>(&spec.age);
  view.days = days != nullptr ? static_cast<int>(days->count())
                              : std::get<rt::CalendarYears>(spec.age).count;
  view.units = options_of(words, kUnits, days != nullptr ? "days" : "years");
  LETHE_TRY(const auto lists, read_from<Lists>(visit.app, [&](const ports::Reading& tx) {
              return Lists::read(visit.app, tx);
            }));
  view.groups = checks_of(lists.groups(), spec.groups);
  view.types = checks_of(lists.types(), spec.types);
  view.tags = tags_of(spec.tags);
  view.version = std::to_string(spec.version);
  rt::RuleSpec on = spec;
  on.enabled = true;
  if (on.name.empty()) on.name = "-";
  LETHE_TRY(const auto rule, rt::make_rule(std::move(on)));
  LETHE_TRY(view.preview, preview_of(visit, rule, depth));
  return view;
}

Answer new_rule_page(Visit& visit) {
  visit.page.shell.place = Place::retention;
  LETHE_TRY(const auto view, editor_of(visit, blank_rule(visit), true));
  return show(visit, view);
}

Answer rule_page(Visit& visit) {
  visit.page.shell.place = Place::retention;
  LETHE_TRY(const auto id, path_id<core::RuleId>(visit.request));
  LETHE_TRY(const auto rule, stored_rule(visit, id));
  LETHE_TRY(const auto view, editor_of(visit, rule.spec(), false));
  return show(visit, view);
}

// The stored rule that the form changes, so that it is judged once; else a new one.
rt::RuleSpec base_of(Visit& visit, const Fields& fields) {
  if (const auto id = core::RuleId::parse(fields.get("rule"))) {
    if (const auto stored = stored_rule(visit, *id)) return stored->spec();
  }
  return blank_rule(visit);
}

Answer preview(Visit& visit, const MultipartForm& form) {
  visit.page.fragment = true;
  views::RulePreview view;
  const auto rule = rule_in_form(base_of(visit, form.fields), form.fields);
  if (!rule) {
    view.errors = form_errors(visit, rule.error(), "days");
    return show(visit, view);
  }
  const bool exact = visit.request.query().get("depth") == "exact";
  LETHE_TRY(view, preview_of(visit, *rule, exact ? Depth::exact : Depth::quick));
  return show(visit, view);
}

// --- Saving ---

Answer ask_again(Visit& visit, const rt::RuleSpec& base, bool is_new, const Fields& fields,
                 const Error& error) {
  visit.page.shell.place = Place::retention;
  rt::RuleSpec spec = base;
  if (const auto typed = rule_in_form(base, fields)) {
    spec = typed->spec();
    spec.enabled = base.enabled;
  }
  LETHE_TRY(auto view, editor_of(visit, spec, is_new, Depth::exact));
  view.name = fields.get("name");
  view.errors = form_errors(visit, error, "name");
  if (view.errors.front().field == "calendar_years") view.errors.front().field = "days";
  return show(visit, view, 422);
}

// Turning on needs the number that the preview shows, typed; so does a rule that is on when it
// would erase more than it does (RET-37).
Status check_confirmation(Visit& visit, const rt::RuleSpec& base, const Fields& fields) {
  LETHE_TRY(const auto rule, rule_in_form(base, fields));
  LETHE_TRY(const auto preview, app::preview(visit.app, {.rule = rule, .samples = 0}));
  if (number_of(fields.get("confirm")) == static_cast<int>(preview.now.tickets)) return {};
  if (base.enabled) {
    LETHE_TRY(const auto before, app::preview(visit.app, {.samples = 0}));
    if (preview.now.tickets <= before.now.tickets) return {};
  }
  return fail(Errc::invalid_argument,
              "To turn it on, type the number of tickets that the preview shows.", "confirm");
}

Result<rt::Rule> store(Visit& visit, std::optional<core::RuleId> id, const rt::RuleSpec& base,
                       const Fields& fields) {
  const std::string_view what = fields.get("do");
  json::object document = document_of(fields);
  document["enabled"] = what == "enable" || (what != "disable" && id && base.enabled);
  if (document["enabled"].as_bool()) LETHE_CHECK(check_confirmation(visit, base, fields));
  if (!id) return app::create_rule(visit.app, document);
  return app::change_rule(visit.app, *id, document, number_of(fields.get("version")));
}

std::string_view done_by(std::string_view what) {
  return what == "enable" ? "rule-on" : what == "disable" ? "rule-off" : "rule-saved";
}

Answer create(Visit& visit, const MultipartForm& form) {
  const auto base = blank_rule(visit);
  const auto rule = store(visit, std::nullopt, base, form.fields);
  if (!rule) return ask_again(visit, base, true, form.fields, rule.error());
  return go_to(url_for("/retention"), done_by(form.fields.get("do")));
}

Answer change(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::RuleId>(visit.request));
  if (form.fields.get("do") == "delete") {
    LETHE_CHECK(app::remove_rule(visit.app, id));
    return go_to(url_for("/retention"), "rule-removed");
  }
  LETHE_TRY(const auto before, stored_rule(visit, id));
  const auto rule = store(visit, id, before.spec(), form.fields);
  if (!rule && rule.error().code == Errc::conflict) return std::unexpected(rule.error());
  if (!rule) return ask_again(visit, before.spec(), false, form.fields, rule.error());
  return go_to(url_for("/retention"), done_by(form.fields.get("do")));
}

Answer move(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::RuleId>(visit.request));
  LETHE_TRY(const auto rule, stored_rule(visit, id));
  const int by = form.fields.get("move") == "up" ? -1 : 1;
  const int position = std::max(1, rule.spec().position + by);
  LETHE_CHECK(app::change_rule(visit.app, id, json::object{{"position", position}}));
  return go_to(url_for("/retention"));
}

}  // namespace

std::string rule_sentence(const Text& words, const rt::Rule& rule) {
  std::string anchor;
  for (const auto& [value, label] : kAnchors) {
    if (value == rt::name_of(rule.anchor())) anchor = words(label);
  }
  const auto* days = std::get_if<Days>(&rule.age());
  const std::string age = days != nullptr
                              ? words.plural("{} day", "{} days", days->count())
                              : words.plural("{} calendar year", "{} calendar years",
                                             std::get<rt::CalendarYears>(rule.age()).count);
  std::string sentence = words.with("{} {} or more ago", anchor, age);
  for (const auto* filter : {&rule.spec().groups, &rule.spec().types, &rule.spec().tags}) {
    if (filter->names() != nullptr) sentence += " · " + tags_of(*filter);
  }
  return sentence;
}

views::MonthBar month_bar(const rt::Period& month, bool first) {
  return {month.ends, static_cast<std::int64_t>(month.tickets), first,
          static_cast<std::int64_t>(month.people_erased + month.people_hidden)};
}

views::RulePreview preview_view(Visit& visit, const app::Preview& preview) {
  const Text& words = visit.words();
  views::RulePreview view;
  view.tickets = preview.now.tickets;
  view.people = preview.now.people_erased + preview.now.people_hidden;
  view.looked_at = preview.now.tickets;
  view.is_estimate = preview.estimate;
  for (const auto& [reason, count] : preview.stays_because) {
    if (reason.starts_with("exception") || reason == "hold") view.kept += count;
    if (is_about_people(reason)) continue;
    view.looked_at += count;
    view.kept_reasons.push_back({reason_words(words, reason), words.number(count)});
  }
  for (const auto& item : preview.goes) {
    if (!item.ticket) continue;
    view.sample.push_back({"#" + std::to_string(item.number),
                           url_for("/tickets/{id}", {item.ticket->to_string()}),
                           item.due_at.value_or(preview.at)});
  }
  return view;
}

void add_rule_routes(SiteRoutes& routes) {
  constexpr auto kOfficer = ports::Role::privacy_officer;
  routes.page("/retention/rules/new", kOfficer, new_rule_page);
  routes.form("/retention/rules", kOfficer, create);
  routes.page("/retention/rules/{id}", kOfficer, rule_page);
  routes.form("/retention/rules/{id}", kOfficer, change);
  routes.form("/retention/rules/{id}/move", kOfficer, move);
  routes.form("/retention/preview", kOfficer, preview);
}

}  // namespace lethe::web
