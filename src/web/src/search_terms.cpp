#include "search_terms.h"

#include <algorithm>
#include <array>

#include "lethe/app/search.h"
#include "lethe/core/search_words.h"

namespace lethe::web {
namespace {

using core::folded;

constexpr std::size_t kLookedAtMax = 1000;
constexpr int kSendersMax = 20;  // people of one name
constexpr int kRowsAtOnce = 200;

constexpr std::array kStatuses{views::Status::open,   views::Status::pending, views::Status::solved,
                               views::Status::closed, views::Status::spam,    views::Status::trash};

void add_statuses(const Text& words, const core::SearchOperators& operators, SearchTerms& terms) {
  for (const std::string& asked : operators.statuses) {
    const auto known = std::ranges::find_if(kStatuses, [&](views::Status status) {
      return folded(asked) == status_code(status) ||
             folded(asked) == folded(status_label(words, status));
    });
    terms.is_unknown_status |= known == kStatuses.end();
    if (known != kStatuses.end()) terms.statuses.push_back(status_code(*known));
  }
  terms.is_hopeless |= !operators.statuses.empty() && terms.statuses.empty();
}

void add_assignees(const Visit& visit, const core::SearchOperators& operators, const Lists& lists,
                   SearchTerms& terms) {
  for (const std::string& asked : operators.assignees) {
    const std::string name = folded(asked);
    if (name == "me") terms.assignees.emplace_back(visit.me());
    if (name == "none" || name == folded(visit.words()("Nobody"))) {
      terms.assignees.emplace_back(std::nullopt);
    }
    for (const app::Who& agent : lists.agents()) {
      if (folded(agent.name).starts_with(name) || folded(agent.email) == name) {
        terms.assignees.emplace_back(core::AgentId::of(agent.id));
      }
    }
  }
  terms.is_hopeless |= !operators.assignees.empty() && terms.assignees.empty();
}

template <class Id>
void add_named(const std::vector<std::string>& asked, const std::vector<ports::CatalogRow>& rows,
               std::vector<Id>& ids, bool& is_hopeless) {
  for (const std::string& name : asked) {
    for (const ports::CatalogRow& row : rows) {
      if (folded(row.name) == folded(name)) ids.push_back(Id::of(row.id));
    }
  }
  is_hopeless |= !asked.empty() && ids.empty();
}

// Found as a search finds people, so that who is hidden or restricted is not.
Status add_senders(Visit& visit, const ports::Reading& tx, const core::SearchOperators& operators,
                   SearchTerms& terms) {
  for (const std::string& asked : operators.senders) {
    LETHE_TRY(const auto found, app::search(visit.app, tx, asked, visit.me(), kSendersMax));
    for (const app::PersonView& person : found.people) terms.senders.push_back(person.id);
  }
  terms.is_hopeless |= !operators.senders.empty() && terms.senders.empty();
  return {};
}

template <class Id, class Value>
bool has(const std::vector<Id>& wanted, const Value& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}
template <class Id>
bool has_one(const std::vector<Id>& wanted, const std::optional<Id>& value) {
  return wanted.empty() || (value && has(wanted, *value));
}

bool fits(const SearchTerms& terms, const ports::TicketRow& row) {
  if (row.erased) return false;
  const std::string status{core::shown_status(row.state)};
  const bool is_listed = status != "spam" && status != "trash";
  if (terms.statuses.empty() ? !is_listed : !has(terms.statuses, status)) return false;
  return has(terms.assignees, row.assignee) && has_one(terms.groups, row.group) &&
         has_one(terms.types, row.type) && has_one(terms.senders, row.requester);
}

bool has_tags(const SearchTerms& terms, const app::TicketSummary& ticket, const Lists& lists) {
  std::vector<std::string> names;
  for (const core::TagId tag : ticket.tags) names.push_back(folded(lists.tag(tag)));
  for (const std::string& tag : ticket.free_tags) names.push_back(folded(tag));
  return std::ranges::all_of(terms.tags, [&](const std::string& tag) {
    return std::ranges::find(names, tag) != names.end();
  });
}

// What the columns can decide; the rest is for fits().
ports::TicketQuery query_for(const SearchTerms& terms, const Lists& lists,
                             const std::optional<core::PersonId>& sender) {
  ports::TicketQuery query;
  query.limit = kRowsAtOnce;
  query.with_spam_and_trash = true;
  query.requester = sender;
  for (const std::string& status : terms.statuses) {
    if (const auto one = core::parse_ticket_status(status)) query.statuses.push_back(*one);
  }
  // Spam and trash lie beside the status: a list of statuses would leave some of them out.
  if (query.statuses.size() != terms.statuses.size()) query.statuses.clear();
  if (terms.assignees.size() == 1) {
    query.assignee = terms.assignees.front();
    query.unassigned = !terms.assignees.front();
  }
  if (terms.groups.size() == 1) query.group = terms.groups.front();
  if (terms.types.size() == 1) query.type = terms.types.front();
  if (terms.tags.size() != 1) return query;
  const auto managed = std::ranges::find_if(
      lists.tags(), [&](const auto& row) { return folded(row.name) == terms.tags.front(); });
  if (managed != lists.tags().end()) query.tag = core::TagId::of(managed->id);
  return query;
}

// Newest first, with a bound that all the queries of one search share.
class Looking {
 public:
  Looking(Visit& visit, const ports::Reading& tx, const SearchTerms& terms, const Lists& lists,
          int most)
      : visit_(visit),
        tx_(tx),
        terms_(terms),
        lists_(lists),
        most_(static_cast<std::size_t>(most)) {}

  Status through(ports::TicketQuery query) {
    std::size_t kept = 0;
    while (kept <= most_) {
      if (looked_at_ >= kLookedAtMax) {
        found_.more = true;
        return {};
      }
      LETHE_TRY(auto rows, tx_.tickets().list(query));
      if (rows.empty()) return {};
      const bool is_last = std::ssize(rows) < query.limit;
      query.after = {{rows.back().updated_at, rows.back().id}};
      LETHE_TRY(const std::size_t fitting, keep(std::move(rows)));
      kept += fitting;
      if (is_last) return {};
    }
    return {};
  }

  Result<std::size_t> keep(std::vector<ports::TicketRow> rows) {
    looked_at_ += rows.size();
    std::erase_if(rows, [&](const auto& row) { return !fits(terms_, row); });
    LETHE_TRY(auto tickets, app::summarise_tickets(visit_.app, tx_, std::move(rows), visit_.me()));
    std::erase_if(tickets, [&](const auto& each) { return !has_tags(terms_, each, lists_); });
    const std::size_t kept = tickets.size();
    std::ranges::move(tickets, std::back_inserter(found_.tickets));
    return kept;
  }

  FittingTickets take() {
    std::ranges::sort(found_.tickets, std::ranges::greater{}, [](const auto& ticket) {
      return std::pair{ticket.row.updated_at, ticket.row.id};
    });
    if (found_.tickets.size() > most_) {
      found_.more = true;
      found_.tickets.erase(found_.tickets.begin() + static_cast<std::ptrdiff_t>(most_),
                           found_.tickets.end());
    }
    return std::move(found_);
  }

 private:
  Visit& visit_;
  const ports::Reading& tx_;
  const SearchTerms& terms_;
  const Lists& lists_;
  std::size_t most_;
  std::size_t looked_at_ = 0;
  FittingTickets found_;
};

}  // namespace

Result<SearchTerms> search_terms(Visit& visit, const ports::Reading& tx,
                                 const core::SearchOperators& operators, const Lists& lists) {
  SearchTerms terms;
  terms.words = operators.words;
  add_statuses(visit.words(), operators, terms);
  add_assignees(visit, operators, lists, terms);
  add_named(operators.groups, lists.groups(), terms.groups, terms.is_hopeless);
  add_named(operators.types, lists.types(), terms.types, terms.is_hopeless);
  for (const std::string& tag : operators.tags) terms.tags.push_back(folded(tag));
  LETHE_CHECK(add_senders(visit, tx, operators, terms));
  return terms;
}

Result<FittingTickets> tickets_that_fit(Visit& visit, const ports::Reading& tx,
                                        const SearchTerms& terms, int most) {
  if (terms.is_hopeless) return FittingTickets{};
  LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
  Looking looking{visit, tx, terms, lists, most};
  if (!terms.words.empty()) {
    LETHE_TRY(auto rows,
              app::search_tickets(visit.app, tx, terms.words,
                                  [&](const ports::TicketRow& row) { return fits(terms, row); }));
    LETHE_CHECK(looking.keep(std::move(rows)));
    return looking.take();
  }
  if (terms.senders.empty()) LETHE_CHECK(looking.through(query_for(terms, lists, std::nullopt)));
  for (const core::PersonId sender : terms.senders) {
    LETHE_CHECK(looking.through(query_for(terms, lists, sender)));
  }
  return looking.take();
}

}  // namespace lethe::web
