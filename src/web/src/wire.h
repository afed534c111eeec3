// The head of an answer as bytes.
#pragma once

#include <optional>
#include <string>

#include "lethe/web_protocol/message.h"

namespace lethe::web {

enum class KeepAlive { yes, no };

// Status line and headers with the blank line after them. `length` nothing: chunked. Control
// characters in values, which could start a header of their own, become blanks.
[[nodiscard]] std::string head_of(const web_protocol::Response& response,
                                  std::optional<std::size_t> length, KeepAlive keep_alive);
// One chunk of a chunked body (RFC 9112 section 7.1).
[[nodiscard]] std::string chunk_of(std::string_view bytes);

// Overwrites 64 KiB of the stack below the caller, where the work just done had its variables.
void scrub_stack() noexcept;

}  // namespace lethe::web
