// Tables of tickets that changed their requester.
#pragma once

#include "lethe/core/tables.h"

namespace lethe::core::tables {

// Backups hold words of `ticket_id` under keys of this person, who was its requester once: an
// erasure or redaction in the ticket replaces or destroys those keys too.
inline constexpr Column kFormerRequesterColumns[] = {
    workspace(), plain(2, "ticket_id", id, kRefused, kWithTicket),
    person(3, "person_id", kRefused, kMeta, kWithTicket)};
inline constexpr Index kFormerRequesterIndexes[] = {
    {"former_requesters_by_person", Uniqueness::none, "workspace_id, person_id, ticket_id", ""}};
inline constexpr Table kFormerRequesters{39,
                                         "former_requesters",
                                         Storage::narrow,
                                         kFormerRequesterColumns,
                                         "workspace_id, ticket_id, person_id",
                                         kFormerRequesterIndexes};

}  // namespace lethe::core::tables
