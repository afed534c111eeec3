#include <algorithm>
#include <array>

#include "lethe/base/text.h"
#include "lethe/core/minimise.h"

namespace lethe::core {
namespace {

// The line of `text` that begins at `at`, line end included. LF, CRLF and a CR alone end lines.
std::string_view line_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_of("\r\n", at);
  if (end == std::string_view::npos) return text.substr(at);
  const bool pair = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
  return text.substr(at, end + (pair ? 2 : 1) - at);
}

}  // namespace

bool is_trace_header(std::string_view name) noexcept {
  static constexpr auto kNames = std::to_array<std::string_view>({
      "received",
      "x-received",
      "received-spf",
      "x-sender-ip",
      "x-source-ip",
      "x-client-ip",
      "x-real-ip",
      "x-remote-addr",
      "x-remote-ip",
      "x-forwarded-for",
      "x-http-via",
      "x-ip",
      "x-sourceip",
      "x-clientaddr",
      "x-sending-host",
      "x-mailer",
      "user-agent",
      "x-user-agent",
      "x-mimeole",
      "x-newsreader",
      "x-mail-client",
      "x-php-originating-script",
      "x-php-script",
      "x-source",
      "x-source-args",
      "x-source-dir",
      "x-source-sender",
      "x-source-auth",
      "x-source-l",
      "x-source-cap",
      "x-antiabuse",
      "x-get-message-sender-via",
      "x-authenticated-sender",
      "x-authenticated-user",
      "x-auth-id",
      "x-auth-user",
      "x-smtp-auth",
      "x-exchange-rulesetting",
      "x-clientproxiedby",
      "x-eopattributedmessage",
      "x-eoptenantattributedmessage",
      "x-incomingtopheadermarker",
      "x-incomingheadercount",
      "x-tmn",
      "x-universally-unique-identifier",
      "x-uniform-type-identifier",
      "x-mail-abuse-inquiries",
      "x-ymail-osg",
      "x-yahoo-smtp",
      "x-sonic-mf",
      "x-sonic-id",
      "x-provags-id",
      "x-ui-out-filterresults",
      "x-trace",
      "x-vipre-scanners",
      "x-msmail-priority",
      "x-ms-has-attach",
      "x-ms-tnef-correlator",
      "x-ms-publictraffictype",
      "x-ms-office365-filtering-correlation-id",
      "x-ms-traffictypediagnostic",
      "x-device",
      "x-operating-system",
      "x-timezone",
  });
  static constexpr auto kPrefixes = std::to_array<std::string_view>({
      "x-originating-",
      "x-forefront-",
      "x-microsoft-antispam",
      "x-ms-exchange-",
      "x-google-smtp-",
      "x-gm-message-",
      "x-apple-",
      "x-client-",
      "x-mailgun-sending-ip",
      "x-originator",
  });
  if (std::ranges::any_of(
          kPrefixes, [&](std::string_view p) { return starts_with_ignoring_ascii_case(name, p); }))
    return true;
  return std::ranges::any_of(
      kNames, [&](std::string_view n) { return equals_ignoring_ascii_case(name, n); });
}

std::string without_trace_headers(std::string_view raw_message) {
  std::string out;
  out.reserve(raw_message.size());
  bool dropping = false;
  std::size_t at = 0;
  while (at < raw_message.size()) {
    const std::string_view line = line_at(raw_message, at);
    const std::string_view bare = trimmed(line);
    if (bare.empty()) break;
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (!continues) dropping = is_trace_header(trimmed(bare.substr(0, bare.find(':'))));
    if (!dropping) out += line;
    at += line.size();
  }
  out += raw_message.substr(at);
  return out;
}

}  // namespace lethe::core
