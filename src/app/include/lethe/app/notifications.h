// Agents are told by mail: a ticket was given to them, a customer answered, a ticket arrived.
//
// Such a mail leaves for the agent's own mailbox, where nothing is sealed and nothing is forgotten.
// So it holds the ticket's number, its group, what happened and a link; no name, subject or word of
// a customer. It waits sealed like every other (send_mail.h), is cancelled when its ticket is
// erased, and is not sent when it is no longer news: the agent looked, the ticket went to somebody
// else, the account was closed. RFC 3834 (automatic mail never causes one), RFC 8058 (one click in
// the mail turns them off).
#pragma once

#include <optional>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/ports/notices.h"

namespace lethe::app {

// Several events of one ticket within the agent's wait are one mail.
inline constexpr Seconds kNoticeWait{120};
inline constexpr Seconds kNoticeWaitMax{3600};
// To one agent within one hour; what goes beyond is counted, and one mail says how much it was.
inline constexpr std::int64_t kNoticesPerHour = 20;
inline constexpr std::size_t kWatchedGroupsMax = 500;

struct NoticeWishes {
  bool assigned = true;
  bool answered = true;
  std::vector<core::GroupId> groups;  // new tickets of these
  Seconds wait = kNoticeWait;
  bool stopped = false;  // by the link in a mail, or the address takes none: nothing is sent
};
// Errors: not_found.
[[nodiscard]] Result<NoticeWishes> notice_wishes(App& app, const ports::Reading& tx,
                                                 core::AgentId agent);
// Takes what was stopped by a mail's link back when anything is wished for; `stopped` is ignored.
// Errors: not_found, out_of_range (wait, groups), invalid_argument (a group that is not there).
[[nodiscard]] Status save_notice_wishes(App& app, core::AgentId agent, const NoticeWishes& wishes);

// --- For use inside an Apply; `ticket` as it is after what happened ---

// Who did it, and is not told.
struct Doer {
  std::optional<core::AgentId> agent;
  std::optional<core::PersonId> person;
};
// To whom the ticket belongs now.
[[nodiscard]] Status tell_assigned(App& app, ports::Writing& tx, const ports::TicketRow& ticket,
                                   const Doer& by);
// To whom it belongs, that the customer wrote.
[[nodiscard]] Status tell_answered(App& app, ports::Writing& tx, const ports::TicketRow& ticket,
                                   const Doer& by);
// To everybody who watches its group.
[[nodiscard]] Status tell_arrived(App& app, ports::Writing& tx, const ports::TicketRow& ticket,
                                  const Doer& by);

}  // namespace lethe::app
