// Memory for keys: never swapped, never in a core dump, wiped before release.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lethe/base/result.h"

namespace lethe {

// One mapping of whole pages, mlock()ed and marked MADV_DONTDUMP. Move-only.
class LockedMemory {
 public:
  // Errors: unavailable when the limit on locked memory (`ulimit -l`,
  // systemd's LimitMEMLOCK=) refuses; the detail says how much is needed.
  [[nodiscard]] static Result<LockedMemory> make(std::size_t bytes);
  ~LockedMemory();
  LockedMemory(const LockedMemory&) = delete;
  LockedMemory& operator=(const LockedMemory&) = delete;
  LockedMemory(LockedMemory&& other) noexcept;
  LockedMemory& operator=(LockedMemory&& other) noexcept;

  // At least the size asked for, zero at first.
  [[nodiscard]] std::span<std::uint8_t> bytes() const noexcept { return bytes_; }

 private:
  explicit LockedMemory(std::span<std::uint8_t> bytes) noexcept : bytes_(bytes) {}
  void release() noexcept;
  std::span<std::uint8_t> bytes_;
};

}  // namespace lethe
