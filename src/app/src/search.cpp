#include "lethe/app/search.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/ports/bulk.h"
#include "search_tokens.h"

namespace lethe::app {
namespace {

using core::SearchField;
using core::SearchFieldKind;
using ports::DocumentKind;

bool is_gone(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::erased;
}

std::vector<std::vector<ports::Token>> token_groups(App& app, WordOf holder,
                                                    const core::SearchQuery& query) {
  std::vector<std::vector<ports::Token>> groups;
  for (const auto& words : core::index_words(query)) {
    std::vector<ports::Token>& group = groups.emplace_back();
    for (const core::SearchWord& word : words) group.push_back(search_token(app, holder, word));
  }
  return groups;
}

// So many hits are read together: enough that reads do not count, few enough that a first page
// found at once does not open hundreds.
constexpr std::size_t kHitsAtOnce = 64;
constexpr int kCandidatesAtFirst = 128;

// What stands behind some hits.
struct Candidates {
  std::map<core::MessageId, ports::MessageRow> messages;
  std::map<core::TicketId, ports::TicketRow> tickets;
  std::map<core::PersonId, PersonView> people;
};

class Search {
 public:
  Search(App& app, const ports::Reading& tx, const core::SearchQuery& query,
         std::size_t tickets_max, std::size_t people_max, const TicketFilter& fits)
      : app_(app),
        tx_(tx),
        query_(query),
        tickets_max_(tickets_max),
        people_max_(people_max),
        fits_(fits) {}

  // Returns how many of them were looked at before enough was found.
  Result<std::size_t> look_at(WordOf holder, std::span<const ports::Hit> hits) {
    LETHE_TRY(const Candidates known, candidates(hits));
    std::size_t looked = 0;
    for (const ports::Hit& hit : hits) {
      if (is_full(holder)) break;
      ++looked;
      const Status status = check(hit, known);
      // Erased since the index was asked: it is not there.
      if (!status && !is_gone(status.error())) return std::unexpected(status.error());
    }
    return looked;
  }

  [[nodiscard]] bool is_full(WordOf holder) const {
    return holder == WordOf::person ? people_.size() >= people_max_
                                    : tickets_.size() >= tickets_max_;
  }

  std::vector<ports::TicketRow> take_rows() {
    std::vector<ports::TicketRow> rows;
    for (Match& match : tickets_) rows.push_back(std::move(match.row));
    return rows;
  }

  Result<SearchResults> take(std::optional<core::AgentId> asking) {
    std::vector<ports::TicketRow> rows;
    for (const Match& match : tickets_) rows.push_back(match.row);
    LETHE_TRY(auto summaries, summarise_tickets(app_, tx_, std::move(rows), asking));
    SearchResults found;
    for (std::size_t n = 0; n < tickets_.size(); ++n) {
      found.tickets.push_back(
          {std::move(summaries[n]), tickets_[n].message, std::move(tickets_[n].snippet)});
    }
    std::ranges::sort(found.tickets, std::ranges::greater{}, [](const FoundTicket& ticket) {
      return std::pair{ticket.ticket.row.updated_at, ticket.ticket.row.id};
    });
    found.people = std::move(people_);
    return found;
  }

 private:
  struct Match {
    ports::TicketRow row;
    std::optional<core::MessageId> message;
    core::Snippet snippet;
  };

  Result<Candidates> candidates(std::span<const ports::Hit> hits) {
    Candidates known;
    std::vector<core::PersonId> persons, found;
    std::vector<core::MessageId> messages;
    for (const ports::Hit& hit : hits) {
      persons.push_back(hit.person);
      if (hit.key.kind == DocumentKind::person) found.push_back(hit.person);
      if (hit.key.kind == DocumentKind::message)
        messages.push_back(core::MessageId::of(hit.key.id));
    }
    LETHE_TRY(auto rows, ports::bulk(tx_).messages(messages));
    for (ports::MessageRow& row : rows) known.messages.emplace(row.id, std::move(row));
    LETHE_CHECK(read_tickets(hits, known));
    for (const auto& [id, ticket] : known.tickets) {
      if (ticket.requester) persons.push_back(*ticket.requester);
    }
    LETHE_CHECK(read_who_is_shown(persons));
    LETHE_TRY(auto people, view_people(app_, tx_, std::span<const core::PersonId>{found}));
    for (PersonView& person : people) known.people.emplace(person.id, std::move(person));
    return known;
  }

  Status read_tickets(std::span<const ports::Hit> hits, Candidates& known) {
    std::vector<core::TicketId> ids;
    for (const ports::Hit& hit : hits) {
      if (const auto id = ticket_now(hit, known)) ids.push_back(*id);
    }
    LETHE_TRY(auto rows, ports::bulk(tx_).tickets(ids));
    for (ports::TicketRow& row : rows) known.tickets.emplace(row.id, std::move(row));
    // The words of a merged ticket are found where they are now.
    LETHE_TRY(const auto merges, ports::bulk(tx_).merges(ids));
    for (const ports::MoveRow& merge : merges) known.tickets.erase(merge.from);
    return {};
  }

  Status read_who_is_shown(const std::vector<core::PersonId>& ids) {
    std::vector<core::PersonId> unknown;
    for (const core::PersonId id : ids) {
      if (!shown_.contains(id)) unknown.push_back(id);
    }
    LETHE_TRY(const auto rows, ports::bulk(tx_).persons(unknown));
    for (const ports::PersonRow& row : rows) {
      shown_.emplace(row.id, !row.hidden && !row.frozen && !row.erasing);
    }
    return {};
  }

  // One who is gone is not.
  [[nodiscard]] bool may_be_shown(core::PersonId id) const {
    const auto known = shown_.find(id);
    return known != shown_.end() && known->second;
  }

  // The index says where a message was when it was indexed; merges and splits move it.
  static std::optional<core::TicketId> ticket_now(const ports::Hit& hit, const Candidates& known) {
    if (hit.key.kind != DocumentKind::message) return hit.ticket;
    const auto message = known.messages.find(core::MessageId::of(hit.key.id));
    return message == known.messages.end() ? std::nullopt : std::optional{message->second.ticket};
  }

  Status check(const ports::Hit& hit, const Candidates& known) {
    if (!may_be_shown(hit.person)) return {};
    if (hit.key.kind == DocumentKind::person) return check_person(hit.person, known);
    if (!hit.ticket) return {};
    const auto now = ticket_now(hit, known);
    if (!now || seen_.contains(*now)) return {};
    const auto ticket = known.tickets.find(*now);
    if (ticket == known.tickets.end()) return {};
    const ports::TicketRow& row = ticket->second;
    if (row.erased || !row.requester || !may_be_shown(*row.requester)) return {};
    if (fits_ && !fits_(row)) return {};
    if (hit.key.kind == DocumentKind::ticket) return check_subject(row);
    return check_message(row, known.messages.at(core::MessageId::of(hit.key.id)));
  }

  Status check_person(core::PersonId id, const Candidates& known) {
    const auto found = known.people.find(id);
    if (found == known.people.end()) return {};
    const PersonView& person = found->second;
    std::vector<SearchField> fields{{SearchFieldKind::name, person.profile.name},
                                    {SearchFieldKind::name, person.profile.company}};
    for (const std::string& email : person.emails) {
      fields.push_back({SearchFieldKind::address, email});
    }
    // Once, also when the index grew between two questions.
    const bool known_already = std::ranges::find(people_, id, &PersonView::id) != people_.end();
    if (!known_already && core::matches(fields, query_)) people_.push_back(person);
    return {};
  }

  Status check_subject(const ports::TicketRow& row) {
    LETHE_TRY(const Plaintext subject,
              open(app_, body_key(*row.requester, row.id),
                   place(cell::kSubject, row.id.value(), row.cell_version), row.subject));
    const SearchField fields[] = {{SearchFieldKind::subject, subject.reveal()}};
    if (!core::matches(fields, query_)) return {};
    add(row, std::nullopt, core::snippet_of(subject.reveal(), query_));
    return {};
  }

  Status check_message(const ports::TicketRow& ticket, const ports::MessageRow& row) {
    if (!row.person) return {};
    const core::MessageId id = row.id;
    const vault::KeyRef key = body_key(*row.person, row.ticket);
    LETHE_TRY(const Plaintext text,
              open(app_, key, place(cell::kText, id.value(), row.cell_version), row.text));
    LETHE_TRY(const Plaintext headers,
              open(app_, key, place(cell::kHeaders, id.value(), row.cell_version), row.headers));
    const auto head = parse_object(headers.reveal());
    const std::string from = text_of(head, "from_name") + " " + text_of(head, "from");
    const SearchField fields[] = {{SearchFieldKind::name, from},
                                  {SearchFieldKind::body, text.reveal()}};
    if (!core::matches(fields, query_)) return {};
    add(ticket, id, core::snippet_of(text.reveal(), query_));
    return {};
  }

  void add(const ports::TicketRow& row, std::optional<core::MessageId> message,
           core::Snippet snippet) {
    seen_.insert(row.id);
    tickets_.push_back({row, message, std::move(snippet)});
  }

  App& app_;
  const ports::Reading& tx_;
  const core::SearchQuery& query_;
  std::size_t tickets_max_, people_max_;
  const TicketFilter& fits_;
  std::vector<Match> tickets_;
  std::vector<PersonView> people_;
  std::set<core::TicketId> seen_;
  std::map<core::PersonId, bool> shown_;
};

// Looks at some after another until `search` is full; true when that was all of them.
Result<bool> look_at_all(Search& search, WordOf holder, std::span<const ports::Hit> hits) {
  std::size_t looked = 0;
  while (looked < hits.size() && !search.is_full(holder)) {
    const auto some = hits.subspan(looked, std::min(kHitsAtOnce, hits.size() - looked));
    LETHE_TRY(const std::size_t seen, search.look_at(holder, some));
    looked += seen;
  }
  return looked == hits.size();
}

// A page is mostly full after a few of the newest; the others are asked for only when it is not.
// True when there may be more than was looked at.
Result<bool> look_for(App& app, const core::SearchQuery& query, WordOf holder, Search& search) {
  const auto groups = token_groups(app, holder, query);
  std::size_t before = 0;
  for (const int most : {kCandidatesAtFirst, kCandidatesMax}) {
    LETHE_TRY(const auto hits, app.search.query(groups, most));
    const auto next = std::span{hits}.subspan(std::min(before, hits.size()));
    LETHE_TRY(const bool at_all, look_at_all(search, holder, next));
    if (!at_all || std::ssize(hits) < most) return !at_all;
    before = hits.size();
  }
  return true;
}

}  // namespace

Result<SearchResults> search(App& app, const ports::Reading& tx, std::string_view text,
                             std::optional<core::AgentId> asking, int limit) {
  const core::SearchQuery query = core::parse_search_query(text);
  if (query.empty()) return SearchResults{};
  const auto most = static_cast<std::size_t>(std::clamp(limit, 1, 200));
  const TicketFilter everything;
  Search search{app, tx, query, most, most, everything};
  LETHE_TRY(const bool more_tickets, look_for(app, query, WordOf::ticket, search));
  LETHE_TRY(const bool more_people, look_for(app, query, WordOf::person, search));
  LETHE_TRY(SearchResults results, search.take(asking));
  results.more = more_tickets || more_people;
  return results;
}

Result<std::vector<ports::TicketRow>> search_tickets(App& app, const ports::Reading& tx,
                                                     std::string_view text,
                                                     const TicketFilter& fits) {
  const core::SearchQuery query = core::parse_search_query(text);
  if (query.empty()) return std::vector<ports::TicketRow>{};
  Search search{app, tx, query, kCandidatesMax, 0, fits};
  LETHE_CHECK(look_for(app, query, WordOf::ticket, search));
  return search.take_rows();
}

}  // namespace lethe::app
