// Writing the one spelling of JSON that our statements have: members in the
// order of writing, no white space, only `"`, `\` and control characters escaped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lethe::ledger {

class JsonOut {
 public:
  void open(char bracket);   // { or [
  void close(char bracket);  // } or ]
  void key(std::string_view name);
  void text(std::string_view value);
  void number(std::uint64_t value);

  void member(std::string_view name, std::string_view value) { key(name), text(value); }
  void member(std::string_view name, std::uint64_t value) { key(name), number(value); }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void separate();
  std::string out_;
  bool first_ = true;  // nothing yet in the innermost bracket
};

}  // namespace lethe::ledger
