// What is known of the merges and proposals of tickets, for one and for a page of them.
#include <algorithm>
#include <unordered_map>

#include "lethe/app/threading.h"
#include "lethe/ports/bulk.h"

namespace lethe::app {
namespace {

// As far as current_ticket() follows them.
constexpr int kMergesDeepMax = 100;

class Threads {
 public:
  explicit Threads(const ports::Reading& tx) : tx_(tx) {}

  Status read(std::span<const core::TicketId> ids) {
    LETHE_TRY(merges_, ports::bulk(tx_).merges(ids));
    auto next = note(merges_);
    for (int deep = 0; deep < kMergesDeepMax && !next.empty(); ++deep) {
      LETHE_TRY(const auto further, ports::bulk(tx_).merges(next));
      next = note(further);
    }
    LETHE_TRY(proposals_, ports::bulk(tx_).proposals(ids));
    return read_links();
  }

  Result<ThreadingView> view(core::TicketId id) const {
    ThreadingView view;
    LETHE_TRY(const core::TicketId now, now_of(id));
    if (now != id) view.merged_into = link_to(now);
    for (const ports::MoveRow& merge : merges_) {
      if (merge.to != id) continue;
      if (const auto link = link_to(merge.from)) view.merged_here.push_back(*link);
    }
    for (const ports::ProposalRow& row :
         std::ranges::equal_range(proposals_, id, {}, &ports::ProposalRow::ticket)) {
      ProposalView proposal{row, std::nullopt};
      if (row.other) proposal.other = link_to(*row.other);
      if (row.other && !proposal.other) continue;  // erased since: nothing to decide
      view.proposals.push_back(std::move(proposal));
    }
    return view;
  }

 private:
  // Remembers where they lead and gives the ends that were not known.
  std::vector<core::TicketId> note(const std::vector<ports::MoveRow>& merges) {
    std::vector<core::TicketId> ends;
    for (const ports::MoveRow& merge : merges) {
      if (targets_.emplace(merge.from.value(), merge.to).second) ends.push_back(merge.to);
    }
    return ends;
  }

  [[nodiscard]] Result<core::TicketId> now_of(core::TicketId id) const {
    for (int deep = 0; deep < kMergesDeepMax; ++deep) {
      const auto step = targets_.find(id.value());
      if (step == targets_.end()) return id;
      id = step->second;
    }
    return fail(Errc::corrupt, "merges lead in a circle");
  }

  Status read_links() {
    std::vector<core::TicketId> others;
    for (const ports::MoveRow& merge : merges_) others.push_back(merge.from);
    for (const auto& [from, to] : targets_) others.push_back(to);
    for (const ports::ProposalRow& row : proposals_) {
      if (row.other) others.push_back(*row.other);
    }
    if (others.empty()) return {};
    LETHE_TRY(const auto rows, ports::bulk(tx_).tickets(others));
    for (const ports::TicketRow& row : rows) {
      if (!row.erased) links_.emplace(row.id.value(), TicketLink{row.id, row.number});
    }
    return {};
  }

  // Empty when it is erased.
  [[nodiscard]] std::optional<TicketLink> link_to(core::TicketId id) const {
    const auto link = links_.find(id.value());
    return link == links_.end() ? std::nullopt : std::optional{link->second};
  }

  const ports::Reading& tx_;
  std::vector<ports::MoveRow> merges_;
  std::vector<ports::ProposalRow> proposals_;
  std::unordered_map<std::int64_t, core::TicketId> targets_;  // of merges
  std::unordered_map<std::int64_t, TicketLink> links_;
};

}  // namespace

Result<std::vector<ThreadingView>> view_threadings(const ports::Reading& tx,
                                                   std::span<const core::TicketId> ids) {
  std::vector<ThreadingView> views;
  if (ids.empty()) return views;
  Threads threads{tx};
  LETHE_CHECK(threads.read(ids));
  for (const core::TicketId id : ids) {
    LETHE_TRY(auto view, threads.view(id));
    views.push_back(std::move(view));
  }
  return views;
}

Result<ThreadingView> view_threading(const ports::Reading& tx, core::TicketId id) {
  LETHE_TRY(auto views, view_threadings(tx, {&id, 1}));
  return std::move(views.front());
}

}  // namespace lethe::app
