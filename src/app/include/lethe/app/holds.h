// Holds and freezes: what keeps a person or a ticket from being erased
// (GDPR art. 17(3)), or from being anything but stored (art. 18).
//
// Each is also written beside the keyring, so that the restore of an older
// backup brings it back, and does not bring back one that was lifted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lethe/app/app.h"

namespace lethe::app {

struct HoldOrder {
  std::optional<core::PersonId> person;  // one of the two
  std::optional<core::TicketId> ticket;
  std::string ground;  // "art-17-3-a" .. "art-17-3-e"
  std::string reason;  // free text, sealed; at most 2,000 bytes
  core::AgentId by;
  std::optional<Instant> until;  // empty: until it is lifted
};

struct HoldView {
  ports::HoldRow row;
  std::string reason;
};

// Errors: not_found, erased (or being erased), invalid_argument (ground, person), out_of_range
// (until lies in the past), too_large (reason).
[[nodiscard]] Result<core::HoldId> place_hold(App& app, const HoldOrder& order);
// Errors: not_found.
[[nodiscard]] Status lift_hold(App& app, core::HoldId id);
// With their reasons, in the order given; the reason of one whose person's key is gone is empty.
[[nodiscard]] Result<std::vector<HoldView>> view_holds(App& app, const ports::Reading& tx,
                                                       std::vector<ports::HoldRow> rows);

enum class Frozen : bool { no, yes };
// Restriction of processing. Errors: not_found.
[[nodiscard]] Status set_frozen(App& app, core::PersonId person, Frozen frozen);

// After the restore of older data: holds and freezes as they were noted. Idempotent.
struct Replayed {
  std::int64_t holds_placed = 0, holds_lifted = 0, freezes = 0;
};
[[nodiscard]] Result<Replayed> replay_notes(App& app);

}  // namespace lethe::app
