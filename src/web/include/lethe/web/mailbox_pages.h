// The pages of single mailboxes: change, remove, fetch from another server, test, pause, and set up
// the forwarding of another service to it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lethe/ports/mail_source.h"
#include "lethe/ports/outbound_mail.h"
#include "lethe/web/site.h"
#include "lethe/web/views/mailbox.h"

namespace lethe::web {

// `deps`, what it refers to, `sources` and `outbound` must outlive the object, and the object its
// routes. Without `outbound` no test mail can be sent.
class MailboxPages {
 public:
  MailboxPages(SiteDeps deps, ports::MailSources& sources, ports::OutboundMail* outbound);
  ~MailboxPages();
  MailboxPages(const MailboxPages&) = delete;
  MailboxPages& operator=(const MailboxPages&) = delete;

  [[nodiscard]] std::vector<Route> routes();

 private:
  std::unique_ptr<Site::Inside> inside_;
  ports::MailSources& sources_;
  ports::OutboundMail* outbound_;
};

[[nodiscard]] std::string render(const views::PageContext& page,
                                 const views::MailboxSettings& view);
[[nodiscard]] std::string render(const views::PageContext& page,
                                 const views::ForwardingSettings& view);

}  // namespace lethe::web
