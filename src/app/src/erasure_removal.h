// Taking the rows and blobs of an erasure away; shared by erasures and the sweep after a restore.
#pragma once

#include "erasure_reach.h"

namespace lethe::app {

[[nodiscard]] Status remove_blobs(App& app, const ErasureReach& reach);
// Tickets become shells, parts in others' tickets go, the person's row goes. Ok when it is done
// already.
[[nodiscard]] Status remove_rows_of(App& app, ports::Writing& tx, const ports::ErasureRow& row,
                                    const ErasureReach& reach);

}  // namespace lethe::app
