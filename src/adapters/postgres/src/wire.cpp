#include "wire.h"

#include <bit>
#include <optional>

namespace lethe::postgres {
namespace {

// pg_type.dat; these numbers are part of the protocol's contract and never change.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kChar = 18;
constexpr Oid kName = 19;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kOid = 26;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kBpchar = 1042;
constexpr Oid kVarchar = 1043;
constexpr Oid kNumeric = 1700;

std::uint64_t unsigned_of(ByteView big_endian) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : big_endian) value = (value << 8) | byte;
  return value;
}

std::int16_t int16_at(ByteView bytes, std::size_t at) {
  return static_cast<std::int16_t>(unsigned_of(bytes.subspan(at, 2)));
}

// What SUM and AVG over BIGINT give: groups of four decimal digits, the first weighing
// 10000^weight.
class Numeric {
 public:
  explicit Numeric(ByteView bytes) : bytes_(bytes) {}

  [[nodiscard]] std::optional<std::int64_t> whole() const {
    if (!finite()) return std::nullopt;
    std::int64_t value = 0;
    for (int i = 0; i <= weight(); ++i) {
      const int group = i < groups() ? digits(i) : 0;
      // Built on the negative side, which is one larger.
      if (__builtin_mul_overflow(value, 10'000, &value)) return std::nullopt;
      if (__builtin_sub_overflow(value, group, &value)) return std::nullopt;
    }
    for (int i = weight() + 1; i < groups(); ++i) {
      if (i >= 0 && digits(i) != 0) return std::nullopt;
    }
    if (negative()) return value;
    std::int64_t positive = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, value, &positive)) return std::nullopt;
    return positive;
  }

  [[nodiscard]] std::optional<double> approximate() const {
    if (!finite()) return std::nullopt;
    double value = 0;
    for (int i = 0; i < groups(); ++i) value = value * 10'000 + digits(i);
    for (int i = groups(); i <= weight(); ++i) value *= 10'000;
    for (int i = weight() + 1; i < groups(); ++i) value /= 10'000;
    return negative() ? -value : value;
  }

 private:
  [[nodiscard]] int groups() const { return int16_at(bytes_, 0); }
  [[nodiscard]] int weight() const { return int16_at(bytes_, 2); }
  [[nodiscard]] bool negative() const { return int16_at(bytes_, 4) == 0x4000; }
  [[nodiscard]] bool finite() const {
    return bytes_.size() >= 8 && (int16_at(bytes_, 4) == 0 || negative()) &&
           bytes_.size() == 8 + 2 * static_cast<std::size_t>(groups());
  }
  [[nodiscard]] int digits(int group) const {
    return int16_at(bytes_, 8 + 2 * static_cast<std::size_t>(group));
  }

  ByteView bytes_;
};

std::optional<std::int64_t> integer_of(Oid type, ByteView bytes) {
  switch (type) {
    case kInt8:
      return static_cast<std::int64_t>(unsigned_of(bytes));
    case kInt4:
      return static_cast<std::int32_t>(unsigned_of(bytes));
    case kInt2:
      return static_cast<std::int16_t>(unsigned_of(bytes));
    case kBool:
    case kOid:
      return static_cast<std::int64_t>(unsigned_of(bytes));
    case kNumeric:
      return Numeric{bytes}.whole();
    default:
      return std::nullopt;
  }
}

std::optional<double> real_of(Oid type, ByteView bytes) {
  if (type == kFloat8) return std::bit_cast<double>(unsigned_of(bytes));
  if (type == kFloat4) {
    return static_cast<double>(
        std::bit_cast<float>(static_cast<std::uint32_t>(unsigned_of(bytes))));
  }
  if (type == kNumeric) return Numeric{bytes}.approximate();
  const auto whole = integer_of(type, bytes);
  return whole ? std::optional{static_cast<double>(*whole)} : std::nullopt;
}

bool is_text(Oid type) {
  return type == kText || type == kVarchar || type == kBpchar || type == kName || type == kChar;
}

}  // namespace

Arguments::Arguments(sql::Params params) {
  for (const sql::Param& param : params.list()) {
    std::visit([this](const auto& value) { add(value); }, param.value());
  }
}

void Arguments::add_bytes(char letter, Oid type, const char* data, std::size_t size) {
  signature_ += letter;
  types_.push_back(type);
  values_.push_back(data);
  lengths_.push_back(static_cast<int>(size));
  formats_.push_back(1);
}

void Arguments::add_number(char letter, Oid type, std::uint64_t bits) {
  auto& kept = numbers_.emplace_back();
  for (std::size_t i = 0; i < kept.size(); ++i) {
    kept[i] = static_cast<char>((bits >> (56 - 8 * i)) & 0xff);
  }
  add_bytes(letter, type, kept.data(), kept.size());
}

void Arguments::add(sql::Null) { add_bytes('n', 0, nullptr, 0); }
void Arguments::add(std::int64_t number) {
  add_number('i', kInt8, static_cast<std::uint64_t>(number));
}
void Arguments::add(double number) {
  add_number('d', kFloat8, std::bit_cast<std::uint64_t>(number));
}
// An empty view may be a null pointer, which libpq would take for NULL.
void Arguments::add(std::string_view text) {
  add_bytes('t', kText, text.empty() ? "" : text.data(), text.size());
}
void Arguments::add(ByteView bytes) {
  add_bytes('b', kBytea, bytes.empty() ? "" : as_text(bytes).data(), bytes.size());
}

ByteView ResultRow::raw(int column) const {
  return as_bytes({PQgetvalue(result_, row_, column),
                   static_cast<std::size_t>(PQgetlength(result_, row_, column))});
}

bool ResultRow::is_null(int column) const {
  if (column >= 0 && column < columns()) return PQgetisnull(result_, row_, column) != 0;
  note_misreading();
  return true;
}

bool ResultRow::has_value(int column) const {
  if (!is_null(column)) return true;
  note_misreading();
  return false;
}

std::int64_t ResultRow::int64(int column) const {
  if (!has_value(column)) return 0;
  const auto value = integer_of(PQftype(result_, column), raw(column));
  if (!value) note_misreading();
  return value.value_or(0);
}

double ResultRow::real(int column) const {
  if (!has_value(column)) return 0;
  const auto value = real_of(PQftype(result_, column), raw(column));
  if (!value) note_misreading();
  return value.value_or(0);
}

std::string_view ResultRow::text(int column) const {
  if (!has_value(column)) return {};
  if (is_text(PQftype(result_, column))) return as_text(raw(column));
  note_misreading();
  return {};
}

ByteView ResultRow::blob(int column) const {
  if (!has_value(column)) return {};
  if (PQftype(result_, column) == kBytea) return raw(column);
  note_misreading();
  return {};
}

}  // namespace lethe::postgres
