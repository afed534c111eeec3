// Texts that agents put into their answers.
//
// The organisation's own words, with placeholders where a person would be named; never personal
// data, so they stand in clear.
#pragma once

#include "lethe/core/tables.h"

namespace lethe::core::tables {

// A reply with a group is offered in the tickets of that group only. `language` is a code such as
// "de", or empty: for everybody.
inline constexpr Column kSavedReplyColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kForever),
    plain(3, "title", text_plain, kRefused, kForever),
    plain(4, "text", text_plain, kRefused, kForever),
    plain(5, "group_id", id, kAllowed, kForever),
    plain(6, "language", text_plain, kRefused, kForever),
    plain(7, "version", integer, kRefused, kForever),
    plain(8, "created_at", instant, kRefused, kForever),
    plain(9, "updated_at", instant, kRefused, kForever)};
inline constexpr Table kSavedReplies{
    37, "saved_replies", Storage::wide, kSavedReplyColumns, "workspace_id, id", kNoIndexes};

}  // namespace lethe::core::tables
