# One compiler policy for every target; nothing global but the language level.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} destroys aggregates twice inside co_await. "
                      "Use clang-19 (cmake --preset dev) or g++ 14 and later.")
endif()
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

set(LETHE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
option(LETHE_COVERAGE "Source-based coverage" OFF)

# lethe_build_options: linked by every target of ours.
add_library(lethe_build_options INTERFACE)
target_compile_options(lethe_build_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wunused -Wno-missing-designated-field-initializers -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough -Werror)
target_link_options(lethe_build_options INTERFACE -fuse-ld=mold)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(lethe_build_options INTERFACE -O1 -g1 -fno-omit-frame-pointer)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(lethe_build_options INTERFACE -O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE)
  target_link_options(lethe_build_options INTERFACE -Wl,-z,relro,-z,now -pie)
endif()
if(LETHE_SANITIZE)
  target_compile_options(lethe_build_options INTERFACE -fsanitize=${LETHE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(lethe_build_options INTERFACE -fsanitize=${LETHE_SANITIZE})
endif()
# lethe_unoptimised: linked behind lethe_build_options, for what nobody waits for when it runs.
add_library(lethe_unoptimised INTERFACE)
target_compile_options(lethe_unoptimised INTERFACE -O0)

# lethe_fuzz_options: what libFuzzer steers by. Only for layers that a fuzzer runs through: the others' tests would be
# compiled and run with it for nothing.
add_library(lethe_fuzz_options INTERFACE)
if(LETHE_FUZZ)
  target_compile_options(lethe_fuzz_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(LETHE_COVERAGE)
  target_compile_options(lethe_build_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(lethe_build_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
endif()
if(LETHE_FAULT_POINTS)
  target_compile_definitions(lethe_build_options INTERFACE LETHE_FAULT_POINTS=1)
endif()
