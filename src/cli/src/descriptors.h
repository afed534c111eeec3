// How many sockets and files the process may hold open.
#pragma once

#include <cstddef>

namespace lethe::cli {

// Up to what the system allows this user (RLIMIT_NOFILE, the hard limit).
void raise_descriptor_limit();

// Mail connections at once: 10,000, or what the limit leaves beside files and pages.
[[nodiscard]] std::size_t mail_connections_max();

}  // namespace lethe::cli
