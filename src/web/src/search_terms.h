// Operators of a search as ids of this installation, and the tickets that fit them.
#pragma once

#include <string>
#include <vector>

#include "lethe/core/search_operators.h"
#include "site_rows.h"

namespace lethe::web {

// Of each list any one will do; an operator that names nothing there is leaves `is_hopeless`.
struct SearchTerms {
  std::string words;
  std::vector<std::string> statuses;                    // as core::shown_status() says them
  std::vector<std::optional<core::AgentId>> assignees;  // nullopt: nobody
  std::vector<core::GroupId> groups;
  std::vector<core::TypeId> types;
  std::vector<core::PersonId> senders;
  std::vector<std::string> tags;  // folded; each of them
  bool is_hopeless = false;
  bool is_unknown_status = false;
};

// A status by its code or as the reader's language calls it; "me" and "none", or the name or the
// address of an agent; a sender by address, "@domain" or name.
[[nodiscard]] Result<SearchTerms> search_terms(Visit& visit, const ports::Reading& tx,
                                               const core::SearchOperators& operators,
                                               const Lists& lists);

struct FittingTickets {
  std::vector<app::TicketSummary> tickets;  // last changed first
  bool more = false;                        // further ones may fit
};
// At most `most`. Of tickets that no column tells apart, at most 1,000 are looked at. Without a
// status, neither spam nor trash.
[[nodiscard]] Result<FittingTickets> tickets_that_fit(Visit& visit, const ports::Reading& tx,
                                                      const SearchTerms& terms, int most);

}  // namespace lethe::web
