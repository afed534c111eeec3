// What each agent wants to be told of by mail.
#pragma once

#include "lethe/core/tables.h"

namespace lethe::core::tables {

// Only for agents who chose; the others are told what app::NoticeWishes says by default. `events`
// are the bits of ports::NoticeEvent, `watched_groups` ids of groups with commas between.
inline constexpr Column kAgentNoticeColumns[] = {
    workspace(), plain(2, "agent_id", id, kRefused, kWithAgent),
    plain(3, "events", integer, kRefused, kWithAgent),
    plain(4, "watched_groups", text_plain, kRefused, kWithAgent),
    plain(5, "wait_seconds", integer, kRefused, kWithAgent)};
inline constexpr Table kAgentNotices{
    38,        "agent_notices", Storage::narrow, kAgentNoticeColumns, "workspace_id, agent_id",
    kNoIndexes};

}  // namespace lethe::core::tables
