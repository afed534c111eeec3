#include "serve.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <thread>

#include "background.h"
#include "certificate_watch.h"
#include "control.h"
#include "descriptors.h"
#include "fetching.h"
#include "inbound.h"
#include "lethe/app/deliveries.h"
#include "lethe/app/take_in_mail.h"
#include "lethe/clamav/clamav.h"
#include "lethe/rspamd/rspamd.h"
#include "lethe/smtp_in/server.h"
#include "locked_process.h"
#include "log.h"
#include "metrics.h"
#include "metrics_text.h"
#include "outgoing_mail.h"
#include "pages.h"
#include "relay_parts.h"

namespace lethe::cli {
namespace {

namespace asio = boost::asio;

constexpr auto kDrainPatience = std::chrono::seconds{20};
constexpr int kIoThreads = 2;
constexpr std::size_t kMailInFlightMax = std::size_t{256} * 1024 * 1024;
constexpr std::size_t kServerLockedBytes = std::size_t{1} << 30;

Result<Config> config_for(const ServeOptions& options) {
  LETHE_TRY(Config config, read_config(options.data, options.config));
  if (!options.http.empty()) {
    const bool derived = config.http_public_url == "http://" + config.http_listen;
    config.http_listen = options.http;
    if (derived) config.http_public_url = "http://" + options.http;
  }
  if (!options.smtp.empty()) config.smtp_listen = options.smtp;
  if (!options.lmtp.empty()) config.lmtp_listen = options.lmtp;
  return config;
}

// Who is asked about a mail before it is taken in.
struct Gate {
  std::unique_ptr<ports::MailFilter> filter;
  std::unique_ptr<ports::VirusScanner> scanner;
  app::MailChecks checks;

  Status open(const Config& config) {
    if (!config.rspamd_url.empty()) {
      LETHE_TRY(filter, rspamd::open_filter({.url = config.rspamd_url}));
    }
    if (!config.clamav_socket.empty()) {
      LETHE_TRY(scanner, clamav::open_scanner(config.clamav_socket));
    }
    checks.filter = filter.get();
    checks.scanner = scanner.get();
    checks.trusted_authserv_ids = config.smtp_trusted_authserv_ids;
    checks.forwarders = config.smtp_forwarders;
    return {};
  }
};

std::string host_name_of(const std::string& public_url) {
  const auto scheme = public_url.find("://");
  const std::string rest = scheme == std::string::npos ? public_url : public_url.substr(scheme + 3);
  const std::string host = rest.substr(0, rest.find_first_of(":/"));
  return host.empty() || (host.front() >= '0' && host.front() <= '9') ? "localhost" : host;
}

smtp_in::Settings smtp_settings(const Config& config,
                                std::shared_ptr<smtp_protocol::ByteBudget> budget,
                                app::RefusalCounts& refusals) {
  smtp_in::Settings settings{
      .host_name = host_name_of(config.http_public_url),
      .connections_max = mail_connections_max(),
      .budget = std::move(budget),
      .log = log_line,
      .refused = [&refusals](smtp_protocol::Dialect dialect, int code, std::string_view enhanced) {
        const bool is_smtp = dialect == smtp_protocol::Dialect::smtp;
        refusals.count_reply(is_smtp ? ports::Door::smtp : ports::Door::lmtp, code, enhanced);
      }};
  if (!config.smtp_listen.empty()) {
    settings.listen.push_back({smtp_protocol::Dialect::smtp, config.smtp_listen});
  }
  if (!config.smtp_listen_tls.empty()) {
    settings.listen.push_back(
        {smtp_protocol::Dialect::smtp, config.smtp_listen_tls, smtp_in::Encryption::from_start});
  }
  if (!config.lmtp_listen.empty()) {
    settings.listen.push_back({smtp_protocol::Dialect::lmtp, config.lmtp_listen});
  }
  if (!config.smtp_certificate.empty()) {
    settings.tls = smtp_in::TlsFiles{config.smtp_certificate, config.smtp_key};
  }
  using std::chrono::seconds;
  settings.deadlines.command = seconds{config.smtp_command_seconds};
  settings.deadlines.content = seconds{config.smtp_command_seconds};
  settings.deadlines.transaction = seconds{config.smtp_transaction_seconds};
  settings.deadlines.handshake = seconds{config.smtp_handshake_seconds};
  return settings;
}

// Wakes the queues and the open pages when something changed.
class Listener final : public ports::Events {
 public:
  Listener(Background& background, Pages& pages) : background_(background), pages_(pages) {}
  void publish(const ports::Event& event) override {
    background_.wake();
    pages_.publish(event);
  }

 private:
  Background& background_;
  Pages& pages_;
};

void say_where(const std::vector<std::string>& mail, const std::string& pages) {
  std::printf("Pages: %s\n", pages.c_str());
  for (const std::string& address : mail) std::printf("Mail:  %s\n", address.c_str());
  std::fflush(stdout);
}

void warn_of_keyring(World& world) {
  if (world.app().vault.replica_state() == ports::ReplicaState::none) {
    log_line("the keyring has no replica: losing its disk loses every message (keyring.replica)");
  }
  if (world.swept().restored) {
    log_line("older data was put in place: " + std::to_string(world.swept().persons) +
             " persons and " + std::to_string(world.swept().tickets) +
             " tickets that were erased are gone again; everybody signs in anew");
  }
}

// Runs the I/O threads until a signal, then lets mail under way finish.
void run_until_signal(asio::io_context& io, smtp_in::Server& mail, Pages& pages) {
  asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&](const boost::system::error_code&, int) {
    pages.stop();
    mail.drain(kDrainPatience, [&io] { io.stop(); });
  });
  std::vector<std::jthread> threads;
  for (int n = 1; n < kIoThreads; ++n) threads.emplace_back([&io] { io.run(); });
  io.run();
}

// Mailboxes of relay mode make the whole process one whose memory stays off the disk.
Result<std::unique_ptr<RelayParts>> open_relay(const Config& config, const ports::Clock& clock) {
  if (config.relay.mailboxes.empty()) return std::unique_ptr<RelayParts>{};
  return RelayParts::open(config.relay, clock);
}

// What the relay of the last start left; nothing where it goes on, or never was.
Result<std::unique_ptr<RelayParts>> wind_down_relay(const Config& config,
                                                    const ports::Clock& clock) {
  if (!config.relay.mailboxes.empty()) return std::unique_ptr<RelayParts>{};
  return RelayParts::wind_down(config.relay, clock);
}

Status lock_if_relaying(const Config& config) {
  if (config.relay.mailboxes.empty()) return {};
  return lock_process(kServerLockedBytes + locked_bytes_of(config.relay));
}

}  // namespace

Status serve(const ServeOptions& options) {
  LETHE_TRY(const Config config, config_for(options));
  LETHE_CHECK(refuse_unfinished(config));
  LETHE_CHECK(lock_if_relaying(config));
  const auto confirm = options.confirm_sweep ? app::ConfirmSweep::yes : app::ConfirmSweep::no;
  LETHE_TRY(auto world, World::open(config, confirm));
  LETHE_TRY(const OutgoingMail outbound,
            open_outgoing_mail(config, host_name_of(config.http_public_url), world->app().clock));
  warn_of_keyring(*world);

  asio::io_context io{kIoThreads};
  raise_descriptor_limit();
  app::RefusalCounts refusals{world->app().clock};
  Gate gate;
  LETHE_CHECK(gate.open(config));
  app::TakeInMail tickets{world->app(), gate.checks};
  LETHE_TRY(const auto relay, open_relay(config, world->app().clock));
  LETHE_TRY(const auto former_relay, wind_down_relay(config, world->app().clock));
  std::optional<app::RelayOrTickets> either;
  if (relay) either.emplace(relay->relay(), tickets);
  ports::MailIntake& intake = either ? static_cast<ports::MailIntake&>(*either) : tickets;
  const auto budget = std::make_shared<smtp_protocol::ByteBudget>(kMailInFlightMax);
  LETHE_TRY(const auto inbound, Inbound::open(config, world->app(), intake, budget, refusals));
  Fetching fetching{world->app(), intake, budget, refusals};
  LETHE_TRY(auto pages, Pages::open(*world, outbound,
                                    {.sources = fetching,
                                     .refusals = refusals,
                                     .scanner = gate.scanner.get(),
                                     .relay = relay ? &relay->relay() : nullptr},
                                    inbound->routes()));
  LETHE_TRY(auto mail, smtp_in::Server::open(smtp_settings(config, budget, refusals), intake, io));
  const CertificateWatch certificates{io, {config.smtp_certificate, config.smtp_key}, *mail};
  LETHE_TRY(const auto metrics, Metrics::open(world->config().http_metrics,
                                              [&world = *world, &mail = *mail, &inbound = *inbound,
                                               relayed = relay ? &relay->relay() : nullptr,
                                               started = world->app().clock.now()] {
                                                return metrics_of_server(world, mail.counters(),
                                                                         inbound.counts(), relayed,
                                                                         started);
                                              }));
  LETHE_TRY(const auto control, ControlServer::start(*world));
  Background background{*world, outbound.server.get(), refusals};
  Listener listener{background, *pages};
  world->events().forward_to(&listener);

  say_where(mail->addresses(), pages->address());
  run_until_signal(io, *mail, *pages);
  world->events().forward_to(nullptr);
  // Counts that cannot be written are no reason to end badly.
  if (const Status counted = refusals.flush(world->app()); !counted) {
    log_line("refusals: " + counted.error().detail);
  }
  return {};
}

}  // namespace lethe::cli
