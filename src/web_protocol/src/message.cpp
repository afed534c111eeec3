#include "lethe/web_protocol/message.h"

#include <array>

#include "lethe/base/text.h"
#include "lethe/web_protocol/percent.h"

namespace lethe::web_protocol {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 6> kMethods{{{Method::get, "GET"},
                                                                       {Method::head, "HEAD"},
                                                                       {Method::post, "POST"},
                                                                       {Method::put, "PUT"},
                                                                       {Method::patch, "PATCH"},
                                                                       {Method::del, "DELETE"}}};

Response response_of(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers.set("Content-Type", std::string{content_type});
  return response;
}

}  // namespace

std::string_view name_of(Method method) noexcept {
  for (const auto& [value, name] : kMethods) {
    if (value == method) return name;
  }
  return "GET";
}

Result<Method> parse_method(std::string_view name) {
  for (const auto& [value, known] : kMethods) {
    if (known == name) return value;
  }
  return fail(Errc::unsupported, "unknown method");
}

Result<Target> parse_target(std::string_view target) {
  if (target.size() > kTargetBytesMax) return fail(Errc::too_large, "request target too long");
  if (!target.starts_with('/')) return fail(Errc::invalid_argument, "target is not a path");
  Target out;
  const std::size_t mark = target.find('?');
  out.path = target.substr(0, mark);
  if (mark != std::string_view::npos) {
    LETHE_TRY(out.query, parse_urlencoded(target.substr(mark + 1)));
  }
  const auto raw_segments = split(std::string_view{out.path}.substr(1), '/');
  if (raw_segments.size() > kPathSegmentsMax) return fail(Errc::too_large, "path too deep");
  for (std::size_t i = 0; i < raw_segments.size(); ++i) {
    const bool is_last = i + 1 == raw_segments.size();
    if (raw_segments[i].empty() && is_last) break;  // a closing slash names the same page
    LETHE_TRY(std::string segment, parse_percent_encoded(raw_segments[i], Plus::is_plus));
    if (segment.empty() || segment == "." || segment == "..") {
      return fail(Errc::invalid_argument, "path segment makes no sense");
    }
    out.segments.push_back(std::move(segment));
  }
  return out;
}

Result<MultipartForm> parse_form(const Request& request) {
  const std::string_view type = request.content_type();
  if (starts_with_ignoring_ascii_case(type, "multipart/form-data")) {
    return parse_multipart(type, request.body);
  }
  const std::string_view plain = trimmed(type.substr(0, type.find(';')));
  if (!equals_ignoring_ascii_case(plain, "application/x-www-form-urlencoded")) {
    return fail(Errc::unsupported, "not a form");
  }
  LETHE_TRY(Fields fields, parse_urlencoded(request.body));
  return MultipartForm{std::move(fields), {}};
}

Response text_response(int status, std::string text) {
  return response_of(status, "text/plain; charset=utf-8", std::move(text));
}
Response html_response(int status, std::string html) {
  return response_of(status, "text/html; charset=utf-8", std::move(html));
}
Response json_response(int status, std::string json) {
  return response_of(status, "application/json", std::move(json));
}
Response see_other(std::string location) {
  Response response;
  response.status = 303;
  response.headers.set("Location", std::move(location));
  return response;
}

}  // namespace lethe::web_protocol
