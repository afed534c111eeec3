// A long document that is written by pushing, as an answer that is pulled (Response::more).
//
// A thread of its own writes; at most kPulledBytes and one piece wait for the client, however slow.
// A client that goes away ends the thread at its next piece.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::web {

inline constexpr std::size_t kPulledBytes = std::size_t{64} * 1024;

using PieceSink = std::function<Status(std::string_view piece)>;
using PulledDocument = std::function<Result<std::optional<std::string>>()>;

// Returns when the first bytes are there, so that what fails before them is an error and no answer.
// Later errors come from the pull. `write` outlives nothing: it is called once and dropped.
[[nodiscard]] Result<PulledDocument> pulled(std::function<Status(const PieceSink&)> write);

}  // namespace lethe::web
