// The second step of signing in, and what was changed about who may come in.
#pragma once

#include "lethe/core/tables.h"

namespace lethe::core::tables {

// One agent's authenticator. `secret` is JSON: the key and the digests of the recovery codes that
// are left. Not in force until it is confirmed. `last_step` is that of the last code taken.
inline constexpr Column kSecondStepColumns[] = {
    workspace(),
    plain(2, "agent_id", id, kRefused, kWithAgent),
    person(3, "person_id", kRefused, Category::agent_account, kWithAgent),
    sealed(4, "secret", kRefused, Category::credential, Purpose::access_control, kWithAgent,
           KeyOwner::person_profile),
    plain(5, "cell_version", integer, kRefused, kWithAgent),
    plain(6, "confirmed_at", instant, kAllowed, kWithAgent),
    plain(7, "last_step", integer, kRefused, kWithAgent)};
inline constexpr Table kSecondSteps{
    45, "second_steps", Storage::wide, kSecondStepColumns, "workspace_id, agent_id", kNoIndexes};

// Accounts by their random ids, never by name: an erased agent's lines explain nobody.
inline constexpr Column kAccessEventColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kForever),
    plain(3, "at", instant, kRefused, kForever),
    plain(4, "kind", integer, kRefused, kForever),
    plain(5, "by_agent_id", id, kAllowed, kForever),  // none: the operator of the machine
    plain(6, "agent_id", id, kAllowed, kForever),     // whose account; none: everybody's
    plain(7, "detail", text_plain, kRefused, kForever)};
inline constexpr Table kAccessEvents{
    55, "access_events", Storage::narrow, kAccessEventColumns, "workspace_id, id", kNoIndexes};

}  // namespace lethe::core::tables
