#include "lethe/ports/blobs.h"

#include <algorithm>

#include "lethe/base/encoding.h"

namespace lethe::ports {
namespace {

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

Result<BlobName> BlobName::parse(std::string_view text) {
  if (text.size() != 32 || !std::ranges::all_of(text, is_lower_hex)) {
    return fail(Errc::invalid_argument, "not the name of a blob");
  }
  return BlobName{std::string{text}};
}

BlobName BlobName::of(std::span<const std::uint8_t, 16> random_bytes) {
  return BlobName{to_hex(random_bytes)};
}

Result<BlobTotals> Blobs::totals() {
  BlobTotals totals;
  LETHE_CHECK(for_each([&totals](const BlobName&, std::uint64_t bytes) -> Status {
    ++totals.blobs;
    totals.bytes += bytes;
    return {};
  }));
  return totals;
}

}  // namespace lethe::ports
