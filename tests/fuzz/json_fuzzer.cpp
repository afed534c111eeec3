// JSON bodies of the API: parsing is bounded and the typed reads never throw.
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lethe/web_protocol/json.h"

using namespace lethe::web_protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto object = parse_json_object(text, std::size_t{1} << 20U);
  if (!object) return 0;
  (void)refuse_repeated_names(text, *object);
  // What was kept says nothing twice.
  if (!refuse_repeated_names(boost::json::serialize(*object), *object)) std::abort();
  (void)refuse_unknown_fields(*object, {"a", "subject", "days"});
  for (const auto& member : *object) {
    const std::string_view key{member.key().data(), member.key().size()};
    (void)required_text(*object, key);
    (void)optional_integer(*object, key);
    (void)optional_bool(*object, key);
    (void)optional_texts(*object, key);
  }
  return 0;
}
