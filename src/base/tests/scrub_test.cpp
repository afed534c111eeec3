#include "lethe/base/scrub.h"

#include <doctest/doctest.h>
#include <pthread.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace lethe {
namespace {

constexpr std::size_t kStackBytes = std::size_t{1024} * 1024;
constexpr char kTrace = '\xB7';
constexpr std::size_t kTraceBytes = 512;

[[gnu::noinline, gnu::no_sanitize_address]] void leave_a_trace() {
  volatile char text[kTraceBytes];
  for (volatile char& c : text) c = kTrace;
}

struct Free {
  void operator()(char* stack) const { std::free(stack); }
};

// Runs `body` on a stack of our own and says whether the trace is still on it.
bool trace_stays_after(void* (*body)(void*)) {
  const std::unique_ptr<char, Free> stack{
      static_cast<char*>(std::aligned_alloc(4096, kStackBytes))};
  std::memset(stack.get(), 0, kStackBytes);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  REQUIRE(pthread_attr_setstack(&attributes, stack.get(), kStackBytes) == 0);
  pthread_t thread = 0;
  REQUIRE(pthread_create(&thread, &attributes, body, nullptr) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  const std::string trace(kTraceBytes / 2, kTrace);
  return std::string_view{stack.get(), kStackBytes}.find(trace) != std::string_view::npos;
}

TEST_CASE("what a job left on its stack is gone after scrubbing, and would be there without") {
  CHECK(trace_stays_after([](void*) -> void* {
    leave_a_trace();
    return nullptr;
  }));
  CHECK_FALSE(trace_stays_after([](void*) -> void* {
    leave_a_trace();
    scrub_stack();
    return nullptr;
  }));
}

}  // namespace
}  // namespace lethe
