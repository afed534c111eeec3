#include "lethe/base/locked_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "lethe/base/secret.h"

namespace lethe {
namespace {

std::size_t whole_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

Result<LockedMemory> LockedMemory::make(std::size_t bytes) {
  const std::size_t size = whole_pages(bytes);
  void* const start =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return fail(Errc::unavailable, "no memory for keys");
  LockedMemory memory{{static_cast<std::uint8_t*>(start), size}};
  // An unlocked page could be written to swap, where a destroyed key would live on.
  if (mlock(start, size) != 0) {
    return fail(Errc::unavailable,
                "the limit on locked memory is too low: keys need " + std::to_string(size / 1024) +
                    " KiB; raise it with `ulimit -l` or LimitMEMLOCK= of systemd");
  }
  madvise(start, size, MADV_DONTDUMP);
  return memory;
}

LockedMemory::~LockedMemory() { release(); }

LockedMemory::LockedMemory(LockedMemory&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})) {}

LockedMemory& LockedMemory::operator=(LockedMemory&& other) noexcept {
  if (this == &other) return *this;
  release();
  bytes_ = std::exchange(other.bytes_, {});
  return *this;
}

void LockedMemory::release() noexcept {
  if (bytes_.empty()) return;
  wipe(bytes_.data(), bytes_.size());
  munmap(bytes_.data(), bytes_.size());
  bytes_ = {};
}

}  // namespace lethe
