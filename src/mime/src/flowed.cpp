#include "flowed.h"

#include <algorithm>

namespace lethe::mime {
namespace {

struct Line {
  std::size_t quotes = 0;
  std::string_view text;  // without quote marks and stuffing
  bool soft = false;      // ends in a blank: goes on in the next line
};

Line read(std::string_view raw) {
  Line line;
  line.quotes = std::min(raw.find_first_not_of('>'), raw.size());
  line.text = raw.substr(line.quotes);
  if (line.text.starts_with(' ')) line.text.remove_prefix(1);
  line.soft = line.text.ends_with(' ') && line.text != "-- ";
  return line;
}

}  // namespace

std::string unflowed(std::string_view text, DelSp delsp) {
  std::string out;
  out.reserve(text.size());
  bool open = false;  // the line before was soft
  std::size_t open_quotes = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t lf = std::min(text.find('\n', at), text.size());
    Line line = read(text.substr(at, lf - at));
    at = lf + 1;
    const bool joins = open && line.quotes == open_quotes && line.text != "-- ";
    if (open && !joins) out.push_back('\n');
    if (!joins) {
      out.append(line.quotes, '>');
      if (line.quotes > 0) out.push_back(' ');
    }
    if (line.soft && delsp == DelSp::yes) line.text.remove_suffix(1);
    out += line.text;
    open = line.soft;
    open_quotes = line.quotes;
    if (!open && lf < text.size()) out.push_back('\n');
  }
  return out;
}

}  // namespace lethe::mime
