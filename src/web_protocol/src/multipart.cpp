#include <optional>

#include "lethe/base/text.h"
#include "lethe/web_protocol/forms.h"
#include "lethe/web_protocol/percent.h"

namespace lethe::web_protocol {
namespace {

// One parameter of a header value, RFC 2045 section 5.1 with what browsers do: in quoted strings
// they send `%22` for a quote, and some send `\"`.
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
  std::size_t at = value.find(';');
  while (at != std::string_view::npos) {
    value.remove_prefix(at + 1);
    value = value.substr(std::min(value.find_first_not_of(" \t"), value.size()));
    const std::size_t equals = value.find_first_of("=;");
    if (equals == std::string_view::npos) return std::nullopt;
    if (value[equals] == ';') {
      at = equals;
      continue;
    }
    const bool is_it = equals_ignoring_ascii_case(trimmed(value.substr(0, equals)), name);
    value.remove_prefix(equals + 1);
    std::string text;
    if (!value.empty() && value.front() == '"') {
      std::size_t i = 1;
      for (; i < value.size() && value[i] != '"'; ++i) {
        if (value[i] == '\\' && i + 1 < value.size() &&
            (value[i + 1] == '"' || value[i + 1] == '\\'))
          ++i;
        text += value[i];
      }
      if (i >= value.size()) return std::nullopt;
      value.remove_prefix(i + 1);
      at = value.find(';');
    } else {
      at = value.find(';');
      text = trimmed(value.substr(0, at));
    }
    if (is_it) return text;
  }
  return std::nullopt;
}

// Browsers send base names; others send whole paths, which say more than they should.
std::string base_name(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string out;
  for (const char c : to_valid_utf8(name)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  return out == "." || out == ".." ? std::string{} : out;
}

// RFC 7578 knows "filename" alone; who posts mail on says "filename*" (RFC 8187) for a name that is
// not ASCII, some say nothing else, and a file must not become a field for it.
std::optional<std::string> file_name_in(std::string_view disposition) {
  auto plain = parameter(disposition, "filename");
  auto extended = parameter(disposition, "filename*");
  if (!extended) return plain;
  const std::size_t language = extended->find('\'');
  const std::size_t end =
      language == std::string::npos ? language : extended->find('\'', language + 1);
  if (end == std::string::npos) return plain ? plain : extended;
  if (auto name = parse_percent_encoded(std::string_view{*extended}.substr(end + 1), Plus::is_plus))
    return std::move(*name);
  return plain ? plain : extended->substr(end + 1);
}

struct PartHeaders {
  std::string_view disposition;
  std::string_view content_type;
};

PartHeaders parse_part_headers(std::string_view block) {
  PartHeaders headers;
  for (std::string_view line : split(block, '\n')) {
    line = trimmed(line);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = trimmed(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equals_ignoring_ascii_case(name, "content-disposition")) headers.disposition = value;
    if (equals_ignoring_ascii_case(name, "content-type")) headers.content_type = value;
  }
  return headers;
}

Status add_part(MultipartForm& form, std::string_view part, FieldText text) {
  const std::size_t blank = part.starts_with("\r\n") ? 0 : part.find("\r\n\r\n");
  if (blank == std::string_view::npos) return fail(Errc::invalid_argument, "part without headers");
  if (blank > kPartHeaderBytesMax) return fail(Errc::too_large, "part headers too long");
  const PartHeaders headers = parse_part_headers(part.substr(0, blank));
  const std::string_view bytes = part.substr(blank + (blank == 0 ? 2 : 4));

  auto name = parameter(headers.disposition, "name");
  if (!name || !starts_with_ignoring_ascii_case(headers.disposition, "form-data")) {
    return fail(Errc::invalid_argument, "part without a name");
  }
  if (text == FieldText::any_bytes) name = clipped_utf8(to_valid_utf8(*name), kFieldNameBytesMax);
  if (name->size() > kFieldNameBytesMax) return fail(Errc::too_large, "field name too long");
  if (!is_valid_utf8(*name)) return fail(Errc::invalid_argument, "field name is not UTF-8");

  const auto file_name = file_name_in(headers.disposition);
  if (!file_name) {
    if (text == FieldText::utf8 && !is_valid_utf8(bytes))
      return fail(Errc::invalid_argument, "field is not UTF-8");
    form.fields.add(*name, std::string{bytes});
    return {};
  }
  if (file_name->empty() && bytes.empty()) return {};  // a file input nobody used
  const std::string_view type =
      trimmed(headers.content_type.substr(0, headers.content_type.find(';')));
  form.files.push_back({*name, base_name(*file_name),
                        type.empty() ? "application/octet-stream" : ascii_lower(type), bytes});
  return {};
}

}  // namespace

Result<MultipartForm> parse_multipart(std::string_view content_type, std::string_view body,
                                      FieldText text) {
  if (!starts_with_ignoring_ascii_case(content_type, "multipart/form-data")) {
    return fail(Errc::unsupported, "not multipart/form-data");
  }
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty()) return fail(Errc::invalid_argument, "no boundary");
  if (boundary->size() > kBoundaryBytesMax) return fail(Errc::too_large, "boundary too long");

  const std::string delimiter = "\r\n--" + *boundary;
  // The first delimiter may open the body, without the line break before it.
  std::size_t at = 0;
  if (body.starts_with(std::string_view{delimiter}.substr(2))) {
    at = delimiter.size() - 2;
  } else if (at = body.find(delimiter); at != std::string_view::npos) {
    at += delimiter.size();
  } else {
    return fail(Errc::invalid_argument, "no delimiter");
  }

  const std::size_t parts_max = text == FieldText::any_bytes ? kFieldsMax : kPartsMax;
  MultipartForm form;
  for (std::size_t parts = 0;; ++parts) {
    const std::string_view rest = body.substr(at);
    if (rest.starts_with("--")) return form;
    if (!rest.starts_with("\r\n")) return fail(Errc::invalid_argument, "broken delimiter");
    if (parts == parts_max) return fail(Errc::too_large, "too many parts");
    const std::size_t start = at + 2;
    // An empty part's delimiter begins with the line break that ends the delimiter before it.
    const std::size_t end = body.find(delimiter, at);
    if (end == std::string_view::npos) return fail(Errc::invalid_argument, "no closing delimiter");
    if (end < start) return fail(Errc::invalid_argument, "part without headers");
    LETHE_CHECK(add_part(form, body.substr(start, end - start), text));
    at = end + delimiter.size();
  }
}

}  // namespace lethe::web_protocol
