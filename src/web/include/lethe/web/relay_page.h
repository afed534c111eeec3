// The page of relayed mailboxes, /settings/relay, for administrators. It only shows: the settings
// stand in lethe.toml, and each change of them in the relay's signed log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lethe/app/relay.h"
#include "lethe/web/site.h"
#include "lethe/web/views/relay.h"

namespace lethe::web {

// What lethe.toml says of a mailbox's target.
struct RelayTargetLine {
  enum class Kind : std::uint8_t { lethe, freshdesk, jira, webhook };
  Kind kind = Kind::webhook;
  std::string url;
  bool own_authority = false;
};

class RelayPage {
 public:
  // `relay` may be null: no mailbox is relayed; else `targets` are in the order of its mailboxes.
  // `deps`, what it refers to and `relay` must outlive the object, and the object its routes.
  RelayPage(SiteDeps deps, const app::Relay* relay, std::vector<RelayTargetLine> targets);
  ~RelayPage();
  RelayPage(const RelayPage&) = delete;
  RelayPage& operator=(const RelayPage&) = delete;

  [[nodiscard]] std::vector<Route> routes();

 private:
  std::unique_ptr<Site::Inside> inside_;
  const app::Relay* relay_;
  std::vector<RelayTargetLine> targets_;
};

[[nodiscard]] std::string render(const views::PageContext& page,
                                 const views::RelayedMailboxes& view);

}  // namespace lethe::web
