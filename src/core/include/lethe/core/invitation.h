// What a calendar file in a mail says of its meeting, in so far as a page shows it.
//
// Sources: RFC 5545 (iCalendar: folding in 3.1, escapes in 3.3.11), RFC 5546 (methods). Pure, one
// pass, total for any bytes; files over 256 KiB and what is no meeting are none. Times are given as
// they are written, with the name of their zone, and as the instant they are where the zone is
// known: by the zone database, by its name in Windows, or by the file's own VTIMEZONE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/base/time.h"

namespace lethe::core {

inline constexpr std::size_t kInvitationBytesMax = 256 * 1024;

enum class InvitationMethod : std::uint8_t { publish, request, cancel, reply };

struct InvitationTime {
  Instant wall;               // the reading of a clock at the place, as if it were UTC
  bool is_day = false;        // a whole day: `wall` is its midnight
  std::string zone;           // "Europe/Berlin", "UTC"; empty: the clock where one happens to be
  std::optional<Instant> at;  // nothing for days, without a zone, and when nobody knows the zone
};

// Texts are one line each, of at most 500 bytes.
struct Invitation {
  InvitationMethod method = InvitationMethod::publish;
  std::string summary;
  std::string location;
  std::string organizer;  // a name, else an address
  std::string attendee;   // replies: who answers
  std::string answer;     // replies: "ACCEPTED", "DECLINED", "TENTATIVE", as written
  InvitationTime start;
  std::optional<InvitationTime> end;  // of whole days: the last one
  bool repeats = false;
};

// The first meeting of the file. It needs a start that exists in the calendar.
[[nodiscard]] std::optional<Invitation> parse_invitation(std::string_view file);

}  // namespace lethe::core
