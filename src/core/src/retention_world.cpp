#include "lethe/core/retention_world.h"

#include <algorithm>
#include <boost/json.hpp>
#include <span>

#include "lethe/core/retention.h"
#include "retention_json.h"

namespace lethe::core::retention {
namespace {

namespace json = boost::json;

// ---- the world as written: defaults in place, limits not checked yet ---------------------------

struct ContactDraft {
  std::optional<std::string> email{"p@x"};
  std::vector<std::string> tags;
  std::vector<std::string> other_emails;
  std::vector<MatchKey> companies;
  bool hold = false;
  bool is_agent = false;
  std::optional<Instant> tickets_deleted_at;
};

struct TicketDraft {
  std::int64_t id = 1;
  std::int64_t status = 5;
  std::optional<std::string> group{"G"};
  std::optional<std::string> type{"Q"};
  std::vector<std::string> tags;
  Instant created;
  Instant updated;
  std::optional<Instant> closed{Instant{}};
  std::optional<Instant> status_updated;
  std::optional<Instant> reopened;
  std::optional<Instant> last_customer_message;
  std::optional<std::string> responder_email;
  std::vector<std::string> handled_by;
  bool archived = false;
  bool trashed = false;
  bool spam = false;
};

struct RuleDraft {
  std::int64_t id = 1;
  Filter groups = Filter::everything();
  Filter types = Filter::everything();
  Filter tags = Filter::everything();
  Anchor anchor = Anchor::closed;
  std::int64_t days = 10;
  std::optional<std::int64_t> calendar_years;
  Mode mode = Mode::all;
};

struct PolicyDraft {
  bool keep = false;
  bool hard = true;
  std::int64_t delay = 30;
};

struct Draft {
  Instant now = instant_of(100 * 86'400);
  Profile profile = Profile::compatible;
  bool on = true;
  bool resolved_is_closed = false;
  ContactDraft contact;
  std::vector<TicketDraft> tickets;
  std::vector<RuleDraft> rules;
  PolicyDraft policy;
  Exceptions exceptions;
};

Status set_company_id(ContactDraft& contact, const json::value& value) {
  if (value.is_null()) return {};
  MatchKey key = MatchKey::of("");
  if (!take(value, key)) return wrong_type();
  contact.companies.push_back(std::move(key));
  return {};
}

Status set_other_companies(ContactDraft& contact, const json::value& value) {
  std::vector<MatchKey> keys;
  if (!take(value, keys)) return wrong_type();
  std::ranges::move(keys, std::back_inserter(contact.companies));
  return {};
}

template <auto Member, auto Typed>
Status set_exception(Exceptions& exceptions, const json::value& value) {
  std::vector<std::string> entries;
  if (!take(value, entries)) return wrong_type();
  exceptions.*Member = Typed(entries);
  return {};
}

Status set_excepted_companies(Exceptions& exceptions, const json::value& value) {
  if (!take(value, exceptions.companies)) return wrong_type();
  std::ranges::sort(exceptions.companies);
  return {};
}

constexpr Key<ContactDraft> kContactKeys[] = {
    {"email", set_member<ContactDraft, &ContactDraft::email>},
    {"tags", set_member<ContactDraft, &ContactDraft::tags>},
    {"other_emails", set_member<ContactDraft, &ContactDraft::other_emails>},
    {"company_id", set_company_id},
    {"other_companies", set_other_companies},
    {"hold", set_member<ContactDraft, &ContactDraft::hold>},
    {"is_agent", set_member<ContactDraft, &ContactDraft::is_agent>},
    {"tickets_deleted_at", set_member<ContactDraft, &ContactDraft::tickets_deleted_at>},
};

constexpr Key<TicketDraft> kTicketKeys[] = {
    {"id", set_member<TicketDraft, &TicketDraft::id>},
    {"status", set_member<TicketDraft, &TicketDraft::status>},
    {"group", set_member<TicketDraft, &TicketDraft::group>},
    {"type", set_member<TicketDraft, &TicketDraft::type>},
    {"tags", set_member<TicketDraft, &TicketDraft::tags>},
    {"created", set_member<TicketDraft, &TicketDraft::created>},
    {"updated", set_member<TicketDraft, &TicketDraft::updated>},
    {"closed", set_member<TicketDraft, &TicketDraft::closed>},
    {"status_updated", set_member<TicketDraft, &TicketDraft::status_updated>},
    {"reopened", set_member<TicketDraft, &TicketDraft::reopened>},
    {"last_customer_message", set_member<TicketDraft, &TicketDraft::last_customer_message>},
    {"responder_email", set_member<TicketDraft, &TicketDraft::responder_email>},
    {"handled_by", set_member<TicketDraft, &TicketDraft::handled_by>},
    {"archived", set_member<TicketDraft, &TicketDraft::archived>},
    {"trashed", set_member<TicketDraft, &TicketDraft::trashed>},
    {"spam", set_member<TicketDraft, &TicketDraft::spam>},
};

constexpr Key<RuleDraft> kRuleKeys[] = {
    {"id", set_member<RuleDraft, &RuleDraft::id>},
    {"groups", set_member<RuleDraft, &RuleDraft::groups>},
    {"types", set_member<RuleDraft, &RuleDraft::types>},
    {"tags", set_member<RuleDraft, &RuleDraft::tags>},
    {"anchor", set_name<RuleDraft, &RuleDraft::anchor, parse_anchor>},
    {"days", set_member<RuleDraft, &RuleDraft::days>},
    {"calendar_years", set_member<RuleDraft, &RuleDraft::calendar_years>},
    {"mode", set_name<RuleDraft, &RuleDraft::mode, parse_mode>},
};

constexpr Key<PolicyDraft> kPolicyKeys[] = {
    {"keep", set_member<PolicyDraft, &PolicyDraft::keep>},
    {"hard", set_member<PolicyDraft, &PolicyDraft::hard>},
    {"delay", set_member<PolicyDraft, &PolicyDraft::delay>},
};

constexpr Key<Exceptions> kExceptionKeys[] = {
    {"tags", set_exception<&Exceptions::tags, typed_keys>},
    {"emails", set_exception<&Exceptions::emails, typed_address_keys>},
    {"companies", set_excepted_companies},
    {"agents", set_exception<&Exceptions::agents, typed_address_keys>},
};

// A list of objects; the i-th without an id has id i + 1.
template <class T>
Status read_list(const json::value& value, std::span<const Key<T>> keys, std::vector<T>& out) {
  const auto* array = value.if_array();
  if (array == nullptr) return wrong_type();
  out.reserve(array->size());
  for (const json::value& one : *array) {
    out.emplace_back();
    out.back().id = static_cast<std::int64_t>(out.size());
    LETHE_CHECK(read_object(one, keys, out.back()));
  }
  std::vector<std::int64_t> ids(out.size());
  std::ranges::transform(out, ids.begin(), &T::id);
  std::ranges::sort(ids);
  const bool distinct = std::ranges::adjacent_find(ids) == ids.end();
  if (distinct && (ids.empty() || ids.front() > 0)) return {};
  return fail(Errc::invalid_argument, "ids are positive and differ", "id");
}

Status set_rules(Draft& draft, const json::value& value) {
  if (const auto* array = value.if_array(); array != nullptr && array->size() > kRulesMax) {
    return fail(Errc::out_of_range, "too many rules", "r");
  }
  return read_list<RuleDraft>(value, kRuleKeys, draft.rules);
}

constexpr Key<Draft> kWorldKeys[] = {
    {"v", [](Draft&, const json::value&) { return Status{}; }},
    {"now", set_member<Draft, &Draft::now>},
    {"profile", set_name<Draft, &Draft::profile, parse_profile>},
    {"on", set_member<Draft, &Draft::on>},
    {"resolved_is_closed", set_member<Draft, &Draft::resolved_is_closed>},
    {"c",
     [](Draft& d, const json::value& v) {
       return read_object<ContactDraft>(v, kContactKeys, d.contact);
     }},
    {"t", [](Draft& d,
             const json::value& v) { return read_list<TicketDraft>(v, kTicketKeys, d.tickets); }},
    {"r", set_rules},
    {"p", [](Draft& d,
             const json::value& v) { return read_object<PolicyDraft>(v, kPolicyKeys, d.policy); }},
    {"x",
     [](Draft& d, const json::value& v) {
       return read_object<Exceptions>(v, kExceptionKeys, d.exceptions);
     }},
    // The last one is known only when the caller asks for Want::skip.
    {"want", [](Draft&, const json::value&) { return Status{}; }},
};

std::span<const Key<Draft>> world_keys(Want want) {
  const std::span<const Key<Draft>> all{kWorldKeys};
  return want == Want::skip ? all : all.first(all.size() - 1);
}

// ---- from drafts to facts ----------------------------------------------------------------------

TicketFacts facts_of(TicketDraft&& draft) {
  TicketFacts facts{.id = TicketId::of(draft.id)};
  // A custom status never counts as closed (A8).
  facts.status = status_of_foreign_number(draft.status).value_or(TicketStatus::open);
  facts.archived = draft.archived;
  facts.spam = draft.spam;
  facts.trashed = draft.trashed;
  facts.group = std::move(draft.group);
  facts.type = std::move(draft.type);
  facts.tags = std::move(draft.tags);
  facts.created = draft.created;
  facts.updated = draft.updated;
  facts.closed = draft.closed;
  facts.status_updated = draft.status_updated;
  facts.reopened = draft.reopened;
  facts.last_customer_message = draft.last_customer_message;
  for (const std::string& agent : draft.handled_by)
    facts.agents.push_back(MatchKey::of_address(agent));
  if (draft.responder_email) facts.agents.push_back(MatchKey::of_address(*draft.responder_email));
  return facts;
}

PersonFacts facts_of(ContactDraft&& draft, std::vector<TicketDraft>&& tickets) {
  PersonFacts facts;
  facts.held = draft.hold;
  facts.is_agent = draft.is_agent;
  for (const std::string& tag : draft.tags) facts.tags.push_back(MatchKey::of(tag));
  if (draft.email) facts.identities.push_back(MatchKey::of_address(*draft.email));
  for (const std::string& email : draft.other_emails) {
    facts.identities.push_back(MatchKey::of_address(email));
  }
  facts.companies = std::move(draft.companies);
  facts.tickets_deleted_at = draft.tickets_deleted_at;
  for (TicketDraft& ticket : tickets) facts.tickets.push_back(facts_of(std::move(ticket)));
  return facts;
}

Result<Age> age_of(const RuleDraft& draft) {
  if (!draft.calendar_years) return Days{draft.days};
  if (*draft.calendar_years < 1 || *draft.calendar_years > kCalendarYearsMax) {
    return fail(Errc::out_of_range, "1 to 10 calendar years", "calendar_years");
  }
  return CalendarYears{static_cast<int>(*draft.calendar_years)};
}

Result<RuleList> rules_of(std::vector<RuleDraft>&& drafts, Profile profile) {
  std::vector<Rule> rules;
  for (RuleDraft& draft : drafts) {
    LETHE_TRY(const Age age, age_of(draft));
    LETHE_TRY(Rule rule, make_rule({.id = RuleId::of(draft.id),
                                    .profile = profile,
                                    .groups = std::move(draft.groups),
                                    .types = std::move(draft.types),
                                    .tags = std::move(draft.tags),
                                    .anchor = draft.anchor,
                                    .age = age,
                                    .mode = draft.mode,
                                    .position = static_cast<int>(rules.size()) + 1}));
    rules.push_back(std::move(rule));
  }
  return make_rule_list(std::move(rules));
}

Result<Policy> policy_of(const PolicyDraft& draft) {
  auto policy = make_policy({.keep_contact = draft.keep,
                             .deletion = draft.hard ? Deletion::erase : Deletion::hide,
                             .delay = Days{draft.delay}});
  if (!policy) policy.error().field = "delay";  // as it is written in a world
  return policy;
}

}  // namespace

Result<World> parse_world(const json::value& world, Want want) {
  Draft draft;
  if (!world.is_object()) return fail(Errc::invalid_argument, "a world is an object", "world");
  LETHE_CHECK(read_object(world, world_keys(want), draft));
  World out;
  LETHE_TRY(out.settings.rules, rules_of(std::move(draft.rules), draft.profile));
  LETHE_TRY(out.settings.policy, policy_of(draft.policy));
  out.settings.enabled = draft.on;
  out.settings.resolved_is_closed = draft.resolved_is_closed;
  out.settings.exceptions = std::move(draft.exceptions);
  out.settings.orphan_after.reset();
  out.person = facts_of(std::move(draft.contact), std::move(draft.tickets));
  out.now = draft.now;
  return out;
}

std::string verdict_on(const json::value& world, Want want) {
  const auto parsed = parse_world(world, want);
  if (!parsed) return "error " + parsed.error().field;
  return to_string(judge(parsed->settings, parsed->person, parsed->now));
}

Result<std::vector<std::string>> evaluate(std::string_view request_body) {
  boost::system::error_code error;
  json::monotonic_resource memory;
  const json::value body = json::parse(request_body, error, &memory);
  if (error) return fail(Errc::invalid_argument, "the body is not JSON: " + error.message());
  if (!body.is_object()) return fail(Errc::invalid_argument, "the body is not an object");
  for (const auto& [name, unused] : body.get_object()) {
    if (name != "worlds") return fail(Errc::invalid_argument, "unknown field", std::string{name});
  }
  const auto* field = body.get_object().if_contains("worlds");
  const auto* worlds = field != nullptr ? field->if_array() : nullptr;
  if (worlds == nullptr)
    return fail(Errc::invalid_argument, "a list of worlds is missing", "worlds");
  if (worlds->size() > kWorldsMax)
    return fail(Errc::out_of_range, "at most 10,000 worlds", "worlds");
  std::vector<std::string> verdicts;
  verdicts.reserve(worlds->size());
  for (const json::value& world : *worlds) verdicts.push_back(verdict_on(world));
  return verdicts;
}

}  // namespace lethe::core::retention
