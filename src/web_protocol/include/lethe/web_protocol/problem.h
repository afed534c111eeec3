// application/problem+json (RFC 9457) and the one table from Errc to HTTP.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/web_protocol/message.h"

namespace lethe::web_protocol {

[[nodiscard]] int http_status_of(Errc code) noexcept;
// The reason phrase, also the problem's title: "Not Found".
[[nodiscard]] std::string_view title_of(int status) noexcept;

struct FieldProblem {
  std::string field;
  std::string message;
};
struct Problem {
  int status = 500;
  std::string detail;                // empty: left out
  std::vector<FieldProblem> errors;  // empty: left out
};

// `error` as a problem. 500 says nothing of the inside: the detail stays in the log.
[[nodiscard]] Problem problem_of(const Error& error);
[[nodiscard]] std::string to_json(const Problem& problem);
[[nodiscard]] Response problem_response(const Problem& problem);

}  // namespace lethe::web_protocol
