// Tables of conversations that were joined or parted, and of what Lethe proposes about them.
//
// Random ids and times only: what a ticket says never stands here.
#pragma once

#include "lethe/core/tables.h"

namespace lethe::core::tables {

// One merge or split. `messages` are the ids that moved, separated by commas; `former` is JSON,
// what the undo and the clocks of retention must know of `from` as it was before.
inline constexpr Column kTicketMoveColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kWithTicket),
    plain(3, "from_id", id, kRefused, kWithTicket),
    plain(4, "to_id", id, kRefused, kWithTicket),
    plain(5, "kind", integer, kRefused, kWithTicket),
    plain(6, "messages", text_plain, kRefused, kWithTicket),
    plain(7, "former", text_plain, kRefused, kWithTicket),
    plain(8, "by_agent_id", id, kAllowed, kWithTicket),
    plain(9, "at", instant, kRefused, kWithTicket),
    plain(10, "undone", boolean, kRefused, kWithTicket)};
inline constexpr Index kTicketMoveIndexes[] = {
    {"ticket_moves_from", Uniqueness::none, "workspace_id, from_id, id", ""},
    {"ticket_moves_to", Uniqueness::none, "workspace_id, to_id, id", ""}};
inline constexpr Table kTicketMoves{41,
                                    "ticket_moves",
                                    Storage::narrow,
                                    kTicketMoveColumns,
                                    "workspace_id, id",
                                    kTicketMoveIndexes};

// Backups hold words of `ticket_id` under keys of `holder_id`: they were there once. Two ids that
// stay beside the shells of both.
inline constexpr Column kTicketKinColumns[] = {workspace(),
                                               plain(2, "ticket_id", id, kRefused, kForever),
                                               plain(3, "holder_id", id, kRefused, kForever)};
inline constexpr Table kTicketKin{42,
                                  "ticket_kin",
                                  Storage::narrow,
                                  kTicketKinColumns,
                                  "workspace_id, ticket_id, holder_id",
                                  kNoIndexes};

inline constexpr Column kProposalColumns[] = {workspace(),
                                              plain(2, "id", id, kRefused, kWithTicket),
                                              plain(3, "ticket_id", id, kRefused, kWithTicket),
                                              plain(4, "message_id", id, kRefused, kWithTicket),
                                              plain(5, "kind", integer, kRefused, kWithTicket),
                                              plain(6, "other_id", id, kAllowed, kWithTicket),
                                              plain(7, "state", integer, kRefused, kWithTicket),
                                              plain(8, "at", instant, kRefused, kWithTicket)};
inline constexpr Index kProposalIndexes[] = {
    {"proposals_by_ticket", Uniqueness::none, "workspace_id, ticket_id, id", ""}};
inline constexpr Table kProposals{
    43, "proposals", Storage::narrow, kProposalColumns, "workspace_id, id", kProposalIndexes};

}  // namespace lethe::core::tables
