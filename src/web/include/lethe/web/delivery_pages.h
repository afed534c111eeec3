// Settings, Deliveries: the page and the API for who asks why a mail did not arrive or leave.
//
// For administrators. No address, no domain and no content of a mail is shown; what a refusal was
// about, its sender knows from the reply.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lethe/app/deliveries.h"
#include "lethe/ports/mail_checks.h"
#include "lethe/ports/mail_source.h"
#include "lethe/web/site.h"
#include "lethe/web/views/deliveries.h"

namespace lethe::web {

struct DeliveryDeps {
  ports::MailSources& sources;
  app::RefusalCounts& refusals;
  ports::VirusScanner* scanner = nullptr;  // null: none is set up
};

// Everything given must outlive the object, and the object its routes.
class DeliveryPages {
 public:
  DeliveryPages(SiteDeps deps, DeliveryDeps mail);
  ~DeliveryPages();
  DeliveryPages(const DeliveryPages&) = delete;
  DeliveryPages& operator=(const DeliveryPages&) = delete;

  // GET and POST /settings/deliveries; /api/v1/deliveries and what is tried again below it.
  [[nodiscard]] std::vector<Route> routes();

 private:
  std::unique_ptr<Site::Inside> inside_;
  DeliveryDeps mail_;
};

[[nodiscard]] std::string render(const views::PageContext& page, const views::Deliveries& view);

}  // namespace lethe::web
