// The shape of a mail: which bytes are headers, bodies and delimiters of which
// part. Nothing is decoded here but the few headers that decide the shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/mime/message.h"
#include "transfer.h"

namespace lethe::mime {

// What the finishing pass needs of a part and callers do not.
struct PartNotes {
  Transfer transfer = Transfer::identity;
  bool flowed = false;
  bool delsp = false;
  bool undivided = false;  // a multipart in which no delimiter ever came
};

struct FieldNote {
  Span name;
  Span value;
};

struct Tree {
  std::vector<Part> parts;
  std::vector<PartNotes> notes;  // one per part
  std::vector<Segment> segments;
  std::vector<Warning> warnings;
  std::vector<FieldNote> fields;  // of the mail itself, within the header bounds
};

[[nodiscard]] Tree read_tree(std::string_view raw);

// The transfer encoding that a part's header block declares.
[[nodiscard]] Transfer transfer_in_headers(std::string_view headers);

}  // namespace lethe::mime
