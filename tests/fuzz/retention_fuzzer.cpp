// Any bytes as a request of worlds, and as an address: every one is answered,
// and an answer means the same when it is read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lethe/base/assert.h"
#include "lethe/core/address.h"
#include "lethe/core/retention_world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const auto verdicts = lethe::core::retention::evaluate(bytes)) {
    for (const auto& verdict : *verdicts) LETHE_ASSERT(!verdict.empty());
  }
  if (const auto address = lethe::core::EmailAddress::parse(bytes)) {
    const auto again = lethe::core::EmailAddress::parse(address->normalised());
    LETHE_ASSERT(again && again->normalised() == address->normalised());
    LETHE_ASSERT(address->local_part().size() <= lethe::core::kLocalPartBytesMax);
    LETHE_ASSERT(address->domain().size() <= lethe::core::kDomainBytesMax);
  }
  return 0;
}
