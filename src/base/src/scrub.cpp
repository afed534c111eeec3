#include "lethe/base/scrub.h"

#include <cstddef>

#include "lethe/base/secret.h"

namespace lethe {
namespace {

constexpr std::size_t kScrubbedBytes = 96 * std::size_t{1024};

}  // namespace

// Not inlined: the array must lie where the frames of the job lay.
[[gnu::noinline, gnu::no_sanitize_address]] void scrub_stack() noexcept {
  unsigned char below[kScrubbedBytes];
  wipe(below, sizeof below);
}

}  // namespace lethe
