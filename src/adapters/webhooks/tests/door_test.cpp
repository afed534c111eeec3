#include "lethe/webhooks/door.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include "lethe/base/encoding.h"
#include "lethe/mime/parse.h"

namespace lethe::webhooks {
namespace {

using web_protocol::Request;

constexpr Instant kNow = instant_of(1'790'000'000);

Request request_of(std::string type, std::string body) {
  Request request;
  request.method = web_protocol::Method::post;
  request.headers.add("Content-Type", std::move(type));
  request.body = std::move(body);
  return request;
}

Secrets secrets_of(Provider provider, std::string_view text) {
  auto secrets = Secrets::parse(provider, text);
  REQUIRE(secrets);
  return std::move(*secrets);
}

std::string basic(std::string_view pair) { return "Basic " + to_base64(as_bytes(pair)); }

std::expected<Mail, Trouble> by_postmark(std::string body,
                                         const std::string& authorization = basic("u:p")) {
  Request request = request_of("application/json", std::move(body));
  request.headers.add("Authorization", authorization);
  return read(Provider::postmark, secrets_of(Provider::postmark, "u:p\n"), request, kNow);
}

std::string hmac_hex(std::string_view key, std::string_view message) {
  Bytes mac(32);
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(message).data(),
       message.size(), mac.data(), &size);
  return to_hex(mac);
}

std::string form_of(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += "--b\r\nContent-Disposition: form-data; name=\"" + std::string{name} + "\"\r\n\r\n" +
            std::string{value} + "\r\n";
  }
  return body + "--b--\r\n";
}

constexpr std::string_view kForm = "multipart/form-data; boundary=b";

std::expected<Mail, Trouble> by_mailgun(Instant signed_at, std::string_view key = "k",
                                        std::string_view signature_key = "k") {
  const std::string timestamp = std::to_string(unix_seconds(signed_at));
  const std::string signature = hmac_hex(signature_key, timestamp + "token");
  const Request request = request_of(
      std::string{kForm}, form_of({{"timestamp", timestamp},
                                   {"token", "token"},
                                   {"signature", signature},
                                   {"recipient", "help@desk.example"},
                                   {"sender", "vera@example.org"},
                                   {"message-headers", R"([["From","v@x.org"],["Subject","S"]])"},
                                   {"body-plain", "words"}}));
  return read(Provider::mailgun, secrets_of(Provider::mailgun, key), request, kNow);
}

}  // namespace

TEST_CASE("a secret is one line, comments are none, and no secret at all is refused") {
  CHECK(secrets_of(Provider::raw, "# new\none\n\n two \n").words().size() == 2);
  CHECK_FALSE(Secrets::parse(Provider::raw, "# only a comment\n\n"));
  CHECK_FALSE(Secrets::parse(Provider::sendgrid, "-----BEGIN PUBLIC KEY-----\nAAAA\n"));
}

TEST_CASE("Basic auth is user and password, or the password alone when no user is named") {
  const std::string mail = R"({"From":"v@x.org","TextBody":"t"})";
  CHECK(by_postmark(mail));
  for (const std::string& wrong :
       {basic("u:q"), basic("v:p"), basic("p"), basic(""), std::string{"Basic %%"},
        std::string{"Bearer p"}, std::string{}}) {
    const auto refused = by_postmark(mail, wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Trouble::wrong_credentials);
  }
  Request request = request_of("application/json", mail);
  request.headers.add("Authorization", basic("anybody:alone"));
  CHECK(read(Provider::postmark, secrets_of(Provider::postmark, "alone"), request, kNow));
}

TEST_CASE("Postmark's fields become a message that says the same") {
  const auto mail = by_postmark(R"({
    "From":"vera@example.org","To":"Help <help@desk.example>","Cc":"c@d.example",
    "OriginalRecipient":"help+x@desk.example","Subject":"Grüße","Date":"gestern um drei",
    "TextBody":"Hallo","HtmlBody":"<b>Hallo</b><img src=\"cid:p1\">",
    "Headers":[{"Name":"Message-ID","Value":"<m1@example.org>"},
               {"Name":"Content-Type","Value":"text/plain"},
               {"Name":"Auto-Submitted","Value":"no\r\nX-Evil: 1"}],
    "Attachments":[{"Name":"a.bin","Content":"AAEC/w==","ContentType":"application/x-a"},
                   {"Name":"p.png","Content":"iVBO","ContentType":"image/png","ContentID":"<p1>"}]})");
  REQUIRE(mail);
  CHECK(mail->delivery.envelope.recipients == std::vector<std::string>{"help+x@desk.example"});
  CHECK(mail->also_addressed_to == std::vector<std::string>{"help@desk.example", "c@d.example"});
  const auto read = mime::parse(mail->delivery.content);
  CHECK(read.message_id == "m1@example.org");
  CHECK(read.subject == "Grüße");
  CHECK(read.header("Date") == "gestern um drei");
  CHECK_FALSE(read.header("X-Evil"));
  CHECK(read.text.starts_with("Hallo"));
  CHECK(read.html.contains("<b>Hallo</b>"));
  REQUIRE(read.attachments.size() == 2);
  for (const auto& file : read.attachments) {
    if (file.name == "a.bin") CHECK(file.content == std::string_view{"\x00\x01\x02\xff", 4});
    if (file.name == "p.png") CHECK(file.content_id == "p1");
  }
}

TEST_CASE("a redelivery of the same fields makes the same bytes") {
  const std::string body = R"({"From":"v@x.org","TextBody":"t","HtmlBody":"<i>t</i>"})";
  CHECK(by_postmark(body)->delivery.content == by_postmark(body)->delivery.content);
}

TEST_CASE("what Postmark would never send is not understood, and nothing of it is taken") {
  for (const char* body : {"", "{", "[]", "null", R"({"RecordType":"Bounce"})",
                           R"({"From":"v@x.org","Attachments":[{"Content":"%"}]})",
                           R"({"From":"v@x.org","Attachments":["a"]})"}) {
    const auto refused = by_postmark(body);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Trouble::not_understood);
  }
}

TEST_CASE("a mail that Postmark cut inside a character is a mail all the same") {
  const auto subject_of = [](std::string subject) {
    const auto mail =
        by_postmark(R"({"From":"v@x.org","TextBody":"w","Subject":")" + subject + "\"}");
    return mail ? mime::parse(mail->delivery.content).subject : std::string{"refused"};
  };
  CHECK(subject_of("a \\ud83d\\ude00 b") == "a \U0001F600 b");
  CHECK(subject_of("cut \\ud83d") == "cut \ufffd");
  CHECK(subject_of("\\ude00 cut \\\" \\\\") == "\ufffd cut \" \\");
  CHECK(subject_of("\\uD83D\\uD83D\\uDE00 x") == "\ufffd\U0001F600 x");
  CHECK(subject_of("\\ud83d and \\\\ud83d") == "\ufffd and \\ud83d");
  CHECK(subject_of("Gr\xfc\xdf") == "Gr\ufffd\ufffd");
  CHECK(subject_of("\\uZZZZ") == "refused");
  CHECK(subject_of("\\") == "refused");
  CHECK(by_postmark("\xef\xbb\xbf{\"From\":\"v@x.org\"}"));
}

TEST_CASE("an envelope that was not told is not the null sender") {
  const auto sender_in = [](std::string_view envelope) {
    Request request = request_of(std::string{kForm}, form_of({{"headers", "Subject: S\n"},
                                                              {"from", "V <v@x.org>"},
                                                              {"text", "w"},
                                                              {"envelope", envelope}}));
    request.headers.add("Authorization", basic("u:p"));
    const auto mail =
        read(Provider::sendgrid, secrets_of(Provider::sendgrid, "u:p"), request, kNow);
    REQUIRE(mail);
    return mail->delivery.envelope.sender;
  };
  CHECK(sender_in(R"({"to":["h@d.org"],"from":""})").empty());
  CHECK(sender_in(R"({"to":["h@d.org"],"from":"e@x.org"})") == "e@x.org");
  CHECK(sender_in(R"({"to":["h@d.org"]})") == "v@x.org");
  CHECK(sender_in("nonsense") == "v@x.org");
}

TEST_CASE("a Mailgun signature counts for its life and not a second longer") {
  CHECK(by_mailgun(kNow));
  CHECK(by_mailgun(kNow - kMailgunSignatureLife));
  CHECK(by_mailgun(kNow + kClockSkew));
  CHECK(by_mailgun(kNow - kMailgunSignatureLife - Seconds{1}).error() == Trouble::stale);
  CHECK(by_mailgun(kNow + kClockSkew + Seconds{1}).error() == Trouble::stale);
  CHECK(by_mailgun(kNow, "k", "other").error() == Trouble::wrong_credentials);
  CHECK(by_mailgun(kNow)->once->token == "token");
}

TEST_CASE("while one key replaces another both are good") {
  CHECK(by_mailgun(kNow, "new\nold", "old"));
  CHECK(by_mailgun(kNow, "new\nold", "new"));
}

TEST_CASE("SendGrid's signature covers the time and every byte of the body") {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  Bytes der(256);
  unsigned char* at = der.data();
  der.resize(static_cast<std::size_t>(i2d_PUBKEY(key, &at)));
  const std::string body =
      form_of({{"email", "From: v@x.org\n\nwords\n"},
               {"envelope", R"({"to":["help@desk.example"],"from":"v@x.org"})"}});
  const auto post = [&](std::string sent, std::string timestamp, const std::string& signed_time) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key);
    const std::string message = signed_time + body;
    std::size_t size = 128;
    Bytes signature(size);
    EVP_DigestSign(context, signature.data(), &size, as_bytes(message).data(), message.size());
    EVP_MD_CTX_free(context);
    signature.resize(size);
    Request request = request_of(std::string{kForm}, std::move(sent));
    request.headers.add("X-Twilio-Email-Event-Webhook-Signature", to_base64(signature));
    request.headers.add("X-Twilio-Email-Event-Webhook-Timestamp", std::move(timestamp));
    return read(Provider::sendgrid, secrets_of(Provider::sendgrid, to_base64(der)), request, kNow);
  };
  const std::string now = std::to_string(unix_seconds(kNow));
  const auto mail = post(body, now, now);
  REQUIRE(mail);
  CHECK(mail->delivery.content == "From: v@x.org\r\n\r\nwords\r\n");
  CHECK(mail->delivery.envelope.sender == "v@x.org");
  CHECK(post(body + " ", now, now).error() == Trouble::wrong_credentials);
  CHECK(post(body, std::to_string(unix_seconds(kNow) - 1), now).error() ==
        Trouble::wrong_credentials);
  const std::string old = std::to_string(unix_seconds(kNow - kSignatureLife) - 1);
  CHECK(post(body, old, old).error() == Trouble::stale);
  EVP_PKEY_free(key);
}

TEST_CASE("SendGrid's fields are read in the character sets they name") {
  Request request =
      request_of(std::string{kForm},
                 form_of({{"headers", "Subject: S\nReceived: a\n b\nnonsense\n"},
                          {"text",
                           "Gr\xfc\xdf"
                           "e"},
                          {"from", "v@x.org"},
                          {"charsets", R"({"text":"iso-8859-1"})"},
                          {"envelope", R"({"to":["help@desk.example"],"from":"v@x.org"})"}}));
  request.headers.add("Authorization", basic("u:p"));
  const auto mail = read(Provider::sendgrid, secrets_of(Provider::sendgrid, "u:p"), request, kNow);
  REQUIRE(mail);
  const auto message = mime::parse(mail->delivery.content);
  CHECK(message.text.starts_with("Grüße"));
  CHECK(message.header("Received") == "a b");
}

TEST_CASE("a script signs time and body, or shows the secret") {
  const std::string body = "From: v@x.org\nTo: help@desk.example\n\nwords\n";
  const auto post = [&](const std::string& signature, const std::string& timestamp) {
    Request request = request_of("message/rfc822", body);
    request.headers.add("X-Lethe-Signature", signature);
    request.headers.add("X-Lethe-Timestamp", timestamp);
    return read(Provider::raw, secrets_of(Provider::raw, "k"), request, kNow);
  };
  const std::string now = std::to_string(unix_seconds(kNow));
  const std::string good = "sha256=" + hmac_hex("k", now + "." + body);
  CHECK(post(good, now));
  CHECK(post(good, now + "0").error() == Trouble::wrong_credentials);
  CHECK(post("sha256=", now).error() == Trouble::wrong_credentials);
  CHECK(post("", now).error() == Trouble::wrong_credentials);
  Request request = request_of("message/rfc822", body);
  CHECK(read(Provider::raw, secrets_of(Provider::raw, "k"), request, kNow).error() ==
        Trouble::wrong_credentials);
  request.headers.add("Authorization", "Bearer k");
  const auto mail = read(Provider::raw, secrets_of(Provider::raw, "k"), request, kNow);
  REQUIRE(mail);
  CHECK(mail->delivery.envelope.sender == "v@x.org");
  CHECK(mail->also_addressed_to == std::vector<std::string>{"help@desk.example"});
  CHECK(mail->delivery.content.starts_with("From: v@x.org\r\n"));
}

TEST_CASE("a mail of the greatest size is read, one byte more is too large") {
  const std::string head = "From: v@x.org\r\n\r\n";
  for (const std::size_t over : {std::size_t{0}, std::size_t{1}}) {
    Request request =
        request_of("message/rfc822", head + std::string(kMailBytesMax - head.size() + over, 'x'));
    request.headers.add("Authorization", "Bearer k");
    const auto mail = read(Provider::raw, secrets_of(Provider::raw, "k"), request, kNow);
    CHECK(mail.has_value() == (over == 0));
    if (!mail) CHECK(mail.error() == Trouble::too_large);
  }
}

TEST_CASE("each provider is told in the way that makes it stop or come again") {
  CHECK(status_of(Provider::postmark, Trouble::refused) == 403);
  CHECK(status_of(Provider::mailgun, Trouble::refused) == 406);
  CHECK(status_of(Provider::sendgrid, Trouble::refused) == 422);
  CHECK(status_of(Provider::postmark, Trouble::too_large) == 403);
  CHECK(status_of(Provider::mailgun, Trouble::too_large) == 406);
  CHECK(status_of(Provider::sendgrid, Trouble::too_large) == 413);
  CHECK(status_of(Provider::raw, Trouble::too_large) == 413);
  for (const Provider provider : kProviders) {
    CHECK(status_of(provider, Trouble::busy) == 503);
    if (provider == Provider::sendgrid) continue;
    CHECK(status_of(provider, Trouble::wrong_credentials) == 401);
    CHECK(status_of(provider, Trouble::stale) == 401);
    CHECK(status_of(provider, Trouble::not_understood) == 400);
  }
}

TEST_CASE("SendGrid, which drops a mail at any 4xx, hears none over what may be mended") {
  for (const Trouble trouble :
       {Trouble::wrong_credentials, Trouble::stale, Trouble::not_understood, Trouble::busy}) {
    CHECK(status_of(Provider::sendgrid, trouble) == 503);
  }
  CHECK(status_of_slow(Provider::sendgrid) == 503);
  CHECK(status_of_slow(Provider::mailgun) == 408);
}

TEST_CASE("a mail from nobody is one for Postmark too, and its other webhooks are none") {
  const auto from_nobody = by_postmark(R"({"From":"","Subject":"S","TextBody":"t"})");
  REQUIRE(from_nobody);
  CHECK(mime::parse(from_nobody->delivery.content).subject == "S");
  CHECK(by_postmark(R"({"RecordType":"Bounce","From":"us@desk.example"})").error() ==
        Trouble::not_understood);
}

TEST_CASE("a file is read whether its base64 is in lines, in one, or not filled up") {
  const auto file_in = [](std::string_view base64) {
    const auto mail = by_postmark(R"({"From":"v@x.org","TextBody":"t","Attachments":[{"Name":"a",)"
                                  R"("ContentType":"a/b","Content":")" +
                                  std::string{base64} + "\"}]}");
    return mail ? std::string{mime::parse(mail->delivery.content).attachments.at(0).content}
                : std::string{"refused"};
  };
  CHECK(file_in("VGVhcG90cw==") == "Teapots");
  CHECK(file_in("VGVh\\r\\ncG90cw==\\n") == "Teapots");
  CHECK(file_in("VGVhcG90cw") == "Teapots");
  CHECK(file_in("VGVhcG90c") == "refused");
  CHECK(file_in("VGVh%G90cw==") == "refused");
}

TEST_CASE("a file that Mailgun names by filename* alone comes with its mail") {
  const std::string timestamp = std::to_string(unix_seconds(kNow));
  const std::string signature = hmac_hex("k", timestamp + "token");
  const std::string odd_header = "X-" + std::string(300, 'y');
  const std::string form = form_of({{"timestamp", timestamp},
                                    {"token", "token"},
                                    {"signature", signature},
                                    {"recipient", "help@desk.example"},
                                    {"from", "v@x.org"},
                                    {odd_header, "a header of the mail"},
                                    {"body-plain", "words"}});
  const std::string file =
      "--b\r\nContent-Disposition: form-data; name=\"attachment-1\"; "
      "filename*=utf-8''r%C3%A9sum%C3%A9.pdf\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n";
  const Request request = request_of(std::string{kForm}, file + form);
  const auto mail = read(Provider::mailgun, secrets_of(Provider::mailgun, "k"), request, kNow);
  REQUIRE(mail);
  const auto message = mime::parse(mail->delivery.content);
  REQUIRE(message.attachments.size() == 1);
  CHECK(message.attachments[0].name == "résumé.pdf");
  CHECK(message.attachments[0].content == "%PDF");
}

}  // namespace lethe::webhooks
