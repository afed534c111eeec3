// The mailboxes that we fetch, each with its poller: begun, changed and ended
// as the settings say.
#pragma once

#include <memory>

#include "lethe/app/app.h"
#include "lethe/app/deliveries.h"
#include "lethe/imap_in/poller.h"
#include "lethe/ports/mail_intake.h"
#include "lethe/ports/mail_source.h"
#include "lethe/smtp_protocol/byte_budget.h"

namespace lethe::cli {

class Fetching final : public ports::MailSources {
 public:
  // `app`, `intake` and `refusals` must outlive it. Begins at once, on a thread of its own.
  Fetching(app::App& app, ports::MailIntake& intake,
           std::shared_ptr<smtp_protocol::ByteBudget> budget, app::RefusalCounts& refusals);
  ~Fetching() override;

  [[nodiscard]] ports::SourceCheck check(std::int64_t mailbox) override;
  [[nodiscard]] std::optional<ports::SourceState> state(std::int64_t mailbox) const override;
  void settings_changed() override;
  void hurry(std::int64_t mailbox) override;
  void fetch_again(std::int64_t mailbox) override;
  // No mail is fetched from here on; returns when the pollers have ended.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lethe::cli
