#include "lethe/base/bytes.h"

#include "lethe/base/assert.h"

namespace lethe {
namespace {

template <class Int>
void append_big_endian(Bytes& out, Int value) {
  for (int shift = static_cast<int>(sizeof(Int) * 8) - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

}  // namespace

void append_u16(Bytes& out, std::uint16_t value) { append_big_endian(out, value); }
void append_u32(Bytes& out, std::uint32_t value) { append_big_endian(out, value); }
void append_u64(Bytes& out, std::uint64_t value) { append_big_endian(out, value); }

std::uint64_t read_u64(ByteView eight_bytes) noexcept {
  LETHE_ASSERT(eight_bytes.size() == 8);
  std::uint64_t value = 0;
  for (const std::uint8_t byte : eight_bytes) value = value << 8 | byte;
  return value;
}

}  // namespace lethe
