// layer: core
// Ids of different kinds do not mix, ids are not numbers, and times are not numbers either.
// WRONG 1: no known conversion|no matching function|no viable conversion
// WRONG 2: invalid operands to binary expression
// WRONG 3: invalid operands to binary expression
// WRONG 4: no viable conversion
// WRONG 5: no matching constructor
// WRONG 6: no viable conversion
// WRONG 7: no viable conversion
#include "lethe/core/ids.h"

#include <optional>

#include "lethe/base/time.h"

using namespace lethe;

void erase(core::PersonId person);

void erase_sender([[maybe_unused]] core::PersonId person, [[maybe_unused]] core::TicketId ticket) {
#if WRONG == 1
  erase(ticket);
#else
  erase(person);
#endif
}

bool same(core::TicketId a, core::TicketId b, [[maybe_unused]] core::MessageId c) {
#if WRONG == 2
  return a == b || a == c;
#else
  return a == b;
#endif
}

core::TicketId next(core::TicketId ticket) {
#if WRONG == 3
  return ticket + 1;
#else
  return ticket;
#endif
}

core::PersonId made(std::int64_t number) {
#if WRONG == 4
  return number;
#else
  return core::PersonId::of(number);
#endif
}

#if WRONG == 5
core::PersonId nobody;
#else
std::optional<core::PersonId> nobody;
#endif

Instant at(std::int64_t seconds) {
#if WRONG == 6
  return seconds;
#else
  return instant_of(seconds);
#endif
}

Days keep_for(int days) {
#if WRONG == 7
  return days;
#else
  return Days{days};
#endif
}
