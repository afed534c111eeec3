# lethe_precompile(target [header ...]): the standard headers everybody uses, and the named ones, are parsed once for
# all files of a target; half of what a file costs is parsing them. Not for layers with a TRIPWIRE, whose point is
# what a header does when it is read, and not for a handful of files, which cost less than the parsing once.
set(LETHE_PRECOMPILE_FROM 5)
function(lethe_precompile target)
  get_target_property(sources ${target} SOURCES)
  list(LENGTH sources count)
  if(count LESS LETHE_PRECOMPILE_FROM)
    return()
  endif()
  list(TRANSFORM ARGN REPLACE "^(.+)$" "<\\1>" OUTPUT_VARIABLE named)
  target_precompile_headers(${target} PRIVATE <algorithm> <array> <chrono> <cstdint> <expected> <functional> <map>
    <memory> <optional> <ranges> <set> <span> <string> <string_view> <utility> <variant> <vector> ${named})
  # Without times in it the result is the same each time, so that a compiler cache can tell.
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()

# lethe_layer(NAME core [FUZZED] [USES base ...] [LINKS pkg ...] [PUBLIC_LINKS pkg ...] [TRIPWIRE dir] [PRECOMPILE header ...])
#
# Makes a layer from the directory it is called in:
#   include/lethe/<name>/*.h   its public headers, the only ones others can include
#   src/*.cpp, src/*.h         its implementation
#   tests/*_test.cpp           its unit tests -> program test_<name>
# USES names the layers it may include; anything else is "No such file". TRIPWIRE puts headers first on the
# search path that turn sockets, files, threads and databases into #error. FUZZED are the layers that a fuzzer runs
# through. Every public header is compiled alone: by a file that includes nothing else, or by a source that includes it
# first and has nothing precompiled before it.
function(lethe_layer)
  cmake_parse_arguments(L "FUZZED" "NAME;TRIPWIRE" "USES;LINKS;PUBLIC_LINKS;PRECOMPILE" ${ARGN})
  set(target lethe_${L_NAME})
  file(GLOB sources CONFIGURE_DEPENDS src/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS include/lethe/${L_NAME}/*.h)
  list(TRANSFORM L_USES PREPEND lethe_ OUTPUT_VARIABLE uses)

  set(stands_alone)
  if(L_TRIPWIRE)
    foreach(source IN LISTS sources)
      file(STRINGS ${source} include REGEX "^#include " LIMIT_COUNT 1)
      list(APPEND stands_alone ${include})
    endforeach()
  endif()

  set(probes)
  foreach(header IN LISTS headers)
    get_filename_component(stem ${header} NAME_WE)
    if("#include \"lethe/${L_NAME}/${stem}.h\"" IN_LIST stands_alone)
      continue()
    endif()
    set(probe ${CMAKE_CURRENT_BINARY_DIR}/probes/${stem}_header_stands_alone.cpp)
    file(CONFIGURE OUTPUT ${probe} CONTENT "#include \"lethe/${L_NAME}/${stem}.h\"\n" @ONLY)
    list(APPEND probes ${probe})
  endforeach()

  if(NOT sources)
    set(sources ${probes})
    set(probes)
  endif()
  add_library(${target} STATIC ${sources})
  if(NOT L_TRIPWIRE)
    lethe_precompile(${target} ${L_PRECOMPILE})
  endif()
  target_include_directories(${target} PUBLIC include PRIVATE src)
  target_link_libraries(${target} PUBLIC ${uses} ${L_PUBLIC_LINKS} PRIVATE lethe_build_options ${L_LINKS})
  if(L_TRIPWIRE)
    target_include_directories(${target} BEFORE PRIVATE ${L_TRIPWIRE})
  endif()
  if(L_FUZZED)
    target_link_libraries(${target} PRIVATE lethe_fuzz_options)
  endif()
  if(probes AND BUILD_TESTING AND NOT LETHE_SUBSET)  # asked once, in the full tree
    add_library(${target}_probes OBJECT ${probes})
    target_link_libraries(${target}_probes PRIVATE ${target} lethe_build_options lethe_unoptimised)
  endif()

  file(GLOB tests CONFIGURE_DEPENDS tests/*_test.cpp)
  if(tests AND BUILD_TESTING)
    lethe_test(NAME test_${L_NAME} SOURCES ${tests} USES ${L_NAME} LINKS ${L_LINKS}
               PRECOMPILE ${L_PRECOMPILE})
    target_include_directories(test_${L_NAME} PRIVATE src)
  endif()
endfunction()

# lethe_test(NAME test_x SOURCES ... USES layers [LINKS pkg ...]): one doctest program, registered with ctest.
function(lethe_test)
  cmake_parse_arguments(T "" "NAME" "SOURCES;USES;LINKS;PRECOMPILE" ${ARGN})
  list(TRANSFORM T_USES PREPEND lethe_ OUTPUT_VARIABLE uses)
  add_executable(${T_NAME} ${T_SOURCES})
  lethe_precompile(${T_NAME} ${T_PRECOMPILE} doctest/doctest.h)
  target_link_libraries(${T_NAME} PRIVATE ${uses} lethe_test_main lethe_build_options ${T_LINKS})
  target_compile_definitions(${T_NAME} PRIVATE LETHE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(LETHE_SANITIZE)
    # Optimising the checks that sanitisers put into a test file is half of what it takes to compile it.
    target_link_libraries(${T_NAME} PRIVATE lethe_unoptimised)
  endif()
  add_test(NAME ${T_NAME} COMMAND ${T_NAME})
endfunction()
