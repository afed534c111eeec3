#include "export_writer.h"

#include "lethe/base/encoding.h"

namespace lethe::app {

namespace json = boost::json;

Status ExportWriter::lead(std::string_view name) {
  std::string text;
  if (!levels_.empty() && !levels_.back().empty) text += ",\n";
  if (!levels_.empty()) levels_.back().empty = false;
  if (!name.empty()) text += json::serialize(json::string_view{name.data(), name.size()}) + ":";
  return text.empty() ? Status{} : sink_(text);
}

Status ExportWriter::open(char bracket, std::string_view name) {
  LETHE_CHECK(lead(name));
  levels_.push_back({bracket == '{' ? '}' : ']'});
  return sink_(std::string_view{&bracket, 1});
}

Status ExportWriter::close() {
  const char closing = levels_.back().closing;
  levels_.pop_back();
  return sink_(std::string_view{&closing, 1});
}

Status ExportWriter::value(const json::value& value, std::string_view name) {
  LETHE_CHECK(lead(name));
  return sink_(json::serialize(value));
}

Status ExportWriter::bytes(std::string_view bytes, std::string_view name) {
  constexpr std::size_t kStep = 48 * 1024;  // a multiple of 3: pieces of base64 join without seam
  LETHE_CHECK(lead(name));
  LETHE_CHECK(sink_("\""));
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kStep, bytes.size()))) {
    LETHE_CHECK(sink_(to_base64(as_bytes(bytes.substr(0, kStep)))));
  }
  return sink_("\"");
}

Status ExportWriter::members(const json::object& object) {
  for (const auto& [name, member] : object) {
    LETHE_CHECK(value(member, std::string_view{name.data(), name.size()}));
  }
  return {};
}

}  // namespace lethe::app
