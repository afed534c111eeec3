#include "minimise_mail.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <span>

#include "lethe/base/text.h"
#include "lethe/core/image_location.h"
#include "lethe/core/minimise.h"
#include "lethe/mime/parse.h"

namespace lethe::app {
namespace {

constexpr int kMailsInMailsMax = 5;

enum class FileKind : std::uint8_t { other, text, html, mail };

// UTF-16 by its mark, or by the zeros beside ASCII letters; empty when it is none.
std::string_view wide_charset(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return "utf-16le";
  if (bytes.starts_with("\xFE\xFF")) return "utf-16be";
  constexpr std::size_t kBytesTried = 512;
  const std::size_t size = std::min(bytes.size(), kBytesTried) & ~std::size_t{1};
  std::array<std::size_t, 2> zeros{};
  for (std::size_t n = 0; n < size; ++n)
    if (bytes[n] == '\0') ++zeros.at(n % 2);
  const auto is_most = [size](std::size_t count, std::size_t other) {
    return size >= 8 && count * 4 >= size && other * 8 <= count;
  };
  if (is_most(zeros[1], zeros[0])) return "utf-16le";
  return is_most(zeros[0], zeros[1]) ? "utf-16be" : "";
}

// Neither zeros nor other control characters; escapes switch character sets in Japanese texts.
bool has_no_controls(std::string_view bytes) {
  constexpr std::size_t kBytesTried = 4096;
  constexpr std::string_view kOfTexts = "\t\r\n\f\x1B";
  const auto is_control = [&](char c) {
    return static_cast<unsigned char>(c) < 0x20 && !kOfTexts.contains(c);
  };
  return !bytes.empty() && std::ranges::none_of(bytes.substr(0, kBytesTried), is_control);
}

bool looks_like_text(std::string_view bytes) {
  return has_no_controls(bytes) && is_valid_utf8(bytes);
}

bool ends_in_one_of(std::string_view name, std::span<const std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) {
    return name.size() > ending.size() &&
           equals_ignoring_ascii_case(name.substr(name.size() - ending.size()), ending);
  });
}

// Mail programs know files by their names: a table from a spreadsheet comes as
// application/vnd.ms-excel, in the character set of its country.
FileKind kind_by_name(std::string_view name, std::string_view content) {
  static constexpr auto kTexts =
      std::to_array<std::string_view>({".csv", ".txt", ".tsv", ".tab", ".log", ".json", ".md",
                                       ".rtf", ".sql", ".yaml", ".yml", ".ics", ".vcf", ".ini"});
  static constexpr auto kMarkups =
      std::to_array<std::string_view>({".html", ".htm", ".xhtml", ".xml", ".svg"});
  if (!has_no_controls(content) && wide_charset(content).empty()) return FileKind::other;
  if (ends_in_one_of(name, kMarkups)) return FileKind::html;
  return ends_in_one_of(name, kTexts) ? FileKind::text : FileKind::other;
}

FileKind kind_of(std::string_view type, std::string_view name, std::string_view content) {
  static constexpr auto kTexts = std::to_array<std::string_view>(
      {"application/json", "application/csv", "application/rtf", "application/x-yaml",
       "application/yaml", "application/sql", "application/ics", "message/delivery-status",
       "message/feedback-report", "message/disposition-notification"});
  if (mime::is_mail(type)) return FileKind::mail;
  const bool is_markup = type == "text/html" || type == "text/xml" || type == "application/xml" ||
                         type.ends_with("+xml");
  if (is_markup) return FileKind::html;
  const bool is_text = type.starts_with("text/") || type.ends_with("+json") ||
                       std::ranges::find(kTexts, type) != kTexts.end();
  // Programs have types of their own for texts. What is signed or has offsets inside stays whole.
  const bool may_be_text = type.starts_with("application/") && !type.ends_with("/pdf") &&
                           !type.contains("pgp") && !type.contains("pkcs") &&
                           !content.starts_with("%PDF");
  const bool is_unnamed = type == "application/octet-stream";
  const bool looks_it =
      (may_be_text && looks_like_text(content)) || (is_unnamed && !wide_charset(content).empty());
  const FileKind named = may_be_text ? kind_by_name(name, content) : FileKind::other;
  if (named == FileKind::html) return named;
  return is_text || looks_it ? FileKind::text : named;
}

class Minimiser {
 public:
  explicit Minimiser(const core::MaskChoice& masks) : masks_(masks) {}

  [[nodiscard]] std::size_t hits() const { return hits_; }

  void text(std::string& text) {
    auto minimised = core::minimise_text(text);
    auto masked = core::mask_text(minimised.text, masks_);
    const std::size_t found = minimised.cards.size() + masked.hits;
    hits_ += found;
    if (found != 0) text = std::move(masked.text);
  }

  void html(std::string& html) {
    auto minimised = core::minimise_html(html);
    auto masked = core::mask_html(minimised.text, masks_);
    const std::size_t found = minimised.cards.size() + masked.hits;
    hits_ += found;
    if (found != 0) html = std::move(masked.text);
  }

  void names(std::vector<mime::Mailbox>& mailboxes) {
    for (mime::Mailbox& mailbox : mailboxes) text(mailbox.name);
  }

  void file(std::string_view type, std::string_view name, std::string& content, int depth) {
    const FileKind kind = kind_of(type, name, content);
    if (kind == FileKind::other) return;
    if (kind == FileKind::mail) return mail(content, depth);
    const std::string_view charset = wide_charset(content);
    if (charset.empty()) return kind == FileKind::html ? html(content) : text(content);
    const std::size_t before = hits_;
    const bool marked = content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF");
    const std::string mark = content.substr(0, marked ? 2 : 0);
    std::string narrow =
        mime::decode_charset(std::string_view{content}.substr(mark.size()), charset);
    kind == FileKind::html ? html(narrow) : text(narrow);
    if (hits_ == before) return;
    const auto order = charset == "utf-16le" ? std::endian::little : std::endian::big;
    content = mark + mime::encode_utf16(narrow, order);
  }

 private:
  struct Change {
    mime::Span span;
    std::string bytes;
  };

  // The changes of one mail do not overlap; they are made from its end.
  void mail(std::string& raw, int depth) {
    if (depth >= kMailsInMailsMax) return text(raw);
    const mime::Message inside = mime::parse(raw);
    std::vector<Change> changes;
    for (std::size_t n = 0; n < inside.parts.size(); ++n) {
      add_headers(inside, n, raw, changes);
      if (inside.parts[n].kind != mime::PartKind::multipart)
        add_body(inside, n, raw, depth, changes);
    }
    std::ranges::sort(changes, std::ranges::greater{},
                      [](const Change& change) { return change.span.offset; });
    for (const Change& change : changes)
      raw.replace(change.span.offset, change.span.size, change.bytes);
  }

  // What an encoded word hides is written out; of a part only what stands there plainly is seen.
  void add_headers(const mime::Message& inside, std::size_t part, std::string_view raw,
                   std::vector<Change>& changes) {
    const std::size_t before = hits_;
    if (part != 0) {
      const mime::Span span = inside.parts[part].headers;
      std::string headers{span.of(raw)};
      text(headers);
      if (hits_ != before) changes.push_back({span, std::move(headers)});
      return;
    }
    for (const mime::Header& header : inside.headers) {
      const std::size_t found = hits_;
      std::string value = header.value;
      text(value);
      if (hits_ == found) continue;
      const std::string_view old = header.raw.of(raw);
      const std::size_t end = old.find_last_not_of(" \t\r\n");
      const std::size_t kept = end == std::string_view::npos ? 0 : end + 1;
      changes.push_back({{header.raw.offset, kept}, " " + value});
    }
  }

  void add_body(const mime::Message& inside, std::size_t part, std::string_view raw, int depth,
                std::vector<Change>& changes) {
    const mime::Part& one = inside.parts[part];
    const std::size_t before = hits_;
    std::string bytes = mime::decoded_body(inside, part, raw);
    // A multipart that nothing divides is shown as text.
    const bool is_shown = one.kind == mime::PartKind::text && !one.type.starts_with("text/");
    file(is_shown ? "text/plain" : one.type, one.name, bytes, depth + 1);
    // The files of the outermost mail are looked at where they are marked (gate_checks.h).
    const bool is_file = one.kind == mime::PartKind::attachment;
    if (is_file && core::remove_location(bytes) == core::ImageFinding::removed) ++hits_;
    if (hits_ == before) return;
    changes.push_back({one.body, mime::encoded_body(inside, part, raw, bytes)});
  }

  const core::MaskChoice& masks_;
  std::size_t hits_ = 0;
};

bool has_card(const std::string& id) { return !core::find_card_numbers(id).empty(); }

bool has_card_in_ids(const mime::Message& mail) {
  return has_card(mail.message_id) || std::ranges::any_of(mail.in_reply_to, has_card) ||
         std::ranges::any_of(mail.references, has_card);
}

}  // namespace

bool minimise_mail(mime::Message& mail, const core::MaskChoice& masks) {
  Minimiser minimiser{masks};
  for (auto* list : {&mail.from, &mail.sender, &mail.reply_to, &mail.to, &mail.cc, &mail.bcc})
    minimiser.names(*list);
  minimiser.text(mail.subject);
  minimiser.text(mail.text);
  minimiser.html(mail.html);
  for (mime::Attachment& file : mail.attachments) {
    minimiser.text(file.name);
    minimiser.file(file.type, file.name, file.content, 0);
  }
  return minimiser.hits() != 0 || has_card_in_ids(mail);
}

std::string shown_id(const std::string& message_id) {
  return has_card(message_id) ? std::string{} : message_id;
}

std::vector<std::string> shown_ids(std::vector<std::string> message_ids) {
  std::erase_if(message_ids, has_card);
  return message_ids;
}

}  // namespace lethe::app
