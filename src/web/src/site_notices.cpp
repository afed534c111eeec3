#include "site_notices.h"

#include <array>
#include <utility>

#include "site_common.h"

namespace lethe::web {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

constexpr std::array<Words, 37> kDone{{
    {"saved", marked("Saved.")},
    {"noted", marked("Note added.")},
    {"draft", marked("Draft saved.")},
    {"taken-back", marked("Taken back. Your text is in the composer.")},
    {"taken-back-files",
     marked("Taken back. Your text is in the composer; attach the files again.")},
    {"changed", marked("Ticket changed.")},
    {"made", marked("Ticket made.")},
    {"discarded", marked("Discarded.")},
    {"marked-unread", marked("Marked unread.")},
    {"tickets-changed", marked("Tickets changed.")},
    {"nothing-chosen", marked("No ticket was chosen.")},
    {"merge-needs-two", marked("Choose at least two tickets to merge.")},
    {"merge-one-person",
     marked("Nothing was merged: these tickets are of several people, who would read each other's "
            "mails. Open a ticket to merge it with another person's.")},
    {"person-saved", marked("The data were corrected.")},
    {"shown", marked("Shown for this once.")},
    {"hold-placed", marked("On hold. No rule and no request erases it.")},
    {"hold-lifted", marked("The hold was lifted.")},
    {"hidden", marked("Hidden. It can be brought back.")},
    {"unhidden", marked("Brought back.")},
    {"erasure-cancelled", marked("Cancelled. Nothing was erased.")},
    {"redacted", marked("Redacted. The passage is gone from the stored message.")},
    {"rule-saved", marked("Rule saved.")},
    {"rule-on", marked("Rule saved and turned on.")},
    {"rule-off", marked("Rule turned off.")},
    {"rule-removed", marked("Rule removed.")},
    {"retention-on", marked("Rules are applied each night from now on.")},
    {"retention-off", marked("No rule is applied until you turn it on again.")},
    {"policy-saved", marked("Saved. It applies to all rules.")},
    {"invited", marked("Invited. The link is on its way by mail.")},
    {"agent-changed", marked("Agent changed.")},
    {"removed", marked("Removed.")},
    {"replica-next-start", marked("Saved. The second copy is made at the next start.")},
    {"copies-next-start", marked("Saved. Certificates count with it from the next start.")},
    {"password-changed", marked("Password changed. Sign in again on your other devices.")},
    {"view-saved", marked("View saved.")},
    {"queued-again", marked("The mail is tried again.")},
    {"bounces-lifted", marked("Noted. Mail goes to this address again.")},
}};

}  // namespace

void add_done_notice(Visit& visit) {
  const std::string_view done = visit.request.query().get("done");
  for (const auto& [code, words] : kDone) {
    if (code == done) visit.notice(views::Tone::ok, visit.words()(words));
  }
}

}  // namespace lethe::web
