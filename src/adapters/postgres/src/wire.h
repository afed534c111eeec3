// Values in PostgreSQL's binary format.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "lethe/sql/value.h"

namespace lethe::postgres {

// The arguments of one statement as libpq wants them. Text and bytes stay the caller's.
class Arguments {
 public:
  explicit Arguments(sql::Params params);
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }
  // One letter per argument: the same text is prepared once per combination of types.
  [[nodiscard]] const std::string& signature() const noexcept { return signature_; }
  [[nodiscard]] const Oid* types() const noexcept { return types_.data(); }
  [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  void add(sql::Null);
  void add(std::int64_t number);
  void add(double number);
  void add(std::string_view text);
  void add(ByteView bytes);
  void add_number(char letter, Oid type, std::uint64_t bits);
  void add_bytes(char letter, Oid type, const char* data, std::size_t size);

  std::string signature_;
  std::vector<Oid> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::deque<std::array<char, 8>> numbers_;  // addresses stay
};

class ResultRow final : public sql::Row {
 public:
  ResultRow(const PGresult* result, int row) : result_(result), row_(row) {}

  [[nodiscard]] int columns() const override { return PQnfields(result_); }
  [[nodiscard]] bool is_null(int column) const override;
  [[nodiscard]] std::int64_t int64(int column) const override;
  [[nodiscard]] double real(int column) const override;
  [[nodiscard]] std::string_view text(int column) const override;
  [[nodiscard]] ByteView blob(int column) const override;

 private:
  [[nodiscard]] bool has_value(int column) const;
  [[nodiscard]] ByteView raw(int column) const;

  const PGresult* result_;
  int row_;
};

}  // namespace lethe::postgres
