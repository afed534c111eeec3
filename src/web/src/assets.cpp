#include "lethe/web/assets.h"

#include <algorithm>
#include <string>

#include "lethe/base/assert.h"
#include "lethe/web_protocol/negotiate.h"
#include "lethe/web_protocol/problem.h"

namespace lethe::web {
namespace {

using web_protocol::accepts_encoding;

// The bytes to send, and their coding ("" for none).
std::pair<std::string_view, std::string_view> best_coding(const Asset& asset,
                                                          std::string_view accepted) {
  if (!asset.brotli.empty() && accepts_encoding(accepted, "br")) return {asset.brotli, "br"};
  if (!asset.gzip.empty() && accepts_encoding(accepted, "gzip")) return {asset.gzip, "gzip"};
  return {asset.bytes, {}};
}

const Asset* find_asset(std::string_view path) {
  const auto by_path = std::ranges::find(assets(), path, &Asset::path);
  if (by_path != assets().end()) return &*by_path;
  const auto by_name = std::ranges::find_if(assets(), [&](const Asset& a) {
    return path.size() == a.name.size() + 1 && path.ends_with(a.name);
  });
  return by_name == assets().end() ? nullptr : &*by_name;
}

}  // namespace

const Asset& asset(std::string_view name) noexcept {
  const auto at = std::ranges::find(assets(), name, &Asset::name);
  LETHE_ASSERT(at != assets().end());
  return *at;
}

web_protocol::Response serve_asset(const web_protocol::Request& request) {
  const Asset* found = find_asset(request.path());
  if (found == nullptr) return web_protocol::problem_response({404, {}, {}});

  web_protocol::Response response;
  const bool is_hashed = found->path == request.path();
  response.headers.set("Cache-Control",
                       is_hashed ? "public, max-age=31536000, immutable" : "public, max-age=3600");
  response.headers.set("ETag", std::string{found->etag});
  response.headers.set("Vary", "Accept-Encoding");
  if (request.headers.get("If-None-Match") == found->etag) {
    response.status = 304;
    return response;
  }
  const auto [bytes, coding] = best_coding(*found, request.headers.get("Accept-Encoding"));
  response.static_body = bytes;
  response.headers.set("Content-Type", std::string{found->content_type});
  if (!coding.empty()) response.headers.set("Content-Encoding", std::string{coding});
  return response;
}

}  // namespace lethe::web
