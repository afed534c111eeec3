// Settings of the installation: organisation, lists, agents, keyring.
#include <algorithm>
#include <array>

#include "lethe/app/named_lists.h"
#include "lethe/app/second_step.h"
#include "lethe/base/text.h"
#include "refusals.h"
#include "site_rows.h"
#include "site_second_step.h"
#include "time_zones.h"

namespace lethe::web {
namespace {

using ports::NamedKind;
using ports::Role;

constexpr std::size_t kNameBytesMax = 60;

Status set(Visit& visit, std::string_view key, std::string_view value) {
  return visit.app.store.write(
      [&](ports::Writing& tx) { return tx.catalog().set_setting(key, value); });
}

Result<std::string> get(Visit& visit, std::string_view key, std::string_view otherwise) {
  return read_from<std::string>(visit.app, [&](const ports::Reading& tx) {
    return Result<std::string>{setting_or(tx, key, otherwise)};
  });
}

// --- Organisation ---

Result<views::OrganisationSettings> organisation_view(Visit& visit) {
  visit.page.shell.place = Place::settings;
  views::OrganisationSettings view;
  LETHE_TRY(view.name, get(visit, "organisation", visit.app.installation.organisation));
  view.public_url = visit.app.installation.public_url;
  LETHE_TRY(const auto language, get(visit, "language", "en"));
  for (const Language each : kAllLanguages) {
    view.languages.push_back(
        {std::string{code_of(each)}, std::string{name_of(each)}, code_of(each) == language});
  }
  LETHE_TRY(const auto zone, get(visit, "time_zone", "UTC"));
  for (const auto each : kZones) {
    view.time_zones.push_back({std::string{each}, std::string{each}, each == zone});
  }
  return view;
}

Answer organisation_page(Visit& visit) {
  LETHE_TRY(const auto view, organisation_view(visit));
  return show(visit, view);
}

Answer save_organisation(Visit& visit, const MultipartForm& form) {
  const std::string name{trimmed(form.fields.get("name"))};
  if (name.empty() || name.size() > 200) {
    LETHE_TRY(auto view, organisation_view(visit));
    view.name = name;
    view.errors = {{"name", visit.words()("Say the name of your organisation.")}};
    return show(visit, view, 422);
  }
  LETHE_CHECK(set(visit, "organisation", name));
  const std::string_view zone = form.fields.get("time_zone");
  if (std::ranges::find(kZones, zone) != kZones.end()) LETHE_CHECK(set(visit, "time_zone", zone));
  const std::string_view language = form.fields.get("language");
  if (language == "en" || language == "de" || language == "fr") {
    LETHE_CHECK(set(visit, "language", language));
  }
  return go_to(url_for("/settings"), "saved");
}

// --- Groups, types, tags ---

struct List {
  NamedKind kind;
  std::string_view field;  // of the form that adds one
  std::string_view path;
};
constexpr std::array<List, 3> kLists{{{NamedKind::group, "group", "groups"},
                                      {NamedKind::type, "type", "types"},
                                      {NamedKind::tag, "tag", "tags"}}};

std::vector<views::NamedItem> items_of(const std::vector<ports::CatalogRow>& rows) {
  std::vector<views::NamedItem> items;
  for (const auto& row : rows) items.push_back({std::to_string(row.id), row.name});
  return items;
}

Result<views::ListSettings> lists_view(Visit& visit) {
  visit.page.shell.place = Place::settings;
  LETHE_TRY(const auto lists, read_from<Lists>(visit.app, [&](const ports::Reading& tx) {
              return Lists::read(visit.app, tx);
            }));
  views::ListSettings view;
  view.groups = items_of(lists.groups());
  view.types = items_of(lists.types());
  view.tags = items_of(lists.tags());
  return view;
}

Answer lists_page(Visit& visit) {
  LETHE_TRY(const auto view, lists_view(visit));
  return show(visit, view);
}

Result<std::string> checked_name(const Text& words, std::string_view text) {
  std::string name{trimmed(text)};
  if (name.empty() || name.size() > kNameBytesMax || name.contains(',')) {
    return fail(Errc::invalid_argument, words("A name has 1 to 60 characters and no comma."));
  }
  return name;
}

std::string refusal(const Text& words, const Error& error) {
  if (error.code == Errc::already_exists) return words("There is one of this name already.");
  if (error.field == "rules") {
    return words(
        "A retention rule names it. Change the rule first, or it would take other tickets.");
  }
  if (error.field == "exceptions") {
    return words("It protects people from retention rules. Take it off that list first.");
  }
  if (error.field == "mailboxes") {
    return words("A mailbox gives it to new tickets. Change the mailbox first.");
  }
  return refusal_words(words, error.detail);
}

Answer add_item(Visit& visit, const MultipartForm& form) {
  for (const List& list : kLists) {
    if (!form.fields.has(list.field)) continue;
    const auto name = checked_name(visit.words(), form.fields.get(list.field));
    const Status saved = name ? visit.app.store.write([&](ports::Writing& tx) {
      return tx.catalog().save_named({visit.app.ids.next(), list.kind, *name});
    })
                              : Status{std::unexpected(name.error())};
    if (saved) return go_to(url_for("/settings/lists"), "saved");
    LETHE_TRY(auto view, lists_view(visit));
    view.errors = {{std::string{list.field}, refusal(visit.words(), saved.error())}};
    return show(visit, view, 422);
  }
  return go_to(url_for("/settings/lists"));
}

views::NamedItem* item_of(views::ListSettings& view, NamedKind kind, std::int64_t id) {
  auto& items = kind == NamedKind::group  ? view.groups
                : kind == NamedKind::type ? view.types
                                          : view.tags;
  const auto found = std::ranges::find(items, std::to_string(id), &views::NamedItem::id);
  return found == items.end() ? nullptr : &*found;
}

std::string removal_question(const Text& words, std::int64_t tickets) {
  if (tickets == 0) return words("No ticket has it. What is removed does not come back.");
  if (tickets >= app::kNamedTicketsMax) {
    return words("Hundreds of tickets lose it, and it does not come back.");
  }
  return words.plural("{} ticket loses it, and it does not come back.",
                      "{} tickets lose it, and it does not come back.", tickets);
}

Answer ask_before_removing(Visit& visit, NamedKind kind, std::int64_t id) {
  LETHE_TRY(const auto tickets, read_from<std::int64_t>(visit.app, [&](const ports::Reading& tx) {
              return app::tickets_named(tx, kind, id);
            }));
  LETHE_TRY(auto view, lists_view(visit));
  if (auto* item = item_of(view, kind, id)) {
    item->question = removal_question(visit.words(), tickets);
  }
  return show(visit, view);
}

// The lists again, with what was typed and why it was refused beside it.
Answer ask_item_again(Visit& visit, NamedKind kind, std::int64_t id, std::string_view typed,
                      const Error& error) {
  LETHE_TRY(auto view, lists_view(visit));
  auto* item = item_of(view, kind, id);
  if (item == nullptr) return std::unexpected(error);
  item->name = typed;
  item->error = refusal(visit.words(), error);
  return show(visit, view, 422);
}

Answer change_item(Visit& visit, const MultipartForm& form) {
  const auto list = std::ranges::find(kLists, visit.request.params.at(0), &List::path);
  if (list == kLists.end()) return fail(Errc::not_found, "there is no such list");
  const auto id = parse_id_digits(visit.request.params.at(1));
  if (!id) return fail(Errc::not_found, "there is no such thing");
  const std::string_view what = form.fields.get("do");
  if (what == "remove") return ask_before_removing(visit, list->kind, *id);
  const bool removes = what == "remove_anyway";
  const auto name = checked_name(visit.words(), form.fields.get("name"));
  const Status done = removes ? app::remove_named(visit.app, list->kind, *id)
                      : name  ? app::rename_named(visit.app, {*id, list->kind, *name})
                              : Status{std::unexpected(name.error())};
  if (done) return go_to(url_for("/settings/lists"), removes ? "removed" : "saved");
  return ask_item_again(visit, list->kind, *id, form.fields.get("name"), done.error());
}

// --- Agents ---

std::string_view code_of_role(Role role) {
  return role == Role::admin ? "admin" : role == Role::privacy_officer ? "officer" : "agent";
}
Role role_called(std::string_view code) {
  return code == "admin" ? Role::admin : code == "officer" ? Role::privacy_officer : Role::agent;
}
views::Options role_options(const Text& words, Role chosen) {
  views::Options options;
  for (const Role role : {Role::agent, Role::privacy_officer, Role::admin}) {
    options.push_back({std::string{code_of_role(role)}, role_words(words, role), role == chosen});
  }
  return options;
}

Result<views::AgentSettings> agents_view(Visit& visit) {
  visit.page.shell.place = Place::settings;
  views::AgentSettings view;
  LETHE_TRY(const auto agents, app::list_agents(visit.app));
  LETHE_TRY(const auto with_step, app::agents_with_second_step(visit.app));
  for (const auto& agent : agents) {
    views::AgentRow row;
    row.id = agent.id.to_string();
    row.agent = {agent.name, agent.id.value(), agent.name.empty()};
    row.email = agent.email;
    row.role = role_words(visit.words(), agent.role);
    row.roles = role_options(visit.words(), agent.role);
    row.state = agent.state == ports::AgentState::invited ? views::AgentRow::State::invited
                : agent.state == ports::AgentState::deactivated
                    ? views::AgentRow::State::deactivated
                    : views::AgentRow::State::active;
    row.is_me = agent.id == visit.me();
    row.second_factor = with_step.contains(agent.id);
    view.agents.push_back(std::move(row));
  }
  view.roles = role_options(visit.words(), Role::agent);
  LETHE_TRY(const auto owing, read_from<std::set<Role>>(visit.app, app::roles_with_second_step));
  view.roles_with_second_step = role_options(visit.words(), Role::agent);
  for (views::Option& option : view.roles_with_second_step) {
    option.chosen = owing.contains(role_called(option.value));
  }
  LETHE_TRY(view.changes, access_changes(visit, agents));
  return view;
}

Answer agents_page(Visit& visit) {
  LETHE_TRY(const auto view, agents_view(visit));
  return show(visit, view);
}

// Where mail cannot leave the link is shown instead, once.
Answer invited(Visit& visit, const std::string& link) {
  if (visit.site.deps.probe_submission) return go_to(url_for("/settings/agents"), "invited");
  LETHE_TRY(auto view, agents_view(visit));
  view.invitation_link = link;
  return show(visit, view);
}

Answer invite(Visit& visit, const MultipartForm& form) {
  const std::string name{trimmed(form.fields.get("name"))};
  auto address = core::EmailAddress::parse(form.fields.get("email"));
  Result<std::string> link = fail(Errc::invalid_argument, "This is no email address.", "email");
  if (name.empty()) link = fail(Errc::invalid_argument, "Say the name.", "name");
  if (address && !name.empty()) {
    app::NewAgent agent{
        .address = std::move(*address), .name = name, .role = role_called(form.fields.get("role"))};
    link = app::invite_agent(visit.app, std::move(agent));
  }
  if (link) return invited(visit, *link);
  LETHE_TRY(auto view, agents_view(visit));
  view.invite_email = form.fields.get("email");
  view.invite_name = name;
  view.errors = form_errors(visit, link.error(), "email");
  return show(visit, view, 422);
}

Answer change_agent(Visit& visit, const MultipartForm& form) {
  LETHE_TRY(const auto id, path_id<core::AgentId>(visit.request));
  const std::string_view what = form.fields.get("do");
  if (id == visit.me()) return fail(Errc::conflict, "Nobody changes their own access.");
  if (what == "deactivate") LETHE_CHECK(app::deactivate_agent(visit.app, id));
  if (what == "activate") LETHE_CHECK(app::reactivate_agent(visit.app, id));
  if (what == "reset_second_step") {
    LETHE_CHECK(app::reset_second_step(visit.app, id, visit.me()));
  }
  if (what == "role") {
    LETHE_CHECK(app::set_role(visit.app, id, role_called(form.fields.get("role"))));
  }
  if (what == "invite_again") {
    LETHE_TRY(const auto token,
              app::make_link(visit.app, id, ports::LinkPurpose::invitation, app::kInvitationLasts));
    LETHE_TRY(auto view, agents_view(visit));
    view.invitation_link = visit.app.installation.public_url + "/join/" + token;
    return show(visit, view);
  }
  return go_to(url_for("/settings/agents"), "agent-changed");
}

// --- Keyring ---

Result<views::KeyringSettings> keyring_view(Visit& visit) {
  visit.page.shell.place = Place::settings;
  views::KeyringSettings view;
  const auto& settings = visit.site.deps.settings;
  view.path = settings.keyring_path;
  view.replica = settings.replica_path;
  LETHE_TRY(const auto declined, get(visit, "keyring.replica_declined", "0"));
  view.replica_declined = declined == "1";
  view.replica_reachable = visit.app.vault.replica_state() == ports::ReplicaState::current;
  view.copies_days = static_cast<int>(visit.app.installation.keyring_copies.count());
  view.copies_declared = visit.app.installation.keyring_copies_declared;
  LETHE_TRY(const auto counts, visit.app.vault.counts());
  view.keys = static_cast<std::int64_t>(counts.content_keys);
  view.sequence = static_cast<std::int64_t>(visit.app.vault.sequence());
  view.ledger_key = visit.app.ledger.key().to_line();
  view.ledger_size = static_cast<std::int64_t>(visit.app.ledger.signed_head().size);
  if (visit.site.deps.replica_trouble && !view.replica.empty()) {
    view.trouble = visit.site.deps.replica_trouble();
  }
  return view;
}

Answer keyring_page(Visit& visit) {
  LETHE_TRY(const auto view, keyring_view(visit));
  return show(visit, view);
}

Answer declare_copies(Visit& visit, const Fields& fields) {
  const std::string days{trimmed(fields.get("copies_days"))};
  const Status kept = visit.site.deps.declare_copies_days(days);
  if (kept) return go_to(url_for("/settings/keyring"), "copies-next-start");
  LETHE_TRY(auto view, keyring_view(visit));
  view.copies_typed = days;
  view.errors = form_errors(visit, kept.error(), "copies_days");
  if (kept.error().code == Errc::out_of_range) {
    view.errors = {{"copies_days", visit.words()("A number of days from 0 to 3650.")}};
  }
  return show(visit, view, 422);
}

Answer change_keyring(Visit& visit, const MultipartForm& form) {
  if (form.fields.get("do") == "copies") return declare_copies(visit, form.fields);
  const std::string path{trimmed(form.fields.get("replica"))};
  const Status kept = path.empty()
                          ? Status{fail(Errc::invalid_argument, "Say the folder.", "replica")}
                          : visit.site.deps.keep_replica(path);
  if (kept) return go_to(url_for("/settings/keyring"), "replica-next-start");
  LETHE_TRY(auto view, keyring_view(visit));
  view.replica_typed = path;
  view.errors = form_errors(visit, kept.error(), "replica");
  return show(visit, view, 422);
}

}  // namespace

void add_settings_routes(SiteRoutes& routes) {
  routes.page("/settings", Role::admin, organisation_page);
  routes.form("/settings", Role::admin, save_organisation);
  routes.page("/settings/lists", Role::admin, lists_page);
  routes.form("/settings/lists", Role::admin, add_item);
  routes.form("/settings/lists/{kind}/{id}", Role::admin, change_item);
  routes.page("/settings/agents", Role::admin, agents_page);
  routes.form("/settings/agents", Role::admin, invite);
  routes.form("/settings/agents/{id}", Role::admin, change_agent);
  routes.page("/settings/keyring", Role::admin, keyring_page);
  routes.form("/settings/keyring", Role::admin, change_keyring);
}

}  // namespace lethe::web
