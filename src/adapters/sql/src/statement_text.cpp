#include "lethe/sql/statement_text.h"

#include <array>

#include "lethe/base/text.h"

namespace lethe::sql {
namespace {

constexpr int kParametersMax = 999;
constexpr std::size_t kHeadBytesMax = 80;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  Result<int> count() {
    while (at_ < sql_.size()) LETHE_CHECK(step());
    int highest = 0;
    for (int n = 1; n <= kParametersMax; ++n) {
      if (!seen_[static_cast<std::size_t>(n)]) continue;
      if (n != highest + 1) return refused("parameter numbers leave a gap");
      highest = n;
    }
    return highest;
  }

 private:
  [[nodiscard]] std::unexpected<Error> refused(const char* reason) const {
    return fail(Errc::invalid_argument, std::string{reason} + ": " + sql_head(sql_));
  }
  [[nodiscard]] char peek(std::size_t ahead) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }

  // A doubled quote inside is two quotings one after the other, which comes to the same.
  void skip_quoted(char quote) {
    const auto end = sql_.find(quote, at_ + 1);
    at_ = end == std::string_view::npos ? sql_.size() : end + 1;
  }
  void skip_past(std::string_view terminator) {
    const auto end = sql_.find(terminator, at_);
    at_ = end == std::string_view::npos ? sql_.size() : end + terminator.size();
  }

  Status step() {
    const char c = sql_[at_];
    if (c == '\'' || c == '"') return skip_quoted(c), Status{};
    if (c == '-' && peek(1) == '-') return skip_past("\n"), Status{};
    if (c == '/' && peek(1) == '*') return skip_past("*/"), Status{};
    if (c == '$') return take_parameter();
    if (c == '?') return refused("only $1..$n are parameters");
    if (c == ':' && peek(1) == ':') return refused("say CAST, not ::");
    if ((c == ':' || c == '@') && is_letter(peek(1))) return refused("only $1..$n are parameters");
    ++at_;
    return {};
  }

  Status take_parameter() {
    ++at_;
    int number = 0;
    if (!is_digit(peek(0))) return refused("only $1..$n are parameters");
    while (is_digit(peek(0))) {
      number = number * 10 + (peek(0) - '0');
      if (number > kParametersMax) return refused("too many parameters");
      ++at_;
    }
    if (number == 0 || is_letter(peek(0))) return refused("only $1..$n are parameters");
    seen_[static_cast<std::size_t>(number)] = true;
    return {};
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::array<bool, kParametersMax + 1> seen_{};
};

}  // namespace

Result<int> count_parameters(std::string_view sql) { return Scanner{sql}.count(); }

std::string sql_head(std::string_view sql) {
  return std::string{clipped_utf8(squeezed(sql), kHeadBytesMax)};
}

}  // namespace lethe::sql
