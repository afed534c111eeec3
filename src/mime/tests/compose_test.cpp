#include "lethe/mime/compose.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "lethe/mime/parse.h"

namespace lethe::mime {
namespace {

Outgoing answer() {
  Outgoing mail;
  mail.from = {{"Lethe Hilfe, Köln", "help@desk.example"}};
  mail.to = {{"Ada Lovelace", "ada@sender.example"}};
  mail.subject =
      "Re: Drucker raucht – schon wieder, und zwar seit der letzten Änderung an der Anlage";
  mail.message_id = "t1.abc@desk.example";
  mail.in_reply_to = {"1@sender.example"};
  mail.references = {"0@sender.example", "1@sender.example"};
  mail.date = instant_of(1'700'000'000);
  mail.text = "Guten Tag,\n\nFrom now on: größer = besser.\n.\n-- \nIhr Team";
  return mail;
}

// Lines of 78 at most, CRLF only, ASCII only.
void check_form(const std::string& raw) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto c = static_cast<unsigned char>(raw[i]);
    if (c == '\n') REQUIRE((i > 0 && raw[i - 1] == '\r'));
    if (c == '\r') REQUIRE((i + 1 < raw.size() && raw[i + 1] == '\n'));
    REQUIRE(c < 0x80);
    column = c == '\n' ? 0 : column + 1;
    REQUIRE(column <= 79);  // the CR is counted
  }
  REQUIRE(raw.ends_with("\r\n"));
}

TEST_CASE("what was written is read back the same") {
  Outgoing mail = answer();
  mail.html = "<p>größer</p><img src=\"cid:logo@desk\">\n";
  mail.inline_parts = {{.name = "logo.png",
                        .type = "image/png",
                        .content = "\x89PNG\r\n",
                        .content_id = "logo@desk"}};
  mail.attachments = {
      {.name = "Übersicht über eine lange Liste von Dingen, die niemand braucht.pdf",
       .type = "application/pdf",
       .content = std::string(1000, '\0'),
       .content_id = {}}};
  const std::string raw = compose(mail);
  check_form(raw);
  const Message read = parse(raw);
  CHECK(read.warnings.empty());
  CHECK(read.from == mail.from);
  CHECK(read.to == mail.to);
  CHECK(read.subject == mail.subject);
  CHECK(read.message_id == mail.message_id);
  CHECK(read.in_reply_to == mail.in_reply_to);
  CHECK(read.references == mail.references);
  CHECK(read.date == mail.date);
  CHECK(read.text == mail.text);
  CHECK(read.html == *mail.html);
  REQUIRE(read.attachments.size() == 2);
  CHECK(read.attachments[0].content == mail.inline_parts[0].content);
  CHECK(read.attachments[0].content_id == "logo@desk");
  CHECK(read.attachments[0].is_inline);
  CHECK(read.attachments[1].name == mail.attachments[0].name);
  CHECK(read.attachments[1].content == mail.attachments[0].content);
  CHECK_FALSE(read.attachments[1].is_inline);
}

TEST_CASE("a line with an encoded word has 76 characters at most, however long the words are") {
  for (std::size_t size = 1; size <= 90; ++size) {
    CAPTURE(size);
    std::string words;
    for (std::size_t i = 0; i < size; ++i) words += i % 9 == 8 && i + 1 < size ? " " : "ü";
    Outgoing mail = answer();
    mail.subject = "Re: " + words;
    mail.to = {{words, std::string(size / 2 + 1, 'a') + "@sender.example"},
               {std::string(std::min<std::size_t>(size, 70), 'b'), "b@sender.example"},
               {words, "c@sender.example"}};
    const std::string raw = compose(mail);
    const std::string head = raw.substr(0, raw.find("\r\n\r\n"));
    for (std::size_t at = 0; at < head.size();) {
      const std::size_t end = std::min(head.find("\r\n", at), head.size());
      const std::string line = head.substr(at, end - at);
      CHECK(line.size() <= (line.contains("=?") ? 76 : 78));
      at = end + 2;
    }
    CHECK(parse(raw).to == mail.to);
  }
}

TEST_CASE("an encoded name holds only what a phrase may hold") {
  Outgoing mail = answer();
  mail.to = {{"Dr. Jürgen Meier-Hofmann", "j@sender.example"}};
  const std::string raw = compose(mail);
  CHECK(raw.contains("To: =?utf-8?Q?Dr=2E_J=C3=BCrgen_Meier-Hofmann?= <j@sender.example>\r\n"));
  CHECK(parse(raw).to == mail.to);
}

TEST_CASE("an address that the way does not take is shown without being one") {
  Outgoing mail = answer();
  mail.to = {{"Grüße", "grüße@sender.example"}, {"Ada", "ada@sender.example"}};
  mail.cc = {{"", "jörg@sender.example"}};
  CHECK(parse(compose(mail)).to == mail.to);
  CHECK(parse(compose(mail)).cc == mail.cc);

  mail.takes_utf8_addresses = false;
  const std::string raw = compose(mail);
  check_form(raw);
  const Message read = parse(raw);
  CHECK(read.to == std::vector<Mailbox>{{"Ada", "ada@sender.example"}});
  CHECK(read.cc.empty());
  CHECK(raw.contains("Cc: =?utf-8?Q?j=C3=B6rg=40sender=2Eexample?= :;\r\n"));
}

TEST_CASE("the same mail is written with the same bytes, another id with another boundary") {
  Outgoing mail = answer();
  mail.html = "<p>x</p>";
  CHECK(compose(mail) == compose(mail));
  const auto boundary = [](const Outgoing& one) {
    return parameter(*parse(compose(one)).header("content-type"), "boundary");
  };
  Outgoing other = mail;
  other.message_id = "t2@desk.example";
  CHECK(boundary(mail) != boundary(other));
}

TEST_CASE("no value can add a header, an address or a body") {
  Outgoing mail = answer();
  const std::string evil = "x\r\nBcc: v@evil.example\r\n\r\n<script>";
  mail.subject = evil;
  mail.from = {{evil, "help@desk.example"}};
  mail.to = {{"", "a@b.example>\r\nBcc: <v@evil.example"}, {"", "c@d.example, v@evil.example"}};
  mail.message_id = evil;
  mail.references = {evil};
  mail.extra_headers = {{"X-One", evil},
                        {"X-Two\r\nBcc", "v@evil.example"},
                        {"Bcc", "v@evil.example"},
                        {"Content-Type", "text/html"},
                        {"", "x"}};
  mail.attachments = {
      {.name = evil, .type = "text/html\r\nBcc: x", .content = "x", .content_id = evil}};
  const std::string raw = compose(mail);
  check_form(raw);
  const Message read = parse(raw);
  CHECK(read.bcc.empty());
  CHECK_FALSE(read.header("Bcc").has_value());
  CHECK(read.headers_named("Content-Type").size() == 1);
  CHECK(read.to.size() == 2);
  CHECK(read.from.size() == 1);
  CHECK(read.text == mail.text);
  REQUIRE(read.attachments.size() == 1);
  CHECK(read.attachments[0].type == "application/octet-stream");
}

TEST_CASE("an automatic answer carries its marks, folded but not encoded") {
  Outgoing mail = answer();
  const std::string link = "<https://desk.example/u/" + std::string(120, 'k') + ">";
  mail.extra_headers = {{"Auto-Submitted", "auto-replied"}, {"List-Unsubscribe", link}};
  const Message read = parse(compose(mail));
  CHECK(read.header("Auto-Submitted") == "auto-replied");
  CHECK(read.header("List-Unsubscribe") == link);
  CHECK(compose(mail).contains(link));
}

TEST_CASE("a forwarded mail goes out byte for byte, or as a plain file when it cannot") {
  Outgoing mail = answer();
  mail.attachments = {{.name = "mail.eml",
                       .type = "message/rfc822",
                       .content = "Subject: x\r\n\r\nbody",
                       .content_id = {}}};
  CHECK(parse(compose(mail)).attachments.at(0).type == "message/rfc822");
  CHECK(parse(compose(mail)).attachments.at(0).content == "Subject: x\r\n\r\nbody");
  mail.attachments[0].content = "Subject: \xFC\n\nbody";
  CHECK(parse(compose(mail)).attachments.at(0).type == "application/octet-stream");
  CHECK(parse(compose(mail)).attachments.at(0).content == "Subject: \xFC\n\nbody");
}

TEST_CASE("lines that mean something to mail programs are hidden from them") {
  Outgoing mail = answer();
  mail.text = "From me\n.\n..\nend ";
  const std::string raw = compose(mail);
  CHECK_FALSE(raw.contains("\r\nFrom me"));
  CHECK_FALSE(raw.contains("\r\n."));
  CHECK(parse(raw).text == mail.text);
}

TEST_CASE("an empty mail can be written") {
  const Message read = parse(compose(Outgoing{}));
  CHECK(read.text.empty());
  CHECK(read.from.empty());
}

}  // namespace
}  // namespace lethe::mime
