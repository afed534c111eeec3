#include "minimise_mail.h"

#include <doctest/doctest.h>

#include <string>

#include "lethe/base/bytes.h"
#include "lethe/base/encoding.h"
#include "lethe/mime/parse.h"

namespace lethe::app {
namespace {

mime::Message with_file(std::string type, std::string content, std::string name = "") {
  mime::Message mail;
  mail.attachments.push_back({.name = std::move(name),
                              .type = std::move(type),
                              .content_id = {},
                              .content = std::move(content)});
  return mail;
}

std::string wide(std::string_view ascii, bool little) {
  std::string out;
  for (const char c : ascii) {
    out += little ? c : '\0';
    out += little ? '\0' : c;
  }
  return out;
}

std::string cut(std::string type, std::string content, std::string name = "") {
  mime::Message mail = with_file(std::move(type), std::move(content), std::move(name));
  static_cast<void>(minimise_mail(mail, {}));
  return mail.attachments.at(0).content;
}

TEST_CASE("a card number in a Message-ID stays for the threads and is not kept in clear words") {
  const std::string card = "4111111111111111@example.org";
  for (const bool is_own : {true, false}) {
    mime::Message mail;
    (is_own ? mail.message_id : mail.references.emplace_back("a@b.example")) = card;
    CHECK(minimise_mail(mail, {}));  // so there is no raw copy
    CHECK((is_own ? mail.message_id : mail.references[0]) == card);
  }
  CHECK(shown_id(card).empty());
  CHECK(shown_id("4111111111111112@example.org") == "4111111111111112@example.org");  // no Luhn
  CHECK(shown_ids({"a@b", card, "c@d"}) == std::vector<std::string>{"a@b", "c@d"});
}

TEST_CASE("cards go from the subject, the texts and the names of people and files") {
  mime::Message mail = with_file("image/png", "4111111111111111", "4111 1111 1111 1111.png");
  mail.subject = "4111-1111-1111-1111";
  mail.text = "4111111111111111";
  mail.html = "<b>4111</b>111111111111";
  mail.from.push_back({"4111111111111111", "ann@example.org"});
  CHECK(minimise_mail(mail, {}));
  CHECK(mail.subject == "[card ending 1111]");
  CHECK(mail.text == "[card ending 1111]");
  CHECK(mail.html == "<b>[card ending 1111]</b>");
  CHECK(mail.from[0].name == "[card ending 1111]");
  CHECK(mail.attachments[0].name == "[card ending 1111].png");
  CHECK(mail.attachments[0].content == "4111111111111111");  // pixels are no text
  CHECK_FALSE(minimise_mail(mail, {}));
}

TEST_CASE("files that are text are searched in their character set") {
  CHECK(cut("text/csv", "a,4111111111111111\r\n") == "a,[card ending 1111]\r\n");
  CHECK(cut("application/xml", "<a>4111<b>1111</b>11111111</a>") ==
        "<a>[card ending 1111]<b></b></a>");
  CHECK(cut("text/plain",
            "4111\xA0"
            "1111\xA0"
            "1111\xA0"
            "1111 \xE4") == "[card ending 1111] \xE4");
  for (const bool little : {true, false}) {
    CAPTURE(little);
    const std::string mark = little ? "\xFF\xFE" : "\xFE\xFF";
    CHECK(cut("text/plain", mark + wide("x 4111111111111111\r\n", little)) ==
          mark + wide("x [card ending 1111]\r\n", little));
    CHECK(cut("text/plain", wide("my card 4111111111111111", little)) ==
          wide("my card [card ending 1111]", little));
    const std::string other = mark + wide("nothing to see", little) + "\xD8";
    CHECK(cut("text/plain", other) == other);
  }
}

TEST_CASE("a file of no stated type is text when it looks like it") {
  CHECK(cut("application/octet-stream", "n;4111111111111111\n") == "n;[card ending 1111]\n");
  for (const std::string& binary :
       {std::string{"\0\1\2 4111111111111111", 20}, std::string{"\xC3\x28 4111111111111111"}}) {
    CHECK(cut("application/octet-stream", binary) == binary);
    CHECK(cut("application/pdf", binary) == binary);
  }
}

TEST_CASE("a file that is named like a text is one, whatever its type and character set") {
  const std::string latin =
      "Stra\xDF"
      "e;4111111111111111\n";
  const std::string after =
      "Stra\xDF"
      "e;[card ending 1111]\n";
  CHECK(cut("application/vnd.ms-excel", latin, "orders.CSV") == after);
  CHECK(cut("application/octet-stream", latin, "orders.txt") == after);
  CHECK(cut("application/x-log", "\x1B$B\x1B(B 4111111111111111", "a.log").ends_with(" 1111]"));
  CHECK(cut("application/octet-stream", "<b>4111</b>111111111111", "a.htm") ==
        "<b>[card ending 1111]</b>");
  CHECK(cut("application/x-ofx", "<ACCTID>4111111111111111\n").ends_with("[card ending 1111]\n"));
  CHECK(cut("application/pgp-signature", "4111111111111111\n") == "4111111111111111\n");
  CHECK(
      cut("application/octet-stream", "%PDF-1.4 4111111111111111\n").starts_with("%PDF-1.4 4111"));
  CHECK(cut("application/vnd.ms-excel", latin, "orders.xls") == latin);
  CHECK(cut("image/png", latin, "orders.csv") == latin);
  const std::string binary{"\0\1 4111111111111111", 19};
  CHECK(cut("application/vnd.ms-excel", binary, "orders.csv") == binary);
  CHECK(cut("application/octet-stream", latin, "csv") == latin);
}

TEST_CASE("an attached mail loses cards in each of its encodings and keeps all else") {
  const std::string html = "<p>4111&nbsp;1111&nbsp;1111&nbsp;1111</p>";
  const std::string raw =
      "Subject: =?utf-8?B?" + to_base64(as_bytes("Card 4111 1111 1111 1111")) +
      "?=\r\nFrom: ann@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
      "4111=20111=\r\n1 1111 1111 \xC3=BC\r\nline =3D\r\n"
      "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
      to_base64(as_bytes(html)) +
      "\r\n--b\r\nContent-Type: image/png\r\n\r\n4111111111111111\r\n--b--\r\n";
  const std::string after = cut("message/rfc822", raw);
  const mime::Message mail = mime::parse(after);
  CHECK(mail.subject == "Card [card ending 1111]");
  CHECK(mail.text == "[card ending 1111] \u00FC\nline =");
  CHECK(mail.html == "<p>[card ending 1111]</p>");
  REQUIRE(mail.attachments.size() == 1);
  CHECK(mail.attachments[0].content == "4111111111111111");
  CHECK(after.find("From: ann@example.org\r\n") != std::string::npos);
  const std::string clean = "Subject: x\r\nX-Odd:  y \r\n\r\nno card\n";
  CHECK(cut("message/rfc822", clean) == clean);
}

// A picture of TIFF's first directory alone, whose one entry leads to a place: latitude north.
std::string picture_with_place() {
  const std::string link{"\x25\x88\4\0\1\0\0\0\x1A\0\0\0", 12};
  const std::string north{"\1\0\2\0\2\0\0\0N\0\0\0", 12};
  const std::string head{"II*\0\x8\0\0\0", 8};
  const std::string one{"\1\0", 2};
  const std::string end{"\0\0\0\0", 4};
  return head + one + link + end + one + north + end;
}

TEST_CASE("a picture inside an attached mail loses its place and nothing else") {
  const std::string raw =
      "From: ann@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\n\r\nlook\r\n--b\r\nContent-Type: image/tiff\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n" +
      to_base64(as_bytes(picture_with_place())) + "\r\n--b--\r\n";
  mime::Message outer = with_file("message/rfc822", raw);
  CHECK(minimise_mail(outer, {}));  // so there is no raw copy
  const mime::Message mail = mime::parse(outer.attachments[0].content);
  REQUIRE(mail.attachments.size() == 1);
  CHECK(mail.attachments[0].content.size() == picture_with_place().size());
  CHECK_FALSE(mail.attachments[0].content.contains('N'));
  CHECK(mail.text == "look");
}

TEST_CASE("mails in mails are searched to a depth, and as bytes beyond it") {
  std::string raw = "Subject: x\r\n\r\n4111111111111111\r\n";
  for (int depth = 0; depth < 12; ++depth) raw = "Content-Type: message/rfc822\r\n\r\n" + raw;
  const std::string after = cut("message/rfc822", raw);
  CHECK(after.find("4111111111111111") == std::string::npos);
  CHECK(after.find("[card ending 1111]") != std::string::npos);
}

}  // namespace
}  // namespace lethe::app
