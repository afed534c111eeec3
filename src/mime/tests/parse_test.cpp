#include "lethe/mime/parse.h"

#include <doctest/doctest.h>

#include <string>

namespace lethe::mime {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::size_t covered(const Message& message) {
  std::size_t at = 0;
  for (const Segment& segment : message.segments) {
    CHECK(segment.span.offset == at);
    at = segment.span.end();
  }
  return at;
}

TEST_CASE("a plain mail gives its envelope and its text") {
  const Message mail = parse(
      "Return-Path: <bounce@sender.example>\r\n"
      "From: Ada Lovelace <ada@sender.example>\r\nTo: help@desk.example\r\nSubject: Printer\r\n"
      "Date: Mon, 01 Jan 2024 10:20:30 +0100\r\nMessage-ID: <1@sender.example>\r\n"
      "In-Reply-To: <0@desk.example>\r\nReferences: <a@x> <0@desk.example>\r\nAuto-Submitted: "
      "no\r\n"
      "\r\nIt smokes.\r\nPlease come.\r\n");
  CHECK(mail.from == std::vector<Mailbox>{{"Ada Lovelace", "ada@sender.example"}});
  CHECK(mail.to == std::vector<Mailbox>{{"", "help@desk.example"}});
  CHECK(mail.subject == "Printer");
  REQUIRE(mail.date.has_value());
  CHECK(to_rfc3339(*mail.date) == "2024-01-01T09:20:30Z");
  CHECK(mail.message_id == "1@sender.example");
  CHECK(mail.in_reply_to == std::vector<std::string>{"0@desk.example"});
  CHECK(mail.references == std::vector<std::string>{"a@x", "0@desk.example"});
  CHECK(mail.return_path == "bounce@sender.example");
  CHECK(mail.header("auto-submitted") == "no");
  CHECK_FALSE(mail.header("precedence").has_value());
  CHECK(mail.text == "It smokes.\nPlease come.\n");
  CHECK(mail.html.empty());
  CHECK(mail.attachments.empty());
  CHECK(mail.warnings.empty());
}

TEST_CASE("every byte of a multipart mail lies in exactly one segment") {
  const std::string raw =
      "From: a@b.example\r\nContent-Type: multipart/mixed; "
      "boundary=x\r\n\r\npreamble\r\n--x\r\n\r\none\r\n"
      "--x\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--x--\r\nepilogue\r\n";
  const Message mail = parse(raw);
  CHECK(covered(mail) == raw.size());
  CHECK(mail.text == "one");
  REQUIRE(mail.attachments.size() == 1);
  CHECK(mail.attachments[0].content == "%PDF");
  CHECK(mail.attachments[0].type == "application/pdf");
  CHECK_FALSE(mail.attachments[0].damaged);
}

TEST_CASE("an empty mail is a message") {
  const Message mail = parse("");
  CHECK(mail.text.empty());
  CHECK(mail.parts.size() == 1);
  CHECK(mail.has(Warning::no_headers));
}

TEST_CASE("a first line that is no header is not lost, and neither is the header after it") {
  const Message junk = parse("HTTP/1.1 200 OK\r\nFrom: a@b.example\r\nSubject: s\r\n\r\nbody\r\n");
  CHECK(junk.subject == "s");
  CHECK(junk.from.size() == 1);
  const Message body = parse("just words, no header\r\nmore words\r\n");
  CHECK(body.text == "just words, no header\nmore words\n");
}

TEST_CASE("a forgotten blank line does not hide the body") {
  const Message mail = parse("Subject: s\r\nHello, my printer smokes.\r\nBye\r\n");
  CHECK(mail.subject == "s");
  CHECK(mail.text == "Hello, my printer smokes.\nBye\n");
}

TEST_CASE("lines that end in CR alone are lines") {
  const Message mail = parse("From: a@b.example\rSubject: old mac\r\rbody\rmore\r");
  CHECK(mail.subject == "old mac");
  CHECK(mail.text == "body\nmore\n");
  CHECK(mail.has(Warning::bare_line_ends));
}

TEST_CASE("the first of two From headers counts, and the mail is flagged") {
  const Message mail = parse("From: one@a.example\r\nFrom: two@b.example\r\n\r\n");
  CHECK(mail.from == std::vector<Mailbox>{{"", "one@a.example"}});
  CHECK(mail.has(Warning::duplicate_from));
}

TEST_CASE("a display name that shows another address is flagged, the same address is not") {
  CHECK(parse("From: \"boss@bank.example\" <a@b.example>\r\n\r\n")
            .has(Warning::name_looks_like_address));
  CHECK_FALSE(
      parse("From: \"a@b.example\" <a@b.example>\r\n\r\n").has(Warning::name_looks_like_address));
  CHECK_FALSE(parse("From: \"Ada @ home\" <a@b.example>\r\n\r\n").has(Warning::multiple_from));
}

TEST_CASE("a forwarded mail stays one file with exactly its bytes") {
  const std::string inner = "Subject: inner   two  blanks\r\nX-Odd:\tvalue \r\n\r\nlast line";
  const Message mail = parse(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\n" +
      inner + "\r\n--b--\r\n");
  CHECK(mail.text == "text");
  REQUIRE(mail.attachments.size() == 1);
  CHECK(mail.attachments[0].content == inner);
}

TEST_CASE("a hundred levels are read and the level beyond is kept as one file") {
  const auto nested = [](std::size_t depth) {
    std::string raw;
    for (std::size_t i = 0; i < depth; ++i) {
      const std::string b = "b" + std::to_string(i);
      raw += "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n";
    }
    return raw + "\r\ninner words\r\n";
  };
  CHECK(parse(nested(kDepthMax)).text.contains("inner words"));
  CHECK_FALSE(parse(nested(kDepthMax)).has(Warning::depth_truncated));
  const Message deeper = parse(nested(kDepthMax + 1));
  CHECK(deeper.has(Warning::depth_truncated));
  REQUIRE(deeper.attachments.size() == 1);
  CHECK(deeper.attachments[0].content.contains("inner words"));
}

TEST_CASE("ten thousand parts are read and the rest is kept as one file") {
  const auto parts = [](std::size_t count) {
    return "Content-Type: multipart/mixed; boundary=x\r\n\r\n" +
           repeated("--x\r\n\r\np\r\n", count) + "--x--\r\n";
  };
  CHECK_FALSE(parse(parts(kPartsMax - 1)).has(Warning::parts_truncated));  // the mail is a part too
  const Message more = parse(parts(kPartsMax));
  CHECK(more.has(Warning::parts_truncated));
  CHECK(more.attachments.size() == 1);
}

TEST_CASE("two thousand addresses are read, not one more") {
  const auto list = [](std::size_t count) {
    return "To: " + repeated("u@d.example,", count - 1) + "last@d.example\r\n\r\n";
  };
  CHECK(parse(list(kAddressesMax)).to.size() == kAddressesMax);
  CHECK_FALSE(parse(list(kAddressesMax)).has(Warning::addresses_truncated));
  CHECK(parse(list(kAddressesMax + 1)).to.size() == kAddressesMax);
  CHECK(parse(list(kAddressesMax + 1)).has(Warning::addresses_truncated));
}

TEST_CASE("a megabyte of headers hides neither the subject nor the sender after it") {
  const std::string raw =
      repeated("X-Filler: 0123456789012345678901234567890123456789\r\n", 30'000) +
      "From: a@b.example\r\nSubject: still here\r\n\r\nbody";
  const Message mail = parse(raw);
  CHECK(mail.subject == "still here");
  CHECK(mail.from.size() == 1);
  CHECK(mail.text == "body");
  CHECK(mail.has(Warning::headers_truncated));
  CHECK(covered(mail) == raw.size());
}

TEST_CASE("a multipart without its boundary is shown as text and kept whole") {
  const Message mail =
      parse("Content-Type: multipart/mixed; boundary=other\r\n\r\nwhat it holds\r\n");
  CHECK(mail.text == "what it holds\n");
  REQUIRE(mail.attachments.size() == 1);
  CHECK(mail.attachments[0].content == "what it holds\r\n");
  CHECK(mail.has(Warning::bad_boundary));
}

TEST_CASE("a mail that stops inside an attachment keeps what came, and says so") {
  const Message mail = parse(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"
      "Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1");
  REQUIRE(mail.attachments.size() == 1);
  CHECK(mail.attachments[0].content == "%PDF-1");
  CHECK(mail.attachments[0].damaged);
  CHECK(mail.has(Warning::missing_end_boundary));
}

TEST_CASE("U+0000 and control characters reach no string") {
  using namespace std::string_literals;
  const Message mail = parse("Subject: a\0b\x1b[31m\r\n\r\nx\0y"s);
  CHECK(mail.subject == "ab[31m");
  CHECK(mail.text == "xy");
  CHECK(mail.has(Warning::control_characters));
}

TEST_CASE("HTML without a declared character set follows its own meta tag") {
  CHECK(parse("Content-Type: text/html\r\n\r\n<meta charset=iso-8859-2><p>\xB1</p>")
            .html.contains("ą"));
}

TEST_CASE("encrypted and signed mails are flagged") {
  CHECK(
      parse("Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b--").has(Warning::encrypted));
  CHECK(parse("Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nx")
            .has(Warning::signed_));
  CHECK_FALSE(
      parse("Content-Type: multipart/signed; boundary=b\r\n\r\n--b--").has(Warning::encrypted));
}

TEST_CASE("parts can be decoded again one by one") {
  const std::string raw =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n";
  const Message mail = parse(raw);
  REQUIRE(mail.leaf_parts().size() == 1);
  CHECK(decoded_body(mail, mail.leaf_parts()[0], raw) == "hello");
}

TEST_CASE("of two content types the multipart counts when the body is divided behind its notice") {
  const std::string types =
      "Content-Type: multipart/mixed; boundary=b\r\nContent-Type: text/plain\r\n\r\n";
  const std::string parts = "--b\r\n\r\nhello\r\n--b--\r\n";
  CHECK(parse(types + parts).text == "hello");
  CHECK(parse(types + "\r\nThis is a multi-part message in MIME format.\r\n\r\n" + parts).text ==
        "hello");
  CHECK(parse(types + "Words that count\r\n" + parts).text.starts_with("Words that count"));
}

}  // namespace
}  // namespace lethe::mime
