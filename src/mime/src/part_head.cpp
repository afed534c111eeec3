#include "part_head.h"

#include <algorithm>

#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "parameters.h"
#include "words.h"

namespace lethe::mime {
namespace {

bool is_token_char(char c) {
  return c > ' ' && c < 0x7F && !std::string_view{"()<>@,;:\\\"/[]?="}.contains(c);
}

bool is_media_type(std::string_view type) {
  const std::size_t slash = type.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == type.size()) return false;
  return std::ranges::all_of(type.substr(0, slash), is_token_char) &&
         std::ranges::all_of(type.substr(slash + 1), is_token_char);
}

// "(application/pdf)" and the like: one useful type inside rubbish.
std::string media_type(const StructuredValue& value, std::string_view default_type) {
  std::string_view main = value.main();
  while (!main.empty() && (main.front() == '"' || main.front() == '\'')) main.remove_prefix(1);
  while (!main.empty() && (main.back() == '"' || main.back() == '\'' || main.back() == ',')) {
    main.remove_suffix(1);
  }
  return std::string{is_media_type(main) ? main : default_type};
}

Disposition disposition_of(std::string_view main) {
  if (main == "inline") return Disposition::inline_;
  return main == "attachment" ? Disposition::attachment : Disposition::none;
}

void take_name(PartHead& head, const std::optional<std::string>& name) {
  if (!name || !head.name.empty() || name->empty()) return;
  head.name = safe_file_name(*name);
  head.name_changed = head.name != squeezed(*name);
}

void take_content_type(PartHead& head, std::string_view value, std::string_view default_type) {
  const StructuredValue content_type{value};
  head.type = media_type(content_type, default_type);
  head.charset = one_line(content_type.token("charset").value_or(""));
  head.multipart = head.type.starts_with("multipart/");
  head.parameters_truncated = content_type.truncated();
  if (head.multipart) head.boundary = content_type.token("boundary").value_or("");
  while (!head.boundary.empty() && (head.boundary.back() == ' ' || head.boundary.back() == '\t')) {
    head.boundary.pop_back();
  }
  take_name(head, content_type.get("name"));
  head.notes.flowed =
      head.type == "text/plain" &&
      equals_ignoring_ascii_case(content_type.token("format").value_or(""), "flowed");
  head.notes.delsp = equals_ignoring_ascii_case(content_type.token("delsp").value_or(""), "yes");

  const bool pkcs7 =
      head.type == "application/pkcs7-mime" || head.type == "application/x-pkcs7-mime";
  const bool signed_only =
      pkcs7 &&
      equals_ignoring_ascii_case(content_type.token("smime-type").value_or(""), "signed-data");
  head.encrypted = head.type == "multipart/encrypted" || (pkcs7 && !signed_only);
  head.is_signed = head.type == "multipart/signed" || signed_only;
}

}  // namespace

PartHead read_part_head(const RawPartHead& raw, std::string_view default_type) {
  PartHead head;
  head.type = default_type;
  if (raw.disposition) {
    const StructuredValue disposition{raw.disposition->substr(0, kHeaderBytesMax)};
    head.disposition = disposition_of(disposition.main());
    take_name(head, disposition.get("filename"));
    take_name(head, disposition.get("name"));
  }
  if (raw.content_type) {
    take_content_type(head, raw.content_type->substr(0, kHeaderBytesMax), default_type);
  }
  if (raw.transfer_encoding)
    head.notes.transfer = transfer_of(raw.transfer_encoding->substr(0, 1000));
  if (raw.content_id) {
    auto ids = parse_message_ids(raw.content_id->substr(0, 2000));
    if (!ids.empty()) head.content_id = std::move(ids.front());
  }
  return head;
}

}  // namespace lethe::mime
