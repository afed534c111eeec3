// Requests and responses as handlers see them: complete, bounded, without sockets.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/web_protocol/fields.h"
#include "lethe/web_protocol/forms.h"

namespace lethe::web_protocol {

enum class Method { get, head, post, put, patch, del };
[[nodiscard]] std::string_view name_of(Method method) noexcept;
// Errors: unsupported.
[[nodiscard]] Result<Method> parse_method(std::string_view name);

inline constexpr std::size_t kTargetBytesMax = 8192;
inline constexpr std::size_t kPathSegmentsMax = 32;

// A request target in parts. Segments are decoded one by one, so that an encoded slash stays inside
// its segment.
struct Target {
  std::string path;                   // as sent, without the query
  std::vector<std::string> segments;  // "/tickets/7" -> {"tickets","7"}; "/" -> {}
  Fields query;
};
// Origin form only ("/a?b"). Errors: invalid_argument ("." or ".." segments, empty inner segments,
// broken escapes), too_large.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

struct Request {
  Method method = Method::get;
  Target target;
  Headers headers;
  Fields cookies;
  std::string body;
  std::string peer;                 // address of the other end, for throttling only; never logged
  std::vector<std::string> params;  // what the route's {placeholders} matched, in order

  [[nodiscard]] const std::string& path() const noexcept { return target.path; }
  [[nodiscard]] const Fields& query() const noexcept { return target.query; }
  // Asked for by htmx: answer with the fragment only.
  [[nodiscard]] bool wants_fragment() const noexcept { return headers.get("HX-Request") == "true"; }
  [[nodiscard]] std::string_view content_type() const noexcept {
    return headers.get("Content-Type");
  }
};

// The body as a form, by its content type; multipart files view request.body.
// Errors: unsupported (another content type), those of forms.h.
[[nodiscard]] Result<MultipartForm> parse_form(const Request& request);

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // Bytes that outlive the answer (embedded assets); sent in place of `body` when not empty.
  std::string_view static_body;
  // Pull source for long answers (exports): called until it returns nothing; sent chunked. After an
  // error the connection is broken off, so that half an answer is not taken for the whole.
  std::function<Result<std::optional<std::string>>()> more;
  // Not empty: the answer is a stream of server-sent events on these topics.
  std::vector<std::string> event_topics;
};

[[nodiscard]] Response text_response(int status, std::string text);
[[nodiscard]] Response html_response(int status, std::string html);
[[nodiscard]] Response json_response(int status, std::string json);
// 303: the browser follows with GET, so a reload does not post twice.
[[nodiscard]] Response see_other(std::string location);

}  // namespace lethe::web_protocol
