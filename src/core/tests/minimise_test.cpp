#include "lethe/core/minimise.h"

#include <doctest/doctest.h>

#include <string>

#include "lethe/base/text.h"

using namespace lethe::core;

namespace {

std::string repeated(std::string_view piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

std::string cut(std::string_view text) { return minimise_text(text).text; }

}  // namespace

TEST_CASE("cards of the issuers are cut to their last four digits, however they are written") {
  for (const char* const number :
       {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111",
        "4111\xC2\xA0"
        "1111\xC2\xA0"
        "1111\xC2\xA0"
        "1111",
        "4111\xE2\x80\x91"
        "1111\xE2\x80\x91"
        "1111\xE2\x80\x91"
        "1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "4111 1111 11111111",
        "\xEF\xBC\x94"
        "111111111111111",
        "411111\xE2\x80\x8B"
        "1111111111"}) {
    CAPTURE(number);
    CHECK(cut(std::string("Card ") + number + ", please") == "Card [card ending 1111], please");
  }
  for (const char* const number :
       {"5555555555554444", "2223003122003222", "378282246310005", "3714 496353 98431",
        "30569309025904", "38520000023237", "6011111111111117", "3530111333300000",
        "6200000000000005", "6759649826438453", "2200000000000004", "4222222222222",
        "6304000000000000"}) {
    CAPTURE(number);
    CHECK(find_card_numbers(number).size() == 1);
  }
}

TEST_CASE("what does not show, and digits of other scripts, hide no card") {
  for (const char* const number :
       {"4111\u00AD1111\u00AD1111\u00AD1111", "4111\u200E1111\u20601111\uFEFF1111",
        "4111 \u200B1111 1111 1111", "4111\u20021111\u30001111\u00B71111",
        "\u0664\u0661\u0661\u0661 1111 1111 1111", "\u06F4\u06F1\u06F1\u06F1111111111111",
        "4\uFE0F\u20E3"
        "111111111111111",
        "\U0001D7D2\U0001D7CF\U0001D7CF\U0001D7CF111111111111",
        "4111\xA0"
        "1111\x97"
        "1111\xA0"
        "1111"}) {
    CAPTURE(number);
    CHECK(cut(std::string("Card ") + number + "!") == "Card [card ending 1111]!");
  }
}

TEST_CASE("wide gaps part the groups of a card only where they are grouped as on the card") {
  for (const char* const number :
       {"4111 - 1111 - 1111 - 1111", "4111_1111_1111_1111", "4111/1111/1111/1111",
        "4111%201111%201111%201111", "4111 1111 1111\n1111", "4111 1111\r\n> 1111 1111",
        "4111-1111-\n1111-1111", "3714 496353\n98431"}) {
    CAPTURE(number);
    CHECK(cut(number).starts_with("[card ending "));
  }
  for (const char* const text :
       {"41111111\n11111111", "411111 - 1111111111", "4111 1111\n\n1111 1111",
        "4111\n1111\n1111 1111", "411111111111_1111"}) {
    CAPTURE(text);
    CHECK(cut(text) == text);
  }
}

TEST_CASE("order, article, parcel and telephone numbers and fractions stay") {
  for (const char* const text :
       {"302-1234567-1234565", "303-3615174-2782609", "305-8329487-2938478",  // orders
        "4006232436439", "5019853932296", "5700215864125",                    // under bar codes
        "9205 5522 8830 9624 8890 74", "0.4111111111111111", "3.4111111111111111",
        "48.85661400000007", "call 555 307 5005 555 376 0003", "+49 170 4111111 1111"}) {
    CAPTURE(text);
    CHECK(cut(text) == text);
  }
  CHECK(cut("Tel +49 170 1234567 4111 1111 1111 1111") == "Tel +49 170 1234567 [card ending 1111]");
  CHECK(cut("+4111111111111111") == "+[card ending 1111]");  // longer than E.164 allows
}

TEST_CASE("a file of nothing but numbers is searched to its end") {
  std::string text = repeated("1234 ", 5000);
  text += "4111 1111 1111 1111";
  CHECK(cut(text).ends_with(" [card ending 1111]"));
  for (int shift = 0; shift < 40; ++shift) {
    const std::string before = repeated("7 ", 4060 + shift);
    CAPTURE(shift);
    CHECK(cut(before + "4111 1111 1111 1111 77").ends_with(" [card ending 1111] 77"));
  }
}

TEST_CASE("numbers that only look like cards stay") {
  for (const char* const text :
       {"4111111111111112",         // check digit
        "1234567812345670",         // no issuer
        "411111111111111",          // 15 digits are no Visa
        "41111111111111111111111",  // too long
        "+49 4111 1111 1111 1111",  // a phone number
        "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "AT483200000012345864",  // IBANs
        "4111  1111  1111  1111",  // two blanks: columns of a table
        "a4111111111111111b",      // the middle of a key
        "2024-03-04 12:00:00", "192.168.100.200", "4111\n1111\n1111\n1111", ""}) {
    CAPTURE(text);
    CHECK(cut(text) == text);
  }
}

TEST_CASE("a card beside other numbers is found between them") {
  CHECK(cut("1 4111 1111 1111 1111 12/27") == "1 [card ending 1111] 12/27");
  CHECK(cut("4111111111111111 5555555555554444") == "[card ending 1111] [card ending 4444]");
  CHECK(cut("cvc 123 4111-1111-1111-1111 exp 0127") == "cvc 123 [card ending 1111] exp 0127");
}

TEST_CASE("ranges point at the number and nothing else") {
  const std::string text = "ä 4111 1111 1111 1111 ö";
  const auto found = find_card_numbers(text);
  REQUIRE(found.size() == 1);
  CHECK(text.substr(found[0].begin, found[0].end - found[0].begin) == "4111 1111 1111 1111");
  CHECK(found[0].last4.digits() == "1111");
  CHECK(lethe::is_valid_utf8(cut(text)));
}

TEST_CASE("in HTML tags and entities do not hide a number") {
  CHECK(minimise_html("<p>4111&nbsp;1111&nbsp;1111&nbsp;1111</p>").text ==
        "<p>[card ending 1111]</p>");
  CHECK(minimise_html("4111<b>1111</b>11111111").text == "[card ending 1111]<b></b>");
  CHECK(minimise_html("<span>4111</span> <span>1111</span> <span>1111</span> <span>1111</span>")
            .text == "<span>[card ending 1111]</span><span></span><span></span><span></span>");
  CHECK(minimise_html("&#52;111111111111111").cards.size() == 1);
  for (const char* const html :
       {"&#x34;111111111111111", "&#0052;111&#x00A0;1111&#8239;1111&#32;1111",
        "4111<!-- c -->1111<wbr>1111<nobr>1111</nobr>", "4111\r\n    1111 1111  1111",
        "4111&nbsp; 1111&nbsp; 1111&nbsp; 1111", "4111 1111<br>1111 1111",
        "<input value=\"4111 1111 1111 1111\">", "<!-- 4111111111111111 -->"}) {
    CAPTURE(html);
    CHECK(minimise_html(html).cards.size() == 1);
  }
  CHECK(minimise_html("4111" + std::string("<span style='") + repeated("x", 600) +
                      "'>1111</span>11111111")
            .cards.size() == 1);
  CHECK(minimise_html("4111<br>1111<br>1111<br>1111").cards.empty());
  CHECK(minimise_html("<p>IT60&nbsp;X054&nbsp;2811&nbsp;1010&nbsp;0000&nbsp;0123&nbsp;456</p>")
            .cards.empty());
  CHECK(minimise_html("<a href=\"https://x.eu/4111111111111111\">x</a>").cards.size() == 1);
  CHECK(minimise_html("<td>4111</td><td>1111</td><td>1111</td><td>1111</td>").cards.empty());
  CHECK(minimise_text("4111&nbsp;1111&nbsp;1111&nbsp;1111").cards.empty());
}

TEST_CASE("traces of networks and devices leave the raw copy, all else stays byte for byte") {
  CHECK(
      without_trace_headers("Received: from a\r\n\tby b;\r\n date\r\nFrom: x\r\nX-Originating-IP: "
                            "[1]\r\nUSER-agent: y\r\nTo: z\r\n\r\nReceived: body\r\n") ==
      "From: x\r\nTo: z\r\n\r\nReceived: body\r\n");
  CHECK(without_trace_headers("From: x\nReceived: y\n z\n\nb") == "From: x\n\nb");
  CHECK(without_trace_headers("From: x\rReceived: y\r\rb") == "From: x\r\rb");
  CHECK(without_trace_headers("Received: y") == "");
  CHECK(without_trace_headers("") == "");
  CHECK(without_trace_headers("\n\nb") == "\n\nb");
  CHECK_FALSE(is_trace_header("From"));
  CHECK_FALSE(is_trace_header("Received-For-Fun"));
  CHECK(is_trace_header("x-ms-exchange-crosstenant-id"));
}

TEST_CASE("texts full of digits are searched in linear time") {
  for (const std::string& text :
       {repeated("4", 2'000'000), repeated("4 ", 1'000'000), repeated("4111 ", 400'000),
        repeated("<b>4", 400'000), repeated("&#5", 400'000), repeated("<", 2'000'000),
        repeated("\xEF\xBC", 500'000)}) {
    CHECK_NOTHROW(static_cast<void>(find_card_numbers(text)));
    CHECK_NOTHROW(static_cast<void>(find_card_numbers_in_html(text)));
  }
}
