// Settings of Postfix as main.cf writes them; `postconf` prints them in the same form.
//
// Source: postconf(5). A line that begins with white space goes on with the one before; empty lines
// and lines whose first word begins with # are no lines, also in between; the last setting of a
// name wins; $name, ${name}, $(name), ${name?text}, ${name?{text}:{text}}, ${name:text} and $$ are
// expanded.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::core {

class PostfixSettings {
 public:
  static constexpr std::size_t kFileBytesMax = std::size_t{128} << 10;
  static constexpr std::size_t kValueBytesMax = std::size_t{64} << 10;
  static constexpr int kDepthMax = 100;     // of names in names
  static constexpr int kStepsMax = 10'000;  // names replaced for one value

  // Errors: invalid_argument, naming the line (no "="), too_large.
  [[nodiscard]] static Result<PostfixSettings> parse(std::string_view main_cf);

  // As it is written; empty when it is not set.
  [[nodiscard]] std::string_view raw(std::string_view name) const noexcept;
  [[nodiscard]] bool is_set(std::string_view name) const noexcept;
  // With all names replaced; what is not set is empty. Errors: invalid_argument (brackets that do
  // not close, a comparison), out_of_range (names that name each other, a value too long).
  [[nodiscard]] Result<std::string> value(std::string_view name) const;

 private:
  [[nodiscard]] Status expand(std::string_view text, int depth, int& steps, std::string& out) const;
  [[nodiscard]] Status expand_braced(std::string_view inside, int depth, int& steps,
                                     std::string& out) const;
  std::map<std::string, std::string, std::less<>> settings_;
};

}  // namespace lethe::core
