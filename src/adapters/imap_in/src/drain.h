// One pass over a selected folder: every mail into the intake, out of the
// folder once it is safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "lethe/imap_in/poller.h"
#include "session.h"

namespace lethe::imap_in {

struct DrainCounts {
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
  std::uint64_t too_large = 0;
};

// What stays in the folder: for good, so that it is not fetched at each pass, until our virus
// scanner answers, until somebody whom it concerns is erased, or until the server hands it over.
// Uids of another UIDVALIDITY say nothing: forget_if_renumbered() drops them.
class LeftBehind {
 public:
  void forget_if_renumbered(std::uint32_t uid_validity);
  void forget() {
    uids_.clear();
    postponed_tried_.reset();
  }
  [[nodiscard]] bool contains(std::uint32_t uid) const { return uids_.contains(uid); }
  void add(std::uint32_t uid) { uids_.insert(uid); }

  using Moment = std::chrono::steady_clock::time_point;
  // Since when a mail waits for the scanner; nothing when it does not.
  [[nodiscard]] std::optional<Moment> waits_since(std::uint32_t uid) const;
  void let_wait(std::uint32_t uid, Moment now) { waiting_.emplace(uid, now); }
  // The others no longer wait: they were taken, or somebody removed them.
  void keep_waiting(const std::set<std::uint32_t>& uids);
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }
  // Mails that the last pass passed by: tried anew at each.
  void hold(std::size_t mails) noexcept { held_ = mails; }
  // Those that the server did not hand over in the last pass: tried anew at each, too.
  void withhold(std::size_t mails) noexcept {
    withheld_ = mails;
    if (mails == 0) list_breaks_ = false;
  }
  [[nodiscard]] std::size_t withheld() const noexcept { return withheld_; }
  [[nodiscard]] bool is_worth_a_look() const noexcept {
    return !waiting_.empty() || held_ > 0 || withheld_ > 0;
  }

  // A pass broke off over this mail: the session ended, or our intake failed inside. At the second
  // time it is postponed.
  void note_break(std::uint32_t uid);
  // These come after all others, the latest culprit last and only now and then, so that none
  // stands in the way of the box.
  void postpone(std::uint32_t uid);
  [[nodiscard]] const std::vector<std::uint32_t>& postponed() const noexcept { return late_; }
  void take_up(std::uint32_t uid) { std::erase(late_, uid); }
  [[nodiscard]] std::optional<Moment> postponed_tried() const { return postponed_tried_; }
  void note_postponed_tried(Moment now) { postponed_tried_ = now; }
  // A pass came to its end.
  void forget_breaks() { breaks_.clear(); }

  // The list of mails with their sizes failed: without, until every mail can be fetched.
  void note_list_break() noexcept { list_breaks_ = true; }
  [[nodiscard]] bool list_breaks() const noexcept { return list_breaks_; }

 private:
  std::uint32_t uid_validity_ = 0;
  std::set<std::uint32_t> uids_;
  std::map<std::uint32_t, Moment> waiting_;
  std::size_t held_ = 0;
  std::size_t withheld_ = 0;
  std::map<std::uint32_t, int> breaks_;
  std::vector<std::uint32_t> late_;
  std::optional<Moment> postponed_tried_;
  bool list_breaks_ = false;
};

struct DrainTools {
  const ports::MailSource& source;
  const Budget& budget;
  ports::MailIntake& intake;
  LeftBehind& left;
  std::function<bool()> stopped;
  std::function<void(const DrainCounts&)> tell;  // after each batch: what it did
  std::chrono::milliseconds intake_patience{60'000};
  // A mail whose files cannot be checked waits so long; then it is taken in, marked as unchecked.
  std::chrono::seconds scanner_patience{24 * 60 * 60};
  std::chrono::seconds postponed_pause{5 * 60};  // between two tries of what is postponed
  bool marked_too = false;                       // also what an earlier pass set aside by a mark
};

// Brings what was set aside into a folder back to `folder`, at most kBroughtBackMax mails; `aside`
// is a session of that folder.
inline constexpr std::uint32_t kBroughtBackMax = 1000;
[[nodiscard]] Tried<void> bring_back(Session& aside, const std::string& folder);

// Until the folder holds nothing but what stays or waits. Errors: those of the session, and `busy`
// when our own side takes no more; what was taken before is out of the folder then.
[[nodiscard]] Tried<void> drain(Session& session, const DrainTools& tools);

}  // namespace lethe::imap_in
