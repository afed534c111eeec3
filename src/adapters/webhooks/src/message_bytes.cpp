#include "message_bytes.h"

#include <algorithm>

#include "lethe/base/text.h"
#include "lethe/mime/parse.h"

namespace lethe::webhooks {
namespace {

bool describes_structure(std::string_view name) {
  return starts_with_ignoring_ascii_case(name, "Content-") ||
         equals_ignoring_ascii_case(name, "MIME-Version");
}

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= 200 &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

// One line: no value can begin another header.
void write_header(std::string& out, std::string_view name, std::string_view value) {
  if (!is_field_name(name)) return;
  out += name;
  out += ": ";
  for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c;
  out += "\r\n";
}

// The headers of the structure that compose() made, and the body below them.
std::string structure_of(mime::Outgoing&& mail) {
  const std::string whole = mime::compose(mail);
  const std::size_t end = std::min(whole.find("\r\n\r\n"), whole.size());
  std::string out = "MIME-Version: 1.0\r\n";
  bool is_wanted = false;
  for (const std::string_view line : split(std::string_view{whole}.substr(0, end), '\n')) {
    const bool is_folded = line.starts_with(' ') || line.starts_with('\t');
    if (!is_folded) is_wanted = starts_with_ignoring_ascii_case(line, "Content-");
    if (is_wanted) (out += line) += line.ends_with('\r') ? "\n" : "\r\n";
  }
  return out + whole.substr(std::min(end + 2, whole.size()));
}

}  // namespace

bool TakenApart::has_header(std::string_view name) const {
  return std::ranges::any_of(
      headers, [&](const auto& header) { return equals_ignoring_ascii_case(header.first, name); });
}

void TakenApart::add_missing(std::string_view name, std::string_view value) {
  if (!value.empty() && !has_header(name)) headers.emplace_back(name, value);
}

std::string put_together(TakenApart&& parts) {
  std::string out;
  mime::Outgoing mail{.text = std::move(parts.text), .html = std::move(parts.html)};
  for (const auto& [name, value] : parts.headers) {
    if (describes_structure(name)) continue;
    write_header(out, name, value);
    if (equals_ignoring_ascii_case(name, "Message-ID")) mail.message_id = value;
  }
  for (mime::OutgoingFile& file : parts.files) {
    const bool is_inline = !file.content_id.empty() && mail.html;
    (is_inline ? mail.inline_parts : mail.attachments).push_back(std::move(file));
  }
  return out + structure_of(std::move(mail));
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
    } else if (c == '\r') {
      out += "\r\n";
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> header_lines(std::string_view block) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (std::string_view line : split(block, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (!headers.empty()) (headers.back().second += ' ') += trimmed(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return headers;
}

std::vector<std::string> addressees(std::string_view to, std::string_view cc) {
  std::vector<std::string> found;
  for (const std::string_view field : {to, cc}) {
    for (mime::Mailbox& mailbox : mime::parse_addresses(field)) {
      if (!mailbox.address.empty()) found.push_back(std::move(mailbox.address));
    }
  }
  return found;
}

std::string bare_address(std::string_view text) {
  const auto found = mime::parse_addresses(text);
  return found.empty() ? std::string{} : found.front().address;
}

std::string without_brackets(std::string_view content_id) {
  if (content_id.starts_with('<') && content_id.ends_with('>') && content_id.size() > 1) {
    content_id = content_id.substr(1, content_id.size() - 2);
  }
  return std::string{content_id};
}

}  // namespace lethe::webhooks
