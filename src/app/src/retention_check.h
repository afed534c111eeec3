// The last look before an erasure by rule (RET-22).
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// Judges the person of `row` once more, in the transaction that begins the erasure or hides them: a
// ticket that came or was reopened since the plan, an exception or the switch wins. An erasure that
// no run ordered passes. Errors: conflict; the next run judges anew.
[[nodiscard]] Status refuse_unless_still_due(App& app, const ports::Reading& tx,
                                             const ports::ErasureRow& row);

}  // namespace lethe::app
