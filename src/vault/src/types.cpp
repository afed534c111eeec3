#include "lethe/vault/types.h"

#include "lethe/base/assert.h"

namespace lethe::vault {

KeyRef KeyRef::profile(core::PersonId person) noexcept {
  return {person, std::nullopt, KeyClass::profile};
}

KeyRef KeyRef::of(core::PersonId person, core::TicketId ticket, KeyClass key_class) noexcept {
  LETHE_ASSERT(key_class != KeyClass::profile);
  return {person, ticket, key_class};
}

core::PersonId workspace_itself() noexcept { return core::PersonId::of(1); }

}  // namespace lethe::vault
