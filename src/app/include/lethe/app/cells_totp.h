// The cell of an agent's authenticator (cells.h says what a cell's name is).
#pragma once

#include "lethe/app/cells.h"
#include "lethe/core/tables_totp.h"

namespace lethe::app::cell {

inline constexpr CellName kSecondStep = name(core::tables::kSecondSteps, "secret");

}  // namespace lethe::app::cell
