// Result<T>: what every function that may be refused returns.
//
// `Errc` says what kind of refusal it is; the edges map it to HTTP, SMTP and
// exit codes in one table each. `Error::detail` is for operators: it names
// ids, paths of ours and system messages, never personal data.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace lethe {

enum class Errc {
  invalid_argument,    // the caller sent something that can never work
  out_of_range,        // understood, but beyond a documented bound
  not_found,           // no such thing, or none the caller may know of
  erased,              // it existed and was erased
  already_exists,      //
  conflict,            // the state changed meanwhile; read again
  forbidden,           // known caller, not allowed
  unauthenticated,     // unknown caller
  too_large,           // beyond a documented size
  unsupported,         // a version, algorithm or format we do not speak
  corrupt,             // stored bytes fail authentication or make no sense
  busy,                // try again later: locked, throttled, budget used up
  unavailable,         // try again later: disk full, peer or replica down
  stale_keyring,       // the keyring is older than the data (DESIGN section 4)
  needs_confirmation,  // allowed only after the caller confirms
  cancelled,
  internal,  // an outside library failed in a way we did not foresee
};

// The constant name of `code`, for logs and tests ("not_found").
[[nodiscard]] std::string_view name_of(Errc code) noexcept;

struct Error {
  Errc code = Errc::internal;
  std::string detail;  // ids and system messages only, never personal data
  std::string field;   // the field at fault, empty when none is

  // "context: detail", same code and field: add context where it is known once.
  [[nodiscard]] Error within(std::string_view context) &&;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string detail,
                                                 std::string field = {}) {
  return std::unexpected(Error{code, std::move(detail), std::move(field)});
}

}  // namespace lethe

#define LETHE_CONCAT_(a, b) a##b
#define LETHE_CONCAT(a, b) LETHE_CONCAT_(a, b)

// LETHE_TRY(auto rule, make_rule(...));   binds the value or returns the error.
#define LETHE_TRY(declaration, ...) \
  LETHE_TRY_IMPL_(LETHE_CONCAT(lethe_try_, __COUNTER__), declaration, __VA_ARGS__)
#define LETHE_TRY_IMPL_(temporary, declaration, ...)                    \
  auto temporary = (__VA_ARGS__);                                       \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  declaration = std::move(temporary).value()

// LETHE_CHECK(status);   for Status and for results whose value is not needed.
#define LETHE_CHECK(...)                                                          \
  do {                                                                            \
    auto lethe_status_ = (__VA_ARGS__);                                           \
    if (!lethe_status_) return std::unexpected(std::move(lethe_status_).error()); \
  } while (false)

#define LETHE_CO_TRY(declaration, ...) \
  LETHE_CO_TRY_IMPL_(LETHE_CONCAT(lethe_try_, __COUNTER__), declaration, __VA_ARGS__)
#define LETHE_CO_TRY_IMPL_(temporary, declaration, ...)                    \
  auto temporary = (__VA_ARGS__);                                          \
  if (!temporary) co_return std::unexpected(std::move(temporary).error()); \
  declaration = std::move(temporary).value()
