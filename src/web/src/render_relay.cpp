// The page of relayed mailboxes.
#include "dict.h"
#include "lethe/web/relay_page.h"

namespace lethe::web {

std::string render(const views::PageContext& page, const views::RelayedMailboxes& view) {
  return expand_page("settings_relay.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Relayed mailboxes")).show("TAB_MAIL");
    dict.show_if(view.mailboxes.empty(), "NO_MAILBOXES");
    for (const views::RelayedMailbox& mailbox : view.mailboxes) {
      const Dict row = dict.each("RELAYED");
      row.text("ADDRESS", mailbox.address).text("METRICS_NAME", mailbox.name);
      row.text("TARGET", mailbox.target).text("TARGET_ADDRESS", mailbox.target_address);
      row.choose(mailbox.wants_tls, "TLS_WANTED", "TLS_OPTIONAL");
      row.choose(mailbox.own_authority, "OWN_AUTHORITY", "SYSTEM_AUTHORITIES");
      row.choose(mailbox.alarmed, "ALARMED", "NOT_ALARMED");
      row.number("ACCEPTED", mailbox.accepted).number("REFUSED", mailbox.refused);
      row.number("DEFERRED", mailbox.deferred).text("LAST_ANSWER", mailbox.last_answer);
      if (mailbox.last_at) row.time_ago("LAST_AT", *mailbox.last_at);
    }
  });
}

}  // namespace lethe::web
