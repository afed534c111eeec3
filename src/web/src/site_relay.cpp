// Relayed mailboxes: where their mail goes, and how that goes.
#include "lethe/web/relay_page.h"
#include "site_common.h"

namespace lethe::web {
namespace {

using ports::RelayOutcome;
using ports::Role;
using Kind = RelayTargetLine::Kind;

std::string target_word(const Text& words, Kind kind) {
  switch (kind) {
    case Kind::lethe:
      return words("Another Lethe");
    case Kind::freshdesk:
      return "Freshdesk";
    case Kind::jira:
      return "Jira";
    case Kind::webhook:
      break;
  }
  return words("A webhook");
}

// What the sender was told stands first: it is what an administrator finds in the sender's log.
std::string answer_sentence(const Text& words, RelayOutcome outcome) {
  switch (outcome) {
    case RelayOutcome::taken:
      return words("250: the target took the mail.");
    case RelayOutcome::refused:
      return words("550: the target refused the mail for good.");
    case RelayOutcome::too_large:
      return words("552: the mail is too large for the target.");
    case RelayOutcome::deferred:
      return words("451: the target takes no mail now. The sender tries again.");
    case RelayOutcome::misconfigured:
      return words("451: the target refuses our key or does not know the address.");
    case RelayOutcome::unknown:
      break;
  }
  return words("451: the target did not answer. The sender tries again.");
}

views::RelayedMailbox relayed_mailbox(const Text& words, const app::Relay& relay,
                                      const app::RelayMailbox& mailbox,
                                      const app::RelayStanding& standing,
                                      const RelayTargetLine& target) {
  const ports::RelayCounts& counts = standing.counts;
  return {.address = mailbox.address,
          .name = mailbox.name,
          .target = target_word(words, target.kind),
          .target_address = target.url,
          .wants_tls = mailbox.requires_tls,
          .own_authority = target.own_authority,
          .alarmed = relay.is_alarmed(mailbox),
          .accepted = static_cast<std::int64_t>(counts.accepted),
          .refused = static_cast<std::int64_t>(counts.refused),
          .deferred = static_cast<std::int64_t>(counts.deferred),
          .last_answer = standing.last ? answer_sentence(words, *standing.last) : std::string{},
          .last_at = standing.last_at};
}

Answer relay_page(Visit& visit, const app::Relay* relay,
                  const std::vector<RelayTargetLine>& targets) {
  views::RelayedMailboxes view;
  if (relay != nullptr) {
    const auto standings = relay->standings();
    for (std::size_t n = 0; n < standings.size() && n < targets.size(); ++n) {
      view.mailboxes.push_back(
          relayed_mailbox(visit.words(), *relay, relay->mailboxes()[n], standings[n], targets[n]));
    }
  }
  return show(visit, view);
}

}  // namespace

RelayPage::RelayPage(SiteDeps deps, const app::Relay* relay, std::vector<RelayTargetLine> targets)
    : inside_(std::make_unique<Site::Inside>(std::move(deps))),
      relay_(relay),
      targets_(std::move(targets)) {}
RelayPage::~RelayPage() = default;

std::vector<Route> RelayPage::routes() {
  SiteRoutes routes{*inside_};
  routes.page("/settings/relay", Role::admin,
              [this](Visit& visit) { return relay_page(visit, relay_, targets_); });
  return routes.take();
}

}  // namespace lethe::web
