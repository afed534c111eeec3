#pragma once

#include <iterator>

#include "id_list.h"
#include "lethe/ports/bulk.h"
#include "store_rows.h"

namespace lethe::sql {

class SqlBulk final : public ports::Bulk {
 public:
  explicit SqlBulk(Scope scope) : s_(scope) {}
  Result<std::vector<ports::PersonRow>> persons(PersonIds ids) const override;
  Result<std::vector<ports::TicketRow>> tickets(TicketIds ids) const override;
  Result<std::vector<ports::MessageRow>> messages(MessageIds ids) const override;
  Result<std::vector<ports::MessageRow>> snippets(MessageIds ids) const override;
  Result<std::vector<ports::QuoteRow>> quotes(MessageIds ids) const override;
  Result<std::vector<ports::AddresseeRow>> addressees(MessageIds ids) const override;
  Result<std::vector<ports::OutgoingRow>> outgoing(MessageIds ids) const override;
  Result<std::vector<ports::EmailRow>> addresses(PersonIds ids) const override;
  Result<std::vector<ports::PersonTagRow>> person_tags(PersonIds ids) const override;
  Result<std::vector<ports::TicketTagRow>> ticket_tags(TicketIds ids) const override;
  Result<std::vector<ports::FreeTagRow>> free_tags(TicketIds ids) const override;
  Result<std::vector<ports::TicketTime>> read_times(core::AgentId agent,
                                                    TicketIds ids) const override;
  Result<std::vector<ports::HoldRow>> holds(PersonIds ids) const override;
  Result<std::vector<ports::MoveRow>> merges(TicketIds ids) const override;
  Result<std::vector<ports::ProposalRow>> proposals(TicketIds ids) const override;
  Status set_reviews(std::span<const ports::ReviewRow> rows) override;

 private:
  Scope s_;
};

// What `make` makes of the rows of "`before` IN (ids) `after`"; $1 is the workspace, $2 and on are
// `fixed`. Rows ordered by the ids are in order over all of them.
template <class Id, class Make>
[[nodiscard]] auto by_ids(const Scope& s, std::span<const Id> ids, const std::string& before,
                          const std::string& after, Make make, const std::vector<Param>& fixed = {})
    -> Result<std::vector<std::invoke_result_t<Make&, const Row&>>> {
  std::vector<std::invoke_result_t<Make&, const Row&>> rows;
  const std::vector<Id> sorted = sorted_ids(ids);
  for (std::span<const Id> rest{sorted}; !rest.empty();) {
    const auto some = rest.first(std::min(ports::kIdsAtOnce, rest.size()));
    std::vector<Param> params{s.workspace};
    params.insert(params.end(), fixed.begin(), fixed.end());
    const std::string list = in_list(some, params);
    LETHE_TRY(auto more, all(s.connection, before + list + after, params, make));
    std::ranges::move(more, std::back_inserter(rows));
    rest = rest.subspan(some.size());
  }
  return rows;
}

// Rows that several stretches may have found, each once and ascending by id.
template <class Row>
[[nodiscard]] std::vector<Row> each_once(std::vector<Row> rows) {
  std::ranges::sort(rows, {}, &Row::id);
  const auto twice = std::ranges::unique(rows, {}, &Row::id);
  rows.erase(twice.begin(), twice.end());
  return rows;
}

}  // namespace lethe::sql
