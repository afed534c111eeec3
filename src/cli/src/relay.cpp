#include "relay.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <thread>

#include "lethe/smtp_in/server.h"
#include "locked_process.h"
#include "log.h"
#include "metrics.h"
#include "metrics_text.h"
#include "relay_parts.h"
#include "system_clock.h"

namespace lethe::cli {
namespace {

namespace asio = boost::asio;

// Longer than a target may take, so that a mail under way gets its answer.
constexpr auto kDrainPatience = std::chrono::seconds{90};

smtp_in::Settings smtp_settings(const RelayConfig& config) {
  // A relay keeps no address, so it can write to none later (ADR 12).
  smtp_in::Settings settings{.host_name = config.host_name,
                             .offers_notices = false,
                             .budget = std::make_shared<smtp_protocol::ByteBudget>(
                                 static_cast<std::size_t>(config.memory_mib) << 20),
                             .log = log_line};
  if (!config.listen.empty()) {
    settings.listen.push_back({smtp_protocol::Dialect::smtp, config.listen});
  }
  if (!config.lmtp_listen.empty()) {
    settings.listen.push_back({smtp_protocol::Dialect::lmtp, config.lmtp_listen});
  }
  if (!config.tls_certificate.empty()) {
    settings.tls = smtp_in::TlsFiles{config.tls_certificate, config.tls_key};
  }
  return settings;
}

Status check_listeners(const RelayConfig& config) {
  if (config.listen.empty() && config.lmtp_listen.empty()) {
    return fail(Errc::invalid_argument, "relay.listen or relay.lmtp_listen must be set");
  }
  for (const RelayMailboxConfig& box : config.mailboxes) {
    if (box.require_tls && config.tls_certificate.empty()) {
      return fail(Errc::invalid_argument,
                  "a relay.mailbox has require_tls, but relay.tls_certificate is not set");
    }
  }
  return {};
}

}  // namespace

Status relay(const std::string& config_file) {
  LETHE_TRY(const RelayConfig config, read_relay_config(config_file));
  LETHE_CHECK(check_listeners(config));
  LETHE_CHECK(lock_process(locked_bytes_of(config)));
  const SystemClock clock;
  LETHE_TRY(const auto parts, RelayParts::open(config, clock));
  asio::io_context io{1};
  LETHE_TRY(auto mail, smtp_in::Server::open(smtp_settings(config), parts->relay(), io));
  LETHE_TRY(const auto metrics,
            Metrics::open(config.metrics,
                          [&mail = *mail, &relay = parts->relay(), started = clock.now()] {
                            return metrics_of_relay(mail.counters(), relay, started);
                          }));
  for (const std::string& address : mail->addresses()) std::printf("Mail:  %s\n", address.c_str());
  std::fflush(stdout);
  asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&](const boost::system::error_code&, int) {
    mail->drain(kDrainPatience, [&io] { io.stop(); });
  });
  io.run();
  return {};
}

Status print_reply_address(const std::string& config_file, std::int64_t ticket,
                           const std::string& requester) {
  LETHE_TRY(const RelayConfig config, read_relay_config(config_file));
  LETHE_TRY(const auto addresses, reply_addresses(config, ticket, requester));
  for (const std::string& address : addresses) std::printf("%s\n", address.c_str());
  return {};
}

}  // namespace lethe::cli
