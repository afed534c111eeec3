// A redaction, noted beside the keyring for the restore of a backup that was taken before it.
//
// The note holds the cells as they were sealed again: ciphertext under the new content keys, so
// that it opens nothing that a later erasure or redaction destroyed. One note for each person
// whose key was replaced; it goes with the person, and after 13 months.
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// Inside the transaction that seals the cells again, after it did.
[[nodiscard]] Status note_redaction(App& app, const ports::Reading& tx, core::TicketId ticket,
                                    core::PersonId owner);

// `unreadable` leaves alone what still opens: without a restore, a note may be of a redaction that
// a crash cut short before it happened.
enum class Replace : std::uint8_t { older, unreadable };

// Puts the noted cells in the place of older ones, oldest note first. What is newer than a note
// stays, what is gone stays gone. Idempotent. Returns how many messages, subjects and files
// changed.
[[nodiscard]] Result<std::int64_t> replay_redactions(App& app, Replace replace);

}  // namespace lethe::app
