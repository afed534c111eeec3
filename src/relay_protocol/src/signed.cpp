// The raw mail to another Lethe or to any webhook, signed.
#include <sodium.h>

#include <boost/json.hpp>

#include "lethe/base/encoding.h"
#include "parts.h"

namespace lethe::relay_protocol {
namespace {

using ports::RelayAnswer;
using ports::RelayOutcome;

std::string joined(const std::vector<std::string>& addresses) {
  std::string text;
  for (const std::string& address : addresses) {
    if (!text.empty()) text += ", ";
    text += address;
  }
  return text;
}

// The header carries what add_header() makes of it, so that is what is signed.
std::string as_header_value(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  return text;
}

// The raw door of another Lethe, which knows a repetition by its own digest.
HttpRequest request_to_lethe(const TargetSettings& target, const ports::RelayMail& mail) {
  HttpRequest request{.url = target.url + "/inbound/raw"};
  const Plaintext token{"Bearer " + std::string{as_text(target.secret.reveal())}};
  request.add_header("Authorization", token.reveal());
  request.add_header("Content-Type", "message/rfc822");
  request.add_header("X-Envelope-From", mail.envelope.sender);
  request.add_header("X-Envelope-To", joined(mail.envelope.recipients));
  request.body = Plaintext{mail.content};
  return request;
}

HttpRequest signed_request(const TargetSettings& target, const ports::RelayMail& mail) {
  const std::string timestamp = std::to_string(unix_seconds(mail.now));
  const std::string sender = as_header_value(mail.envelope.sender);
  const std::string recipients = as_header_value(joined(mail.envelope.recipients));
  HttpRequest request{.url = target.url};
  request.add_header("Content-Type", "message/rfc822");
  request.add_header("Idempotency-Key", mail.key);
  request.add_header("Lethe-Timestamp", timestamp);
  request.add_header("Lethe-Envelope-From", sender);
  request.add_header("Lethe-Envelope-To", recipients);
  request.add_header("Lethe-Signature", webhook_signature(target.secret, timestamp, mail.key,
                                                          sender, recipients, mail.content));
  request.body = Plaintext{mail.content};
  return request;
}

}  // namespace

std::string webhook_signature(const Secret& key, std::string_view timestamp,
                              std::string_view idempotency_key, std::string_view sender,
                              std::string_view recipients, std::string_view body) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.reveal().data(), key.reveal().size());
  const auto add = [&state](std::string_view part) {
    crypto_auth_hmacsha256_update(&state, as_bytes(part).data(), part.size());
  };
  for (const std::string_view value : {timestamp, idempotency_key, sender, recipients}) {
    add(value);
    add("\n");
  }
  add(body);
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  wipe(&state, sizeof state);
  return "v1=" + to_hex(mac);
}

namespace {

// What the raw door of a Lethe says once the mail is durable. A page of whoever else may stand at
// this address is no word of it.
bool is_word_of_lethe(const HttpAnswer& answer) {
  boost::system::error_code error;
  const boost::json::value said = boost::json::parse(answer.body.reveal(), error);
  const boost::json::object* object = error ? nullptr : said.if_object();
  const boost::json::value* taken = object ? object->if_contains("taken") : nullptr;
  return taken != nullptr && taken->is_bool() && taken->get_bool();
}

}  // namespace

// The key makes a repetition harmless: an open outcome needs no question, and
// a kept connection that died is tried once more at once. Only a word of the
// target ends the doubt that the first attempt left.
RelayAnswer deliver_signed(const TargetSettings& target, const ports::RelayMail& mail,
                           const Exchange& exchange) {
  const HttpRequest request = target.kind == TargetKind::lethe ? request_to_lethe(target, mail)
                                                               : signed_request(target, mail);
  HttpAnswer answer = exchange(request);
  if (answer.reached == HttpAnswer::Reached::perhaps) {
    HttpAnswer second = exchange(request);
    if (second.reached != HttpAnswer::Reached::no) answer = std::move(second);
  }
  if (!is_success(answer)) return judge_failure(answer);
  if (target.kind == TargetKind::lethe && !is_word_of_lethe(answer)) {
    return {RelayOutcome::unknown, {}, "not an answer of Lethe"};
  }
  return {RelayOutcome::taken, {}, {}};
}

}  // namespace lethe::relay_protocol
