// What the program releases is wiped first: decrypted text must not stay in
// freed memory (DESIGN section 4, Memory).
//
// free, realloc and operator delete of the whole executable, its libraries
// included, are interposed; glibc's own entry points do the work. Sanitised
// builds have their own allocator and are left alone.
#include <malloc.h>

#include <cstddef>
#include <cstring>
#include <new>

#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && \
    !__has_feature(thread_sanitizer)

extern "C" {
void __libc_free(void* memory);
void* __libc_malloc(std::size_t size);
}

namespace {

// A call through a volatile pointer is never optimised away as a dead store.
void* (*const volatile overwrite)(void*, int, std::size_t) = std::memset;

void wipe_and_free(void* memory) noexcept {
  if (memory == nullptr) return;
  overwrite(memory, 0, ::malloc_usable_size(memory));
  __libc_free(memory);
}

}  // namespace

extern "C" void free(void* memory) noexcept { wipe_and_free(memory); }

// glibc's realloc may move and leave the old bytes behind: copied by hand.
extern "C" void* realloc(void* memory, std::size_t size) noexcept {
  if (memory == nullptr) return __libc_malloc(size);
  if (size == 0) {
    wipe_and_free(memory);
    return nullptr;
  }
  const std::size_t held = ::malloc_usable_size(memory);
  if (size <= held && size > held / 2) return memory;
  void* moved = __libc_malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, size < held ? size : held);
  wipe_and_free(memory);
  return moved;
}

void operator delete(void* memory) noexcept { wipe_and_free(memory); }
void operator delete[](void* memory) noexcept { wipe_and_free(memory); }
void operator delete(void* memory, std::size_t) noexcept { wipe_and_free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { wipe_and_free(memory); }

#endif
