// Agents: made, invited, deactivated; their one-time links.
#include <algorithm>

#include "credentials.h"
#include "last_admin.h"
#include "lethe/app/people.h"
#include "lethe/app/recovery.h"
#include "lethe/app/send_mail.h"
#include "lethe/app/sign_in.h"
#include "lethe/base/text.h"

namespace lethe::app {
namespace {

using ports::AgentState;
using ports::LinkPurpose;
using ports::Role;

constexpr std::string_view kLink = "link";
constexpr std::size_t kNameBytesMax = 200;

Status refuse_if_agent(const ports::Reading& tx, core::PersonId person) {
  const auto known = tx.agents().of_person(person);
  if (known) return fail(Errc::already_exists, "this address is an agent's already", "email");
  return known.error().code == Errc::not_found ? Status{} : std::unexpected(known.error());
}

Status end_access(ports::Writing& tx, core::AgentId id) {
  LETHE_CHECK(tx.agents().remove_sessions_of(id));
  LETHE_CHECK(tx.agents().remove_links_of(id));
  LETHE_TRY(const auto tokens, tx.agents().tokens());
  for (const ports::TokenRow& token : tokens) {
    if (token.agent == id) LETHE_CHECK(tx.agents().remove_token(token.id));
  }
  return {};
}

template <class Change>
Status update_agent(App& app, core::AgentId id, Change change) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto agent, tx.agents().find(id));
    LETHE_CHECK(change(tx, agent));
    return tx.agents().update(agent);
  });
}

Result<ports::LinkRow> valid_link(App& app, const ports::Reading& tx, std::string_view token) {
  auto link = tx.agents().link(stored_form(app, kLink, token));
  const bool usable = link && link->expires_at > app.clock.now();
  if (!usable) return fail(Errc::not_found, "this link was used already or its time is over");
  return link;
}

std::string url_of(const App& app, std::string_view token) {
  return app.installation.public_url + "/join/" + std::string{token};
}

}  // namespace

Status keep_one_admin(const ports::Reading& tx, core::AgentId leaving) {
  LETHE_TRY(const auto agents, tx.agents().all());
  const bool another = std::ranges::any_of(agents, [&](const ports::AgentRow& agent) {
    return agent.id != leaving && agent.role == Role::admin && agent.state == AgentState::active;
  });
  if (!another) return fail(Errc::conflict, "this is the last administrator");
  return {};
}

Status keep_one_admin_without(const ports::Reading& tx, const ports::PersonRow& leaving) {
  if (!leaving.agent) return {};
  LETHE_TRY(const auto agent, tx.agents().find(*leaving.agent));
  const bool administers = agent.role == Role::admin && agent.state == AgentState::active;
  return administers ? keep_one_admin(tx, agent.id) : Status{};
}

Result<AgentView> view_agent(App& app, const ports::Reading& tx, core::AgentId id) {
  LETHE_TRY(const auto row, tx.agents().find(id));
  AgentView view{.id = id,
                 .person = row.person,
                 .role = row.role,
                 .state = row.state,
                 .language = row.language,
                 .created_at = row.created_at};
  if (const auto person = view_person(app, tx, row.person)) {
    view.name = shown_name(*person);
    if (!person->emails.empty()) view.email = person->emails.front();
  }
  return view;
}

Result<std::vector<AgentView>> list_agents(App& app) {
  std::vector<AgentView> views;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto rows, tx.agents().all());
    for (const ports::AgentRow& row : rows) {
      LETHE_TRY(auto view, view_agent(app, tx, row.id));
      views.push_back(std::move(view));
    }
    return {};
  }));
  return views;
}

Result<core::AgentId> agent_at(App& app, const core::EmailAddress& address) {
  LETHE_TRY(const auto person, person_at(app, address));
  if (!person) return fail(Errc::not_found, "there is no agent with this address");
  std::optional<core::AgentId> id;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.agents().of_person(*person));
    id = row.id;
    return {};
  }));
  return *id;
}

Result<core::AgentId> create_agent(App& app, NewAgent&& agent) {
  std::optional<std::string> hash;
  if (agent.password) {
    LETHE_TRY(hash, hash_checked(*agent.password));
  }
  const auto id = app.ids.make<core::AgentId>();
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    const Instant now = app.clock.now();
    LETHE_TRY(const auto person, find_or_create_person(app, tx, agent.address, agent.name, now));
    LETHE_CHECK(refuse_if_agent(tx, person));
    LETHE_TRY(auto row, tx.people().find(person));
    row.agent = id;
    LETHE_CHECK(tx.people().update(row));
    return tx.agents().insert({.id = id,
                               .person = person,
                               .role = agent.role,
                               .state = hash ? AgentState::active : AgentState::invited,
                               .password_hash = hash,
                               .created_at = now});
  }));
  return id;
}

Result<std::string> make_link(App& app, core::AgentId agent, LinkPurpose purpose, Seconds lasts) {
  std::string token = new_secret_token(app);
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(tx.agents().remove_links_of(agent));  // the newest one counts
    return tx.agents().insert_link(
        {stored_form(app, kLink, token), agent, purpose, app.clock.now() + lasts});
  }));
  return token;
}

Result<std::string> invite_agent(App& app, NewAgent&& agent) {
  const std::string address = agent.address.display();
  const std::string name = agent.name;
  LETHE_TRY(const core::AgentId id, create_agent(app, std::move(agent)));
  LETHE_TRY(const std::string token, make_link(app, id, LinkPurpose::invitation, kInvitationLasts));
  const std::string link = url_of(app, token);
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto row, tx.agents().find(id));
    return queue_link_mail(app, tx,
                           {ports::OutgoingKind::invitation, row.person, address, name, link});
  }));
  return link;
}

Result<OpenLink> look_at_link(App& app, std::string_view token) {
  std::optional<OpenLink> open;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto link, valid_link(app, tx, token));
    LETHE_TRY(auto agent, view_agent(app, tx, link.agent));
    open = OpenLink{std::move(agent), link.purpose};
    return {};
  }));
  return std::move(*open);
}

Result<core::AgentId> accept_link(App& app, std::string_view token, std::string_view name,
                                  Password&& password) {
  const std::string wanted{trimmed(name)};
  if (wanted.empty() || wanted.size() > kNameBytesMax) {
    return fail(Errc::invalid_argument, "a name has 1 to 200 bytes", "name");
  }
  LETHE_TRY(const std::string hash, hash_checked(password));
  std::optional<core::AgentId> id;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto link, valid_link(app, tx, token));
    LETHE_TRY(auto agent, tx.agents().find(link.agent));
    if (agent.state == AgentState::deactivated)
      return fail(Errc::not_found, "this account is closed");
    agent.password_hash = hash;
    agent.state = AgentState::active;
    agent.failed_sign_ins = 0;
    agent.locked_until.reset();
    LETHE_CHECK(tx.agents().update(agent));
    LETHE_TRY(const auto person, tx.people().find(agent.person));
    LETHE_TRY(Profile profile, read_profile(app, person));
    profile.name = wanted;
    LETHE_CHECK(save_profile(app, tx, agent.person, profile, app.clock.now()));
    LETHE_CHECK(tx.agents().remove_sessions_of(agent.id));
    id = agent.id;
    return tx.agents().remove_links_of(agent.id);
  }));
  return *id;
}

Status recover_access(App& app, std::string_view address) {
  const auto parsed = core::EmailAddress::parse(address);
  if (!parsed) return {};
  const auto id = agent_at(app, *parsed);
  const std::string token = new_secret_token(app);
  const Bytes asked = stored_form(app, "recovery", parsed->normalised());
  return app.store.write([&](ports::Writing& tx) -> Status {
    const Instant now = app.clock.now();
    LETHE_TRY(const auto times, tx.catalog().count_up(asked, unix_seconds(now) / 3600));
    if (!id || times > kRecoveriesPerHour) return {};
    LETHE_TRY(const AgentView agent, view_agent(app, tx, *id));
    if (agent.state != AgentState::active) return {};
    LETHE_CHECK(tx.agents().remove_links_of(*id));
    LETHE_CHECK(tx.agents().insert_link(
        {stored_form(app, kLink, token), *id, LinkPurpose::recovery, now + kRecoveryLinkLasts}));
    return queue_link_mail(
        app, tx,
        {ports::OutgoingKind::recovery, agent.person, agent.email, agent.name, url_of(app, token)});
  });
}

Result<std::string> renew_link(App& app, const core::EmailAddress& address) {
  LETHE_TRY(const core::AgentId id, agent_at(app, address));
  LETHE_TRY(const auto agents, list_agents(app));
  const auto agent = std::ranges::find(agents, id, &AgentView::id);
  if (agent == agents.end()) return fail(Errc::not_found, "there is no agent with this address");
  if (agent->state == AgentState::deactivated) {
    return fail(Errc::forbidden, "this agent is deactivated; activate the account first");
  }
  const bool nobody_came = std::ranges::all_of(
      agents, [](const AgentView& each) { return each.state == AgentState::invited; });
  const bool has_come = agent->state == AgentState::active;
  const LinkPurpose purpose = has_come                                    ? LinkPurpose::recovery
                              : nobody_came && agent->role == Role::admin ? LinkPurpose::first_run
                                                                          : LinkPurpose::invitation;
  LETHE_TRY(const std::string token,
            make_link(app, id, purpose, has_come ? kRecoveryLinkLasts : kInvitationLasts));
  return url_of(app, token);
}

Status deactivate_agent(App& app, core::AgentId id) {
  return update_agent(app, id, [&](ports::Writing& tx, ports::AgentRow& agent) -> Status {
    if (agent.role == Role::admin) LETHE_CHECK(keep_one_admin(tx, id));
    agent.state = AgentState::deactivated;
    return end_access(tx, id);
  });
}

Status reactivate_agent(App& app, core::AgentId id) {
  return update_agent(app, id, [&](ports::Writing&, ports::AgentRow& agent) -> Status {
    agent.state = agent.password_hash ? AgentState::active : AgentState::invited;
    return {};
  });
}

// Rights changed: whoever is signed in signs in again.
Status set_role(App& app, core::AgentId id, Role role) {
  return update_agent(app, id, [&](ports::Writing& tx, ports::AgentRow& agent) -> Status {
    if (agent.role == role) return {};
    if (agent.role == Role::admin) LETHE_CHECK(keep_one_admin(tx, id));
    agent.role = role;
    return tx.agents().remove_sessions_of(id);
  });
}

Status set_language(App& app, core::AgentId id, std::string_view language) {
  const bool known = language.empty() || language == "en" || language == "de" || language == "fr";
  if (!known) return fail(Errc::invalid_argument, "language is en, de or fr", "language");
  return update_agent(app, id, [&](ports::Writing&, ports::AgentRow& agent) -> Status {
    agent.language = language;
    return {};
  });
}

}  // namespace lethe::app
