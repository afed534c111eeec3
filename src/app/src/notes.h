// What is noted beside the keyring, so that it outlives the restore of an older backup.
#pragma once

#include <cstdint>

namespace lethe::app {

// Part of the format: append, never change.
enum class NoteKind : std::uint16_t {
  hold_placed = 1,
  hold_lifted,
  frozen,
  unfrozen,
  redacted,
  mail_mark_set,  // what an address asked for: no such mail any more
  mail_mark_lifted,
};

}  // namespace lethe::app
