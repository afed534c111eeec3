// The pages and the API on their listener.
#pragma once

#include <memory>
#include <string>

#include "lethe/app/deliveries.h"
#include "lethe/app/relay.h"
#include "lethe/ports/mail_checks.h"
#include "lethe/ports/mail_source.h"
#include "lethe/web/server.h"
#include "outgoing_mail.h"
#include "world.h"

namespace lethe::cli {

// What the pages about mail ask of the running doors; all outlive the pages.
struct MailParts {
  ports::MailSources& sources;
  app::RefusalCounts& refusals;
  ports::VirusScanner* scanner = nullptr;  // null: none is set up
  const app::Relay* relay = nullptr;       // null: no mailbox is relayed
};

class Pages {
 public:
  // Errors: invalid_argument, unavailable (address in use).
  [[nodiscard]] static Result<std::unique_ptr<Pages>> open(World& world,
                                                           const OutgoingMail& outbound,
                                                           const MailParts& mail,
                                                           std::vector<web::Route> more_routes);
  ~Pages();
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  [[nodiscard]] std::string address() const;
  // To the open pages of agents: ids only.
  void publish(const ports::Event& event);
  void stop();

 private:
  struct State;
  explicit Pages(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lethe::cli
