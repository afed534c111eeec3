#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "lethe/core/ids.h"
#include "lethe/ports/tickets.h"
#include "lethe/sql/value.h"

namespace lethe::sql {

// A list, from fixed pieces; values only as parameters.
//
// Where no index fits a whole list in its order, the list is the first rows of several that each
// fit one: every column before updated_at has one value in each. So no engine sorts all that match.
class ListQuery {
 public:
  ListQuery(core::WorkspaceId workspace, const ports::TicketQuery& query) : query_(query) {
    add(common_, "workspace_id = ", workspace);
    if (query.group) add(common_, " AND group_id = ", *query.group);
    if (query.type) add(common_, " AND type_id = ", *query.type);
    if (query.assignee) add(common_, " AND assignee_id = ", *query.assignee);
    if (query.unassigned) common_ += " AND assignee_id IS NULL";
    if (query.requester) add(common_, " AND requester_id = ", *query.requester);
    if (query.updated_since) add(common_, " AND updated_at >= ", *query.updated_since);
    add_members("participants", "person_id", query.participant);
    add_members("ticket_tags", "tag_id", query.tag);
    if (query.trash || query.with_spam_and_trash) leave_out_merged();
    add_page();
  }

  // `select` names the columns, updated_at and id among them, and the table.
  [[nodiscard]] std::string text(const std::string& select) const {
    const std::vector<std::string> parts = are_few() ? std::vector{matching()} : indexed_parts();
    const auto rows = [&](const std::string& part) {
      return select + "WHERE " + common_ + part + page_;
    };
    if (parts.size() == 1) return rows(parts.front());
    std::string text;
    for (std::size_t n = 0; n < parts.size(); ++n) {
      text += (n == 0 ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (") + rows(parts[n]) +
              ") AS part" + std::to_string(n);
    }
    return text + order_;
  }
  [[nodiscard]] const std::vector<Param>& params() const { return params_; }

 private:
  std::string next(Param value) {
    params_.push_back(value);
    return "$" + std::to_string(params_.size());
  }
  void add(std::string& text, std::string_view before, Param value) {
    text += before;
    text += next(value);
  }
  template <class Id>
  void add_members(const std::string& table, const std::string& column,
                   const std::optional<Id>& id) {
    if (!id) return;
    common_ += " AND id IN (SELECT ticket_id FROM " + table + " WHERE workspace_id = $1 AND " +
               column + " = " + next(*id) + ")";
  }
  // A merged ticket lies in the trash, but its words are in the other one's list.
  void leave_out_merged() {
    common_ +=
        " AND NOT EXISTS (SELECT 1 FROM ticket_moves m WHERE m.workspace_id = $1 AND "
        "m.from_id = tickets.id AND m.kind = 1 AND m.undone = 0)";
  }
  void add_page() {
    const bool oldest = query_.oldest_first;
    if (query_.after) {
      page_ = std::string{" AND (updated_at, id) "} + (oldest ? "> (" : "< (") +
              next(query_.after->first) + ", " + next(query_.after->second) + ")";
    }
    order_ = oldest ? " ORDER BY updated_at, id" : " ORDER BY updated_at DESC, id DESC";
    add(order_, " LIMIT ", std::clamp(query_.limit, 1, 200));
    page_ += order_;
  }

  // The tickets of one person or tag are found by that and then sorted.
  [[nodiscard]] bool are_few() const {
    return query_.requester || query_.participant || query_.tag;
  }

  static std::string is(std::string_view column, std::int64_t value) {
    return " AND " + std::string{column} + " = " + std::to_string(value);
  }

  // Trash stands over spam, as in the counts: spam in the trash is in that list alone.
  [[nodiscard]] std::string matching() const {
    std::string text = query_.with_erased ? "" : is("erased", 0);
    if (!query_.with_spam_and_trash) {
      text += is("trash", query_.trash);
      if (!query_.trash) text += is("spam", query_.spam);
    }
    std::string statuses;
    for (const core::TicketStatus status : query_.statuses) {
      statuses += (statuses.empty() ? "" : ", ") + std::to_string(core::foreign_number(status));
    }
    return statuses.empty() ? text : text + " AND status IN (" + statuses + ")";
  }

  // The same in parts of which each has one value for erased, spam, trash and, where the index has
  // it, the status.
  [[nodiscard]] std::vector<std::string> indexed_parts() const {
    std::vector<std::string> parts{is("erased", 0)};
    if (query_.with_erased) parts.push_back(is("erased", 1));
    if (query_.with_spam_and_trash) {
      parts = each_with(parts, "trash", {0, 1});
      parts = each_with(parts, "spam", {0, 1});
    } else {
      parts = each_with(parts, "trash", {query_.trash});
      parts =
          query_.trash ? each_with(parts, "spam", {0, 1}) : each_with(parts, "spam", {query_.spam});
    }
    std::vector<std::int64_t> statuses;
    for (const core::TicketStatus status : query_.statuses) {
      statuses.push_back(core::foreign_number(status));
    }
    std::ranges::sort(statuses);
    const auto twice = std::ranges::unique(statuses);
    statuses.erase(twice.begin(), twice.end());
    const bool index_has_it = query_.group || query_.assignee || query_.unassigned;
    if (statuses.empty() && index_has_it) statuses = {2, 3, 4, 5};
    return statuses.empty() ? parts : each_with(parts, "status", statuses);
  }

  static std::vector<std::string> each_with(const std::vector<std::string>& parts,
                                            std::string_view column,
                                            const std::vector<std::int64_t>& values) {
    std::vector<std::string> out;
    for (const std::string& part : parts) {
      for (const std::int64_t value : values) out.push_back(part + is(column, value));
    }
    return out;
  }

  const ports::TicketQuery& query_;
  std::string common_, page_, order_;
  std::vector<Param> params_;
};

}  // namespace lethe::sql
