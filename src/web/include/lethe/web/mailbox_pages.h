// The pages of single mailboxes: change, remove, fetch from another server, test, pause.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lethe/ports/mail_source.h"
#include "lethe/web/site.h"
#include "lethe/web/views/mailbox.h"

namespace lethe::web {

// `deps`, what it refers to and `sources` must outlive the object, and the object its routes.
class MailboxPages {
 public:
  MailboxPages(SiteDeps deps, ports::MailSources& sources);
  ~MailboxPages();
  MailboxPages(const MailboxPages&) = delete;
  MailboxPages& operator=(const MailboxPages&) = delete;

  [[nodiscard]] std::vector<Route> routes();

 private:
  std::unique_ptr<Site::Inside> inside_;
  ports::MailSources& sources_;
};

[[nodiscard]] std::string render(const views::PageContext& page,
                                 const views::MailboxSettings& view);

}  // namespace lethe::web
