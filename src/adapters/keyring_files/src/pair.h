// The primary and its replica: which of the two is right, and who follows.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lethe/keyring_files/keyring_files.h"
#include "replica.h"
#include "site.h"

namespace lethe::keyring_files {

enum class Newer : std::uint8_t { same, first, second };

// Errors: conflict when neither history is the beginning of the other, as far
// as sequence, generation and stamp can tell.
[[nodiscard]] Result<Newer> compare(const Head& first, const Head& second);

// True for a private directory of ours that is empty or was a keyring before:
// filling any other could drop keys into somebody's home by a mistyped path.
[[nodiscard]] bool may_be_filled(const std::string& directory);

// Makes `replica` hold what `primary` holds. True when it had to be copied.
// Errors: conflict when the replica has what the primary has not.
[[nodiscard]] Result<bool> bring_up_to_date(Replica& replica, Site& primary);

}  // namespace lethe::keyring_files
