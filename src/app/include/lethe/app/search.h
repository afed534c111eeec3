// Search: tickets and people whose words match.
//
// The index answers with candidates by keyed tokens; each is opened and
// checked again, so an answer is never a guess. Persons who are hidden,
// restricted or being erased are not found, nor what they wrote.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "lethe/app/people.h"
#include "lethe/app/tickets.h"
#include "lethe/core/search_words.h"

namespace lethe::app {

struct FoundTicket {
  TicketSummary ticket;
  std::optional<core::MessageId> message;  // where it was found; empty: in the subject
  core::Snippet snippet;                   // with marks
};

struct SearchResults {
  std::vector<FoundTicket> tickets;  // last changed first
  std::vector<PersonView> people;    // newest first
  bool more = false;                 // not every candidate was looked at; narrow the query
};

// However common the words: at most so many candidates are opened.
inline constexpr int kCandidatesMax = 500;

// At most `limit` (1..200) of each kind. A query without a word finds nothing.
[[nodiscard]] Result<SearchResults> search(App& app, const ports::Reading& tx,
                                           std::string_view query,
                                           std::optional<core::AgentId> asking, int limit);

// Every ticket among the candidates that `fits`, in no order; hundreds at most.
using TicketFilter = std::function<bool(const ports::TicketRow&)>;
[[nodiscard]] Result<std::vector<ports::TicketRow>> search_tickets(App& app,
                                                                   const ports::Reading& tx,
                                                                   std::string_view query,
                                                                   const TicketFilter& fits);

}  // namespace lethe::app
