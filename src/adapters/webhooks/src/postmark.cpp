// https://postmarkapp.com/developer/webhooks/inbound-webhook
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <iterator>

#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/web_protocol/json.h"
#include "message_bytes.h"
#include "providers.h"

namespace lethe::webhooks {
namespace {

namespace json = boost::json;

std::string_view text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view{} : std::string_view{*text};
}

const json::array& list_at(const json::object& object, std::string_view name) {
  static const json::array kNone;
  const auto* value = object.if_contains(name);
  const auto* list = value == nullptr ? nullptr : value->if_array();
  return list == nullptr ? kNone : *list;
}

bool is_hex(std::string_view digits) noexcept {
  return std::ranges::all_of(digits, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

// The code unit of the escape that `json` begins with, "\\ud83d"; 0 when it begins with none.
unsigned escaped_unit(std::string_view json) noexcept {
  if (json.size() < 6 || !json.starts_with("\\u") || !is_hex(json.substr(2, 4))) return 0;
  unsigned unit = 0;
  std::from_chars(json.data() + 2, json.data() + 6, unit, 16);
  return unit;
}

// How much of `json`, which begins with a backslash, is one escape; 0 for half a surrogate pair.
std::size_t escape_length(std::string_view json) noexcept {
  const unsigned unit = escaped_unit(json);
  if (unit < 0xd800 || unit > 0xdfff) return std::min<std::size_t>(json.size(), 2);
  const unsigned next = unit < 0xdc00 ? escaped_unit(json.substr(6)) : 0;
  return next >= 0xdc00 && next <= 0xdfff ? 12 : 0;
}

// The same post with a replacement character where text was cut inside one: a mail whose subject
// ends in half an emoji is a mail, and JSON that is strict would lose it.
std::string without_half_characters(std::string_view body) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (body.starts_with(kMark)) body.remove_prefix(kMark.size());
  const std::string json = to_valid_utf8(body);
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    const std::string_view rest = std::string_view{json}.substr(at);
    const std::size_t plain = std::min(rest.find('\\'), rest.size());
    const std::size_t escape = plain < rest.size() ? escape_length(rest.substr(plain)) : 0;
    out.append(rest.substr(0, plain + escape));
    const bool is_half = plain < rest.size() && escape == 0;
    if (is_half) out += "\\ufffd";
    at += plain + (is_half ? 6 : escape);
  }
  return out;
}

Result<json::object> post_of(std::string_view body) {
  auto post = web_protocol::parse_json_object(body, kBodyBytesMax);
  if (post || post.error().code == Errc::too_large) return post;
  std::string mended = without_half_characters(body);
  post = web_protocol::parse_json_object(mended, kBodyBytesMax);
  wipe(mended);
  return post;
}

// Strict but for line breaks and the padding at the end, which not every encoder writes alike.
Result<Bytes> bytes_of(std::string_view base64) {
  auto bytes = parse_base64(base64);
  if (bytes) return bytes;
  std::string text;
  std::ranges::copy_if(base64, std::back_inserter(text),
                       [](char c) { return c != '\r' && c != '\n'; });
  while (text.size() % 4 != 0) text += '=';
  return parse_base64(text);
}

// False when a file cannot be what it was: then the whole post is not understood.
bool add_file(TakenApart& parts, const json::object& file) {
  auto bytes = bytes_of(text_at(file, "Content"));
  if (!bytes) return false;
  parts.files.push_back({.name = std::string{text_at(file, "Name")},
                         .type = std::string{text_at(file, "ContentType")},
                         .content = std::string{as_text(*bytes)},
                         .content_id = without_brackets(text_at(file, "ContentID"))});
  return true;
}

std::expected<std::string, Trouble> message_of(const json::object& post) {
  if (const auto raw = text_at(post, "RawEmail"); !raw.empty()) return with_crlf(raw);
  TakenApart parts{
      .headers = {}, .text = std::string{text_at(post, "TextBody")}, .html = {}, .files = {}};
  for (const json::value& header : list_at(post, "Headers")) {
    const auto* pair = header.if_object();
    if (pair != nullptr)
      parts.headers.emplace_back(text_at(*pair, "Name"), text_at(*pair, "Value"));
  }
  for (const char* name : {"From", "To", "Cc", "Subject", "Date"}) {
    parts.add_missing(name, text_at(post, name));
  }
  parts.add_missing("Reply-To", text_at(post, "ReplyTo"));
  if (const auto html = text_at(post, "HtmlBody"); !html.empty()) parts.html.emplace(html);
  for (const json::value& file : list_at(post, "Attachments")) {
    const auto* object = file.if_object();
    if (object == nullptr || !add_file(parts, *object)) {
      return std::unexpected(Trouble::not_understood);
    }
  }
  return put_together(std::move(parts));
}

// The envelope is not told. A Return-Path is its sender, also the empty one of a bounce.
std::string sender_of(const json::object& post) {
  for (const json::value& header : list_at(post, "Headers")) {
    const auto* pair = header.if_object();
    if (pair == nullptr) continue;
    if (equals_ignoring_ascii_case(text_at(*pair, "Name"), "Return-Path")) {
      return bare_address(text_at(*pair, "Value"));
    }
  }
  return bare_address(text_at(post, "From"));
}

}  // namespace

Read read_postmark(const web_protocol::Request& request) {
  const auto post = post_of(request.body);
  if (!post) {
    return std::unexpected(post.error().code == Errc::too_large ? Trouble::too_large
                                                                : Trouble::not_understood);
  }
  // Postmark's other webhooks say what they record; a mail may come from nobody, as From: "".
  const bool is_mail = post->contains("From") || !text_at(*post, "RawEmail").empty();
  if (!is_mail || post->contains("RecordType")) {
    return std::unexpected(Trouble::not_understood);
  }
  auto content = message_of(*post);
  if (!content) return std::unexpected(content.error());
  Mail mail;
  mail.delivery.content = std::move(*content);
  mail.delivery.envelope = {.sender = sender_of(*post),
                            .recipients = {},
                            .smtputf8 = false,
                            .tls = true,
                            .peer_address = {},
                            .helo = {}};
  if (const auto to = bare_address(text_at(*post, "OriginalRecipient")); !to.empty()) {
    mail.delivery.envelope.recipients.push_back(to);
  }
  mail.also_addressed_to = addressees(text_at(*post, "To"), text_at(*post, "Cc"));
  return mail;
}

}  // namespace lethe::webhooks
