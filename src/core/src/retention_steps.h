// What judging, planning and the per-ticket verdicts share.
#pragma once

#include <optional>

#include "lethe/core/retention.h"

namespace lethe::core::retention {

[[nodiscard]] bool is_live(const TicketFacts& ticket) noexcept;
[[nodiscard]] bool is_closed(const TicketFacts& ticket, const Settings& settings) noexcept;
[[nodiscard]] bool has_open_ticket(const Settings& settings, const PersonFacts& person) noexcept;
[[nodiscard]] bool matches(const Rule& rule, const TicketFacts& ticket) noexcept;
// A10 and A4: never earlier than the last reopening where that restarts the clock.
[[nodiscard]] Instant anchor_of(Anchor anchor, const TicketFacts& ticket) noexcept;

// DT-1 but for the switch: what protects the person whatever the rules say.
[[nodiscard]] std::optional<Reason> protection(const Settings& settings, const PersonFacts& person);

// When `rule` alone would act on the live tickets; empty when never by time.
[[nodiscard]] std::optional<Instant> rule_acts_at(const Settings& settings, const Rule& rule,
                                                  const PersonFacts& person);

enum class RuleScope { every_rule, mode_each_only };
// DT-2 and DT-3. Precondition: the person has a live ticket and no protection.
[[nodiscard]] Verdict judge_by_rules(const Settings& settings, const PersonFacts& person,
                                     Instant now, RuleScope scope);

}  // namespace lethe::core::retention
