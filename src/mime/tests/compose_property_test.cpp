// Property: what compose() writes, parse() reads back, and writing that again
// gives the same bytes.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

#include "lethe/base/text.h"
#include "lethe/mime/compose.h"
#include "lethe/mime/parse.h"

namespace lethe::mime {
namespace {

const std::vector<std::string>& pieces() {
  static const std::vector<std::string> list{
      "a",
      "Z",
      "0",
      " ",
      "  ",
      "\n",
      "\r\n",
      "\r",
      "\t",
      ".",
      "=",
      "=?",
      "?=",
      "_",
      "--",
      "\"",
      "\\",
      ",",
      ";",
      "<",
      ">",
      "(",
      ")",
      ":",
      "@",
      "From ",
      "é",
      "ß",
      "日本",
      "😀",
      "\u202E",
      "%",
      "'",
      "begin 644 x\n",
      "=?utf-8?q?x?=",
      "\x80",
      "\xC3",
      std::string(1, '\0'),
      "long-word-without-any-blank-in-it-that-goes-on-and-on-and-on"};
  return list;
}

rc::Gen<std::string> text_gen() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces())),
                      [](const std::vector<std::string>& chosen) {
                        std::string out;
                        for (const auto& piece : chosen) out += piece;
                        return out;
                      });
}

std::string as_shown(std::string_view text) {
  std::string valid = to_valid_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    if (valid[i] == '\r' && i + 1 < valid.size() && valid[i + 1] == '\n') continue;
    if (valid[i] != '\0') out.push_back(valid[i] == '\r' ? '\n' : valid[i]);
  }
  return out;
}

OutgoingFile file_of(std::string name, std::string content) {
  return {.name = std::move(name),
          .type = "application/x-thing",
          .content = std::move(content),
          .content_id = {}};
}

// What a reader would send on.
Outgoing again(const Message& read, bool html) {
  Outgoing mail;
  mail.from = read.from;
  mail.to = read.to;
  mail.subject = read.subject;
  mail.message_id = read.message_id;
  mail.date = read.date;
  mail.text = read.text;
  if (html) mail.html = read.html;
  for (const Attachment& file : read.attachments) {
    mail.attachments.push_back(
        {.name = file.name, .type = file.type, .content = file.content, .content_id = {}});
  }
  return mail;
}

}  // namespace

TEST_CASE("text, HTML and files come back as they were given, whatever they hold") {
  const bool held = rc::check("compose and parse", [] {
    Outgoing mail;
    mail.message_id = "x@y.example";
    mail.subject = *text_gen();
    mail.from = {{*text_gen(), "a@b.example"}};
    mail.to = {{*text_gen(), "c@d.example"}, {*text_gen(), "e@f.example"}};
    mail.text = *text_gen();
    const bool html = *rc::gen::arbitrary<bool>();
    if (html) mail.html = *text_gen();
    const std::string content = *text_gen();
    mail.attachments = {file_of(*text_gen(), content)};

    const std::string raw = compose(mail);
    const Message read = parse(raw);
    RC_ASSERT(read.from.size() == 1U);
    RC_ASSERT(read.from[0].address == "a@b.example");
    RC_ASSERT(read.to.size() == 2U);
    RC_ASSERT(read.to[1].address == "e@f.example");
    // A text that begins a uuencoded file is read as one by design.
    if (!mail.text.contains("begin 644")) RC_ASSERT(read.text == as_shown(mail.text));
    if (html) RC_ASSERT(read.html == as_shown(*mail.html));
    RC_ASSERT(read.attachments.back().content == content);
    RC_ASSERT(safe_file_name(read.attachments.back().name) == read.attachments.back().name);

    // From the first reading on, nothing changes any more.
    const Message second = parse(compose(again(read, html)));
    RC_ASSERT(second.subject == read.subject);
    RC_ASSERT(second.from == read.from);
    RC_ASSERT(second.to == read.to);
    RC_ASSERT(second.text == read.text);
    RC_ASSERT(second.html == read.html);
    RC_ASSERT(second.attachments.back().name == read.attachments.back().name);
  });
  CHECK(held);
}

TEST_CASE("any bytes make a message whose segments cover them") {
  const bool held = rc::check("parse accounts for every byte", [] {
    const std::string raw = *text_gen();
    const Message message = parse(raw);
    std::size_t at = 0;
    for (const Segment& segment : message.segments) {
      RC_ASSERT(segment.span.offset == at);
      at = segment.span.end();
    }
    RC_ASSERT(at == raw.size());
    RC_ASSERT(is_valid_utf8(message.text));
    RC_ASSERT(is_valid_utf8(message.subject));
  });
  CHECK(held);
}

}  // namespace lethe::mime
