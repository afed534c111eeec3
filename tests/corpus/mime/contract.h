// What holds for every mail, whatever is in it (the "always" checks of the
// attack corpus). Used by the corpus tests and by the fuzzer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/text.h"
#include "lethe/mime/message.h"

namespace lethe::corpus {

inline bool has_direction_override(std::string_view text) {
  for (const std::string_view mark : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066",
                                      "\u2067", "\u2068", "\u2069", "\u200E", "\u200F"}) {
    if (text.contains(mark)) return true;
  }
  return false;
}

inline bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

class Contract {
 public:
  // The broken promises, as words; empty when all hold.
  static std::vector<std::string> broken(const mime::Message& message, std::string_view raw) {
    Contract contract;
    contract.check(message, raw);
    return contract.broken_;
  }

 private:
  void check(const mime::Message& message, std::string_view raw) {
    text("text", message.text);
    text("html", message.html);
    line("subject", message.subject);
    line("message_id", message.message_id);
    line("return_path", message.return_path);
    for (const auto& id : message.in_reply_to) line("in_reply_to", id);
    for (const auto& id : message.references) line("references", id);
    for (const auto* list : {&message.from, &message.sender, &message.reply_to, &message.to,
                             &message.cc, &message.bcc}) {
      for (const auto& mailbox : *list) {
        line("name", mailbox.name);
        line("address", mailbox.address);
      }
    }
    for (const auto& header : message.headers) {
      line("header name", header.name);
      line("header " + header.name, header.value);
      if (header.raw.end() > raw.size()) fail("header span");
    }
    for (const auto& file : message.attachments) {
      file_name(file.name);
      line("type", file.type);
      line("content_id", file.content_id);
    }
    for (const auto& part : message.parts) {
      file_name(part.name);
      line("part type", part.type);
      line("charset", part.charset);
      if (part.headers.end() > raw.size() || part.body.end() > raw.size()) fail("part span");
    }
    accounted(message, raw);
  }

  void accounted(const mime::Message& message, std::string_view raw) {
    std::size_t at = 0;
    for (const auto& segment : message.segments) {
      if (segment.span.offset != at) fail("segments have a gap");
      at = segment.span.end();
    }
    if (at != raw.size()) fail("segments do not cover the mail");
  }

  void text(const std::string& what, std::string_view value) {
    if (!is_valid_utf8(value)) fail(what + " is not UTF-8");
    if (value.contains('\0')) fail(what + " holds U+0000");
  }
  void line(const std::string& what, std::string_view value) {
    text(what, value);
    if (has_control(value)) fail(what + " holds a control character");
  }
  void file_name(std::string_view name) {
    line("file name", name);
    if (name.contains('/') || name.contains('\\') || has_direction_override(name))
      fail("unsafe file name");
    if (name == "." || name == ".." || name.size() > 255) fail("impossible file name");
  }
  void fail(std::string what) { broken_.push_back(std::move(what)); }

  std::vector<std::string> broken_;
};

}  // namespace lethe::corpus
