#include "retention_reader.h"

#include <algorithm>

#include "lethe/app/people.h"
#include "lethe/app/retention_settings.h"
#include "lethe/core/merged_clocks.h"
#include "lethe/ports/bulk.h"
#include "move_notes.h"

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
    // What was merged into it may have closed, or close, later than it does itself.
    const Instant closing = std::max(turn.at, ticket->status_updated.value_or(turn.at));
    ticket->closed = closing;
    ticket->status_updated = closing;
    ticket->updated = std::max(ticket->updated, closing);
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

// Those of one person or ticket; `rows` are sorted by `owner`.
template <class Row, class Id>
auto rows_of(const std::vector<Row>& rows, Id id, Id Row::* owner) {
  return std::ranges::equal_range(rows, id, {}, owner);
}

// The same where owners are asked for in ascending order; `next` is where the one before ended.
template <class Row, class Id, class Owner>
std::span<const Row> next_of(const std::vector<Row>& rows, std::size_t& next, Id id, Owner owner) {
  while (next < rows.size() && std::invoke(owner, rows[next]) < id) ++next;
  const std::size_t first = next;
  while (next < rows.size() && std::invoke(owner, rows[next]) == id) ++next;
  return std::span{rows}.subspan(first, next - first);
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
  LETHE_TRY(reader.ticket_settings_, read_ticket_settings(tx));
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

void RetentionReader::use(const Endings& endings) {
  settings_.resolved_is_closed = endings.resolved_is_closed;
  settings_.orphan_after = endings.orphan_after;
  ticket_settings_.close_solved_after = endings.close_solved_after;
}

Status RetentionReader::add_rule(const rt::Rule& rule) {
  std::vector<rt::Rule> rules{settings_.rules.begin(), settings_.rules.end()};
  std::erase_if(rules, [&](const rt::Rule& other) { return other.id() == rule.id(); });
  rules.push_back(rule);
  LETHE_TRY(settings_.rules, rt::make_rule_list(std::move(rules)));
  return {};
}

// What the settings look at; the rest is not read.
ports::FactsQuery RetentionReader::query() const {
  const rt::Exceptions& exceptions = settings_.exceptions;
  const auto any_rule = [&](const auto& asks) {
    return std::ranges::any_of(settings_.rules, asks);
  };
  return {.profiles = !exceptions.companies.empty(),
          .person_tags = !exceptions.tags.empty(),
          .ticket_tags =
              any_rule([](const rt::Rule& rule) { return rule.spec().tags.names() != nullptr; }),
          .handlers = !exceptions.agents.empty() || !exceptions.emails.empty(),
          .last_messages = any_rule([](const rt::Rule& rule) {
            return rule.enabled() && rule.anchor() == rt::Anchor::updated;
          })};
}

Result<RetentionRecord> RetentionReader::read(core::PersonId person, Instant at) const {
  LETHE_TRY(auto records, read_all({&person, 1}, at));
  if (records.empty()) return fail(Errc::not_found, "there is no such person");
  return std::move(records.front());
}

Result<std::vector<RetentionRecord>> RetentionReader::read_all(
    std::span<const core::PersonId> persons, Instant at) const {
  if (persons.empty()) return std::vector<RetentionRecord>{};
  ports::FactsQuery chosen = query();
  chosen.only.assign(persons.begin(), persons.end());
  LETHE_TRY(auto rows, tx_.retention().facts(chosen));
  LETHE_TRY(const auto holds, ports::bulk(tx_).holds(persons));
  std::vector<RetentionRecord> records;
  records.reserve(rows.persons.size());
  LETHE_CHECK(each_record(std::move(rows), Holds{holds}, at, [&](RetentionRecord&& record) {
    records.push_back(std::move(record));
    return Status{};
  }));
  return records;
}

Status RetentionReader::read_stretch(const Stretch& stretch, Instant at, const Take& take) const {
  ports::FactsQuery chosen = query();
  chosen.after = stretch.after;
  chosen.up_to = stretch.up_to;
  chosen.limit = stretch.limit;
  chosen.many = stretch.many;
  LETHE_TRY(auto rows, tx_.retention().facts(chosen));
  LETHE_TRY(const auto holds, tx_.retention().holds());
  return each_record(std::move(rows), Holds{holds}, at, take);
}

Status RetentionReader::each_record(ports::FactRows found, const Holds& holds, Instant at,
                                    const Take& take) const {
  Rows rows{.all = std::move(found)};
  // Joins give them in the order of requesters.
  std::ranges::sort(rows.all.ticket_tags, {},
                    [](const auto& row) { return std::pair{row.ticket, row.tag}; });
  std::ranges::sort(rows.all.handlers, {},
                    [](const auto& row) { return std::pair{row.ticket, row.agent}; });
  std::ranges::sort(rows.all.last_messages, {}, &ports::TicketTime::ticket);
  std::ranges::sort(rows.all.merged, {}, &ports::MergedTicket::into);
  std::ranges::sort(rows.all.split, {}, &ports::SplitTicket::ticket);
  for (ports::PersonRow& row : rows.all.persons) {
    RetentionRecord record{.facts = {},
                           .turns = {},
                           .numbers = {},
                           .takes_part_in = {},
                           .referred_to = false,
                           .row = std::move(row)};
    LETHE_CHECK(add_person(record, rows.all));
    add_tickets(record, rows, at);
    add_holds(record, holds, at);
    add_references(record, rows, at);
    std::ranges::sort(record.turns, {}, &Turn::at);
    LETHE_CHECK(take(std::move(record)));
  }
  return {};
}

Status RetentionReader::add_person(RetentionRecord& record, const ports::FactRows& rows) const {
  const ports::PersonRow& row = record.row;
  rt::PersonFacts& facts = record.facts;
  // Restricted data is stored and nothing else happens to it (GDPR art. 18(2)); an erasure that has
  // begun is not begun again.
  facts.held = row.frozen || row.erasing;
  facts.is_agent = row.agent.has_value();
  facts.identities = {core::MatchKey::of_number(row.id.value())};
  facts.tickets_deleted_at = row.tickets_erased_at;
  for (const auto& hidden : rows_of(rows.hidden, row.id, &ports::PersonTime::person)) {
    if (row.hidden) facts.hidden_at = hidden.at;
  }
  for (const auto& tag : rows_of(rows.person_tags, row.id, &ports::PersonTagRow::person)) {
    if (const auto* name = name_of(tag.tag.value())) {
      facts.tags.push_back(core::MatchKey::of(*name));
    }
  }
  if (settings_.exceptions.companies.empty()) return {};
  const auto profile = read_profile(app_, row);
  if (!profile && profile.error().code != Errc::erased) return std::unexpected(profile.error());
  if (profile && !profile->company.empty()) {
    facts.companies = {core::MatchKey::of(profile->company)};
  }
  return {};
}

void RetentionReader::add_tickets(RetentionRecord& record, Rows& rows, Instant at) const {
  const auto mine = next_of(rows.all.tickets, rows.next_ticket, record.row.id,
                            [](const ports::TicketRow& row) { return *row.requester; });
  record.facts.tickets.reserve(mine.size());
  record.numbers.reserve(mine.size());
  for (const ports::TicketRow& row : mine) {
    const auto closes = core::closes_at(row.state, ticket_settings_);
    if (closes && *closes > at)
      record.turns.push_back({*closes, Turn::Kind::ticket_closes, row.id});
    record.facts.tickets.push_back(ticket_facts(row, rows.all, at));
    record.numbers.push_back(row.number);
  }
}

rt::TicketFacts RetentionReader::ticket_facts(const ports::TicketRow& row,
                                              const ports::FactRows& rows, Instant at) const {
  // As it is at `at`, whether or not the job that closes solved tickets has come by.
  const auto state = with_merged(core::at_time(row.state, at, ticket_settings_), row.id, rows);
  rt::TicketFacts facts{.id = row.id,
                        .status = state.status,
                        .spam = state.spam,
                        .trashed = state.trashed,
                        .created = state.created,
                        .updated = last_activity(row, state, rows),
                        .closed = state.closed,
                        .status_updated = state.status_updated,
                        .reopened = state.reopened,
                        .last_customer_message = state.last_customer_message};
  const auto named = [&](const auto& id) {
    const auto* name = id ? name_of(id->value()) : nullptr;
    return name != nullptr ? std::optional{*name} : std::nullopt;
  };
  facts.group = named(row.group);
  facts.type = named(row.type);
  for (const auto& tag : rows_of(rows.ticket_tags, row.id, &ports::TicketTagRow::ticket)) {
    if (const auto* name = name_of(tag.tag.value())) facts.tags.push_back(*name);
  }
  const auto add_agent = [&](core::AgentId agent) {
    const auto known = agents_.find(agent.value());
    if (known == agents_.end()) return;
    facts.agents.push_back(core::MatchKey::of_number(known->second.value()));
  };
  for (const auto& handler : rows_of(rows.handlers, row.id, &ports::HandlerRow::ticket)) {
    add_agent(handler.agent);
  }
  if (row.assignee) add_agent(*row.assignee);
  return facts;
}

core::TicketState RetentionReader::with_merged(core::TicketState state, core::TicketId ticket,
                                               const ports::FactRows& rows) {
  for (const auto& merged : rows_of(rows.merged, ticket, &ports::MergedTicket::into)) {
    const auto gone =
        with_merged(core::settled_by_merge(merged.state, merged.at), merged.from, rows);
    state = core::with_clocks_of(std::move(state), gone);
  }
  return state;
}

Instant RetentionReader::noted_activity(core::TicketId ticket, const ports::FactRows& rows) {
  Instant last{};
  for (const auto& merged : rows_of(rows.merged, ticket, &ports::MergedTicket::into)) {
    last = std::max(last, note_in(merged.former).last_activity);
    last = std::max(last, noted_activity(merged.from, rows));
  }
  for (const auto& split : rows_of(rows.split, ticket, &ports::SplitTicket::ticket)) {
    last = std::max(last, note_in(split.former).last_activity);
  }
  return last;
}

// Of the enquiry, not of the row: tagging or redacting a ticket moves no clock (DESIGN promise 5).
Instant RetentionReader::last_activity(const ports::TicketRow& row, const core::TicketState& state,
                                       const ports::FactRows& rows) {
  if (state.spam || state.trashed) return row.updated_at;
  Instant last = std::max(state.created, state.status_updated);
  last = std::max(last, state.last_customer_message.value_or(last));
  last = std::max(last, noted_activity(row.id, rows));
  for (const auto& message : rows_of(rows.last_messages, row.id, &ports::TicketTime::ticket)) {
    last = std::max(last, message.at);
  }
  return last;
}

RetentionReader::Holds::Holds(const std::vector<ports::HoldRow>& rows) {
  for (const ports::HoldRow& row : rows) {
    if (row.ticket) by_ticket[row.ticket->value()].push_back(&row);
    if (!row.ticket && row.person) by_person[row.person->value()].push_back(&row);
  }
}

void RetentionReader::add_holds(RetentionRecord& record, const Holds& holds, Instant at) {
  const auto sum = [&](const auto& held, std::int64_t id) {
    HeldUntil until;
    const auto found = held.find(id);
    if (found == held.end()) return until;
    for (const ports::HoldRow* hold : found->second) add_hold(until, *hold, at);
    return until;
  };
  const HeldUntil person = sum(holds.by_person, record.row.id.value());
  if (person.held) {
    record.referred_to = true;
    if (person.ends && !record.facts.held) {
      record.turns.push_back({*person.ends, Turn::Kind::person_hold_ends, std::nullopt});
    }
    record.facts.held = true;
  }
  for (rt::TicketFacts& ticket : record.facts.tickets) {
    const HeldUntil held = sum(holds.by_ticket, ticket.id.value());
    if (!held.held) continue;
    ticket.held = true;
    if (held.ends) record.turns.push_back({*held.ends, Turn::Kind::ticket_hold_ends, ticket.id});
  }
}

void RetentionReader::add_references(RetentionRecord& record, Rows& rows, Instant at) const {
  for (const auto& part :
       next_of(rows.all.parts, rows.next_part, record.row.id, &ports::TicketPart::person)) {
    record.takes_part_in.push_back(part.ticket);
  }
  const bool excepted = core::contains_any(settings_.exceptions.agents, record.facts.identities) ||
                        core::contains_any(settings_.exceptions.emails, record.facts.identities);
  record.referred_to = record.referred_to || excepted || !record.takes_part_in.empty() ||
                       !record.facts.tickets.empty() || record.row.erasing;
  if (!record.referred_to) {
    record.facts.unreferenced_since = record.row.unreferenced_since.value_or(at);
  }
}

const std::string* RetentionReader::name_of(std::int64_t id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? nullptr : &found->second;
}

}  // namespace lethe::app
