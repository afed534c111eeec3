// Everything a browser or script can send before a handler sees it: targets, queries, multipart,
// cookies.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lethe/base/assert.h"
#include "lethe/web_protocol/message.h"
#include "lethe/web_protocol/negotiate.h"

using namespace lethe::web_protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto fields = parse_urlencoded(text)) {
    // What was understood survives being written and read again.
    const auto again = parse_urlencoded(to_urlencoded(*fields));
    LETHE_ASSERT(again && again->size() == fields->size());
  }
  if (const auto form = parse_multipart("multipart/form-data; boundary=b", text)) {
    for (const UploadedFile& file : form->files) {
      LETHE_ASSERT(file.name.find('/') == std::string::npos && file.name != "..");
      LETHE_ASSERT(file.bytes.empty() ||
                   (file.bytes.data() >= text.data() &&
                    file.bytes.data() + file.bytes.size() <= text.data() + text.size()));
    }
  }
  const std::size_t half = size / 2;
  (void)parse_multipart(text.substr(0, half), text.substr(half));
  LETHE_ASSERT(parse_cookies(text).size() <= kCookiesMax);
  if (const auto target = parse_target(text)) {
    for (const std::string& segment : target->segments)
      LETHE_ASSERT(segment != ".." && !segment.empty());
  }
  (void)best_media_type(text, {"text/html", "application/json"});
  LETHE_ASSERT(!best_language(text, {"en", "de", "fr"}).empty());
  return 0;
}
