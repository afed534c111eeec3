// Header values: encoded words, addresses, dates, ids, parameters, file names.
#include <doctest/doctest.h>

#include <string>

#include "lethe/mime/parse.h"

namespace lethe::mime {
namespace {

std::string date_of(std::string_view value) {
  const auto date = parse_date(value);
  return date ? to_rfc3339(*date) : "none";
}

TEST_CASE("neighbouring encoded words join without the blank between them") {
  CHECK(decode_header("=?utf-8?q?Gr=C3=BC?= =?utf-8?q?=C3=9Fe?=") == "Grüße");
  CHECK(decode_header("=?utf-8?q?a?= b =?utf-8?q?c?=") == "a b c");
}

TEST_CASE("a character split between two encoded words is put together") {
  CHECK(decode_header("=?utf-8?B?w5w=?= =?utf-8?q?ber?=") == "Über");
  CHECK(decode_header("=?utf-8?q?=C3?=\r\n =?UTF-8?q?=BC?=") == "ü");
}

TEST_CASE("what is no encoded word stays as it stands") {
  CHECK(decode_header("=?utf-8?x?abc?=") == "=?utf-8?x?abc?=");
  CHECK(decode_header("=?utf-8?b?!!!?=") == "=?utf-8?b?!!!?=");
  CHECK(decode_header("=?utf-8?q?open") == "=?utf-8?q?open");
  CHECK(decode_header("1 =? 2") == "1 =? 2");
}

TEST_CASE("a line break inside an encoded word makes no second line") {
  CHECK(decode_header("=?utf-8?q?a=0D=0ABcc:_x=40evil.example?=") == "a Bcc: x@evil.example");
}

TEST_CASE("a byte order mark is no part of a header's text, wherever it stands") {
  CHECK(decode_header("\uFEFFOffer") == "Offer");
  CHECK(decode_header("=?UTF-8?B?77u/T2ZmZXI=?=") == "Offer");
  CHECK(decode_header("An =?UTF-8?Q?of=EF=BB=BFfer?=") == "An offer");
}

TEST_CASE("undeclared bytes are UTF-8 if they can be, else windows-1252") {
  CHECK(decode_header("Gr\xC3\xBC\xC3\x9F") == "Grüß");
  CHECK(decode_header("Gr\xFC\xDF \x80") == "Grüß €");
}

TEST_CASE("address lists are read in every form people write them") {
  const auto one = [](std::string name, std::string address) {
    return std::vector<Mailbox>{{std::move(name), std::move(address)}};
  };
  CHECK(parse_addresses("Ada <ada@x.example>") == one("Ada", "ada@x.example"));
  CHECK(parse_addresses("\"Lovelace, Ada\" <ada@x.example>") ==
        one("Lovelace, Ada", "ada@x.example"));
  CHECK(parse_addresses("ada@x.example (Ada Lovelace)") == one("Ada Lovelace", "ada@x.example"));
  CHECK(parse_addresses("Ada ada@x.example") == one("Ada", "ada@x.example"));
  CHECK(parse_addresses("<@relay.example:ada@x.example>") == one("", "ada@x.example"));
  CHECK(parse_addresses("\"odd local\"@x.example") == one("", "\"odd local\"@x.example"));
  CHECK(parse_addresses("ada@[IPv6:::1]") == one("", "ada@[IPv6:::1]"));
  CHECK(parse_addresses("=?utf-8?q?M=C3=BCller,_J?= <j@x.example>") ==
        one("Müller, J", "j@x.example"));
  CHECK(parse_addresses("=?utf-8?Q?a,b?= <j@x.example>") == one("a,b", "j@x.example"));
  CHECK(parse_addresses("дмитрий@почта.example") == one("", "дмитрий@почта.example"));
  CHECK(parse_addresses("root") == one("", "root"));
  CHECK(parse_addresses("undisclosed-recipients:;").empty());
  CHECK(parse_addresses("<Undisclosed:@relay.example;>").empty());
  CHECK(parse_addresses("Ada (my \\) love) <ada(a note)@x(\"host\" (it is)).example>") ==
        one("Ada", "ada@x.example"));
  CHECK(parse_addresses("<\"ada(not a note)\"@x.example>") ==
        one("", "\"ada(not a note)\"@x.example"));
  CHECK(parse_addresses("<ada(open@x.example>") == one("", "ada(open@x.example"));
  CHECK(parse_addresses("ada @ x   . example") == one("", "ada@x.example"));
  CHECK(parse_addresses("ada@x.example. Ada") == one("Ada", "ada@x.example"));
  CHECK(parse_addresses("").empty());
}

TEST_CASE("groups are flattened and semicolons separate like commas") {
  const auto list = parse_addresses("Team: a@x.example, B <b@x.example>; c@x.example;d@x.example");
  REQUIRE(list.size() == 4);
  CHECK(list[0].address == "a@x.example");
  CHECK(list[1] == Mailbox{"B", "b@x.example"});
  CHECK(list[3].address == "d@x.example");
}

TEST_CASE("a comment without end swallows no address") {
  const auto list = parse_addresses("Ada (at home <ada@x.example>, b@x.example");
  REQUIRE(list.size() == 2);
  CHECK(list[0].address == "ada@x.example");
}

TEST_CASE("dates are read in the forms that programs write") {
  CHECK(date_of("Sun, 23 May 2007 04:58:08 +0300") == "2007-05-23T01:58:08Z");
  CHECK(date_of("23 May 2007 04:58 GMT") == "2007-05-23T04:58:00Z");
  CHECK(date_of("Wed, 11 Feb 98 11:51 CST") == "1998-02-11T17:51:00Z");
  CHECK(date_of("Mon Jan  1 00:00:00 2024") == "2024-01-01T00:00:00Z");
  CHECK(date_of("Mon, 1 Jan 2024 00:00:00 +0000 (Coordinated Universal Time)") ==
        "2024-01-01T00:00:00Z");
  CHECK(date_of("2024-02-29T12:00:00+01:00") == "2024-02-29T11:00:00Z");
  CHECK(date_of("2024-02-29 12:00:00") == "2024-02-29T12:00:00Z");
  CHECK(date_of("Tue, 05 Mär 2024 10:00:00 +0100") == "2024-03-05T09:00:00Z");
  CHECK(date_of("1 Jan 2024 12:30:00 AM -0500") == "2024-01-01T05:30:00Z");
  CHECK(date_of("Mon, 1 Jan 2024 00:00:00 GMT+0100") == "2023-12-31T23:00:00Z");
  CHECK(date_of("Sat, 31 Dec 2016 23:59:60 +0000") == "2016-12-31T23:59:59Z");
}

TEST_CASE("times with dots and weekdays named like months are read") {
  CHECK(date_of("Mon, 3 Nov 2025 09.41.05 +0100") == "2025-11-03T08:41:05Z");
  CHECK(date_of("3 Nov 2025 9.41 +0000") == "2025-11-03T09:41:00Z");
  CHECK(date_of("03.11.2025 09:41") == "2025-11-03T09:41:00Z");
  CHECK(date_of("mar., 4 nov. 2025 09:41:00 +0100") == "2025-11-04T08:41:00Z");
  CHECK(date_of("Mar 4 2025 09:41:00") == "2025-03-04T09:41:00Z");
  CHECK(date_of("Mar 4 09:41:00 2025") == "2025-03-04T09:41:00Z");
}

TEST_CASE("impossible dates are no dates") {
  for (const std::string_view bad :
       {"", "now", "-1", "Mon, 99 Foo 2024 99:99:99 +9999", "Thu, 01 Jan 99999 00:00:00 +0000",
        "31 Feb 2024 10:00:00 +0000", "29 Feb 2023 10:00:00 +0000", "1 Jan 2024 24:00:00 +0000",
        "1 Jan 2024 10:60:00 +0000", "1 Jan 2024 10:00:00 +1599"}) {
    CHECK_MESSAGE(date_of(bad) == "none", bad);
  }
}

TEST_CASE("message ids lose their brackets and blanks, and nothing else") {
  CHECK(parse_message_ids("<a@b> \r\n <c@d>") == std::vector<std::string>{"a@b", "c@d"});
  CHECK(parse_message_ids("a@b c@d") == std::vector<std::string>{"a@b", "c@d"});
  CHECK(parse_message_ids("<<a b@c>") == std::vector<std::string>{"ab@c"});
  CHECK(parse_message_ids(">< <> ").empty());
}

TEST_CASE("of too many ids the first and the last are kept, in their order") {
  for (const std::size_t count :
       {kMessageIdsMax - 1, kMessageIdsMax, kMessageIdsMax + 1, 3 * kMessageIdsMax + 7}) {
    CAPTURE(count);
    for (const char* const frame : {"<>", "  "}) {
      std::string value;
      for (std::size_t i = 0; i < count; ++i) {
        value += frame[0] + std::to_string(i) + "@x" + frame[1] + "\r\n";
      }
      const std::vector<std::string> ids = parse_message_ids(value);
      CHECK(ids.size() == std::min(count, kMessageIdsMax));
      CHECK(ids.front() == "0@x");
      CHECK(ids.back() == std::to_string(count - 1) + "@x");
      const std::size_t half = kMessageIdsMax / 2;
      CHECK(ids[half - 1] == std::to_string(half - 1) + "@x");
      CHECK(ids[ids.size() - half] == std::to_string(count - half) + "@x");
    }
  }
}

TEST_CASE("RFC 2231 parameters are joined in order, whatever order they came in") {
  CHECK(parameter("a/b; name*1=b; name*0=a; name*2=\"c.txt\"", "name") == "abc.txt");
  CHECK(parameter("a/b; name*0*=utf-8''%e2%82%ac; name*1*=%20rates; name*2=.txt", "name") ==
        "€ rates.txt");
  CHECK(parameter("a/b; name*=iso-8859-1'de'%FCber", "name") == "über");
  CHECK(parameter("a/b; name=plain; name*=utf-8''better", "name") == "better");
  CHECK(parameter("a/b; name*0=a; name*2=c", "name") == "a");
  CHECK(parameter("a/b; name*=utf-8''%zz%4", "name") == "%zz%4");
  CHECK_FALSE(parameter("a/b; other=x", "name").has_value());
}

TEST_CASE("parameters survive missing semicolons, quotes and spare blanks") {
  CHECK(parameter("multipart/mixed\r\n\tboundary=\"b d\"", "boundary") == "b d");
  CHECK(parameter("text/plain charset=utf-8 format=flowed", "charset") == "utf-8");
  CHECK(parameter("text / plain ; charset = utf-8", "charset") == "utf-8");
  CHECK(parameter("text/plain; charset=\"utf-8", "charset") == "utf-8");
  CHECK(parameter("a/b; name=two words.txt; x=y", "name") == "two words.txt");
  CHECK(parameter("a/b; name=\"say \\\"hi\\\".txt\"", "name") == "say \"hi\".txt");
  CHECK(parameter("a/b; name=first; name=second", "name") == "first");
}

TEST_CASE("the 256th parameter is read and the 257th is not") {
  std::string value = "a/b";
  for (std::size_t i = 1; i < kParametersMax; ++i) value += "; p" + std::to_string(i) + "=v";
  CHECK(parameter(value + "; last=yes", "last") == "yes");
  CHECK_FALSE(parameter(value + "; one=more; last=yes", "last").has_value());
}

TEST_CASE("file names cannot climb, hide or name a device") {
  CHECK(safe_file_name("../../etc/passwd") == "passwd");
  CHECK(safe_file_name("C:\\dir\\autoexec.bat") == "autoexec.bat");
  CHECK(safe_file_name("offer 10/2026.pdf") == "offer 10_2026.pdf");
  CHECK(safe_file_name("..") == "attachment");
  CHECK(safe_file_name(" ") == "attachment");
  CHECK(safe_file_name("") == "");
  CHECK(safe_file_name("CON.txt") == "_CON.txt");
  CHECK(safe_file_name("CONTRACT.txt") == "CONTRACT.txt");
  CHECK(safe_file_name("invoice\u202Efdp.exe") == "invoicefdp.exe");
  CHECK(safe_file_name("a\r\nb\tc.txt") == "a b c.txt");
  CHECK(safe_file_name("árvíz \"x\".zip") == "árvíz \"x\".zip");
}

TEST_CASE("a file name is at most 255 bytes and keeps its ending") {
  CHECK(safe_file_name(std::string(251, 'x') + ".txt").size() == 255);
  const std::string cut = safe_file_name(std::string(252, 'x') + ".txt");
  CHECK(cut.size() == 255);
  CHECK(cut.ends_with(".txt"));
}

TEST_CASE("an extended value with one apostrophe keeps its character set") {
  CHECK(parameter("x; n*=utf-8'%C3%BC.txt", "n") == "ü.txt");
  CHECK(parameter("x; n*=iso-8859-1'%FC.txt", "n") == "ü.txt");
  CHECK(parameter("x; n*=it's.txt", "n") == "it's.txt");
  CHECK(parameter("x; n*='%C3%BC", "n") == "'ü");
}

TEST_CASE("a day with a zero too many is a day, and a year of three digits a year") {
  CHECK(date_of("Mon, 029 Apr 2019 23:34:45 +0000") == "2019-04-29T23:34:45Z");
  CHECK(date_of("2 Apr 101 04:20:10 +0000") == "2001-04-02T04:20:10Z");
}

}  // namespace
}  // namespace lethe::mime
