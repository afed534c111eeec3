// One HTTPS request with libcurl.
#pragma once

#include <chrono>
#include <string>

#include "lethe/relay_protocol/http.h"

namespace lethe::relay_out {

struct Trust {
  std::string ca_file;
  std::chrono::milliseconds connect;
};

void start_libcurl();

// Uses and keeps this thread's connections. Ends at `deadline` at the latest.
[[nodiscard]] relay_protocol::HttpAnswer exchange(const relay_protocol::HttpRequest& request,
                                                  const Trust& trust,
                                                  std::chrono::steady_clock::time_point deadline);

}  // namespace lethe::relay_out
