#include "pages.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>

#include "lethe/base/text.h"
#include "lethe/relay_protocol/targets.h"
#include "lethe/web/api.h"
#include "lethe/web/delivery_pages.h"
#include "lethe/web/mailbox_pages.h"
#include "lethe/web/relay_page.h"
#include "lethe/web/server.h"
#include "lethe/web/site.h"
#include "listen_address.h"
#include "log.h"

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

// Only names that the log writes; nothing below a hidden or parent folder.
bool is_log_path(std::string_view path) {
  if (path.empty() || path.size() > 200 || path.contains("..")) return false;
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789/.-";
  return path.find_first_not_of(kAllowed) == std::string_view::npos && path.front() != '/' &&
         path.front() != '.';
}

Result<Bytes> read_ledger_file(const std::string& folder, std::string_view path) {
  if (!is_log_path(path)) return fail(Errc::not_found, "no such file in the log");
  const fs::path file = fs::path{folder} / path;
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return fail(Errc::not_found, "no such file in the log");
  std::ifstream in{file, std::ios::binary};
  Bytes bytes{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
  if (!in) return fail(Errc::unavailable, "a file of the log cannot be read");
  return bytes;
}

Status check_replica(const Config& config, const std::string& path) {
  const auto refuse = [](const char* why) { return fail(Errc::invalid_argument, why, "replica"); };
  const fs::path folder{path};
  if (!folder.is_absolute()) return refuse("Say the whole path, beginning with a slash.");
  if (path.find_first_of("\"\\\n\r") != std::string::npos) {
    return refuse("A path without quotation marks, backslashes and line breaks.");
  }
  const std::string normal = folder.lexically_normal().string();
  const auto lies_in = [&](const std::string& other) {
    return normal == other || normal.starts_with(other + "/");
  };
  if (lies_in(config.data)) return refuse("The second copy must not lie in the data directory.");
  if (lies_in(config.keyring_path)) return refuse("The keyring itself lies there.");
  std::error_code ignored;
  if (!fs::is_directory(folder.parent_path(), ignored) ||
      ::access(folder.parent_path().c_str(), W_OK) != 0) {
    return refuse("The folder around it does not exist or cannot be written.");
  }
  if (fs::exists(folder, ignored) && !fs::is_directory(folder, ignored)) {
    return refuse("This is a file. Say an empty folder, or one that does not exist yet.");
  }
  // A folder in use for something else would refuse the copy only at the next start.
  if (fs::is_directory(folder, ignored) && !fs::is_empty(folder, ignored) &&
      !fs::exists(folder / "keyring.db", ignored)) {
    return refuse(
        "This folder holds other files. Say an empty one, or one that does not exist yet.");
  }
  return {};
}

// `name = value` in the section [keyring], in the place of a former one.
std::string with_keyring_value(std::string_view text, std::string_view name,
                               const std::string& value) {
  std::string out;
  std::string section;
  bool written = false;
  const std::string line_of_ours = std::string{name} + " = " + value + "\n";
  std::vector<std::string_view> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (const std::string_view line : lines) {
    const std::string_view bare = trimmed(line);
    if (bare.starts_with('[')) section = bare;
    const bool former = section == "[keyring]" && bare.starts_with(name) &&
                        trimmed(bare.substr(name.size())).starts_with('=');
    if (former) continue;
    out += std::string{line} + "\n";
    if (bare == "[keyring]" && !written) {
      out += line_of_ours;
      written = true;
    }
  }
  if (!written) out += "\n[keyring]\n" + line_of_ours;
  return out;
}

Status write_keyring_value(const Config& config, const char* name, const std::string& value) {
  const std::string file = config.data + "/lethe.toml";
  std::ifstream in{file};
  const std::string text{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
  const std::string made = file + ".new";
  {
    std::ofstream out{made, std::ios::trunc};
    out << with_keyring_value(text, name, value);
    out.flush();
    if (!out) return fail(Errc::unavailable, "lethe.toml cannot be written", name);
  }
  std::error_code error;
  fs::rename(made, file, error);
  if (error) return fail(Errc::unavailable, "lethe.toml cannot be written", name);
  return {};
}

Status keep_replica(const Config& config, const std::string& path) {
  LETHE_CHECK(check_replica(config, path));
  return write_keyring_value(config, "replica",
                             "\"" + fs::path{path}.lexically_normal().string() + "\"");
}

Status declare_copies_days(const Config& config, std::string_view text) {
  std::int64_t days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error != std::errc{} || end != text.data() + text.size() || days < 0 ||
      days > kCopiesDaysMax) {
    return fail(Errc::out_of_range, "A number of days from 0 to 3650.", "copies_days");
  }
  return write_keyring_value(config, "copies_days", std::to_string(days));
}

web::SiteDeps deps_of(World& world, web::EventHub& hub, const OutgoingMail& outbound,
                      const ports::MailSources& sources) {
  const Config& config = world.config();
  web::SiteDeps deps{.app = world.app(), .events = hub};
  deps.settings = {.keyring_path = config.keyring_path,
                   .replica_path = config.keyring_replica,
                   .submission_url = config.submission_url,
                   .submission_user = config.submission_user,
                   .submission_from = config.submission_from};
  if (outbound.server) {
    deps.probe_submission = [server = outbound.server.get()] { return server->probe(); };
  }
  for (const DnsRecord& record : outbound.dkim_records) {
    deps.settings.dkim_records.push_back({record.name, record.text});
  }
  deps.source_state = [&sources](std::int64_t mailbox) { return sources.state(mailbox); };
  deps.replica_trouble = [&world] { return world.replica_trouble(); };
  deps.keep_replica = [config](const std::string& path) { return keep_replica(config, path); };
  deps.declare_copies_days = [config](std::string_view days) {
    return declare_copies_days(config, days);
  };
  deps.read_ledger = [folder = config.data + "/ledger"](std::string_view path) {
    return read_ledger_file(folder, path);
  };
  return deps;
}

web::RelayTargetLine::Kind kind_of(const RelayMailboxConfig& box) {
  using relay_protocol::TargetKind;
  using Kind = web::RelayTargetLine::Kind;
  switch (relay_protocol::parse_target_kind(box.target).value_or(TargetKind::webhook)) {
    case TargetKind::lethe:
      return Kind::lethe;
    case TargetKind::freshdesk:
      return Kind::freshdesk;
    case TargetKind::jira:
      return Kind::jira;
    case TargetKind::webhook:
      break;
  }
  return Kind::webhook;
}

std::vector<web::RelayTargetLine> relay_targets(const RelayConfig& config) {
  std::vector<web::RelayTargetLine> targets;
  for (const RelayMailboxConfig& box : config.mailboxes) {
    targets.push_back({kind_of(box), box.url, !box.ca_file.empty()});
  }
  return targets;
}

}  // namespace

struct Pages::State {
  State(World& world, const OutgoingMail& outbound, const MailParts& mail)
      : site(deps_of(world, hub, outbound, mail.sources)),
        mailboxes(deps_of(world, hub, outbound, mail.sources), mail.sources, outbound.server.get()),
        deliveries(deps_of(world, hub, outbound, mail.sources),
                   {.sources = mail.sources, .refusals = mail.refusals, .scanner = mail.scanner}),
        relay(deps_of(world, hub, outbound, mail.sources), mail.relay,
              relay_targets(world.config().relay)) {}
  web::EventHub hub;
  web::Site site;
  web::MailboxPages mailboxes;
  web::DeliveryPages deliveries;
  web::RelayPage relay;
  std::string address;
  std::unique_ptr<web::Server> server;
};

Pages::Pages(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pages::~Pages() { stop(); }

Result<std::unique_ptr<Pages>> Pages::open(World& world, const OutgoingMail& outbound,
                                           const MailParts& mail,
                                           std::vector<web::Route> more_routes) {
  LETHE_TRY(const ListenAddress listen,
            parse_listen_address("http.listen", world.config().http_listen));
  auto state = std::make_unique<State>(world, outbound, mail);
  web::ServerConfig config;
  config.address = listen.address;
  config.port = listen.port;
  config.header_timeout = std::chrono::seconds{world.config().http_header_seconds};
  config.body_timeout = std::chrono::seconds{world.config().http_body_seconds};
  config.connections_per_peer_max =
      static_cast<std::size_t>(world.config().http_connections_per_peer);
  config.on_problem = [](std::string_view text) { log_line("pages: " + std::string{text}); };
  config.on_error = [site = &state->site](const web_protocol::Request& request, int status) {
    return site->error_page(request, status);
  };
  auto routes = state->site.routes();
  for (auto& route : web::api_routes(world.app())) routes.push_back(std::move(route));
  for (auto& route : state->mailboxes.routes()) routes.push_back(std::move(route));
  for (auto& route : state->relay.routes()) routes.push_back(std::move(route));
  for (auto& route : state->deliveries.routes()) routes.push_back(std::move(route));
  for (auto& route : more_routes) routes.push_back(std::move(route));
  LETHE_TRY(state->server, web::Server::start(std::move(config), std::move(routes), state->hub));
  state->address = world.config().http_public_url;
  return std::unique_ptr<Pages>{new Pages{std::move(state)}};
}

std::string Pages::address() const { return state_->address; }
void Pages::publish(const ports::Event& event) { state_->site.publish(event); }
void Pages::stop() {
  if (state_->server) state_->server->stop();
}

}  // namespace lethe::cli
