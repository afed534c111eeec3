#include "transfer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <string>

#include "flowed.h"
#include "lethe/mime/parse.h"

namespace lethe::mime {
namespace {

using namespace std::string_literals;

TEST_CASE("base64 is read with line ends, without padding, and glued together") {
  CHECK(undo(Transfer::base64, "aGVs\r\nbG8=\r\n").bytes == "hello");
  CHECK(undo(Transfer::base64, "aGVsbG8").bytes == "hello");
  CHECK(undo(Transfer::base64, "aGVsbG8=\r\nIHlvdQ==").bytes == "hello you");
  CHECK_FALSE(undo(Transfer::base64, "aGVsbG8=").damaged);
  CHECK(undo(Transfer::base64, "").bytes.empty());
}

TEST_CASE("a line of four hundred thousand padded groups is read once, not once per group") {
  std::string line;
  for (int i = 0; i < 400'000; ++i) line += "YQ==";
  CHECK(undo(Transfer::base64, line).bytes == std::string(400'000, 'a'));
}

TEST_CASE("a list footer after base64 is not taken for base64") {
  const Undone undone = undo(Transfer::base64, "aGVsbG8=\r\n\r\n-- \r\nList footer\r\n");
  CHECK(undone.bytes == "hello");
  CHECK(undone.plain_from != std::string_view::npos);
}

TEST_CASE("plain words that are called base64 stay words") {
  const Undone undone = undo(Transfer::base64, "Hello, this is no base64 (really)!");
  CHECK(undone.bytes == "Hello, this is no base64 (really)!");
  CHECK(undone.damaged);
}

TEST_CASE("quoted-printable copes with lower case, soft breaks and broken escapes") {
  CHECK(undo(Transfer::quoted_printable, "=c3=bc soft=  \r\nbreak").bytes == "\xC3\xBC softbreak");
  CHECK(undo(Transfer::quoted_printable, "blanks  \t\r\nend").bytes == "blanks\r\nend");
  CHECK(undo(Transfer::quoted_printable, "a=Z1=").bytes == "a=Z1");
  CHECK(undo(Transfer::quoted_printable, "a=Z1").damaged);
  CHECK(undo(Transfer::quoted_printable, "a=3D=").bytes == "a=");
}

// What stands in a part after its content was replaced, read again.
std::string rewritten(const std::string& headers, const std::string& content) {
  const std::string raw = headers + "\r\n\r\nold\r\n";
  const std::string body = encoded_body(parse(raw), 0, raw, content);
  const std::string changed = headers + "\r\n\r\n" + body;
  return decoded_body(parse(changed), 0, changed);
}

TEST_CASE("new content of a part is written as its headers say and read back to the byte") {
  const std::string every_kind =
      "From me\r\n.\r\na=b \t\r\nlone\ncr\rx\t\n" + std::string(200, '\xFC') + " end ";
  for (const std::string& coding :
       {std::string{"base64"}, std::string{"quoted-printable"}, std::string{" \"BASE64\""},
        std::string{"\"Quoted-Printable\""}, std::string{"8bit"}, std::string{"7bit; x=y"}}) {
    CAPTURE(coding);
    const std::string headers = "Subject: x\r\nContent-Transfer-Encoding: " + coding;
    CHECK(rewritten(headers, every_kind) == every_kind);
    CHECK(rewritten(headers, "").empty());
  }
  CHECK(rewritten("Subject: x", every_kind) == every_kind);
}

TEST_CASE("a body that is written anew keeps within its lines and its alphabet") {
  const std::string raw = "Content-Transfer-Encoding: quoted-printable\r\n\r\nold\r\n";
  const Message mail = parse(raw);
  CHECK(encoded_body(mail, 0, raw, "\xFC = a\nb\r\n") == "=FC =3D a\nb\r\n");
  const std::string lines = encoded_body(mail, 0, raw, std::string(300, 'x'));
  for (std::size_t at = 0, end = 0; end != std::string::npos; at = end + 2) {
    end = lines.find("\r\n", at);
    CHECK(std::min(end, lines.size()) - at <= 76);
  }
}

TEST_CASE("text is written as UTF-16 in either order, beyond the first plane too") {
  CHECK(encode_utf16("a\u00FC", std::endian::little) == std::string("a\0\xFC\0", 4));
  CHECK(encode_utf16("a\u00FC", std::endian::big) == std::string("\0a\0\xFC", 4));
  CHECK(encode_utf16("\U0001F600", std::endian::big) == "\xD8\x3D\xDE\x00"s);
  CHECK(encode_utf16("", std::endian::big).empty());
  CHECK(encode_utf16("\xC3x", std::endian::big) == "\xFF\xFD\0x"s);
  const std::string all = "zebra \u00DF\u6C34\uD7FF\uE000 \U00010000\U0010FFFF";
  CHECK(decode_charset(encode_utf16(all, std::endian::little), "utf-16le") == all);
  CHECK(decode_charset(encode_utf16(all, std::endian::big), "utf-16be") == all);
}

TEST_CASE("transfer encodings are known by every spelling") {
  CHECK(transfer_of(" BASE64 ") == Transfer::base64);
  CHECK(transfer_of("\"quoted-printable\"") == Transfer::quoted_printable);
  CHECK(transfer_of("8bit; x=y") == Transfer::identity);
  CHECK(transfer_of("") == Transfer::identity);
  CHECK(transfer_of("x-rot13") == Transfer::unknown);
}

TEST_CASE("a uuencoded file leaves the text, a sentence that begins like one does not") {
  const Message mail = parse("From: a@b.example\n\nhi\nbegin 644 cat.txt\n#0V%T\n`\nend\nbye\n");
  CHECK(mail.text == "hi\nbye\n");
  REQUIRE(mail.attachments.size() == 1);
  CHECK(mail.attachments[0].name == "cat.txt");
  CHECK(mail.attachments[0].content == "Cat");
  const Message words = parse("From: a@b.example\n\nPlease\nbegin 2 hours earlier\nend\n");
  CHECK(words.attachments.empty());
  CHECK(words.text == "Please\nbegin 2 hours earlier\nend\n");
}

TEST_CASE("a yEnc file leaves the text") {
  const Message mail = parse(
      "From: a@b.example\n\nhi\n=ybegin line=128 size=3 name=c.bin\nm\x8B\x9E\n=yend size=3\n");
  REQUIRE(mail.attachments.size() == 1);
  CHECK(mail.attachments[0].content == "Cat");
}

TEST_CASE("flowed lines are joined, quotes of another depth and signatures are not") {
  CHECK(unflowed("a \nb\nc", DelSp::no) == "a b\nc");
  CHECK(unflowed("a \nb", DelSp::yes) == "ab");
  CHECK(unflowed(">a \n>b\n>>c", DelSp::no) == "> a b\n>> c");
  CHECK(unflowed("> a \nb", DelSp::no) == "> a \nb");
  CHECK(unflowed("a \n-- \nsig", DelSp::no) == "a \n-- \nsig");
  CHECK(unflowed(" From x", DelSp::no) == "From x");
}

}  // namespace
}  // namespace lethe::mime
