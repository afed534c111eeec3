#include "retention_play.h"

#include <algorithm>

#include "lethe/base/assert.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;

constexpr Days kNight{1};

Instant night_at_or_after(Instant from, Instant at) {
  return at <= from ? from : from + std::chrono::ceil<Days>(at - from);
}

}  // namespace

void play(const rt::Settings& settings, RetentionRecord person, Instant from, Instant end,
          const Acts& acts) {
  if (!settings.enabled) return;
  Instant earliest = from;
  for (;;) {
    const auto look = next_look(settings, person);
    if (!look) return;
    const Instant night = night_at_or_after(from, std::max(*look, earliest));
    if (night > end) return;
    const bool turned = turn_until(person, night);
    const rt::Plan plan = rt::plan(settings, person.facts, night);
    if (plan.empty()) {
      LETHE_ASSERT(turned);  // otherwise next_look() named an instant of an act
      continue;
    }
    acts(night, person.facts, plan);
    auto left = rt::after(std::move(person.facts), plan, night);
    if (!left) return;
    person.facts = std::move(*left);
    earliest = night + kNight;
  }
}

void note_nights(Nights& nights, Instant night, const rt::PersonFacts& before,
                 const rt::Plan& plan) {
  for (const rt::EraseTickets& step : plan.tickets) {
    for (const core::TicketId id : step.tickets) nights.emplace_back(id, night);
  }
  const bool all = plan.contact && plan.contact->deletion == rt::Deletion::erase;
  if (!all) return;
  for (const rt::TicketFacts& ticket : before.tickets) nights.emplace_back(ticket.id, night);
}

void lose_last_reference(RetentionRecord& person, const Nights& nights) {
  if (person.takes_part_in.empty() || !person.facts.tickets.empty()) return;
  Instant last = Instant::min();
  for (const core::TicketId id : person.takes_part_in) {
    const auto night =
        std::ranges::lower_bound(nights, id, {}, &std::pair<core::TicketId, Instant>::first);
    if (night == nights.end() || night->first != id) return;
    last = std::max(last, night->second);
  }
  person.facts.unreferenced_since = last;
  person.takes_part_in.clear();
}

}  // namespace lethe::app
