#include "lethe/mime/compose.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "body.h"
#include "encode.h"
#include "header_block.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "words.h"

namespace lethe::mime {
namespace {

std::string clean_text(std::string_view text) {
  std::string clean;
  append_text(clean, to_valid_utf8(text));
  return clean;
}

std::string clean_line(std::string_view text) { return squeezed(one_line(to_valid_utf8(text))); }

// ---- addresses and ids -------------------------------------------------------

// Nothing, or one quoted local part: quotes anywhere else protect nothing.
bool has_whole_quotes(std::string_view address) {
  if (!address.starts_with('"')) return !address.contains('"');
  std::size_t end = 1;
  while (end < address.size() && address[end] != '"') end += address[end] == '\\' ? 2 : 1;
  return end < address.size() && address.substr(end + 1).starts_with('@') &&
         !address.substr(end + 1).contains('"');
}

// An address as it may stand between angle brackets: what could end it or begin
// another is left out, but for what quotes protect (RFC 5321 section 4.1.2).
std::string clean_address(std::string_view address) {
  std::string line = one_line(to_valid_utf8(address));
  if (!has_whole_quotes(line)) std::erase(line, '"');
  std::string clean;
  bool in_quotes = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_quotes && c == '\\' && i + 1 < line.size()) {
      clean += line.substr(i++, 2);
      continue;
    }
    if (c == '"') in_quotes = !in_quotes;
    if (in_quotes || !std::string_view{"<> ,;()\\"}.contains(c)) clean.push_back(c);
  }
  return clean.size() > 900 ? std::string{} : clean;
}

bool is_phrase(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view{" !#$%&'*+-/=^_`{|}~"}.contains(c);
  });
}

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

void write_name(HeaderWriter& line, const std::string& name) {
  constexpr std::size_t kQuotedMax = 60;
  if (!is_plain_header_text(name) || (!is_phrase(name) && name.size() > kQuotedMax)) {
    line.encoded(name);
  } else if (is_phrase(name)) {
    line.text(name);
  } else {
    line.token(quoted(name));
  }
  line.blank();
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

enum class Addresses { as_they_are, ascii_only };

void write_mailbox(HeaderWriter& line, const Mailbox& mailbox, Addresses how, bool is_last) {
  const std::string name = clean_line(mailbox.name);
  const std::string comma = is_last ? "" : ",";
  const std::string in_brackets = "<" + mailbox.address + ">";
  if (how == Addresses::ascii_only && !is_ascii(mailbox.address)) {
    line.encoded(name.empty() ? mailbox.address : name + " " + in_brackets);
    line.blank();
    return line.token(":;" + comma);
  }
  if (!name.empty()) write_name(line, name);
  // Without brackets a quoted local part is easily taken for a name.
  const bool stands_alone = name.empty() && !mailbox.address.starts_with('"');
  line.token((stands_alone ? mailbox.address : in_brackets) + comma);
}

void write_mailboxes(std::string& out, std::string_view header, std::vector<Mailbox> list,
                     Addresses how = Addresses::as_they_are) {
  for (Mailbox& mailbox : list) mailbox.address = clean_address(mailbox.address);
  std::erase_if(list, [](const Mailbox& mailbox) { return mailbox.address.empty(); });
  if (list.empty()) return;
  HeaderWriter line{out};
  line.begin(header);
  for (const Mailbox& mailbox : list) {
    const bool is_last = &mailbox == &list.back();
    write_mailbox(line, mailbox, how, is_last);
    if (!is_last) line.blank();
  }
  line.end();
}

std::string clean_id(std::string_view id) {
  std::string clean;
  for (const char c : id) {
    if (c > ' ' && c < 0x7F && c != '<' && c != '>') clean.push_back(c);
  }
  return clean.size() > 900 ? std::string{} : clean;
}

void write_ids(std::string& out, std::string_view header, const std::vector<std::string>& ids) {
  HeaderWriter line{out};
  bool any = false;
  for (const std::string& id : ids) {
    const std::string clean = clean_id(id);
    if (clean.empty()) continue;
    if (!any) line.begin(header);
    if (any) line.blank();
    any = true;
    line.token("<" + clean + ">");
  }
  if (any) line.end();
}

// ---- further headers ---------------------------------------------------------

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= 70 &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
}

bool is_written_here(std::string_view name) {
  const Field field = field_of(name);
  return (field != Field::other && field != Field::return_path && field != Field::sender) ||
         starts_with_ignoring_ascii_case(name, "content-") ||
         equals_ignoring_ascii_case(name, "mime-version");
}

void write_text_header(std::string& out, std::string_view name, std::string_view value) {
  HeaderWriter line{out};
  line.begin(name);
  line.text(clean_line(value));
  line.end();
}

void write_headers(std::string& out, const Outgoing& mail) {
  if (mail.date) write_text_header(out, "Date", to_rfc5322(*mail.date));
  write_mailboxes(out, "From", mail.from);
  write_mailboxes(out, "Reply-To", mail.reply_to);
  const Addresses how = mail.takes_utf8_addresses ? Addresses::as_they_are : Addresses::ascii_only;
  write_mailboxes(out, "To", mail.to, how);
  write_mailboxes(out, "Cc", mail.cc, how);
  if (!clean_line(mail.subject).empty()) write_text_header(out, "Subject", mail.subject);
  write_ids(out, "Message-ID", {mail.message_id});
  write_ids(out, "In-Reply-To", mail.in_reply_to);
  write_ids(out, "References", mail.references);
  for (const auto& [name, value] : mail.extra_headers) {
    if (is_field_name(name) && !is_written_here(name)) write_text_header(out, name, value);
  }
  out += "MIME-Version: 1.0\r\n";
}

// ---- parts -------------------------------------------------------------------

// Headers and body of a part, ready to stand between two delimiters.
struct Entity {
  std::string headers;
  std::string body;
};

Entity text_entity(std::string_view type, std::string_view text) {
  Entity entity;
  entity.headers = "Content-Type: " + std::string{type} +
                   "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n";
  entity.body = quoted_printable(clean_text(text));
  return entity;
}

bool is_media_type(std::string_view type) {
  const auto token = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) {
      return c > ' ' && c < 0x7F && !std::string_view{"()<>@,;:\\\"/[]?="}.contains(c);
    });
  };
  const std::size_t slash = type.find('/');
  return type.size() <= 60 && slash != std::string_view::npos && token(type.substr(0, slash)) &&
         token(type.substr(slash + 1));
}

// May stand in a mail as it is: 7 bit, CRLF only, no line too long.
bool is_seven_bit(std::string_view bytes) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const bool crlf = c == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (crlf) {
      column = 0;
      ++i;
    } else if ((c < ' ' && c != '\t') || c == 0x7F || ++column > 998) {
      return false;
    }
  }
  return true;
}

Entity file_entity(const OutgoingFile& file, bool is_inline) {
  std::string type = ascii_lower(is_media_type(file.type) ? file.type : "application/octet-stream");
  const bool mail_type = type.starts_with("message/");
  const bool as_it_is = mail_type && is_seven_bit(file.content);
  // RFC 2046 allows no base64 on mails and multiparts.
  if ((mail_type && !as_it_is) || type.starts_with("multipart/")) type = "application/octet-stream";

  Entity entity;
  HeaderWriter line{entity.headers};
  line.begin("Content-Type");
  line.token(type);
  line.end();
  const std::string name = safe_file_name(clean_line(file.name));
  const bool would_be_body = name.empty() && type.starts_with("text/");
  line.begin("Content-Disposition");
  line.token(is_inline && !would_be_body ? "inline" : "attachment");
  if (!name.empty()) line.parameter("filename", name);
  line.end();
  write_ids(entity.headers, "Content-ID", {file.content_id});
  entity.headers +=
      as_it_is ? "Content-Transfer-Encoding: 7bit\r\n" : "Content-Transfer-Encoding: base64\r\n";
  entity.body = as_it_is ? file.content : base64_lines(file.content);
  return entity;
}

std::uint64_t hashed(std::string_view text, std::uint64_t hash) {
  for (const char c : text)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3ULL;  // FNV-1a
  return hash;
}

// Hands out the boundaries of one mail. "=_" stands in no quoted-printable and
// no base64 text; parts that are neither are searched.
class Boundaries {
 public:
  explicit Boundaries(std::string_view message_id)
      : seed_(hashed(message_id, 0xCBF29CE484222325ULL)) {}

  std::string next(const std::vector<Entity>& children) {
    while (true) {
      std::string boundary = "=_" + digits(seed_ = hashed("next", seed_));
      const bool taken = std::ranges::any_of(
          children, [&](const Entity& child) { return child.body.contains("--" + boundary); });
      if (!taken) return boundary;
    }
  }

 private:
  static std::string digits(std::uint64_t value) {
    std::string out;
    for (unsigned shift = 0; shift < 64; shift += 4)
      out.push_back("0123456789abcdef"[(value >> shift) & 0xFU]);
    return out;
  }
  std::uint64_t seed_;
};

Entity multipart(std::string_view subtype, const std::vector<Entity>& children,
                 Boundaries& boundaries, std::string_view report_type = {}) {
  const std::string boundary = boundaries.next(children);
  Entity entity;
  HeaderWriter line{entity.headers};
  line.begin("Content-Type");
  line.token("multipart/" + std::string{subtype});
  if (!report_type.empty()) line.parameter("report-type", report_type);
  line.parameter("boundary", boundary);
  line.end();
  for (const Entity& child : children) {
    entity.body += "--" + boundary + "\r\n" + child.headers + "\r\n" + child.body + "\r\n";
  }
  entity.body += "--" + boundary + "--";
  return entity;
}

Entity body_entity(const Outgoing& mail, Boundaries& boundaries) {
  if (!mail.html) return text_entity("text/plain", mail.text);
  Entity html = text_entity("text/html", *mail.html);
  if (!mail.inline_parts.empty()) {
    std::vector<Entity> related{std::move(html)};
    for (const OutgoingFile& file : mail.inline_parts) related.push_back(file_entity(file, true));
    html = multipart("related", related, boundaries);
  }
  if (mail.text.empty()) return html;
  return multipart("alternative", {text_entity("text/plain", mail.text), std::move(html)},
                   boundaries);
}

// Fields of a report are read by programs, so they are neither folded nor encoded.
void write_field(std::string& out, std::string_view name, std::string_view type,
                 std::string_view value) {
  constexpr std::size_t kValueMax = 900;
  std::string line = clean_line(value);
  if (line.empty()) return;
  line.resize(clipped_utf8(line, kValueMax).size());
  out += std::string{name} + ": " + std::string{type} + line + "\r\n";
}

std::string report_fields(const StatusReport& report) {
  std::string out;
  write_field(out, "Original-Envelope-Id", "", report.envelope_id);
  write_field(out, "Reporting-MTA", "dns; ", report.reporting_mta);
  if (report.arrived) write_field(out, "Arrival-Date", "", to_rfc5322(*report.arrived));
  for (const StatusReport::Recipient& recipient : report.recipients) {
    out += "\r\n";
    write_field(out, "Original-Recipient", "", recipient.original);
    write_field(out, "Final-Recipient", is_ascii(recipient.address) ? "rfc822; " : "utf-8; ",
                recipient.address);
    write_field(out, "Action", "", recipient.action);
    write_field(out, "Status", "", recipient.status);
  }
  return out;
}

Entity report_entity(const Outgoing& mail, Boundaries& boundaries) {
  Entity status;
  status.body = report_fields(*mail.report);
  status.headers = is_ascii(status.body) ? "Content-Type: message/delivery-status\r\n"
                                           "Content-Transfer-Encoding: 7bit\r\n"
                                         : "Content-Type: message/global-delivery-status\r\n"
                                           "Content-Transfer-Encoding: 8bit\r\n";
  std::vector<Entity> parts{text_entity("text/plain", mail.text), std::move(status)};
  if (!mail.report->message_id.empty()) {
    Entity returned;
    returned.headers = "Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 7bit\r\n";
    write_ids(returned.body, "Message-ID", {mail.report->message_id});
    parts.push_back(std::move(returned));
  }
  return multipart("report", parts, boundaries, "delivery-status");
}

Entity whole_entity(const Outgoing& mail, Boundaries& boundaries) {
  if (mail.report) return report_entity(mail, boundaries);
  Entity body = body_entity(mail, boundaries);
  const bool loose_inline = !mail.html && !mail.inline_parts.empty();
  if (mail.attachments.empty() && !loose_inline) return body;
  std::vector<Entity> mixed{std::move(body)};
  if (loose_inline) {
    for (const OutgoingFile& file : mail.inline_parts) mixed.push_back(file_entity(file, true));
  }
  for (const OutgoingFile& file : mail.attachments) mixed.push_back(file_entity(file, false));
  return multipart("mixed", mixed, boundaries);
}

}  // namespace

std::string compose(const Outgoing& mail) {
  Boundaries boundaries{mail.message_id};
  const Entity whole = whole_entity(mail, boundaries);
  std::string out;
  write_headers(out, mail);
  out += whole.headers;
  out += "\r\n";
  out += whole.body;
  if (out.ends_with("\r\n")) return out;
  // The last line needs an end that is not part of the text.
  const bool is_text = !whole.headers.contains("multipart/");
  out += is_text ? "=\r\n" : "\r\n";
  return out;
}

}  // namespace lethe::mime
