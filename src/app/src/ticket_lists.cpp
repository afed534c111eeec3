// Tickets in few words: what lists show, read for all rows of a page at once.
#include <algorithm>
#include <unordered_map>

#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/app/tickets.h"
#include "lethe/ports/bulk.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

bool is_unread(const ports::TicketRow& row, const ports::TicketTime* read) {
  const auto& written = row.state.last_customer_message;
  return written && (read == nullptr || read->at < *written);
}

// An erased ticket has no words.
bool has_words(const ports::TicketRow& row) { return !row.erased && row.requester.has_value(); }

// The row of this owner, rows being sorted by it.
template <class Row, class Id>
const Row* row_of(const std::vector<Row>& rows, Id id, Id Row::* owner) {
  const auto found = std::ranges::lower_bound(rows, id, {}, owner);
  return found != rows.end() && std::invoke(owner, *found) == id ? &*found : nullptr;
}

// What the summaries of these rows are made of.
class Page {
 public:
  Page(App& app, const ports::Reading& tx, std::span<const ports::TicketRow> rows)
      : app_(app), tx_(tx), rows_(rows) {}

  Status read(std::optional<core::AgentId> asking) {
    std::vector<core::TicketId> tickets, with_words;
    std::vector<core::MessageId> messages;
    for (const ports::TicketRow& row : rows_) {
      tickets.push_back(row.id);
      if (!has_words(row)) continue;
      with_words.push_back(row.id);
      if (row.last_message) messages.push_back(*row.last_message);
    }
    const ports::Bulk& bulk = ports::bulk(tx_);
    LETHE_TRY(tags_, bulk.ticket_tags(tickets));
    LETHE_TRY(free_tags_, bulk.free_tags(with_words));
    LETHE_TRY(messages_, bulk.snippets(messages));
    asking_ = asking.has_value();
    if (asking) {
      LETHE_TRY(read_, bulk.read_times(*asking, with_words));
    }
    return read_people();
  }

  Result<TicketSummary> summary(const ports::TicketRow& row) const {
    TicketSummary summary{.row = row};
    for (const auto& tag :
         std::ranges::equal_range(tags_, row.id, {}, &ports::TicketTagRow::ticket)) {
      summary.tags.push_back(tag.tag);
    }
    if (row.assignee) summary.assignee = agent(*row.assignee);
    if (!has_words(row)) return summary;
    if (const PersonView* requester = person(*row.requester)) {
      summary.requester = in_few_words(row.requester->value(), *requester);
    }
    LETHE_TRY(summary.subject,
              text_to_show(app_, body_key(*row.requester, row.id),
                           place(cell::kSubject, row.id.value(), row.cell_version), row.subject));
    LETHE_CHECK(add_snippet(summary));
    LETHE_CHECK(add_free_tags(summary));
    if (asking_) {
      summary.unread = is_unread(row, row_of(read_, row.id, &ports::TicketTime::ticket));
    }
    return summary;
  }

 private:
  Status read_people() {
    std::vector<core::PersonId> ids;
    bool assigned = false;
    for (const ports::TicketRow& row : rows_) {
      if (has_words(row)) ids.push_back(*row.requester);
      assigned = assigned || row.assignee.has_value();
    }
    if (assigned) {
      LETHE_TRY(const auto agents, tx_.agents().all());
      for (const ports::AgentRow& agent : agents) persons_.emplace(agent.id.value(), agent.person);
    }
    for (const ports::TicketRow& row : rows_) {
      const auto known = row.assignee ? persons_.find(row.assignee->value()) : persons_.end();
      if (known != persons_.end()) ids.push_back(known->second);
    }
    std::ranges::sort(ids);
    const auto twice = std::ranges::unique(ids);
    ids.erase(twice.begin(), twice.end());
    LETHE_TRY(people_, view_people(app_, tx_, std::span<const core::PersonId>{ids}));
    return {};
  }

  [[nodiscard]] const PersonView* person(core::PersonId id) const {
    return row_of(people_, id, &PersonView::id);
  }

  // One who is gone has no name.
  [[nodiscard]] Who agent(core::AgentId id) const {
    const auto known = persons_.find(id.value());
    const PersonView* view = known == persons_.end() ? nullptr : person(known->second);
    return view != nullptr ? in_few_words(id.value(), *view) : Who{id.value(), "", ""};
  }

  Status add_snippet(TicketSummary& summary) const {
    if (!summary.row.last_message) return {};
    const auto* message = row_of(messages_, *summary.row.last_message, &ports::MessageRow::id);
    if (message == nullptr) return {};
    summary.last_is_agents = message->author.has_value();
    if (!message->person) return {};
    LETHE_TRY(summary.snippet,
              text_to_show(app_, body_key(*message->person, summary.row.id),
                           place(cell::kSnippet, message->id.value(), message->cell_version),
                           message->snippet));
    return {};
  }

  Status add_free_tags(TicketSummary& summary) const {
    for (const ports::FreeTagRow& row :
         std::ranges::equal_range(free_tags_, summary.row.id, {}, &ports::FreeTagRow::ticket)) {
      LETHE_TRY(auto tag, text_to_show(app_, body_key(row.person, row.ticket),
                                       place(cell::kFreeTag, row.id), row.tag));
      if (!tag.empty()) summary.free_tags.push_back(std::move(tag));
    }
    return {};
  }

  App& app_;
  const ports::Reading& tx_;
  std::span<const ports::TicketRow> rows_;
  std::vector<ports::TicketTagRow> tags_;
  std::vector<ports::FreeTagRow> free_tags_;
  std::vector<ports::MessageRow> messages_;
  std::vector<ports::TicketTime> read_;
  bool asking_ = false;
  std::unordered_map<std::int64_t, core::PersonId> persons_;  // of agents
  std::vector<PersonView> people_;                            // ascending
};

}  // namespace

Who in_few_words(std::int64_t id, const PersonView& person) {
  return {id, shown_name(person), person.emails.empty() ? "" : person.emails.front()};
}

Result<std::optional<Who>> person_in_few_words(App& app, const ports::Reading& tx,
                                               core::PersonId id) {
  const auto person = view_person(app, tx, id);
  if (!person) {
    const Errc code = person.error().code;
    if (code == Errc::not_found || code == Errc::erased) return std::nullopt;
    return std::unexpected(person.error());
  }
  return in_few_words(id.value(), *person);
}

Result<std::string> text_or_nothing(App& app, const vault::KeyRef& key, const vault::CellRef& where,
                                    const std::optional<Ciphertext>& cell) {
  const auto text = open(app, key, where, cell);
  if (text) return std::string{text->reveal()};
  if (text.error().code == Errc::erased) return std::string{};
  return std::unexpected(text.error());
}

bool is_damaged(const Error& error) noexcept {
  return error.code == Errc::corrupt || error.code == Errc::unsupported;
}

Result<Plaintext> open_to_show(App& app, const vault::KeyRef& key, const vault::CellRef& where,
                               const std::optional<Ciphertext>& cell) {
  auto text = open(app, key, where, cell);
  if (!text && is_damaged(text.error())) return Plaintext{kDamaged};
  return text;
}

Result<std::string> text_to_show(App& app, const vault::KeyRef& key, const vault::CellRef& where,
                                 const std::optional<Ciphertext>& cell) {
  auto text = text_or_nothing(app, key, where, cell);
  if (!text && is_damaged(text.error())) return std::string{kDamaged};
  return text;
}

Result<Who> agent_in_few_words(App& app, const ports::Reading& tx, core::AgentId id) {
  LETHE_TRY(const auto agent, tx.agents().find(id));
  LETHE_TRY(auto person, person_in_few_words(app, tx, agent.person));
  return Who{id.value(), person ? person->name : "", person ? person->email : ""};
}

Result<std::vector<Who>> active_agents(App& app, const ports::Reading& tx) {
  LETHE_TRY(auto agents, tx.agents().all());
  std::erase_if(agents, [](const ports::AgentRow& agent) {
    return agent.state != ports::AgentState::active;
  });
  std::vector<core::PersonId> persons;
  for (const ports::AgentRow& agent : agents) persons.push_back(agent.person);
  LETHE_TRY(const auto people, view_people(app, tx, std::span<const core::PersonId>{persons}));
  std::vector<Who> active;
  for (const ports::AgentRow& agent : agents) {
    const auto person = std::ranges::find(people, agent.person, &PersonView::id);
    if (person == people.end() || shown_name(*person).empty()) continue;
    active.push_back(in_few_words(agent.id.value(), *person));
  }
  return active;
}

Result<std::vector<TicketSummary>> summarise_tickets(App& app, const ports::Reading& tx,
                                                     std::vector<ports::TicketRow> rows,
                                                     std::optional<core::AgentId> asking) {
  std::vector<TicketSummary> summaries;
  if (rows.empty()) return summaries;
  Page page{app, tx, rows};
  LETHE_CHECK(page.read(asking));
  for (const ports::TicketRow& row : rows) {
    LETHE_TRY(auto summary, page.summary(row));
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

Result<TicketSummary> summarise_ticket(App& app, const ports::Reading& tx,
                                       const ports::TicketRow& row,
                                       std::optional<core::AgentId> asking) {
  LETHE_TRY(auto summaries, summarise_tickets(app, tx, {row}, asking));
  return std::move(summaries.front());
}

Result<std::vector<TicketSummary>> list_tickets(App& app, const ports::Reading& tx,
                                                const ports::TicketQuery& query,
                                                std::optional<core::AgentId> asking) {
  LETHE_TRY(auto rows, tx.tickets().list(query));
  return summarise_tickets(app, tx, std::move(rows), asking);
}

}  // namespace lethe::app
