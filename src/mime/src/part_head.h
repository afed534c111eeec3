// What a part's own headers say about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lethe/mime/message.h"
#include "tree.h"

namespace lethe::mime {

// Values as they stand, folded; no data when the header is absent.
struct RawPartHead {
  std::optional<std::string_view> content_type;
  std::optional<std::string_view> later_content_type;  // a second one
  std::optional<std::string_view> transfer_encoding;
  std::optional<std::string_view> disposition;
  std::optional<std::string_view> content_id;
};

struct PartHead {
  std::string type;  // "text/plain" when absent or broken
  std::string charset;
  std::string boundary;
  std::string name;
  std::string content_id;
  Disposition disposition = Disposition::none;
  PartNotes notes;
  bool multipart = false;
  bool name_changed = false;  // cleaning altered the file name
  bool name_had_bidi = false;
  bool parameters_truncated = false;
  bool encrypted = false;
  bool is_signed = false;
};

// `default_type` is "text/plain", or "message/rfc822" inside a digest.
[[nodiscard]] PartHead read_part_head(const RawPartHead& raw, std::string_view default_type);

}  // namespace lethe::mime
