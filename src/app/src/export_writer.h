// A JSON document written piece by piece, so that it need not fit in memory.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/export_person.h"

namespace lethe::app {

class ExportWriter {
 public:
  explicit ExportWriter(const ExportSink& sink) : sink_(sink) {}

  // A name inside an object; no name inside an array and at the top.
  [[nodiscard]] Status open(char bracket, std::string_view name = {});
  [[nodiscard]] Status close();
  [[nodiscard]] Status value(const boost::json::value& value, std::string_view name = {});
  // Base64 of `bytes` as text.
  [[nodiscard]] Status bytes(std::string_view bytes, std::string_view name);
  // Every member of `object`, into the object that is open.
  [[nodiscard]] Status members(const boost::json::object& object);

 private:
  [[nodiscard]] Status lead(std::string_view name);

  const ExportSink& sink_;
  struct Level {
    char closing;
    bool empty = true;
  };
  std::vector<Level> levels_;
};

}  // namespace lethe::app
