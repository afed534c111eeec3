// Assertions that stay on in release builds: a bug must stop the process
// before it goes on to erase, show or mail the wrong person's data.
#pragma once

namespace lethe {

// Prints "file:line: broken invariant: expression" (no values) and aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace lethe

#define LETHE_ASSERT(expression)                        \
  (static_cast<bool>(expression) ? static_cast<void>(0) \
                                 : ::lethe::assertion_failed(#expression, __FILE__, __LINE__))
