#include "retention_reader.h"

#include <algorithm>

#include "lethe/app/people.h"
#include "lethe/app/retention_settings.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;

rt::TicketFacts* find_ticket(rt::PersonFacts& facts, core::TicketId id) {
  const auto found = std::ranges::find(facts.tickets, id, &rt::TicketFacts::id);
  return found == facts.tickets.end() ? nullptr : &*found;
}

void apply(RetentionRecord& record, const Turn& turn, Instant at) {
  if (turn.kind == Turn::Kind::person_hold_ends) {
    record.facts.held = false;
    // The hold was what referred to them; the next run finds that nothing does any more.
    const bool alone = record.facts.tickets.empty() && record.takes_part_in.empty();
    auto& since = record.facts.unreferenced_since;
    if (alone) since = std::max(since.value_or(at), at);
    return;
  }
  rt::TicketFacts* ticket = find_ticket(record.facts, *turn.ticket);
  if (ticket == nullptr) return;
  if (turn.kind == Turn::Kind::ticket_hold_ends) {
    ticket->held = false;
  } else {
    ticket->status = core::TicketStatus::closed;
    ticket->closed = turn.at;
    ticket->status_updated = turn.at;
  }
}

// When the last of these holds ends; empty when one of them lasts until it is lifted.
struct HeldUntil {
  bool held = false;
  std::optional<Instant> ends;
};
void add_hold(HeldUntil& sum, const ports::HoldRow& hold, Instant at) {
  if (hold.until && *hold.until <= at) return;
  const bool first = !sum.held;
  sum.held = true;
  if (!hold.until) {
    sum.ends.reset();
  } else if (first || sum.ends) {
    sum.ends = std::max(sum.ends.value_or(*hold.until), *hold.until);
  }
}

}  // namespace

bool turn_until(RetentionRecord& record, Instant at) {
  bool turned = false;
  while (!record.turns.empty() && record.turns.front().at <= at) {
    apply(record, record.turns.front(), at);
    record.turns.erase(record.turns.begin());
    turned = true;
  }
  return turned;
}

std::optional<Instant> next_look(const rt::Settings& settings, const RetentionRecord& record) {
  auto next = rt::next_review_at(settings, record.facts);
  if (record.turns.empty()) return next;
  const Instant turn = record.turns.front().at;
  return std::min(next.value_or(turn), turn);
}

Result<RetentionReader> RetentionReader::begin(App& app, const ports::Reading& tx) {
  RetentionReader reader{app, tx};
  LETHE_TRY(reader.settings_, read_retention_settings(app, tx));
  LETHE_CHECK(reader.read_names());
  return reader;
}

Status RetentionReader::read_names() {
  for (const auto kind : {ports::NamedKind::group, ports::NamedKind::type, ports::NamedKind::tag}) {
    LETHE_TRY(auto rows, tx_.catalog().named(kind));
    for (ports::CatalogRow& row : rows) names_.emplace(row.id, std::move(row.name));
  }
  LETHE_TRY(const auto agents, tx_.agents().all());
  for (const ports::AgentRow& agent : agents) agents_.emplace(agent.id.value(), agent.person);
  return {};
}

Status RetentionReader::add_rule(const rt::Rule& rule) {
  std::vector<rt::Rule> rules{settings_.rules.begin(), settings_.rules.end()};
  std::erase_if(rules, [&](const rt::Rule& other) { return other.id() == rule.id(); });
  rules.push_back(rule);
  LETHE_TRY(settings_.rules, rt::make_rule_list(std::move(rules)));
  return {};
}

Result<RetentionRecord> RetentionReader::read(core::PersonId person, Instant at) const {
  LETHE_TRY(auto row, tx_.people().find(person));
  RetentionRecord record{.facts = {},
                         .turns = {},
                         .numbers = {},
                         .takes_part_in = {},
                         .referred_to = false,
                         .row = std::move(row)};
  LETHE_CHECK(add_person(record));
  LETHE_CHECK(add_tickets(record, at));
  LETHE_CHECK(add_holds(record, at));
  LETHE_CHECK(add_references(record, at));
  std::ranges::sort(record.turns, {}, &Turn::at);
  return record;
}

Status RetentionReader::add_person(RetentionRecord& record) const {
  const ports::PersonRow& row = record.row;
  rt::PersonFacts& facts = record.facts;
  // Restricted data is stored and nothing else happens to it (GDPR art. 18(2)); an erasure that has
  // begun is not begun again.
  facts.held = row.frozen || row.erasing;
  facts.is_agent = row.agent.has_value();
  facts.identities = {core::MatchKey::of_number(row.id.value())};
  facts.tickets_deleted_at = row.tickets_erased_at;
  LETHE_TRY(facts.hidden_at, hidden_at(row));
  LETHE_TRY(const auto tags, tx_.people().tags(row.id));
  for (const core::TagId tag : tags) {
    if (const auto name = name_of(tag.value())) facts.tags.push_back(core::MatchKey::of(*name));
  }
  if (settings_.exceptions.companies.empty()) return {};
  const auto profile = read_profile(app_, row);
  if (!profile && profile.error().code != Errc::erased) return std::unexpected(profile.error());
  if (profile && !profile->company.empty()) {
    facts.companies = {core::MatchKey::of(profile->company)};
  }
  return {};
}

Result<std::optional<Instant>> RetentionReader::hidden_at(const ports::PersonRow& row) const {
  if (!row.hidden) return std::nullopt;
  LETHE_TRY(const auto erasures, tx_.retention().erasures_of(row.id));
  std::optional<Instant> at;
  for (const ports::ErasureRow& erasure : erasures) {
    const bool by_rule = erasure.mode == ports::ErasureMode::hide && erasure.run.has_value();
    if (by_rule) at = std::max(at.value_or(erasure.created_at), erasure.created_at);
  }
  return at;
}

Status RetentionReader::add_tickets(RetentionRecord& record, Instant at) const {
  LETHE_TRY(const auto rows, tx_.tickets().of_requester(record.row.id));
  for (const ports::TicketRow& row : rows) {
    if (row.erased) continue;
    LETHE_TRY(auto facts, ticket_facts(row, at));
    const auto closes = core::closes_at(row.state, {});
    if (closes && *closes > at)
      record.turns.push_back({*closes, Turn::Kind::ticket_closes, row.id});
    record.facts.tickets.push_back(std::move(facts));
    record.numbers.emplace(row.id.value(), row.number);
  }
  return {};
}

Result<rt::TicketFacts> RetentionReader::ticket_facts(const ports::TicketRow& row,
                                                      Instant at) const {
  // As it is at `at`, whether or not the job that closes solved tickets has come by.
  const core::TicketState state = core::at_time(row.state, at, {});
  rt::TicketFacts facts{.id = row.id,
                        .status = state.status,
                        .spam = state.spam,
                        .trashed = state.trashed,
                        .created = state.created,
                        .closed = state.closed,
                        .status_updated = state.status_updated,
                        .reopened = state.reopened,
                        .last_customer_message = state.last_customer_message};
  if (row.group) facts.group = name_of(row.group->value());
  if (row.type) facts.type = name_of(row.type->value());
  LETHE_TRY(facts.updated, last_activity(row));
  LETHE_TRY(const auto tags, tx_.tickets().tags(row.id));
  for (const core::TagId tag : tags) {
    if (auto name = name_of(tag.value())) facts.tags.push_back(std::move(*name));
  }
  LETHE_TRY(auto handlers, tx_.tickets().handlers(row.id));
  if (row.assignee) handlers.push_back(*row.assignee);
  for (const core::AgentId agent : handlers) {
    const auto known = agents_.find(agent.value());
    if (known == agents_.end()) continue;
    facts.agents.push_back(core::MatchKey::of_number(known->second.value()));
  }
  return facts;
}

bool RetentionReader::asks_for_activity() const {
  return std::ranges::any_of(settings_.rules, [](const rt::Rule& rule) {
    return rule.enabled() && rule.anchor() == rt::Anchor::updated;
  });
}

// Of the enquiry, not of the row: tagging or redacting a ticket moves no clock (DESIGN promise 5).
Result<Instant> RetentionReader::last_activity(const ports::TicketRow& row) const {
  if (row.state.spam || row.state.trashed) return row.updated_at;
  Instant last = std::max(row.state.created, row.state.status_updated);
  last = std::max(last, row.state.last_customer_message.value_or(last));
  if (!row.last_message || !asks_for_activity()) return last;
  LETHE_TRY(const auto message, tx_.messages().find(*row.last_message));
  return std::max(last, message.created_at);
}

Status RetentionReader::add_holds(RetentionRecord& record, Instant at) const {
  LETHE_TRY(const auto holds, tx_.retention().holds_on(record.row.id));
  HeldUntil person;
  std::unordered_map<std::int64_t, HeldUntil> tickets;
  for (const ports::HoldRow& hold : holds) {
    add_hold(hold.ticket ? tickets[hold.ticket->value()] : person, hold, at);
  }
  if (person.held) {
    record.referred_to = true;
    if (person.ends && !record.facts.held) {
      record.turns.push_back({*person.ends, Turn::Kind::person_hold_ends, std::nullopt});
    }
    record.facts.held = true;
  }
  for (rt::TicketFacts& ticket : record.facts.tickets) {
    const auto held = tickets.find(ticket.id.value());
    if (held == tickets.end() || !held->second.held) continue;
    ticket.held = true;
    if (held->second.ends) {
      record.turns.push_back({*held->second.ends, Turn::Kind::ticket_hold_ends, ticket.id});
    }
  }
  return {};
}

Status RetentionReader::add_references(RetentionRecord& record, Instant at) const {
  LETHE_TRY(const auto parts, tx_.tickets().participations(record.row.id));
  for (const ports::ParticipantRow& part : parts) {
    if (!record.numbers.contains(part.ticket.value())) record.takes_part_in.push_back(part.ticket);
  }
  const bool excepted = core::contains_any(settings_.exceptions.agents, record.facts.identities) ||
                        core::contains_any(settings_.exceptions.emails, record.facts.identities);
  record.referred_to = record.referred_to || excepted || !parts.empty() ||
                       !record.facts.tickets.empty() || record.row.erasing;
  if (!record.referred_to) {
    record.facts.unreferenced_since = record.row.unreferenced_since.value_or(at);
  }
  return {};
}

std::optional<std::string> RetentionReader::name_of(std::int64_t id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace lethe::app
