// "127.0.0.1:8080", "[::1]:8080": where pages and metrics listen.
#pragma once

#include <cstdint>
#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

struct ListenAddress {
  std::string address;  // without brackets
  std::uint16_t port = 0;
};

// Errors: invalid_argument, naming `key`.
[[nodiscard]] Result<ListenAddress> parse_listen_address(const std::string& key,
                                                         const std::string& text);

}  // namespace lethe::cli
