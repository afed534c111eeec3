#include "root_slots.h"

#include <algorithm>
#include <array>

#include "files.h"
#include "lethe/base/secret.h"

namespace lethe::keyring_files {
namespace {

constexpr std::string_view kMagic = "LETHEROT";
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kGenerationAt = 16;
constexpr std::size_t kRootAt = 24;
constexpr std::size_t kCheckAt = kRootAt + ports::kRootSize;
constexpr std::size_t kSlotBytes = kCheckAt + 8;

// On the stack and wiped: the root does not linger on the heap.
struct SlotImage {
  std::array<std::uint8_t, kSlotBytes> bytes{};
  SlotImage() = default;
  ~SlotImage() { wipe(bytes.data(), bytes.size()); }
  SlotImage(const SlotImage&) = delete;
  SlotImage& operator=(const SlotImage&) = delete;
  [[nodiscard]] ByteView part(std::size_t at, std::size_t size) const {
    return ByteView{bytes}.subspan(at, size);
  }
};

// FNV-1a, 64 bits.
std::uint64_t check_of(ByteView bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

void put_u64(SlotImage& image, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) {
    image.bytes[at + i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
  }
}

bool is_root_of(const SlotImage& image, std::uint64_t generation) {
  return as_text(image.part(0, kMagic.size())) == kMagic &&
         read_u64(image.part(kMagic.size(), 8)) == kVersion &&
         read_u64(image.part(kGenerationAt, 8)) == generation &&
         read_u64(image.part(kCheckAt, 8)) == check_of(image.part(0, kCheckAt));
}

}  // namespace

std::string RootSlots::path_of(std::uint64_t generation) const {
  return directory_ + (generation % 2 == 0 ? "/root.0" : "/root.1");
}

Status RootSlots::write(std::uint64_t generation, ports::RootView root) const {
  SlotImage image;
  std::ranges::copy(kMagic, image.bytes.begin());
  put_u64(image, kMagic.size(), kVersion);
  put_u64(image, kGenerationAt, generation);
  std::ranges::copy(root, image.bytes.begin() + kRootAt);
  put_u64(image, kCheckAt, check_of(image.part(0, kCheckAt)));
  LETHE_CHECK(overwrite(path_of(generation), image.bytes));
  return sync_directory(directory_);
}

Status RootSlots::read(std::uint64_t generation, ports::RootBuffer into) const {
  SlotImage image;
  if (!read_exactly(path_of(generation), image.bytes) || !is_root_of(image, generation)) {
    return fail(Errc::not_found, directory_ + " holds no root of this generation");
  }
  std::ranges::copy(image.part(kRootAt, ports::kRootSize), into.begin());
  return {};
}

bool RootSlots::holds(std::uint64_t generation) const {
  SlotImage image;
  return read_exactly(path_of(generation), image.bytes) && is_root_of(image, generation);
}

Result<bool> RootSlots::wipe_all_but(std::uint64_t generation) const {
  const std::string path = path_of(generation + 1);
  if (!exists(path)) return false;
  SlotImage image;
  const bool readable = read_exactly(path, image.bytes);
  const bool blank = readable && std::ranges::count(image.bytes, 0) == kSlotBytes;
  if (blank) return false;
  const SlotImage zeros;
  LETHE_CHECK(overwrite(path, zeros.bytes));
  return true;
}

}  // namespace lethe::keyring_files
