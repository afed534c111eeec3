// A second, naive reading of the decision tables, for comparing with the first,
// and the mutants of docs/retention.md: ways to get it wrong that the
// vectors must notice. It shares no code with the engine but the plain data.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "lethe/core/retention.h"
#include "lethe/core/retention_world.h"

namespace lethe::core::retention::oracle {

enum class Mutant {
  none,
  strictly_older,          // > for >=
  null_matches_list,       //
  rule_tags_all_of,        //
  falls_back_to_created,   //
  any_is_all,              //
  delay_ignored,           //
  soft_is_hard,            //
  secondary_address_lost,  //
  other_companies_lost,    //
  anchor_always_closed,    //
  any_matches_nothing,     // "any of none" qualifies
};

class Oracle {
 public:
  Oracle(const World& world, Mutant mutant)
      : s_(world.settings), p_(world.person), now_(world.now), mutant_(mutant) {}

  [[nodiscard]] std::string verdict() const {
    if (!s_.enabled) return "none disabled";
    if (p_.held) return "none hold";
    if (const std::string kind = exception(); !kind.empty()) return "none exception:" + kind;
    return live().empty() ? contact() : tickets();
  }

 private:
  using Tickets = std::vector<const TicketFacts*>;

  [[nodiscard]] bool is(Mutant mutant) const { return mutant_ == mutant; }

  static bool meet(const std::vector<MatchKey>& a, const std::vector<MatchKey>& b) {
    for (const auto& x : a) {
      for (const auto& y : b) {
        if (x == y) return true;
      }
    }
    return false;
  }

  [[nodiscard]] std::string exception() const {
    auto addresses = p_.identities;
    if (is(Mutant::secondary_address_lost) && addresses.size() > 1)
      addresses.resize(1, addresses[0]);
    const auto companies =
        is(Mutant::other_companies_lost) ? std::vector<MatchKey>{} : p_.companies;
    if (meet(s_.exceptions.tags, p_.tags)) return "tag";
    if (meet(s_.exceptions.emails, addresses)) return "email";
    if (meet(s_.exceptions.companies, companies)) return "company";
    for (const auto& ticket : p_.tickets) {
      if (meet(s_.exceptions.agents, ticket.agents)) return "agent";
      if (meet(s_.exceptions.emails, ticket.agents)) return "agent";
    }
    return "";
  }

  [[nodiscard]] Tickets live() const {
    Tickets out;
    for (const auto& ticket : p_.tickets) {
      if (ticket.archived || !(ticket.spam || ticket.trashed)) out.push_back(&ticket);
    }
    return out;
  }

  [[nodiscard]] bool closed(const TicketFacts& t) const {
    if (t.archived || t.status == TicketStatus::closed) return true;
    return s_.resolved_is_closed && t.status == TicketStatus::solved;
  }

  [[nodiscard]] bool in(const Filter& filter, const std::optional<std::string>& value) const {
    if (filter.names() == nullptr) return true;
    if (!value) return is(Mutant::null_matches_list);
    return std::ranges::count(*filter.names(), *value) > 0;
  }

  [[nodiscard]] bool tagged(const Filter& filter, const std::vector<std::string>& tags) const {
    if (filter.names() == nullptr) return true;
    std::ptrdiff_t found = 0;
    for (const auto& wanted : *filter.names()) found += std::ranges::count(tags, wanted);
    if (is(Mutant::rule_tags_all_of)) return found == std::ssize(*filter.names());
    return found > 0;
  }

  [[nodiscard]] bool match(const Rule& rule, const TicketFacts& t) const {
    return in(rule.spec().groups, t.group) && in(rule.spec().types, t.type) &&
           tagged(rule.spec().tags, t.tags);
  }

  [[nodiscard]] Instant anchor(const Rule& rule, const TicketFacts& t) const {
    const Anchor which = is(Mutant::anchor_always_closed) ? Anchor::closed : rule.anchor();
    if (which == Anchor::updated) return t.updated;
    if (which == Anchor::created) return t.reopened ? std::max(t.created, *t.reopened) : t.created;
    Instant at = t.updated;
    if (is(Mutant::falls_back_to_created))
      at = t.created;
    else if (t.status_updated)
      at = *t.status_updated;
    if (t.closed) at = *t.closed;
    if (which == Anchor::closed) return at;
    if (t.last_customer_message) at = *t.last_customer_message;
    return t.reopened ? std::max(at, *t.reopened) : at;
  }

  [[nodiscard]] bool reached(Instant due) const {
    return is(Mutant::strictly_older) ? now_ > due : now_ >= due;
  }
  [[nodiscard]] bool old_enough(const Rule& rule, Instant anchor) const {
    return reached(due_after(anchor, rule.age()));
  }

  static std::string listed(std::vector<std::int64_t> ids, const Rule& rule) {
    std::ranges::sort(ids);
    std::string out = "tickets:";
    for (std::size_t i = 0; i < ids.size(); ++i) out += (i > 0 ? "," : "") + std::to_string(ids[i]);
    return out + " R" + std::to_string(rule.id().value());
  }

  // Mode each; empty when it does not act.
  [[nodiscard]] std::string act_on_each(const Rule& rule, bool& matched) const {
    std::vector<std::int64_t> ids;
    for (const auto* t : live()) {
      if (!closed(*t) || !match(rule, *t)) continue;
      matched = true;
      if (old_enough(rule, anchor(rule, *t))) ids.push_back(t->id.value());
    }
    return ids.empty() ? "" : listed(ids, rule);
  }

  [[nodiscard]] std::string act_together(const Rule& rule, bool& matched) const {
    std::vector<std::int64_t> ids;
    Instant latest = Instant::min();
    for (const auto* t : live()) {
      if (!closed(*t)) return "";
      if (match(rule, *t)) ids.push_back(t->id.value());
      latest = std::max(latest, anchor(rule, *t));
    }
    const bool every = rule.mode() == Mode::all || is(Mutant::any_is_all);
    if (every && ids.size() < live().size()) return "";
    if (ids.empty() && !is(Mutant::any_matches_nothing)) return "";
    matched = true;
    return old_enough(rule, latest) ? listed(ids, rule) : "";
  }

  [[nodiscard]] std::string tickets() const {
    bool matched = false;
    for (const auto& rule : s_.rules) {
      if (!rule.enabled()) continue;
      const std::string act =
          rule.mode() == Mode::each ? act_on_each(rule, matched) : act_together(rule, matched);
      if (!act.empty()) return act;
    }
    for (const auto* t : live()) {
      if (!closed(*t)) return "none open_ticket";
    }
    return matched ? "none too_young" : "none no_rule";
  }

  [[nodiscard]] bool unsettled() const {
    return std::ranges::any_of(p_.tickets, [&](const TicketFacts& t) {
      return (t.spam || t.trashed) && !closed(t) && now_ - t.updated < Days{30};
    });
  }

  [[nodiscard]] std::string contact() const {
    const PolicySpec& policy = s_.policy.spec();
    if (p_.is_agent) return "none is_agent";
    if (!p_.tickets_deleted_at) return "none no_tickets";
    if (policy.keep_contact) return "none keep_contact";
    const Days delay = is(Mutant::delay_ignored) ? Days{0} : policy.delay;
    if (!reached(*p_.tickets_deleted_at + delay)) return "none contact_delay";
    if (policy.deletion == Deletion::hide && !is(Mutant::soft_is_hard)) return "contact_soft";
    return unsettled() ? "none unsettled" : "contact_hard";
  }

  const Settings& s_;
  const PersonFacts& p_;
  Instant now_;
  Mutant mutant_;
};

[[nodiscard]] inline std::string verdict(const World& world, Mutant mutant = Mutant::none) {
  return Oracle{world, mutant}.verdict();
}

}  // namespace lethe::core::retention::oracle
