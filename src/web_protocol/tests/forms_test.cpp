#include "lethe/web_protocol/forms.h"

#include <doctest/doctest.h>

#include <string>

#include "lethe/web_protocol/percent.h"

using namespace lethe;
using namespace lethe::web_protocol;

namespace {
std::string many_pairs(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "a=1&";
  return text;
}
std::string part(std::string_view headers, std::string_view bytes) {
  return "--b\r\n" + std::string{headers} + "\r\n\r\n" + std::string{bytes} + "\r\n";
}
constexpr std::string_view kMultipart = "multipart/form-data; boundary=b";
}  // namespace

TEST_CASE("a form field keeps its plus, blank and umlaut through the round trip") {
  Fields fields;
  fields.add("q", "a+b c&d=ü/");
  fields.add("", "x");
  const auto again = parse_urlencoded(to_urlencoded(fields));
  REQUIRE(again);
  CHECK(again->get("q") == "a+b c&d=ü/");
  CHECK(again->get("") == "x");
}

TEST_CASE("an empty query is no field, a name without a value is an empty value") {
  CHECK(parse_urlencoded("")->empty());
  CHECK(parse_urlencoded("&&")->empty());
  CHECK(parse_urlencoded("a")->find("a") == std::string_view{});
  CHECK_FALSE(parse_urlencoded("a")->find("b"));
  CHECK(parse_urlencoded("a=1&a=2")->all("a").size() == 2);
  CHECK(parse_urlencoded("a=b=c")->get("a") == "b=c");
}

TEST_CASE("broken escapes, NUL and ill-formed UTF-8 are refused, not passed on") {
  for (const auto* text :
       {"a=%", "a=%4", "a=%zz", "a=%00", "%00=a", "a=%ff", "a=%c0%af", "a=%ed%a0%80"}) {
    INFO(text);
    REQUIRE_FALSE(parse_urlencoded(text));
    CHECK(parse_urlencoded(text).error().code == Errc::invalid_argument);
  }
}

TEST_CASE(
    "the number of fields and the length of a name are bounded, and the bound itself passes") {
  CHECK(parse_urlencoded(many_pairs(kFieldsMax))->size() == kFieldsMax);
  CHECK(parse_urlencoded(many_pairs(kFieldsMax + 1)).error().code == Errc::too_large);
  CHECK(parse_urlencoded(std::string(kFieldNameBytesMax, 'n') + "=1"));
  CHECK(parse_urlencoded(std::string(kFieldNameBytesMax + 1, 'n') + "=1").error().code ==
        Errc::too_large);
}

TEST_CASE("a file arrives byte for byte, with line breaks and delimiter look-alikes inside") {
  const std::string bytes{"\r\n--\r\n\0--c\r\n", 12};
  const std::string body =
      part("Content-Disposition: form-data; name=\"note\"", "hällo") +
      part(
          "content-disposition: form-data; name=\"f\"; filename=\"C:\\\\dir\\\\a;b.png\"\r\n"
          "Content-Type: Image/PNG; x=y",
          bytes) +
      part("Content-Disposition: form-data; name=\"none\"; filename=\"\"", "") + "--b--\r\n";
  const auto form = parse_multipart(kMultipart, body);
  REQUIRE(form);
  CHECK(form->fields.get("note") == "hällo");
  REQUIRE(form->files.size() == 1);
  CHECK(form->files[0].field == "f");
  CHECK(form->files[0].name == "a;b.png");
  CHECK(form->files[0].content_type == "image/png");
  CHECK(form->files[0].bytes == bytes);
}

TEST_CASE("an uploaded file name cannot name a folder or hide control characters") {
  const auto form = parse_multipart(
      kMultipart,
      part("Content-Disposition: form-data; name=f; filename=\"../../etc/pa\tss\"", "x") +
          part("Content-Disposition: form-data; name=g; filename=\"..\"", "x") + "--b--");
  REQUIRE(form);
  CHECK(form->files[0].name == "pass");
  CHECK(form->files[1].name.empty());
}

TEST_CASE("a file whose name comes as filename* alone is a file, and keeps its name") {
  const auto name_of = [](std::string_view parameters) {
    const std::string body =
        part("Content-Disposition: form-data; name=f; " + std::string{parameters}, "%PDF") +
        "--b--";
    const auto form = parse_multipart(kMultipart, body);
    REQUIRE(form);
    REQUIRE(form->files.size() == 1);
    CHECK(form->fields.empty());
    CHECK(form->files[0].bytes == "%PDF");
    return std::string{form->files[0].name};
  };
  CHECK(name_of("filename*=utf-8''r%C3%A9sum%C3%A9.pdf") == "résumé.pdf");
  CHECK(name_of("filename*=\"UTF-8'fr'a%2Bb+c.pdf\"") == "a+b+c.pdf");
  CHECK(name_of("filename=\"r?sum?.pdf\"; filename*=utf-8''r%C3%A9sum%C3%A9.pdf") == "résumé.pdf");
  CHECK(name_of("filename=plain.pdf; filename*=iso-8859-1''r%E9.pdf") == "plain.pdf");
  CHECK(name_of("filename*=iso-8859-1''r%E9.pdf") == "r%E9.pdf");
  CHECK(name_of("filename*=nonsense") == "nonsense");
  CHECK(name_of("filename*=utf-8''..%2F..%2Fetc%2Fpasswd") == "passwd");
}

TEST_CASE("a mail service's form is not lost over the names and the number of a mail's headers") {
  const auto read = [](std::size_t fields, std::string_view name) {
    std::string body;
    for (std::size_t i = 0; i < fields; ++i)
      body += part("Content-Disposition: form-data; name=Received", "by a");
    body += part("Content-Disposition: form-data; name=\"" + std::string{name} + "\"", "1");
    return parse_multipart(kMultipart, body + "--b--", FieldText::any_bytes);
  };
  CHECK(read(kFieldsMax - 1, "subject")->fields.get("subject") == "1");
  CHECK(read(kFieldsMax, "subject").error().code == Errc::too_large);
  CHECK(read(0, "X-\xff")->fields.get("X-\ufffd") == "1");
  const std::string longest(kFieldNameBytesMax, 'n');
  CHECK(read(0, longest + "n")->fields.get(longest) == "1");
}

TEST_CASE("multipart bodies without boundary, name, end or sense are refused") {
  const std::string good = part("Content-Disposition: form-data; name=a", "1");
  CHECK(parse_multipart(kMultipart, good + "--b--"));
  CHECK(parse_multipart(kMultipart, "--b--")->fields.empty());
  CHECK(parse_multipart(kMultipart, "preamble\r\n" + good + "--b--\r\nepilogue"));
  CHECK_FALSE(parse_multipart(kMultipart, good));
  CHECK_FALSE(parse_multipart(kMultipart, ""));
  CHECK_FALSE(parse_multipart(kMultipart, "--b"));
  CHECK_FALSE(parse_multipart(kMultipart, "--b\r\n--b--"));
  CHECK_FALSE(parse_multipart("multipart/form-data", good + "--b--"));
  CHECK_FALSE(parse_multipart("multipart/form-data; boundary=\"b", good + "--b--"));
  CHECK_FALSE(parse_multipart(kMultipart, part("X: y", "1") + "--b--"));
  CHECK_FALSE(
      parse_multipart(kMultipart, part("Content-Disposition: attachment; name=a", "") + "--b--"));
  CHECK_FALSE(parse_multipart(kMultipart,
                              part("Content-Disposition: form-data; name=a", "\xff") + "--b--"));
  CHECK(parse_multipart("text/plain", good).error().code == Errc::unsupported);
}

TEST_CASE("parts, part headers and boundaries are bounded, and each bound itself passes") {
  std::string body;
  for (std::size_t i = 0; i < kPartsMax; ++i)
    body += part("Content-Disposition: form-data; name=a", "");
  CHECK(parse_multipart(kMultipart, body + "--b--")->fields.size() == kPartsMax);
  body += part("Content-Disposition: form-data; name=a", "");
  CHECK(parse_multipart(kMultipart, body + "--b--").error().code == Errc::too_large);

  const std::string disposition = "Content-Disposition: form-data; name=a\r\nX: ";
  const std::string filler(kPartHeaderBytesMax - disposition.size(), 'x');
  CHECK(parse_multipart(kMultipart, part(disposition + filler, "1") + "--b--"));
  CHECK(parse_multipart(kMultipart, part(disposition + filler + "x", "1") + "--b--").error().code ==
        Errc::too_large);

  const std::string longest(kBoundaryBytesMax, 'b');
  CHECK(parse_multipart("multipart/form-data; boundary=" + longest, "--" + longest + "--"));
  CHECK_FALSE(parse_multipart("multipart/form-data; boundary=b" + longest, "--b" + longest + "--"));
}

TEST_CASE("cookies survive quotes and blanks, and senseless pairs cost only themselves") {
  const Fields cookies = parse_cookies("session=\"abc\"; =x; broken ;theme = dark;;lang=de");
  CHECK(cookies.size() == 3);
  CHECK(cookies.get("session") == "abc");
  CHECK(cookies.get("theme") == "dark");
  CHECK(cookies.get("lang") == "de");
  CHECK(parse_cookies(many_pairs(0)).empty());
  std::string many;
  for (std::size_t i = 0; i <= kCookiesMax; ++i) many += "a=1;";
  CHECK(parse_cookies(many).size() == kCookiesMax);
}

TEST_CASE("percent coding leaves nothing that means something in a URL") {
  CHECK(to_percent_encoded("a b/?&#%\"<é") == "a%20b%2F%3F%26%23%25%22%3C%C3%A9");
  CHECK(parse_percent_encoded("a+b", Plus::is_plus).value() == "a+b");
  CHECK(parse_percent_encoded("a+b", Plus::is_blank).value() == "a b");
}
