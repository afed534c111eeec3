// One person's share of one retention run, and what they look like after it.
//
// A run, a preview and a forecast all call plan(), so none of them can do or
// promise what the others do not (RET-36).
#pragma once

#include <optional>
#include <vector>

#include "lethe/core/retention.h"

namespace lethe::core::retention {

// In this order: tickets by rule, then the contact when no ticket is left and no
// delay runs. Rules of mode `all` and `any` act alone in a run; rules of mode
// `each` judge ticket by ticket, so several may act. `rest` says why what
// remains stays; it is meaningless after a contact's erasure.
struct Plan {
  std::vector<EraseTickets> tickets;
  std::optional<RemoveContact> contact;
  Kept rest;

  [[nodiscard]] bool empty() const noexcept { return tickets.empty() && !contact; }
};

[[nodiscard]] Plan plan(const Settings& settings, const PersonFacts& person, Instant now);

// `person` after `step` was carried out at `now`.
[[nodiscard]] PersonFacts after(PersonFacts person, const EraseTickets& step, Instant now);
// Empty when the step erases them.
[[nodiscard]] std::optional<PersonFacts> after(PersonFacts person, const RemoveContact& step,
                                               Instant now);
[[nodiscard]] std::optional<PersonFacts> after(PersonFacts person, const Plan& done, Instant now);

}  // namespace lethe::core::retention
