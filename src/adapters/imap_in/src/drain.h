// One pass over a selected folder: every mail into the intake, out of the
// folder once it is safe.
#pragma once

#include <cstdint>
#include <functional>
#include <set>

#include "lethe/imap_in/poller.h"
#include "session.h"

namespace lethe::imap_in {

struct DrainCounts {
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
  std::uint64_t too_large = 0;
};

// What stays in the folder, so that it is not fetched at each pass. Uids of another UIDVALIDITY say
// nothing: forget_if_renumbered() drops them.
class LeftBehind {
 public:
  void forget_if_renumbered(std::uint32_t uid_validity);
  void forget() { uids_.clear(); }
  [[nodiscard]] bool contains(std::uint32_t uid) const { return uids_.contains(uid); }
  void add(std::uint32_t uid) { uids_.insert(uid); }

 private:
  std::uint32_t uid_validity_ = 0;
  std::set<std::uint32_t> uids_;
};

struct DrainTools {
  const ports::MailSource& source;
  const Budget& budget;
  ports::MailIntake& intake;
  LeftBehind& left;
  std::function<bool()> stopped;
  std::function<void(const DrainCounts&)> tell;  // after each batch: what it did
  std::chrono::milliseconds intake_patience{60'000};
  bool marked_too = false;  // also what an earlier pass set aside by a mark
};

// Brings what was set aside into a folder back to `folder`, at most kBroughtBackMax mails; `aside`
// is a session of that folder.
inline constexpr std::uint32_t kBroughtBackMax = 1000;
[[nodiscard]] Tried<void> bring_back(Session& aside, const std::string& folder);

// Until the folder holds nothing but what stays. Errors: those of the session, and `busy` when our
// own side takes no more; what was taken before is out of the folder then.
[[nodiscard]] Tried<void> drain(Session& session, const DrainTools& tools);

}  // namespace lethe::imap_in
