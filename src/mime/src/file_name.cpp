// File names that are safe to store, to offer for download and to print.
#include <algorithm>
#include <array>

#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "utf8.h"

namespace lethe::mime {
namespace {

constexpr std::size_t kNameBytesMax = 255;
constexpr std::string_view kFallback = "attachment";

bool is_separator(char c) { return c == '/' || c == '\\'; }

// Marks that change the direction of what follows: they hide "exe" in "gpj".exe.
bool is_direction_mark(char32_t code) {
  return code == 0x200E || code == 0x200F || code == 0x061C || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

std::string without_controls(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t length = utf8_length(name.substr(i, 4));
    const char32_t code = length == 0 ? 0xFFFD : utf8_code_point(name.substr(i, length), length);
    const bool blank =
        code == '\t' || code == '\r' || code == '\n' || code == 0x2028 || code == 0x2029;
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0) || is_direction_mark(code);
    if (blank) {
      out.push_back(' ');
    } else if (!control) {
      append_utf8(out, code);
    }
    i += std::max<std::size_t>(1, length);
  }
  return squeezed(out);
}

// A path is cut to its last part; a name that merely holds a slash ("offer
// 10/2026.pdf") keeps its words.
std::string without_path(std::string name) {
  const bool drive = name.size() > 2 && name[1] == ':' && is_separator(name[2]);
  const bool path = drive || (!name.empty() && is_separator(name.front())) || name.contains("..") ||
                    name.contains('\\');
  if (path) {
    while (!name.empty() && is_separator(name.back())) name.pop_back();
    const std::size_t last = name.find_last_of("/\\");
    if (last != std::string::npos) name.erase(0, last + 1);
  }
  std::ranges::replace_if(name, is_separator, '_');
  return name;
}

// Names that Windows takes for devices, whatever follows the first dot.
bool is_device(std::string_view name) {
  const std::string stem = ascii_lower(name.substr(0, name.find_first_of(".:")));
  constexpr auto kDevices = std::to_array<std::string_view>({"con", "prn", "aux", "nul"});
  if (std::ranges::find(kDevices, stem) != kDevices.end()) return true;
  return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
         stem[3] >= '0' && stem[3] <= '9';
}

std::string clipped(std::string name) {
  if (name.size() <= kNameBytesMax) return name;
  const std::size_t dot = name.rfind('.');
  const bool short_end = dot != std::string::npos && name.size() - dot <= 16;
  const std::string end = short_end ? name.substr(dot) : std::string{};
  return std::string{clipped_utf8(name, kNameBytesMax - end.size())} + end;
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  if (name.empty()) return {};
  std::string clean = without_path(without_controls(name));
  while (!clean.empty() && (clean.back() == '.' || clean.back() == ' ')) clean.pop_back();
  clean = squeezed(clean);
  if (clean.empty()) return std::string{kFallback};
  if (is_device(clean)) clean.insert(0, 1, '_');
  return clipped(std::move(clean));
}

}  // namespace lethe::mime
