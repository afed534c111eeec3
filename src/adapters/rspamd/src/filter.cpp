#include <curl/curl.h>

#include <algorithm>
#include <mutex>

#include "lethe/base/secret.h"
#include "lethe/base/text.h"
#include "lethe/rspamd/rspamd.h"

namespace lethe::rspamd {
namespace {

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t on_write(char* data, std::size_t size, std::size_t count, void* state) {
  auto& answer = *static_cast<std::string*>(state);
  const std::size_t bytes = size * count;
  if (bytes > kAnswerBytesMax - answer.size()) return 0;
  answer.append(data, bytes);
  return bytes;
}

List list_of(const std::vector<std::string>& lines) {
  // Without Expect there is no pause before the body; without a type rspamd takes it as a mail.
  List list{curl_slist_append(nullptr, "Expect:"), curl_slist_free_all};
  for (const std::string& line : lines) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return {nullptr, curl_slist_free_all};
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

// One connection for each mail: the filter is near, and nothing of a mail waits for the next one.
class Filter final : public ports::MailFilter {
 public:
  explicit Filter(Settings settings) : settings_(std::move(settings)) {}

  Result<core::MailTrust> judge(const ports::Envelope& envelope, std::string_view content,
                                std::string_view from_domain, std::string_view queue_id,
                                bool is_forwarded) override {
    const List headers = list_of(request_headers(envelope, queue_id));
    const Easy easy{curl_easy_init(), curl_easy_cleanup};
    if (!easy || !headers) return fail(Errc::unavailable, "out of memory");
    std::string answer;
    set_up(easy.get());
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, content.data());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(content.size()));
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer);
    const CURLcode code = curl_easy_perform(easy.get());
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    auto trust = understood(code, status, answer, from_domain, is_forwarded);
    wipe(answer);
    return trust;
  }

 private:
  static Result<core::MailTrust> understood(CURLcode code, long status, std::string_view answer,
                                            std::string_view from_domain, bool is_forwarded) {
    if (code != CURLE_OK)
      return fail(Errc::unavailable, std::string{"rspamd: "} + curl_easy_strerror(code));
    if (status != 200) return fail(Errc::unavailable, "rspamd answered " + std::to_string(status));
    return read_answer(answer, from_domain, is_forwarded);
  }

  void set_up(CURL* easy) const {
    const std::string url = settings_.url + "/checkv2";
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.patience.count()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
  }

  Settings settings_;
};

}  // namespace

Result<std::unique_ptr<ports::MailFilter>> open_filter(Settings settings) {
  const bool is_http = starts_with_ignoring_ascii_case(settings.url, "http://") ||
                       starts_with_ignoring_ascii_case(settings.url, "https://");
  if (!is_http) return fail(Errc::invalid_argument, "rspamd.url is http://HOST:PORT", "rspamd.url");
  while (settings.url.ends_with('/')) settings.url.pop_back();
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return std::make_unique<Filter>(std::move(settings));
}

}  // namespace lethe::rspamd
