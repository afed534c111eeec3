// Method and path to a handler's number.
//
// Patterns are literal segments and placeholders: "/tickets/{id}/messages", and "/ledger/{rest...}"
// whose last placeholder takes everything that is left. A literal beats a placeholder at the same
// place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lethe/web_protocol/message.h"

namespace lethe::web_protocol {

struct Found {
  std::size_t handler;              // as given to add()
  std::vector<std::string> params;  // decoded, in the order of the pattern
};
struct NoSuchPath {};
struct WrongMethod {
  std::string allow;  // for the Allow header: "GET, HEAD, POST"
};
using Routed = std::variant<Found, NoSuchPath, WrongMethod>;

class Router {
 public:
  // Asserts that the pattern is well formed and not taken for that method.
  void add(Method method, std::string_view pattern, std::size_t handler);
  // HEAD falls back to GET.
  [[nodiscard]] Routed route(Method method, const std::vector<std::string>& segments) const;
  // The same for a method that nobody knows.
  [[nodiscard]] Routed route_unknown(const std::vector<std::string>& segments) const;

 private:
  struct Step {
    enum class Kind { literal, one, rest } kind;
    std::string literal;
  };
  struct Entry {
    Method method;
    std::vector<Step> steps;
    std::size_t handler;
  };
  static std::vector<Step> parse_pattern(std::string_view pattern);
  static bool matches(const Entry& entry, const std::vector<std::string>& segments);
  static bool is_more_literal(const Entry& a, const Entry& b);

  std::vector<Entry> entries_;
};

}  // namespace lethe::web_protocol
