#include "exchange.h"

#include <curl/curl.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "lethe/base/text.h"

namespace lethe::relay_out {
namespace {

using relay_protocol::Ending;
using relay_protocol::HttpAnswer;
using relay_protocol::HttpRequest;

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Multi = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

constexpr long kConnectionsKept = 4;
// One that rested longer is likely to be closed by the target just now.
constexpr long kIdleSecondsMax = 8;

// Connections live in the multi handle; the easy handle with its buffers lives
// for one request, so that nothing of a mail waits in it for the next one.
CURLM* connections_of_this_thread() {
  thread_local const Multi kMulti = [] {
    Multi multi{curl_multi_init(), curl_multi_cleanup};
    curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, kConnectionsKept);
    return multi;
  }();
  return kMulti.get();
}

struct Flow {
  std::string_view unsent;
  bool sent_any = false;
  std::string received;
  bool is_cut = false;

  Flow() = default;
  ~Flow() { wipe(received); }
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;
};

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* state) {
  auto& flow = *static_cast<Flow*>(state);
  const std::size_t bytes = flow.unsent.copy(buffer, size * count);
  flow.unsent.remove_prefix(bytes);
  flow.sent_any = true;
  return bytes;
}

// libcurl repeats a request when a kept connection turns out dead before any
// answer. The target may have acted on it, so it is not repeated here.
int on_seek(void*, curl_off_t, int) { return CURL_SEEKFUNC_FAIL; }

std::size_t on_write(char* data, std::size_t size, std::size_t count, void* state) {
  auto& flow = *static_cast<Flow*>(state);
  const std::size_t bytes = size * count;
  const std::size_t room = relay_protocol::kAnswerBytesMax - flow.received.size();
  if (bytes > room) flow.is_cut = true;
  flow.received.append(data, std::min(bytes, room));
  return flow.is_cut ? 0 : bytes;
}

// Records are wiped when read, and buffers go back when empty.
CURLcode on_ssl_context(CURL*, void* context, void*) {
  auto* native = static_cast<SSL_CTX*>(context);
  SSL_CTX_set_options(native, SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  return CURLE_OK;
}

void set_trust(CURL* easy, const Trust& trust) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_ssl_context);
  if (!trust.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, trust.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kIdleSecondsMax);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
}

void set_request(CURL* easy, const HttpRequest& request, const curl_slist* headers, Flow& flow) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &flow);
  if (request.method == "GET") return;
  flow.unsent = request.body.reveal();
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(flow.unsent.size()));
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, &flow);
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
}

// Without Expect: targets answer it late or never.
List headers_of(const HttpRequest& request) {
  List list{curl_slist_append(nullptr, "Expect:"), curl_slist_free_all};
  for (const Plaintext& header : request.headers) {
    const std::string line{header.reveal()};  // with the zero that libcurl looks for
    curl_slist* former = list.release();
    curl_slist* longer = curl_slist_append(former, line.c_str());
    list.reset(longer != nullptr ? longer : former);
    if (longer == nullptr) return {nullptr, curl_slist_free_all};
  }
  return list;
}

CURLcode perform(CURL* easy, std::chrono::steady_clock::time_point deadline) {
  CURLM* multi = connections_of_this_thread();
  if (curl_multi_add_handle(multi, easy) != CURLM_OK) return CURLE_FAILED_INIT;
  CURLcode outcome = CURLE_OPERATION_TIMEDOUT;
  int running = 1;
  while (running != 0 && std::chrono::steady_clock::now() < deadline) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) break;
    if (running != 0) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg == CURLMSG_DONE) outcome = message->data.result;
  }
  curl_multi_remove_handle(multi, easy);
  return outcome;
}

std::string media_type(CURL* easy) {
  const char* value = nullptr;
  curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &value);
  if (value == nullptr) return {};
  const std::string_view text{value};
  return ascii_lower(trimmed(text.substr(0, text.find(';'))));
}

// Whether as seconds or as a date, libcurl gives seconds; 0 is none.
std::optional<Seconds> retry_after(CURL* easy) {
  curl_off_t seconds = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
  return seconds > 0 ? std::optional{Seconds{seconds}} : std::nullopt;
}

// Were bytes of the request written? Its head goes out when the connection,
// TLS included, stands.
bool was_anything_sent(CURL* easy, const Flow& flow) {
  long request_bytes = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  return flow.sent_any || request_bytes > 0;
}

}  // namespace

void start_libcurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

HttpAnswer exchange(const HttpRequest& request, const Trust& trust,
                    std::chrono::steady_clock::time_point deadline) {
  const Easy easy{curl_easy_init(), curl_easy_cleanup};
  const List headers = headers_of(request);
  if (!easy || !headers) return {.trouble = "out of memory"};
  Flow flow;
  set_trust(easy.get(), trust);
  set_request(easy.get(), request, headers.get(), flow);
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0) return {.trouble = "no time left"};
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(left, trust.connect).count()));

  const CURLcode code = perform(easy.get(), deadline);
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  HttpAnswer answer;
  // An answer that we cut ourselves was on its way whole.
  const bool is_whole = code == CURLE_OK || flow.is_cut;
  answer.reached =
      reached_by(static_cast<int>(status), is_whole ? Ending::whole : Ending::incomplete,
                 was_anything_sent(easy.get(), flow));
  if (answer.reached == HttpAnswer::Reached::answered) {
    answer.status = static_cast<int>(status);
    answer.content_type = media_type(easy.get());
    answer.retry_after = retry_after(easy.get());
    answer.body = Plaintext{std::string_view{flow.received}};
    return answer;
  }
  answer.trouble = curl_easy_strerror(code);
  return answer;
}

}  // namespace lethe::relay_out
