#include "tnef.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "corpus.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"

namespace lethe::corpus {
namespace {

// As Outlook sends it: an empty text and a winmail.dat.
std::string mail_with(const std::string& winmail) {
  return "From: a@sender.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
         "boundary=b\r\n\r\n"
         "--b\r\nContent-Type: text/plain\r\n\r\n\r\n--b\r\nContent-Type: application/ms-tnef; "
         "name=winmail.dat\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\n" +
         to_base64(as_bytes(winmail)) + "\r\n--b--\r\n";
}

bool has_file(const mime::Message& message, const json::object& wanted) {
  const auto* free = wanted.if_contains("hash_unsure");
  const bool hash_counts = free == nullptr || !free->as_bool();
  const bool named = wanted.if_contains("unnamed") == nullptr;
  return std::ranges::any_of(message.attachments, [&](const mime::Attachment& file) {
    return (!hash_counts || sha256(file.content) == text_of(wanted.at("sha256"))) &&
           (!named || file.name == text_of(wanted.at("name")));
  });
}

std::string lf(std::string text) {
  std::erase(text, '\r');
  return text;
}

std::string kind_of(mime::TnefBodyKind kind) {
  switch (kind) {
    case mime::TnefBodyKind::text:
      return "txt";
    case mime::TnefBodyKind::html:
      return "html";
    case mime::TnefBodyKind::rtf:
      break;
  }
  return "rtf";
}

bool has_body(const mime::Tnef& tnef, const json::object& wanted) {
  return std::ranges::any_of(tnef.bodies, [&](const mime::TnefBody& body) {
    return kind_of(body.kind) == text_of(wanted.at("kind")) &&
           sha256(lf(body.bytes)) == text_of(wanted.at("sha256_lf"));
  });
}

// What is not RTF must have become the mail's text or HTML.
bool is_shown(const mime::Message& message, const json::object& wanted) {
  const std::string kind = text_of(wanted.at("kind"));
  return kind == "rtf" || !(kind == "txt" ? message.text : message.html).empty();
}

}  // namespace

TEST_CASE("a winmail.dat gives up its files and bodies") {
  Tally tally{"tnef"};
  for (const auto& entry : read_json(corpora() / "tnef/expectations.json").as_array()) {
    const auto& one = entry.as_object();
    const std::string file = text_of(one.at("file"));
    const std::string winmail = read_file(corpora() / "tnef" / file);
    const std::string raw = mail_with(winmail);
    const mime::Tnef tnef = mime::unpack_tnef(winmail);
    const mime::Message message = mime::parse(raw);
    tally.mail();
    check_contract(message, raw, file, tally);
    if (!one.at("files_known").as_bool()) continue;
    for (const auto& wanted : one.at("attachments").as_array()) {
      tally.check("attachment", has_file(message, wanted.as_object()),
                  file + " lacks " + json::serialize(wanted));
    }
    for (const auto& wanted : one.at("bodies").as_array()) {
      const bool there =
          has_body(tnef, wanted.as_object()) && is_shown(message, wanted.as_object());
      tally.check("body", there, file + " lacks " + json::serialize(wanted));
    }
  }
  tally.print();
  CHECK(tally.mails() > 0);
  CHECK(tally.share("contract") == 1.0);
  CHECK(tally.share("attachment") == 1.0);
  CHECK(tally.share("body") == 1.0);
}

}  // namespace lethe::corpus
