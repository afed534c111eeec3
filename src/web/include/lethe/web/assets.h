// Style sheet, scripts, icons and font, embedded with the hash of their content in the path, so
// that browsers may keep them for ever.
#pragma once

#include <span>
#include <string_view>

#include "lethe/web_protocol/message.h"

namespace lethe::web {

struct Asset {
  std::string_view name;  // "lethe.css"
  std::string_view path;  // "/a/lethe-1f2e3d4c5b.css"
  std::string_view content_type;
  std::string_view etag;  // quoted
  std::string_view bytes;
  std::string_view brotli;  // empty when not worth it
  std::string_view gzip;
};

[[nodiscard]] std::span<const Asset> assets() noexcept;
// The asset called `name` in the source tree. Asserts that there is one.
[[nodiscard]] const Asset& asset(std::string_view name) noexcept;

// Answers a GET under /a/: 200 in the best coding, 304 when the browser has it, 404. The path
// without hash is known for what browsers ask for by name (/favicon.svg); that one must be asked
// for again each hour.
[[nodiscard]] web_protocol::Response serve_asset(const web_protocol::Request& request);

}  // namespace lethe::web
