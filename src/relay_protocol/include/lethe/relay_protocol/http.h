// One HTTP request and its answer as values, so that what is said to a target
// and what its answer means is tested without a socket.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/secret.h"
#include "lethe/base/time.h"

namespace lethe::relay_protocol {

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  std::vector<Plaintext> headers;  // "Name: value"
  Plaintext body;

  // `value` with control characters as blanks: no value adds a header.
  void add_header(std::string_view name, std::string_view value);
};

// What came back, and what is certain when nothing did.
struct HttpAnswer {
  enum class Reached : std::uint8_t {
    no,        // not a byte of the request was sent
    perhaps,   // sent, at least in part; no answer came, or not to its end
    answered,  // a whole answer: `status` is the target's word
  };
  Reached reached = Reached::no;
  int status = 0;
  std::string content_type;                           // lower case, without parameters
  std::optional<Seconds> retry_after = std::nullopt;  // RFC 9110 section 10.2.3
  Plaintext body;                                     // at most kAnswerBytesMax, cut there by us
  std::string trouble;                                // of the connection, for operators
};

inline constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 20;

// What is certain after an exchange. `status` is 0 or 1xx when no status line came. An answer that
// ended before its Content-Length, its last chunk or, with neither, its connection's orderly end is
// incomplete and is not treated as complete (RFC 9112 section 8), whatever its status says.
enum class Ending : std::uint8_t { whole, incomplete };
[[nodiscard]] HttpAnswer::Reached reached_by(int status, Ending ending, bool was_sent) noexcept;

using Exchange = std::function<HttpAnswer(const HttpRequest&)>;

// Basic credentials (RFC 7617) from "user:password".
[[nodiscard]] Plaintext basic_credentials(std::string_view user_and_password);
// Everything but RFC 3986 unreserved characters as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace lethe::relay_protocol
