#include "descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace lethe::cli {
namespace {

constexpr rlim_t kWanted = 65536;
constexpr std::size_t kConnections = 10'000;
constexpr std::size_t kFewest = 100;
// Pages (1,024 connections), the store's files and readers, blobs being written.
constexpr std::size_t kOthers = 1'400;

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min(limit.rlim_max, kWanted);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t mail_connections_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kFewest;
  const auto all = static_cast<std::size_t>(limit.rlim_cur);
  return std::clamp(all > kOthers ? all - kOthers : 0, kFewest, kConnections);
}

}  // namespace lethe::cli
