// Tables of operations: what the doors refused, and which files are locked away.
//
// Counts, reply codes and random ids only: no address, no domain, no content. A
// refusal is counted per minute and kind, so that an attack adds to a number and
// not to the table; the newest thousand kinds and 14 days are kept.
#pragma once

#include "lethe/core/tables.h"

namespace lethe::core::tables {

// `code` is the reply's (SMTP or HTTP), 0 when there was none; `mailbox_id` is the fetched mailbox,
// 0 for doors that others come to.
inline constexpr Column kRefusalColumns[] = {
    workspace(),
    plain(2, "at", instant, kRefused, Retention::log),
    plain(3, "door", integer, kRefused, Retention::log),
    plain(4, "code", integer, kRefused, Retention::log),
    plain(5, "enhanced", text_plain, kRefused, Retention::log),
    plain(6, "reason", integer, kRefused, Retention::log),
    plain(7, "mailbox_id", integer, kRefused, Retention::log),
    plain(8, "n", integer, kRefused, Retention::log)};
inline constexpr Table kRefusals{44,
                                 "refusals",
                                 Storage::narrow,
                                 kRefusalColumns,
                                 "workspace_id, at, door, code, enhanced, reason, mailbox_id",
                                 kNoIndexes};

// Files in which a signature was found and that nobody released. The signature stands sealed in the
// file's description.
inline constexpr Column kQuarantinedColumns[] = {
    workspace(), plain(2, "attachment_id", id, kRefused, kWithTicket),
    plain(3, "at", instant, kRefused, kWithTicket)};
inline constexpr Table kQuarantined{
    59,        "quarantined", Storage::narrow, kQuarantinedColumns, "workspace_id, attachment_id",
    kNoIndexes};

}  // namespace lethe::core::tables
