// The pages at work: every address a browser asks for, joined with the use cases of app.
//
// Everything works without scripts: forms post and are answered 303; htmx gets the same pages
// without their frame. Who may do what: agents answer tickets; privacy officers and administrators
// erase, hold and set rules; administrators change settings. A signed-out browser is sent to
// /sign-in and comes back to where it was, on this server only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/ports/events.h"
#include "lethe/ports/mail_source.h"
#include "lethe/web/event_hub.h"
#include "lethe/web/server.h"

namespace lethe::web {

// What the pages show of lethe.toml; fixed while the process runs.
struct SiteSettings {
  std::string keyring_path;
  std::string replica_path;  // empty: none
  std::string submission_url;
  std::string submission_user;
  std::string submission_from;
  struct DnsRecord {
    std::string name, text;
  };
  std::vector<DnsRecord> dkim_records;  // to publish; empty: mail is not signed here
};

struct SiteDeps {
  app::App& app;
  EventHub& events;
  SiteSettings settings;
  // Connects to the server for outgoing mail; empty when none is configured.
  std::function<Status()> probe_submission;
  // How the fetching of a mailbox goes, by its id; empty when nothing is fetched here.
  std::function<std::optional<ports::SourceState>(std::int64_t mailbox)> source_state;
  // Why the second copy of the keyring is behind; empty text when it is not.
  std::function<std::string()> replica_trouble;
  // Writes the second copy's folder into lethe.toml; it is used from the next start.
  // Errors: invalid_argument with a sentence for the administrator.
  std::function<Status(const std::string& path)> keep_replica;
  // Writes keyring.copies_days into lethe.toml; used from the next start.
  // Errors: out_of_range, field copies_days.
  std::function<Status(std::string_view days)> declare_copies_days;
  // A file of the public log by its path below /ledger/. Errors: not_found.
  std::function<Result<Bytes>(std::string_view path)> read_ledger;
};

// The routes and what they remember in memory: who is writing where, one-time addresses of inline
// images, failed sign-ins per peer. `deps` and what it refers to must outlive the object, and the
// object the routes.
class Site {
 public:
  explicit Site(SiteDeps deps);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  [[nodiscard]] std::vector<Route> routes();
  // To the open pages of agents.
  void publish(const ports::Event& event);
  // The page for what no handler answers.
  [[nodiscard]] web_protocol::Response error_page(const web_protocol::Request& request, int status);

  struct Inside;

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace lethe::web
