// The audit: who did what, when.
#include <algorithm>
#include <array>
#include <utility>

#include "lethe/app/audit.h"
#include "lethe/web/audit_page.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

using app::AuditKind;
using app::AuditTopic;

constexpr int kPageRows = 50;
constexpr std::string_view kMachine = "machine";  // in the place of an agent's id

constexpr std::array kTopics{std::pair{AuditTopic::everything, marked("Everything")},
                             std::pair{AuditTopic::access, marked("Access")},
                             std::pair{AuditTopic::retention, marked("Retention")},
                             std::pair{AuditTopic::erasing, marked("Erasing and holds")},
                             std::pair{AuditTopic::people, marked("People’s data")},
                             std::pair{AuditTopic::settings, marked("Settings")}};

constexpr std::array kWords{
    std::pair{AuditKind::second_step_on, marked("turned two-step sign-in on")},
    std::pair{AuditKind::second_step_off, marked("turned two-step sign-in off")},
    std::pair{AuditKind::second_step_reset, marked("reset two-step sign-in")},
    std::pair{AuditKind::second_step_required, marked("changed who needs two-step sign-in")},
    std::pair{AuditKind::recovery_codes_renewed, marked("made new recovery codes")},
    std::pair{AuditKind::recovery_code_used, marked("used a recovery code")},
    std::pair{AuditKind::saved_reply_added, marked("added a saved reply")},
    std::pair{AuditKind::saved_reply_changed, marked("changed a saved reply")},
    std::pair{AuditKind::saved_reply_removed, marked("removed a saved reply")},
    std::pair{AuditKind::signed_in, marked("signed in")},
    std::pair{AuditKind::agent_invited, marked("invited an agent")},
    std::pair{AuditKind::agent_changed, marked("changed an account")},
    std::pair{AuditKind::token_made, marked("made an access token")},
    std::pair{AuditKind::rule_added, marked("added a retention rule")},
    std::pair{AuditKind::rule_changed, marked("changed a retention rule")},
    std::pair{AuditKind::rule_removed, marked("removed a retention rule")},
    std::pair{AuditKind::policy_changed, marked("changed the contact policy or its exceptions")},
    std::pair{AuditKind::retention_on, marked("turned the retention rules on")},
    std::pair{AuditKind::retention_off, marked("turned the retention rules off")},
    std::pair{AuditKind::run_started, marked("started a retention run")},
    std::pair{AuditKind::erasure_ordered, marked("ordered an erasure")},
    std::pair{AuditKind::erasure_cancelled, marked("cancelled an erasure")},
    std::pair{AuditKind::person_hidden, marked("hid a contact")},
    std::pair{AuditKind::person_unhidden, marked("brought a hidden contact back")},
    std::pair{AuditKind::passage_redacted, marked("redacted a passage")},
    std::pair{AuditKind::hold_placed, marked("placed a hold")},
    std::pair{AuditKind::hold_lifted, marked("lifted a hold")},
    std::pair{AuditKind::person_exported, marked("exported what is held of a contact")},
    std::pair{AuditKind::person_corrected, marked("corrected a contact")},
    std::pair{AuditKind::phone_shown, marked("looked at a contact’s phone number")},
    std::pair{AuditKind::tickets_imported, marked("imported tickets")},
    std::pair{AuditKind::organisation_changed, marked("changed the organisation’s settings")},
    std::pair{AuditKind::lists_changed, marked("changed groups, types or tags")},
    std::pair{AuditKind::mail_changed, marked("changed the mail settings")},
    std::pair{AuditKind::mail_texts_changed, marked("changed the texts of mails")},
    std::pair{AuditKind::keyring_changed, marked("changed the keyring’s settings")},
    std::pair{AuditKind::backup_made, marked("made a backup")}};

struct Thing {
  std::string_view before;  // its id in the path
  std::string_view pattern;
  std::string_view label;
};
constexpr std::array kThings{
    Thing{"/erasures/", "/erasures/{id}", marked("the erasure")},
    Thing{"/retention/rules/", "/retention/rules/{id}", marked("the rule")},
    Thing{"/retention/runs/", "/retention/runs/{id}", marked("the run")},
    Thing{"/tickets/", "/tickets/{id}", marked("the ticket")},
    Thing{"/people/", "/people/{id}", marked("the contact")}};

std::string words_of(const Text& words, AuditKind kind) {
  const auto* const known =
      std::ranges::find(kWords, kind, &std::pair<AuditKind, std::string_view>::first);
  return known == kWords.end() ? std::string{} : words(known->second);
}

views::Link thing_at(const Text& words, std::string_view path) {
  for (const Thing& thing : kThings) {
    if (!path.starts_with(thing.before)) continue;
    const std::string_view id = path.substr(thing.before.size());
    if (parse_id_digits(id)) return {words(thing.label), url_for(thing.pattern, {id})};
  }
  return {};
}

views::AgentRef agent_named(const std::vector<app::AgentView>& agents, core::AgentId id) {
  const auto agent = std::ranges::find(agents, id, &app::AgentView::id);
  if (agent == agents.end() || agent->name.empty()) return {"", id.value(), true};
  return {agent->name, id.value(), false};
}

views::Audit::Row row_of(const Text& words, const std::vector<app::AgentView>& agents,
                         const ports::AccessEventRow& event) {
  views::Audit::Row row{.at = event.at, .what = words_of(words, event.kind)};
  if (event.by) row.who = agent_named(agents, *event.by);
  if (event.agent && event.agent != event.by) {
    const auto whose = agent_named(agents, *event.agent);
    row.whose = whose.former ? words("Former agent") : whose.name;
  }
  row.thing = thing_at(words, event.detail);
  return row;
}

app::AuditQuery query_of(const Fields& fields) {
  app::AuditQuery query{.topic = app::audit_topic(fields.get("topic")), .limit = kPageRows + 1};
  query.by_machine = fields.get("by") == kMachine;
  if (const auto agent = core::AgentId::parse(fields.get("by"))) query.by = *agent;
  if (const auto before = parse_id_digits(fields.get("before"))) query.before = *before;
  return query;
}

// Carried from page to page.
Fields filter_fields(const app::AuditQuery& query) {
  Fields fields;
  if (query.topic != AuditTopic::everything)
    fields.add("topic", std::string{app::name_of(query.topic)});
  if (query.by_machine) fields.add("by", std::string{kMachine});
  if (query.by) fields.add("by", query.by->to_string());
  return fields;
}

void fill_filters(const Text& words, const std::vector<app::AgentView>& agents,
                  const app::AuditQuery& query, views::Audit& view) {
  for (const auto& [topic, label] : kTopics) {
    view.topics.push_back({std::string{app::name_of(topic)}, words(label), topic == query.topic});
  }
  view.agents.push_back({"", words("Everybody"), !query.by && !query.by_machine});
  for (const app::AgentView& agent : agents) {
    view.agents.push_back({agent.id.to_string(),
                           agent.name.empty() ? words("Former agent") : agent.name,
                           query.by == agent.id});
  }
  view.agents.push_back({std::string{kMachine}, words("the command line"), query.by_machine});
  view.is_filtered = query.by || query.by_machine || query.topic != AuditTopic::everything;
}

// `rows` are as many as the page shows and one more when it is not the last.
views::Paging paging_of(const app::AuditQuery& query, const Fields& fields,
                        std::vector<ports::AccessEventRow>& rows) {
  const std::int64_t first =
      query.before ? std::max<std::int64_t>(parse_id_digits(fields.get("from")).value_or(1), 1) : 1;
  views::Paging paging{.total_is_unknown = true};
  if (query.before) paging.previous = url_for("/audit", {}, filter_fields(query));
  if (std::ssize(rows) > kPageRows) {
    rows.pop_back();
    Fields next = filter_fields(query);
    next.add("before", std::to_string(rows.back().id));
    next.add("from", std::to_string(first + kPageRows));
    paging.next = url_for("/audit", {}, next);
  }
  if (rows.empty()) return paging;
  paging.first = first;
  paging.last = paging.total = first + std::ssize(rows) - 1;
  return paging;
}

Answer audit_page(Visit& visit) {
  visit.page.shell.place = Place::audit;
  const app::AuditQuery query = query_of(visit.request.query());
  LETHE_TRY(auto events, app::audit(visit.app, query));
  LETHE_TRY(const auto agents, app::list_agents(visit.app));
  views::Audit view;
  fill_filters(visit.words(), agents, query, view);
  view.paging = paging_of(query, visit.request.query(), events);
  for (const auto& event : events) view.rows.push_back(row_of(visit.words(), agents, event));
  return show(visit, view);
}

}  // namespace

void add_audit_routes(SiteRoutes& routes) {
  routes.page("/audit", ports::Role::privacy_officer, audit_page);
}

}  // namespace lethe::web
