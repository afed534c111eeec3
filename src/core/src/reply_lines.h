// What single lines of a mail body are, judged by their own words.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace lethe::core::reply_lines {

enum class Kind : char {
  text = 't',
  empty = 'e',
  quote = 'q',      // "> ..."
  intro = 'b',      // "On ... wrote:", "-----Original Message-----": a quoted mail begins
  header = 'h',     // "From: ...", "Gesendet: ..."
  delimiter = 'd',  // "-- ", "_____"
  device = 's',     // "Sent from my ..."
};

struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;  // behind the line end
  Kind kind = Kind::text;
  bool tells_of_mail = false;  // an address, or a field about sending
};

// All lines of `body` in order; together they are the body.
[[nodiscard]] std::vector<Line> classify_lines(std::string_view body);

}  // namespace lethe::core::reply_lines
