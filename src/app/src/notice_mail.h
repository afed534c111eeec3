// A notification while it waits and when it leaves (notifications.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lethe/app/app.h"
#include "mail_texts.h"

namespace lethe::app {

// What the sealed payload says beside name and address.
struct Notice {
  std::int64_t events = 0;  // bits of ports::NoticeEvent; 0 in the mail that sums up
  std::int64_t more = 0;    // events that had no mail of their own
  Instant last;             // when the newest of them happened
};

// What of it is still worth a mail to this agent; nothing: do not send. Errors: those of the store.
[[nodiscard]] Result<std::optional<Notice>> still_news(App& app, const ports::Reading& tx,
                                                       const ports::OutgoingRow& row);

struct NoticeFacts {
  std::string_view language, name, public_url;
  Notice notice;
  std::string number, group, link;  // of the ticket; `group` may be empty
};
[[nodiscard]] MailText notice_text(const NoticeFacts& facts);

}  // namespace lethe::app
