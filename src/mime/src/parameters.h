// Structured header values: "type/subtype; name=value; name*0*=utf-8''...".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::mime {

struct Parameter {
  std::string name;       // lower case, without RFC 2231 stars
  std::string value;      // bytes as written, quotes undone, percent signs kept
  int piece = -1;         // RFC 2231 number, -1 when none
  bool extended = false;  // the name ended in "*"
};

class StructuredValue {
 public:
  // `value` may be folded; `parameters_max` is kParametersMax of parse.h.
  explicit StructuredValue(std::string_view value);

  // What stands before the parameters, lower case, without white space.
  [[nodiscard]] const std::string& main() const noexcept { return main_; }
  // Decoded: RFC 2231 pieces joined in order up to the first gap, encoded
  // words undone. Of equal names the first counts; an extended one wins.
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
  // The same without decoding, for charset and boundary.
  [[nodiscard]] std::optional<std::string> token(std::string_view name) const;
  [[nodiscard]] bool truncated() const noexcept { return truncated_; }

 private:
  std::string main_;
  std::vector<Parameter> parameters_;
  bool truncated_ = false;
};

}  // namespace lethe::mime
