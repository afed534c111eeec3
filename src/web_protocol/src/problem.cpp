#include "lethe/web_protocol/problem.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace lethe::web_protocol {

int http_status_of(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_argument:
      return 400;
    case Errc::out_of_range:
      return 422;
    case Errc::not_found:
      return 404;
    case Errc::erased:
      return 410;
    case Errc::already_exists:
      return 409;
    case Errc::conflict:
      return 409;
    case Errc::forbidden:
      return 403;
    case Errc::unauthenticated:
      return 401;
    case Errc::too_large:
      return 413;
    case Errc::unsupported:
      return 415;
    case Errc::busy:
      return 429;
    case Errc::unavailable:
      return 503;
    case Errc::needs_confirmation:
      return 409;
    case Errc::stale_keyring:
      return 503;
    case Errc::cancelled:
      return 409;
    case Errc::corrupt:
      return 500;
    case Errc::internal:
      return 500;
  }
  return 500;
}

std::string_view title_of(int status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

Problem problem_of(const Error& error) {
  Problem problem{http_status_of(error.code), {}, {}};
  if (problem.status == 500) return problem;
  problem.detail = error.detail;
  const bool is_theirs = problem.status < 500;
  if (is_theirs && !error.field.empty()) problem.errors.push_back({error.field, error.detail});
  return problem;
}

std::string to_json(const Problem& problem) {
  boost::json::object object;
  object["type"] = "about:blank";
  object["title"] = title_of(problem.status);
  object["status"] = problem.status;
  object["detail"] =
      problem.detail.empty() ? title_of(problem.status) : std::string_view{problem.detail};
  if (!problem.errors.empty()) {
    boost::json::array errors;
    for (const FieldProblem& error : problem.errors) {
      errors.push_back(boost::json::object{{"field", error.field}, {"message", error.message}});
    }
    object["errors"] = std::move(errors);
  }
  return boost::json::serialize(object);
}

Response problem_response(const Problem& problem) {
  Response response = json_response(problem.status, to_json(problem));
  response.headers.set("Content-Type", "application/problem+json");
  if (problem.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace lethe::web_protocol
