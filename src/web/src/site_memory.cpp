#include "site_memory.h"

#include <array>

#include "lethe/base/encoding.h"

namespace lethe::web {

bool Presence::enter(core::TicketId ticket, core::AgentId agent, std::string name, Instant now) {
  const std::lock_guard lock{mutex_};
  std::erase_if(signs_, [&](const auto& each) { return each.second.until < now; });
  return signs_.insert_or_assign({ticket, agent}, Sign{std::move(name), now + kLife}).second;
}

bool Presence::leave(core::TicketId ticket, core::AgentId agent) {
  const std::lock_guard lock{mutex_};
  return signs_.erase({ticket, agent}) > 0;
}

std::vector<std::string> Presence::others(core::TicketId ticket, core::AgentId me, Instant now) {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> names;
  for (const auto& [who, sign] : signs_) {
    if (who.first == ticket && who.second != me && sign.until >= now) names.push_back(sign.name);
  }
  return names;
}

bool Brake::holds(const std::string& peer, Instant now) {
  const std::lock_guard lock{mutex_};
  const auto found = tries_.find(peer);
  if (found == tries_.end()) return false;
  if (now - found->second.since > kWindow) {
    tries_.erase(found);
    return false;
  }
  return found->second.count >= kTriesMax;
}

void Brake::note_failure(const std::string& peer, Instant now) {
  const std::lock_guard lock{mutex_};
  if (tries_.size() >= kPeersMax) {
    std::erase_if(tries_, [&](const auto& each) { return now - each.second.since > kWindow; });
  }
  if (tries_.size() >= kPeersMax && !tries_.contains(peer)) return;
  Tries& tries = tries_.try_emplace(peer, Tries{0, now}).first->second;
  if (now - tries.since > kWindow) tries = {0, now};
  ++tries.count;
}

std::string OneTimeFiles::offer(core::AttachmentId file, ports::Random& random, Instant now) {
  std::array<std::uint8_t, 32> bytes{};
  random.fill(bytes);
  std::string token = to_base64url(bytes);
  const std::lock_guard lock{mutex_};
  std::erase_if(offers_, [&](const auto& each) { return each.second.until < now; });
  if (offers_.size() >= kWaitingMax) offers_.clear();
  offers_.insert_or_assign(token, Offer{file, now + kLife});
  return token;
}

std::optional<core::AttachmentId> OneTimeFiles::take(std::string_view token, Instant now) {
  const std::lock_guard lock{mutex_};
  const auto found = offers_.find(token);
  if (found == offers_.end()) return std::nullopt;
  const Offer offer = found->second;
  offers_.erase(found);
  return offer.until < now ? std::nullopt : std::optional{offer.file};
}

}  // namespace lethe::web
