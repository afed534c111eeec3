#include "lethe/core/masks.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace lethe::core {
namespace {

constexpr MaskChoice kAll{.ibans = true, .national_ids = true, .passwords = true};
constexpr MaskChoice kIds{.ibans = false, .national_ids = true, .passwords = false};

TEST_CASE("an IBAN is cut to its last four, however it is grouped") {
  for (const char* iban : {"DE89370400440532013000", "DE89 3704 0044 0532 0130 00",
                           "DE89-3704-0044-0532-0130-00", "de89 3704 0044 0532 0130 00",
                           "DE89\xC2\xA0"
                           "3704\xC2\xA0"
                           "0044\xC2\xA0"
                           "0532\xC2\xA0"
                           "0130\xC2\xA0"
                           "00"}) {
    CHECK(mask_text("to " + std::string{iban} + ", please", kAll).text ==
          "to [IBAN ending 3000], please");
  }
  for (const char* iban : {"GB29NWBK60161331926819", "FR1420041010050500013M02606",
                           "NL91ABNA0417164300", "CH9300762011623852957", "NO9386011117947",
                           "MT84MALT011000012345MTLCAST001S", "ES9121000418450200051332"}) {
    CHECK(mask_text(iban, kAll).hits == 1);
  }
}

TEST_CASE("what only looks like an IBAN stays") {
  for (const char* text : {"DE88370400440532013000", "DE8937040044053201300",
                           "XX89370400440532013000", "DE893704004405320130001",
                           "ODE89370400440532013000", "de305d54-75b4-431b-adb2-eb6b9e546014"}) {
    CHECK(mask_text(text, kAll).text == text);
  }
}

TEST_CASE("national ids with right check digits go") {
  for (const char* text :
       {"12345678Z", "X1234567L", "RSSMRA85T10A562S", "2 55 08 14 168 025 38", "255081416802538",
        "85.07.30-033.28", "756.9217.0769.85", "811228-9874", "BSN: 111222333",
        "Steuer-ID 86 095 742 719", "Meine IdNr. lautet 86095742719", "PESEL 44051401359"}) {
    INFO(text);
    CHECK(mask_text(text, kIds).hits == 1);
    CHECK(mask_text(text, kIds).text.find("[national id removed]") != std::string::npos);
  }
}

TEST_CASE("orders, phones, dates, UUIDs and hashes are no national ids, passwords or IBANs") {
  for (const char* text : {"Order 86095742719",
                           "order no. 111222333",
                           "#111222333",
                           "+49 30 901820",
                           "+34 612 345 678",
                           "0049 170 1234567",
                           "550e8400-e29b-41d4-a716-446655440000",
                           "2026-01-05 12:30:00",
                           "8112289874",
                           "12345678A",
                           "X1234567A",
                           "RSSMRA85T10A562A",
                           "255081416802539",
                           "ref INV-12345678Z-2026",
                           "tracking 1Z999AA10123456784",
                           "192.168.100.200",
                           "d41d8cd98f00b204e9800998ecf8427e",
                           "the password is wrong",
                           "Password reset",
                           "passwords matter",
                           "password: ?",
                           "1 255 08 14 168 025 38 1"}) {
    INFO(text);
    CHECK(mask_text(text, kAll).text == text);
  }
}

TEST_CASE("passwords go in many languages, from quotes, sentences and the next line") {
  for (const char* const text :
       {"senha: abcd77", "hasło: abcd77", "lösenord: abc123", "Adgangskode: abc123",
        "Пароль: abc123", "パスワード：abc123", "şifre: abc123", "heslo: abc123", "密码：abc123",
        "salasana: abc123", "pwd: abc123", "Passwort: \"abc123\"", "Passwort: „abc123“",
        "Mein Passwort lautet abc123", "my password is abc123", "Password:\r\nabc123",
        "Kennwort ist: abc123"}) {
    CAPTURE(text);
    const Masked masked = mask_text(text, {.passwords = true});
    CHECK(masked.hits == 1);
    CHECK_FALSE(masked.text.contains("abc"));
    CHECK(mask_text(masked.text, {.passwords = true}).text == masked.text);
  }
  for (const char* const text :
       {"my password is wrong", "Das Passwort ist abgelaufen.", "Password:\nPlease choose one",
        "Ich habe mein Passwort vergessen", "passwords: \"\"", "The password is 12 characters"}) {
    CAPTURE(text);
    CHECK(mask_text(text, {.passwords = true}).text == text);
  }
}

TEST_CASE("a password is found behind the tag that ends its word") {
  const auto masked = [](std::string_view html) {
    return mask_html(html, {.passwords = true}).text;
  };
  CHECK(masked("<p><b>Password:</b> secret</p>") == "<p><b>Password:</b> [password removed]</p>");
  CHECK(masked("<td>Passwort:</td>\n<td>abc123</td>") ==
        "<td>Passwort:</td>\n<td>[password removed]</td>");
  CHECK(masked("<b>Password:</b> Password: abc1") ==
        "<b>Password:</b> Password: [password removed]");
  for (const char* const html : {"<label>Password:</label><a href=x>Forgot it?</a>",
                                 "<b>Password:</b><p>Please choose</p>", "<b>Order:</b> abc123"}) {
    CAPTURE(html);
    CHECK(masked(html) == html);
  }
  CHECK(masked(masked("<b>Password:</b> abc123")) == masked("<b>Password:</b> abc123"));
}

TEST_CASE("what stands behind a word for password goes, in several languages") {
  CHECK(mask_text("Password: hunter2!x\nBye", kAll).text == "Password: [password removed]\nBye");
  for (const char* text : {"password=s3cret99", "Passwort : Ge\xC3\xA4im12", "KENNWORT: abcd",
                           "mot de passe : chat-noir", "mdp: azerty12",
                           "Contrase\xC3\xB1"
                           "a: gato12"}) {
    INFO(text);
    CHECK(mask_text(text, kAll).hits == 1);
  }
  CHECK(mask_html("<p>Password:&nbsp;hunter22</p>", kAll).text ==
        "<p>Password:&nbsp;[password removed]</p>");
}

TEST_CASE("each mask is off until it is chosen") {
  const std::string text = "DE89370400440532013000, 12345678Z, password: hunter22";
  CHECK(mask_text(text, {}).text == text);
  CHECK(mask_text(text, {.ibans = true}).hits == 1);
  CHECK(mask_text(text, {.national_ids = true}).hits == 1);
  CHECK(mask_text(text, {.passwords = true}).hits == 1);
  CHECK(parse_mask_choice(to_text(kAll)) == kAll);
  CHECK(parse_mask_choice("password,colour") == MaskChoice{.passwords = true});
  CHECK_FALSE(parse_mask_choice("").any());
}

TEST_CASE("masking twice is masking once, and bytes outside a hit stay") {
  const std::vector<std::string> pieces{"DE89 3704 0044 0532 0130 00",
                                        "12345678Z",
                                        " ",
                                        "-",
                                        "/",
                                        "password: ",
                                        "abcd1234",
                                        "\xC3\xA4",
                                        "BSN 111222333",
                                        ":",
                                        "<b>",
                                        "</b>",
                                        "\n",
                                        "&nbsp;",
                                        "255081416802538",
                                        "[",
                                        "]"};
  std::uint32_t state = 1;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int n = 0; n < 8; ++n) {
      state = state * 1664525U + 1013904223U;
      text += pieces[(state >> 16) % pieces.size()];
    }
    const Masked once = mask_text(text, kAll);
    INFO(text);
    CHECK(mask_text(once.text, kAll).text == once.text);
    const Masked html = mask_html(text, kAll);
    CHECK(mask_html(html.text, kAll).text == html.text);
    std::string rest;
    std::size_t at = 0;
    for (const MaskHit& hit : find_masked(text, kAll)) {
      REQUIRE(hit.begin >= at);
      rest += text.substr(at, hit.begin - at) + hit.mark;
      at = hit.end;
    }
    CHECK(mask_text(rest + text.substr(at), kAll).text == once.text);
  }
}

}  // namespace
}  // namespace lethe::core
