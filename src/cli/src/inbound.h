// The doors of mail by HTTP: /inbound/postmark, mailgun, sendgrid and raw.
//
// Only those with a secret_file in lethe.toml are there; the others are 404. 200 is said after the
// durable commit and never before.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config.h"
#include "lethe/app/app.h"
#include "lethe/app/deliveries.h"
#include "lethe/ports/mail_intake.h"
#include "lethe/smtp_protocol/byte_budget.h"
#include "lethe/web/server.h"
#include "lethe/webhooks/door.h"

namespace lethe::cli {

class Inbound {
 public:
  // Mails answered 200 and those that were not, since the start.
  struct Counts {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;   // 4xx
    std::uint64_t deferred = 0;  // 503
  };

  // Reads the secrets. `budget` is shared with the other doors.
  // Errors: not_found (a secret_file cannot be read), invalid_argument (no secret in it).
  [[nodiscard]] static Result<std::unique_ptr<Inbound>> open(
      const Config& config, app::App& app, ports::MailIntake& intake,
      std::shared_ptr<smtp_protocol::ByteBudget> budget, app::RefusalCounts& refusals);

  // The object outlives the routes.
  [[nodiscard]] std::vector<web::Route> routes();
  [[nodiscard]] Counts counts() const noexcept;

 private:
  struct Door {
    webhooks::Provider provider;
    webhooks::Secrets secrets;
  };
  Inbound(app::App& app, ports::MailIntake& intake,
          std::shared_ptr<smtp_protocol::ByteBudget> budget, app::RefusalCounts& refusals)
      : app_(app), intake_(intake), budget_(std::move(budget)), refusal_counts_(refusals) {}

  [[nodiscard]] web::Route route_at(const Door& door, std::string pattern);
  [[nodiscard]] web_protocol::Response answer(const Door& door,
                                              const web_protocol::Request& request);
  [[nodiscard]] std::expected<void, webhooks::Trouble> take(const Door& door,
                                                            const web_protocol::Request& request);
  // One envelope for each target, in the order in which their recipients are named: a mailbox that
  // is relayed takes a copy of its own, as at the door of LMTP.
  [[nodiscard]] std::expected<std::vector<ports::Envelope>, webhooks::Trouble> envelopes_of(
      const webhooks::Mail& mail);
  // Into the first envelope that takes it, or one of its own; whoever is not ours is left out.
  [[nodiscard]] std::expected<void, webhooks::Trouble> add_recipient(
      std::vector<ports::Envelope>& found, ports::Envelope blank, const std::string& recipient);
  [[nodiscard]] std::expected<void, webhooks::Trouble> take_copy(ports::Delivery&& copy);

  app::App& app_;
  ports::MailIntake& intake_;
  std::shared_ptr<smtp_protocol::ByteBudget> budget_;
  app::RefusalCounts& refusal_counts_;
  std::vector<std::unique_ptr<Door>> doors_;
  std::atomic<std::uint64_t> accepted_{0}, refused_{0}, deferred_{0};
};

}  // namespace lethe::cli
