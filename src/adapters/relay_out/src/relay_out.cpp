#include "lethe/relay_out/relay_out.h"

#include <curl/curl.h>

#include <algorithm>

#include "exchange.h"

namespace lethe::relay_out {
namespace {

using relay_protocol::TargetKind;

class HttpsTarget final : public ports::RelayTarget {
 public:
  explicit HttpsTarget(Settings settings)
      : settings_(std::move(settings)),
        trust_{.ca_file = settings_.ca_file, .connect = settings_.deadlines.connect} {}

  ports::RelayAnswer deliver(const ports::RelayMail& mail) override {
    const auto deadline = std::chrono::steady_clock::now() + settings_.deadlines.whole;
    return relay_protocol::deliver(settings_.target, mail,
                                   [&](const relay_protocol::HttpRequest& request) {
                                     return exchange(request, trust_, deadline);
                                   });
  }

 private:
  Settings settings_;
  Trust trust_;
};

bool has_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  const bool is_there = curl_url_get(url, part, &text, 0) == CURLUE_OK && *text != '\0';
  curl_free(text);
  return is_there;
}

Status check_url(const std::string& text) {
  const auto bad = [](const char* why) { return fail(Errc::invalid_argument, why, "url"); };
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url{curl_url(), curl_url_cleanup};
  if (!text.starts_with("https://")) {
    return bad("must begin with https:// (mail is never sent in clear)");
  }
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
    return bad("is not a URL");
  }
  if (has_part(url.get(), CURLUPART_USER) || has_part(url.get(), CURLUPART_PASSWORD)) {
    return bad("holds credentials; they belong into key_file");
  }
  if (has_part(url.get(), CURLUPART_QUERY) || has_part(url.get(), CURLUPART_FRAGMENT)) {
    return bad("holds a query or a fragment");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ports::RelayTarget>> open_target(Settings settings) {
  start_libcurl();
  relay_protocol::TargetSettings& target = settings.target;
  LETHE_CHECK(check_url(target.url));
  while (target.url.ends_with('/')) target.url.pop_back();
  if (target.secret.empty()) {
    return fail(Errc::invalid_argument, "is missing or empty", "key_file");
  }
  if (target.kind == TargetKind::jira && target.project.empty()) {
    return fail(Errc::invalid_argument, "is missing", "project");
  }
  if (target.kind == TargetKind::jira && target.issue_type.empty()) {
    return fail(Errc::invalid_argument, "is missing", "issue_type");
  }
  // Jira would refuse every mail with such a label.
  const bool has_blank = std::ranges::any_of(
      target.tags, [](const std::string& tag) { return tag.find_first_of(" \t") != tag.npos; });
  if (target.kind == TargetKind::jira && has_blank) {
    return fail(Errc::invalid_argument, "has a blank, which no label of Jira may", "tags");
  }
  return std::make_unique<HttpsTarget>(std::move(settings));
}

}  // namespace lethe::relay_out
