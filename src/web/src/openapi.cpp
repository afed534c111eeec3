#include "api_common.h"

namespace lethe::web {
namespace {

namespace json = boost::json;

json::object schema_of(std::initializer_list<std::pair<const char*, const char*>> properties) {
  json::object object;
  for (const auto& [name, type] : properties) object[name] = json::object{{"type", type}};
  return {{"type", "object"}, {"properties", std::move(object)}};
}

}  // namespace

const std::string& openapi() {
  static const std::string kDocument = json::serialize(json::object{
      {"openapi", "3.1.0"},
      {"info", json::object{{"title", "Lethe"}, {"version", "1"}}},
      {"servers", json::array{json::object{{"url", "/api/v1"}}}},
      {"paths", json::object{}},
      {"components",
       json::object{{"schemas", json::object{{"Problem", schema_of({{"type", "string"},
                                                                    {"title", "string"},
                                                                    {"status", "integer"},
                                                                    {"detail", "string"}})}}}}}});
  return kDocument;
}

}  // namespace lethe::web
