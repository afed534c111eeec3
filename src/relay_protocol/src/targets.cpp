#include "lethe/relay_protocol/targets.h"

#include <array>

#include "parts.h"

namespace lethe::relay_protocol {
namespace {

using KindName = std::pair<TargetKind, std::string_view>;
constexpr std::array<KindName, 4> kKinds{{{TargetKind::lethe, "lethe"},
                                          {TargetKind::freshdesk, "freshdesk"},
                                          {TargetKind::jira, "jira"},
                                          {TargetKind::webhook, "webhook"}}};

}  // namespace

std::optional<TargetKind> parse_target_kind(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

std::string_view name_of(TargetKind kind) noexcept {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return {};
}

ports::RelayAnswer deliver(const TargetSettings& target, const ports::RelayMail& mail,
                           const Exchange& exchange) {
  switch (target.kind) {
    case TargetKind::freshdesk:
      return deliver_to_freshdesk(target, mail, exchange);
    case TargetKind::jira:
      return deliver_to_jira(target, mail, exchange);
    case TargetKind::lethe:
    case TargetKind::webhook:
      break;
  }
  return deliver_signed(target, mail, exchange);
}

}  // namespace lethe::relay_protocol
