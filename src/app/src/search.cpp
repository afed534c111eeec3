#include "lethe/app/search.h"

#include <algorithm>
#include <map>
#include <set>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/ports/threading.h"
#include "search_tokens.h"

namespace lethe::app {
namespace {

using core::SearchField;
using core::SearchFieldKind;
using ports::DocumentKind;

bool is_gone(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::erased;
}

std::vector<std::vector<ports::Token>> token_groups(App& app, const core::SearchQuery& query) {
  std::vector<std::vector<ports::Token>> groups;
  for (const auto& words : core::index_words(query)) {
    std::vector<ports::Token>& group = groups.emplace_back();
    for (const core::SearchWord& word : words) group.push_back(search_token(app, word));
  }
  return groups;
}

class Search {
 public:
  Search(App& app, const ports::Reading& tx, const core::SearchQuery& query,
         std::optional<core::AgentId> asking, std::size_t limit)
      : app_(app), tx_(tx), query_(query), asking_(asking), limit_(limit) {}

  Status look_at(const ports::Hit& hit) {
    const Status looked = check(hit);
    // Erased since the index was asked: it is not there.
    if (!looked && is_gone(looked.error())) return {};
    return looked;
  }

  [[nodiscard]] bool full() const {
    return found_.tickets.size() >= limit_ && found_.people.size() >= limit_;
  }

  SearchResults take() {
    const auto changed = [](const FoundTicket& found) {
      return std::pair{found.ticket.row.updated_at, found.ticket.row.id};
    };
    std::ranges::sort(found_.tickets, std::ranges::greater{}, changed);
    return std::move(found_);
  }

 private:
  Status check(const ports::Hit& hit) {
    LETHE_TRY(const bool shown, may_be_shown(hit.person));
    if (!shown) return {};
    if (hit.key.kind == DocumentKind::person) return check_person(hit.person);
    if (!hit.ticket || found_.tickets.size() >= limit_) return {};
    LETHE_TRY(const auto now, ticket_now(hit));
    if (!now || tickets_.contains(now->value())) return {};
    LETHE_TRY(const auto row, tx_.tickets().find(*now));
    if (row.erased || !row.requester) return {};
    LETHE_TRY(const auto merge, ports::threading(tx_).merge_of(*now));
    if (merge) return {};  // its words are found where they are now
    LETHE_TRY(const bool requester_shown, may_be_shown(*row.requester));
    if (!requester_shown) return {};
    if (hit.key.kind == DocumentKind::ticket) return check_subject(row);
    return check_message(row, core::MessageId::of(hit.key.id));
  }

  // The index says where a message was when it was indexed; merges and splits move it.
  Result<std::optional<core::TicketId>> ticket_now(const ports::Hit& hit) {
    if (hit.key.kind != DocumentKind::message) return hit.ticket;
    const auto message = tx_.messages().find(core::MessageId::of(hit.key.id));
    if (message) return message->ticket;
    if (message.error().code == Errc::not_found) return std::nullopt;
    return std::unexpected(message.error());
  }

  Result<bool> may_be_shown(core::PersonId id) {
    const auto known = shown_.find(id);
    if (known != shown_.end()) return known->second;
    LETHE_TRY(const auto row, tx_.people().find(id));
    const bool shown = !row.hidden && !row.frozen && !row.erasing;
    shown_.emplace(id, shown);
    return shown;
  }

  Status check_person(core::PersonId id) {
    if (found_.people.size() >= limit_) return {};
    LETHE_TRY(auto person, view_person(app_, tx_, id));
    std::vector<SearchField> fields{{SearchFieldKind::name, person.profile.name},
                                    {SearchFieldKind::name, person.profile.company}};
    for (const std::string& email : person.emails) {
      fields.push_back({SearchFieldKind::address, email});
    }
    if (core::matches(fields, query_)) found_.people.push_back(std::move(person));
    return {};
  }

  Status check_subject(const ports::TicketRow& row) {
    LETHE_TRY(const Plaintext subject,
              open(app_, body_key(*row.requester, row.id),
                   place(cell::kSubject, row.id.value(), row.cell_version), row.subject));
    const SearchField fields[] = {{SearchFieldKind::subject, subject.reveal()}};
    if (!core::matches(fields, query_)) return {};
    return add(row, std::nullopt, core::snippet_of(subject.reveal(), query_));
  }

  Status check_message(const ports::TicketRow& ticket, core::MessageId id) {
    LETHE_TRY(const auto row, tx_.messages().find(id));
    if (!row.person) return {};
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
    return add(ticket, id, core::snippet_of(text.reveal(), query_));
  }

  Status add(const ports::TicketRow& row, std::optional<core::MessageId> message,
             core::Snippet snippet) {
    LETHE_TRY(auto summary, summarise_ticket(app_, tx_, row, asking_));
    tickets_.insert(row.id.value());
    found_.tickets.push_back({std::move(summary), message, std::move(snippet)});
    return {};
  }

  App& app_;
  const ports::Reading& tx_;
  const core::SearchQuery& query_;
  std::optional<core::AgentId> asking_;
  std::size_t limit_;
  SearchResults found_;
  std::set<std::int64_t> tickets_;
  std::map<core::PersonId, bool> shown_;
};

}  // namespace

Result<SearchResults> search(App& app, const ports::Reading& tx, std::string_view text,
                             std::optional<core::AgentId> asking, int limit) {
  const core::SearchQuery query = core::parse_search_query(text);
  if (query.empty()) return SearchResults{};
  LETHE_TRY(const auto hits, app.search.query(token_groups(app, query), kCandidatesMax));
  Search search{app, tx, query, asking, static_cast<std::size_t>(std::clamp(limit, 1, 200))};
  std::size_t looked = 0;
  for (const ports::Hit& hit : hits) {
    if (search.full()) break;
    LETHE_CHECK(search.look_at(hit));
    ++looked;
  }
  SearchResults results = search.take();
  results.more = looked < hits.size() || hits.size() >= kCandidatesMax;
  return results;
}

}  // namespace lethe::app
