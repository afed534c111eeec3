// Search: a ticket by its number, tickets and people by their words, tickets by what they are.
#include <algorithm>
#include <map>
#include <span>

#include "lethe/app/search.h"
#include "lethe/base/text.h"
#include "search_terms.h"
#include "site_people.h"

namespace lethe::web {
namespace {

constexpr int kHitsShown = 50;  // at first
constexpr int kHitsMax = 200;

// The first mark, and what stands around it.
void fill_snippet(views::SearchHit& hit, const core::Snippet& snippet) {
  if (snippet.marks.empty()) {
    hit.before = snippet.text;
    return;
  }
  const auto& mark = snippet.marks.front();
  hit.before = snippet.text.substr(0, mark.begin);
  hit.matched = snippet.text.substr(mark.begin, mark.end - mark.begin);
  hit.after = snippet.text.substr(mark.end);
}

views::SearchHit hit_of(const Visit& visit, const app::FoundTicket& found) {
  const ports::TicketRow& row = found.ticket.row;
  views::SearchHit hit;
  hit.title = row.erased ? visit.words().with("Erased ticket #{}", std::to_string(row.number))
                         : subject_in_list(visit.words(), found.ticket.subject);
  hit.url = url_for("/tickets/{id}", {row.id.to_string()});
  if (found.message) hit.url = with_fragment(hit.url, "m-" + found.message->to_string());
  hit.person = person_ref(found.ticket.requester);
  fill_snippet(hit, found.snippet);
  hit.at = row.updated_at;
  hit.status = status_of(row.state);
  return hit;
}

app::FoundTicket without_marks(app::TicketSummary ticket) {
  core::Snippet snippet{ticket.snippet, {}};
  return {std::move(ticket), std::nullopt, std::move(snippet)};
}

// The ticket of that number, which stands above those with the digits among their words.
Result<std::optional<app::FoundTicket>> numbered(Visit& visit, const ports::Reading& tx,
                                                 std::string_view query) {
  const auto number = core::ticket_number_in(query);
  if (!number) return std::nullopt;
  const auto row = tx.tickets().find_number(*number);
  if (!row && row.error().code == Errc::not_found) return std::nullopt;
  if (!row) return std::unexpected(row.error());
  LETHE_TRY(auto ticket, app::summarise_ticket(visit.app, tx, *row, visit.me()));
  return without_marks(std::move(ticket));
}

// Where the words of tickets that fit were found, as far as the search shows it.
Result<std::vector<app::FoundTicket>> with_marks(Visit& visit, const ports::Reading& tx,
                                                 const std::string& words,
                                                 std::vector<app::TicketSummary> tickets) {
  std::vector<app::FoundTicket> found;
  std::map<core::TicketId, app::FoundTicket> marked;
  if (!words.empty()) {
    LETHE_TRY(auto results, app::search(visit.app, tx, words, visit.me(), kHitsMax));
    for (auto& each : results.tickets) marked.emplace(each.ticket.row.id, std::move(each));
  }
  for (app::TicketSummary& ticket : tickets) {
    const auto known = marked.find(ticket.row.id);
    found.push_back(known == marked.end() ? without_marks(std::move(ticket))
                                          : std::move(known->second));
  }
  return found;
}

struct Found {
  std::vector<app::FoundTicket> tickets;
  std::vector<app::PersonView> people;
  bool more = false;
};

Result<Found> found_by_words(Visit& visit, const ports::Reading& tx, const std::string& query,
                             int most) {
  LETHE_TRY(auto results,
            app::search(visit.app, tx, query, visit.me(), std::min(most + 1, kHitsMax)));
  const bool full = std::ssize(results.tickets) > most || std::ssize(results.tickets) == kHitsMax;
  Found found{std::move(results.tickets), std::move(results.people), full || results.more};
  const auto cut = static_cast<std::size_t>(most);
  if (found.tickets.size() > cut)
    found.tickets.erase(found.tickets.begin() + most, found.tickets.end());
  if (found.people.size() > cut)
    found.people.erase(found.people.begin() + most, found.people.end());
  return found;
}

Result<Found> found_by_terms(Visit& visit, const ports::Reading& tx, const SearchTerms& terms,
                             int most) {
  LETHE_TRY(auto fitting, tickets_that_fit(visit, tx, terms, most));
  LETHE_TRY(auto tickets, with_marks(visit, tx, terms.words, std::move(fitting.tickets)));
  return Found{std::move(tickets), {}, fitting.more};
}

Result<views::Search> search_view(Visit& visit, const ports::Reading& tx, const std::string& query,
                                  bool all) {
  views::Search view;
  view.query = query;
  if (query.empty()) return view;
  const int most = all ? kHitsMax : kHitsShown;
  LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
  LETHE_TRY(auto fates, Fates::read(visit.app, tx, visit.words(), lists));
  const auto operators = core::parse_search_operators(query);
  Found found;
  if (operators.any()) {
    LETHE_TRY(const auto terms, search_terms(visit, tx, operators, lists));
    view.is_unknown_status = terms.is_unknown_status;
    LETHE_TRY(found, found_by_terms(visit, tx, terms, most));
  } else {
    LETHE_TRY(found, found_by_words(visit, tx, query, most));
  }
  LETHE_TRY(const auto first, numbered(visit, tx, query));
  if (first) {
    std::erase_if(found.tickets, [&](const app::FoundTicket& each) {
      return each.ticket.row.id == first->ticket.row.id;
    });
    found.tickets.insert(found.tickets.begin(), *first);
  }
  for (const auto& ticket : found.tickets) view.tickets.push_back(hit_of(visit, ticket));
  view.has_more = found.more;
  if (found.more && !all) {
    Fields fields;
    fields.add("q", query);
    fields.add("all", "1");
    view.more = url_for("/search", {}, fields);
  }
  LETHE_TRY(view.people, person_rows(tx, fates, found.people, lists));
  return view;
}

// "#1234" leads straight to the ticket.
std::optional<Url> ticket_called(Visit& visit, const std::string& query) {
  const auto number = query.starts_with('#') ? core::ticket_number_in(query) : std::nullopt;
  if (!number) return std::nullopt;
  const auto id =
      read_from<core::TicketId>(visit.app, [&](const ports::Reading& tx) -> Result<core::TicketId> {
        LETHE_TRY(const auto row, tx.tickets().find_number(*number));
        return row.id;
      });
  return id ? std::optional{url_for("/tickets/{id}", {id->to_string()})} : std::nullopt;
}

Answer search_page(Visit& visit) {
  visit.page.shell.place = Place::search;
  const std::string query{trimmed(visit.request.query().get("q"))};
  if (const auto ticket = ticket_called(visit, query)) return go_to(*ticket);
  const bool all = visit.request.query().get("all") == "1";
  LETHE_TRY(const auto view, read_from<views::Search>(visit.app, [&](const ports::Reading& tx) {
              return search_view(visit, tx, query, all);
            }));
  return show(visit, view);
}

}  // namespace

void add_search_routes(SiteRoutes& routes) {
  routes.page("/search", ports::Role::agent, search_page);
}

}  // namespace lethe::web
