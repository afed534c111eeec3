#include "urls.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lethe/base/text.h"

namespace lethe::html {
namespace {

// Browsers strip blanks around an URL and tabs and line ends within; every control character goes
// here.
std::string without_controls(std::string_view value) {
  std::string out;
  for (const char c : trimmed(value))
    if (static_cast<unsigned char>(c) > 0x1F && c != 0x7F) out += c;
  return std::string(trimmed(out));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

CleanUrl clean_url(std::string_view value) {
  std::string url = without_controls(value);
  if (url.starts_with("//")) url.insert(0, "https:");
  static constexpr auto kSchemes = std::to_array<std::pair<std::string_view, UrlKind>>({
      {"http://", UrlKind::http},
      {"https://", UrlKind::http},
      {"mailto:", UrlKind::mailto},
      {"tel:", UrlKind::tel},
      {"cid:", UrlKind::cid},
  });
  for (const auto& [scheme, kind] : kSchemes) {
    if (starts_with_ignoring_ascii_case(url, scheme) && url.size() > scheme.size())
      return {kind, std::move(url)};
  }
  return {};
}

bool is_tracker(std::string_view url) {
  const std::string lower = ascii_lower(url.substr(0, 2048));
  // Paths of the open counters of common mail services and of analytics; parts of an URL, not whole
  // hosts, so that the pictures these services host for the text stay pictures.
  static constexpr auto kParts = std::to_array<std::string_view>({
      "/track/open",
      "/track/o/",
      "/tracking/open",
      "/wf/open",
      "/open.php",
      "/open.gif",
      "/open.aspx",
      "/open/?",
      "/o.gif",
      "/pixel.gif",
      "/pixel.png",
      "/pixel?",
      "/1x1.",
      "/spacer_tracking",
      "/trk/open",
      "/email_open",
      "/emailopen",
      "/email/open",
      "/emails/open",
      "/openrate",
      "/opentracking",
      "/trackopen",
      "/read_receipt",
      "/e/o/",
      "/gp/r.html",
      "/ss/o/",
      "/imp?",
      "/impression",
      "/beacon.gif",
      "/beacon?",
      "/mtrk/",
      "/mail/track",
      "/t.gif",
      "/collect?",
      "/cdo/",
      "list-manage.com/track",
      "google-analytics.com",
      "mailtrack.io",
      "hubspotemail",
      "t.hubspot",
      "t.sidekickopen",
      "bananatag",
      "yesware.com/t",
      "streak.com/e",
      "streak-email",
      "mixmax.com/api/track",
      "cirrusinsight.com",
      "tinyletterapp.com",
      "exct.net/open",
      "mailstat.us",
      "pixel.wp.com",
      "/piwik.php",
      "/matomo.php",
      "facebook.com/tr",
      "awstrack.me",
      "emltrk.com",
      "litmus.com/e",
      "getnotify.com",
  });
  return std::ranges::any_of(
      kParts, [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() && text[i] == '%' ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return to_valid_utf8(out);
}

}  // namespace lethe::html
