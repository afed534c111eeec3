// What is noted beside the keyring, so that it outlives the restore of an older backup.
#pragma once

#include <cstdint>
#include <string_view>

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
  erasure_cancelled,  // an order that was taken back before it began
};

// In the text of a note that was renewed: the Unix time of the first one.
inline constexpr std::string_view kNotedSince = "since";

}  // namespace lethe::app
