#include "body.h"

#include <algorithm>

#include "charset.h"
#include "encode.h"
#include "flowed.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "tnef.h"
#include "warnings.h"

namespace lethe::mime {
namespace {

constexpr std::size_t kEmbeddedFilesMax = 1000;

bool is_tnef(const Part& part) {
  return part.type == "application/ms-tnef" || part.type == "application/vnd.ms-tnef" ||
         equals_ignoring_ascii_case(part.name, "winmail.dat");
}

class Finisher {
 public:
  Finisher(Message& message, std::string_view raw) : message_(message), raw_(raw) {}

  void finish(Part& part, const PartNotes& notes) {
    if (part.kind == PartKind::multipart) return;
    if (part.kind == PartKind::attachment) return add_attachment(part, notes);
    add_body(part, notes);
    // Only a guess shows an undivided multipart as text, so it is kept whole too.
    if (notes.undivided) add_attachment(part, PartNotes{});
  }

  // A named text that is to be seen in place, in a mail that shows nothing
  // else, is the mail's text as well as a file.
  void show_inline_texts(const std::vector<PartNotes>& notes) {
    if (!trimmed(message_.text).empty() || !trimmed(message_.html).empty()) return;
    for (std::size_t i = 0; i < message_.parts.size(); ++i) {
      Part& part = message_.parts[i];
      const bool file =
          part.kind == PartKind::attachment && part.disposition == Disposition::inline_;
      if (file && part.type == "text/plain") add_body(part, notes[i]);
    }
  }

 private:
  void add_attachment(Part& part, const PartNotes& notes) {
    Undone undone = undo(notes.transfer, part.body.of(raw_));
    if (undone.damaged) {
      warn(message_.warnings, Warning::bad_encoding);
      part.damaged = true;
    }
    const bool is_inline = part.disposition == Disposition::inline_ ||
                           (part.disposition == Disposition::none && !part.content_id.empty());
    Attachment attachment{.name = part.name,
                          .type = part.type,
                          .content_id = part.content_id,
                          .content = std::move(undone.bytes),
                          .disposition = part.disposition,
                          .is_inline = is_inline,
                          .damaged = part.damaged};
    if (is_tnef(part) && unpack(attachment)) return;
    message_.attachments.push_back(std::move(attachment));
  }

  // False when it is not TNEF after all, or damaged: then it stays as it is.
  bool unpack(const Attachment& winmail) {
    Tnef tnef = unpack_tnef(winmail.content);
    if (!tnef.recognised) return false;
    warn(message_.warnings, Warning::tnef);
    for (TnefBody& body : tnef.bodies) add_tnef_body(std::move(body));
    for (Attachment& file : tnef.attachments) message_.attachments.push_back(std::move(file));
    return !tnef.damaged;
  }

  // The bodies inside count only where the mail itself has none.
  void add_tnef_body(TnefBody&& body) {
    const bool plain = body.kind == TnefBodyKind::text;
    std::string& place = plain ? message_.text : message_.html;
    if (body.kind != TnefBodyKind::rtf && trimmed(place).empty()) {
      place.clear();
      append_decoded(place, body.bytes, body.charset);
      return;
    }
    if (plain) return;  // the same words stand in the mail's own text
    const bool rtf = body.kind == TnefBodyKind::rtf;
    message_.attachments.push_back({.name = rtf ? "body.rtf" : "body.html",
                                    .type = rtf ? "application/rtf" : "text/html",
                                    .content_id = {},
                                    .content = std::move(body.bytes),
                                    .disposition = Disposition::inline_,
                                    .is_inline = true});
  }

  void add_body(Part& part, const PartNotes& notes) {
    std::string_view bytes = part.body.of(raw_);
    Undone undone;
    if (notes.transfer != Transfer::identity && !notes.undivided) {
      undone = undo(notes.transfer, bytes);
      if (undone.damaged) {
        warn(message_.warnings, Warning::bad_encoding);
        part.damaged = true;
      }
      if (undone.plain_from < bytes.size()) {
        undone.bytes += "\n";
        undone.bytes += bytes.substr(undone.plain_from);
      }
      bytes = undone.bytes;
    }
    if (part.kind == PartKind::html) return add_html(part, bytes);
    std::string without_files;
    if (take_embedded_files(bytes, without_files)) bytes = without_files;
    add_text(part, notes, bytes);
  }

  void add_html(const Part& part, std::string_view bytes) {
    join(message_.html, any_html_);
    const std::string charset = part.charset.empty() ? charset_in_html(bytes) : part.charset;
    append_decoded(message_.html, bytes, charset);
  }

  void add_text(const Part& part, const PartNotes& notes, std::string_view bytes) {
    join(message_.text, any_text_);
    if (bytes.contains("-----BEGIN PGP MESSAGE-----")) warn(message_.warnings, Warning::encrypted);
    if (!notes.flowed) return append_decoded(message_.text, bytes, part.charset);
    std::string lines;
    append_decoded(lines, bytes, part.charset);
    message_.text += unflowed(lines, notes.delsp ? DelSp::yes : DelSp::no);
  }

  static void join(std::string& text, bool& any) {
    if (any) text.push_back('\n');
    any = true;
  }

  void append_decoded(std::string& out, std::string_view bytes, std::string_view charset) {
    bool dropped = false;
    if (charset.empty() && (is_ascii(bytes) || is_valid_utf8(bytes))) {  // no copy in between
      dropped = append_text(out, bytes);
    } else {
      const Decoded decoded = decode(bytes, charset);
      if (!decoded.as_declared) warn(message_.warnings, Warning::bad_charset);
      dropped = append_text(out, decoded.text);
    }
    if (dropped) warn(message_.warnings, Warning::control_characters);
  }

  // Moves uuencoded and yEnc files out of a text. False when there are none.
  bool take_embedded_files(std::string_view bytes, std::string& rest) {
    std::vector<EmbeddedFile> files = embedded_files(bytes, kEmbeddedFilesMax);
    std::size_t from = 0;
    for (EmbeddedFile& file : files) {
      rest += bytes.substr(from, file.begin - from);
      from = file.end;
      if (file.damaged) warn(message_.warnings, Warning::bad_encoding);
      message_.attachments.push_back({.name = safe_file_name(decode_header(file.name)),
                                      .type = "application/octet-stream",
                                      .content_id = {},
                                      .content = std::move(file.bytes),
                                      .damaged = file.damaged});
    }
    rest += bytes.substr(std::min(from, bytes.size()));
    return !files.empty();
  }

  Message& message_;
  std::string_view raw_;
  bool any_text_ = false;
  bool any_html_ = false;
};

}  // namespace

bool append_text(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out.reserve(begin + text.size());
  while (!text.empty()) {
    const std::size_t cr = std::min(text.find('\r'), text.size());
    out += text.substr(0, cr);
    if (cr == text.size()) break;
    const bool before_lf = cr + 1 < text.size() && text[cr + 1] == '\n';
    if (!before_lf) out.push_back('\n');
    text.remove_prefix(cr + 1);
  }
  if (out.find('\0', begin) == std::string::npos) return false;
  std::erase(out, '\0');
  return true;
}

void fill_bodies(Message& message, const std::vector<PartNotes>& notes, std::string_view raw) {
  Finisher finisher{message, raw};
  for (std::size_t i = 0; i < message.parts.size(); ++i)
    finisher.finish(message.parts[i], notes[i]);
  finisher.show_inline_texts(notes);
}

std::string decoded_body(const Message& message, std::size_t part, std::string_view raw) {
  const Part& one = message.parts[part];
  return undo(transfer_in_headers(one.headers.of(raw)), one.body.of(raw)).bytes;
}

std::string encoded_body(const Message& message, std::size_t part, std::string_view raw,
                         std::string_view content) {
  switch (transfer_in_headers(message.parts[part].headers.of(raw))) {
    case Transfer::base64:
      return base64_lines(content) + "\r\n";
    case Transfer::quoted_printable:
      return quoted_printable(content, LineEnds::as_written);
    case Transfer::identity:
    case Transfer::uuencode:
    case Transfer::unknown:
      break;
  }
  return std::string{content};
}

}  // namespace lethe::mime
