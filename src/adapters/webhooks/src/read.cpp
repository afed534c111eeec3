#include <algorithm>

#include "lethe/base/text.h"
#include "providers.h"
#include "signatures.h"

namespace lethe::webhooks {
namespace {

using web_protocol::Fields;
using web_protocol::MultipartForm;
using web_protocol::Request;

std::optional<Trouble> trouble_if(bool fits, bool fresh) {
  if (!fits) return Trouble::wrong_credentials;
  if (!fresh) return Trouble::stale;
  return std::nullopt;
}

std::optional<Trouble> check_sendgrid(const Secrets& secrets, const Request& request, Instant now) {
  const auto signature = request.headers.find("X-Twilio-Email-Event-Webhook-Signature");
  if (!signature || secrets.public_keys().empty()) {
    return trouble_if(has_basic(secrets.words(), request), true);
  }
  const std::string timestamp{request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp")};
  const bool fits = is_ecdsa(secrets.public_keys(), timestamp + request.body, *signature);
  return trouble_if(fits, is_fresh(timestamp, now, kSignatureLife));
}

std::optional<Trouble> check_raw(const Secrets& secrets, const Request& request, Instant now) {
  const auto signature = request.headers.find("X-Lethe-Signature");
  if (!signature) return trouble_if(has_bearer(secrets.words(), request), true);
  constexpr std::string_view kScheme = "sha256=";
  const std::string timestamp{request.headers.get("X-Lethe-Timestamp")};
  const bool fits =
      signature->starts_with(kScheme) &&
      is_hmac(secrets.words(), timestamp + "." + request.body, signature->substr(kScheme.size()));
  return trouble_if(fits, is_fresh(timestamp, now, kSignatureLife));
}

// The signature is inside the form: read first, believe nothing before it fits.
Read read_signed_mailgun(const Secrets& secrets, const Request& request, Instant now) {
  const auto form = read_form(request);
  if (!form) return std::unexpected(form.error());
  const std::string timestamp{form->fields.get("timestamp")};
  const std::string token{form->fields.get("token")};
  const bool fits =
      !token.empty() && is_hmac(secrets.words(), timestamp + token, form->fields.get("signature"));
  const auto trouble = trouble_if(fits, is_fresh(timestamp, now, kMailgunSignatureLife));
  if (trouble) return std::unexpected(*trouble);
  Read mail = read_mailgun(*form);
  if (mail) mail->once = Once{token, *parse_timestamp(timestamp)};
  return mail;
}

Read read_known(Provider provider, const Request& request) {
  if (provider == Provider::postmark) return read_postmark(request);
  if (provider == Provider::sendgrid) return read_sendgrid(request);
  return read_raw(request);
}

// Escapes that are broken stay as they are.
std::string unescaped(std::string_view text) {
  const auto digit = [](char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return kDigits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t high = i + 2 < text.size() && text[i] == '%' ? digit(text[i + 1]) : 16;
    const std::size_t low = high < 16 ? digit(text[i + 2]) : 16;
    if (high < 16 && low < 16) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::expected<MultipartForm, Trouble> read_urlencoded(std::string_view body) {
  MultipartForm form;
  for (const std::string_view pair : split(body, '&')) {
    if (form.fields.size() == web_protocol::kFieldsMax) return std::unexpected(Trouble::too_large);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    form.fields.add(unescaped(pair.substr(0, equals)),
                    unescaped(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return form;
}

}  // namespace

std::expected<MultipartForm, Trouble> read_form(const Request& request) {
  const std::string_view type = request.content_type();
  if (starts_with_ignoring_ascii_case(type, "application/x-www-form-urlencoded")) {
    return read_urlencoded(request.body);
  }
  auto form = web_protocol::parse_multipart(type, request.body, web_protocol::FieldText::any_bytes);
  if (form) return std::move(*form);
  return std::unexpected(form.error().code == Errc::too_large ? Trouble::too_large
                                                              : Trouble::not_understood);
}

Read read(Provider provider, const Secrets& secrets, const Request& request, Instant now) {
  Read mail;
  if (provider == Provider::mailgun) {
    mail = read_signed_mailgun(secrets, request, now);
  } else {
    const auto trouble = provider == Provider::sendgrid ? check_sendgrid(secrets, request, now)
                         : provider == Provider::raw
                             ? check_raw(secrets, request, now)
                             : trouble_if(has_basic(secrets.words(), request), true);
    if (trouble) return std::unexpected(*trouble);
    mail = read_known(provider, request);
  }
  if (mail && mail->delivery.content.size() > kMailBytesMax) {
    return std::unexpected(Trouble::too_large);
  }
  return mail;
}

}  // namespace lethe::webhooks
