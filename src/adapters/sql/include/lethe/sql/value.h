// What goes into a statement and what comes out of a row.
//
// `Param` borrows: it is a function argument and nothing else. There is no
// way from `Plaintext` or `Secret` into a `Param`, so text of people reaches
// the database sealed or not at all.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/id.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"

namespace lethe::sql {

struct Null {};

// One argument: null, 64-bit integer, double (avoid), text (UTF-8 without NUL, else the statement
// is refused with invalid_argument on every engine), or bytes. Booleans are 0 and 1, instants
// seconds, ids their number, an empty optional is null.
class Param {
 public:
  using Value = std::variant<Null, std::int64_t, double, std::string_view, ByteView>;

  Param(Null) {}
  Param(std::nullopt_t) {}
  template <std::integral T>
    requires(sizeof(T) <= sizeof(std::int64_t))
  Param(T number) : value_(static_cast<std::int64_t>(number)) {}
  Param(double number) : value_(number) {}
  Param(Instant at) : value_(unix_seconds(at)) {}
  template <class Tag>
  Param(Id<Tag> id) : value_(id.value()) {}
  Param(std::string_view text) : value_(text) {}
  Param(const std::string& text) : value_(std::string_view{text}) {}
  Param(const char* text) : value_(std::string_view{text}) {}
  Param(ByteView bytes) : value_(bytes) {}
  Param(const Bytes& bytes) : value_(ByteView{bytes}) {}
  Param(const Ciphertext& cell) : value_(cell.bytes()) {}
  template <class T>
    requires std::constructible_from<Param, const T&>
  Param(const std::optional<T>& maybe) : value_(maybe ? Param{*maybe}.value_ : Value{Null{}}) {}
  Param(const Plaintext&) = delete;
  Param(const Secret&) = delete;

  [[nodiscard]] const Value& value() const noexcept { return value_; }

 private:
  Value value_;
};

// The arguments of one statement, $1 first: `{id, name}` in the call, or a vector built before it.
class Params {
 public:
  Params() = default;
  Params(std::initializer_list<Param> list) : list_(list.begin(), list.size()) {}
  Params(const std::vector<Param>& list) : list_(list) {}

  [[nodiscard]] std::span<const Param> list() const noexcept { return list_; }

 private:
  std::span<const Param> list_;
};

// One row of an answer, columns counted from 0. Views live until the callback returns.
//
// Reading a value as another type than it has, a null as a value, or a column that is not there,
// gives 0 or "" and makes the query fail with `corrupt` once the callback returns. An id that is
// null or not positive is a broken invariant and stops the process.
class Row {
 public:
  virtual ~Row() = default;
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;

  [[nodiscard]] virtual int columns() const = 0;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t int64(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0;
  [[nodiscard]] virtual ByteView blob(int column) const = 0;

  [[nodiscard]] bool boolean(int column) const { return int64(column) != 0; }
  [[nodiscard]] Instant instant(int column) const { return instant_of(int64(column)); }
  [[nodiscard]] std::string string(int column) const { return std::string{text(column)}; }
  [[nodiscard]] Bytes bytes(int column) const {
    const ByteView view = blob(column);
    return {view.begin(), view.end()};
  }
  template <class IdType>
  [[nodiscard]] IdType id(int column) const {
    return IdType::of(int64(column));
  }

  [[nodiscard]] std::optional<std::int64_t> optional_int64(int column) const {
    return is_null(column) ? std::nullopt : std::optional{int64(column)};
  }
  [[nodiscard]] std::optional<bool> optional_boolean(int column) const {
    return is_null(column) ? std::nullopt : std::optional{boolean(column)};
  }
  [[nodiscard]] std::optional<Instant> optional_instant(int column) const {
    return is_null(column) ? std::nullopt : std::optional{instant(column)};
  }
  [[nodiscard]] std::optional<std::string> optional_string(int column) const {
    return is_null(column) ? std::nullopt : std::optional{string(column)};
  }
  [[nodiscard]] std::optional<Bytes> optional_bytes(int column) const {
    return is_null(column) ? std::nullopt : std::optional{bytes(column)};
  }
  template <class IdType>
  [[nodiscard]] std::optional<IdType> optional_id(int column) const {
    return is_null(column) ? std::nullopt : std::optional{id<IdType>(column)};
  }

  // True after a misreading.
  [[nodiscard]] bool misread() const noexcept { return misread_; }

 protected:
  Row() = default;
  void note_misreading() const noexcept { misread_ = true; }

 private:
  mutable bool misread_ = false;
};

}  // namespace lethe::sql
