#include "lethe/smtp_out/submission.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <mutex>
#include <string_view>

#include "dialogue.h"
#include "lethe/core/address.h"
#include "lethe/smtp_protocol/address.h"

namespace lethe::smtp_out {
namespace {

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

struct Target {
  std::string url;  // with our name as its path, where libcurl looks for it
  bool is_loopback = false;
  bool is_tls_from_start = false;
};

// The part of `url`, empty when absent.
std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string value{text};
  curl_free(text);
  return value;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

Result<Target> parse_target(const std::string& text, const std::string& host_name) {
  const auto bad = [](const char* why) { return fail(Errc::invalid_argument, why, "url"); };
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url{curl_url(), curl_url_cleanup};
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
    return bad("submission.url is smtp://HOST:PORT or smtps://HOST:PORT");
  }
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  if (scheme != "smtp" && scheme != "smtps") {
    return bad("submission.url begins with smtp:// or smtps://");
  }
  if (!part_of(url.get(), CURLUPART_USER).empty() ||
      !part_of(url.get(), CURLUPART_PASSWORD).empty()) {
    return bad("user and password do not belong into submission.url");
  }
  if (curl_url_set(url.get(), CURLUPART_PATH, ("/" + host_name).c_str(), 0) != CURLUE_OK) {
    return bad("submission.url is smtp://HOST:PORT or smtps://HOST:PORT");
  }
  return Target{.url = part_of(url.get(), CURLUPART_URL),
                .is_loopback = is_loopback(part_of(url.get(), CURLUPART_HOST)),
                .is_tls_from_start = scheme == "smtps"};
}

// RFC 5321 section 2.3.8: only CR LF ends a line. Dots are stuffed by libcurl.
std::string with_crlf(std::string_view content) {
  std::string text;
  text.reserve(content.size() + content.size() / 32 + 2);
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] != '\r' && content[i] != '\n') {
      text += content[i];
      continue;
    }
    if (content[i] == '\r' && i + 1 < content.size() && content[i + 1] == '\n') ++i;
    text += "\r\n";
  }
  if (!text.ends_with("\r\n")) text += "\r\n";
  return text;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::unexpected<Error> bad_address() {
  return fail(Errc::invalid_argument, "an address of the mail is none");
}

// `address` as it goes over the wire: its domain as A-labels.
Result<std::string> wire_address(const std::string& address) {
  const std::string bracketed = '<' + address + '>';
  const auto path = smtp_protocol::parse_path(bracketed);
  if (!path || path->address.empty() || path->bytes_read != bracketed.size()) return bad_address();
  const std::size_t at = address.rfind('@');
  if (path->is_ascii || at == std::string::npos) return address;
  const auto domain = core::normalised_domain(std::string_view{address}.substr(at + 1));
  if (!domain) return bad_address();
  return address.substr(0, at + 1) + *domain;
}

struct WireEnvelope {
  std::string sender;
  List recipients{nullptr, curl_slist_free_all};
  bool needs_smtputf8 = false;
};

Status add_recipient(WireEnvelope& envelope, const std::string& recipient) {
  LETHE_TRY(const std::string address, wire_address(recipient));
  curl_slist* list = envelope.recipients.release();
  curl_slist* longer = curl_slist_append(list, address.c_str());
  envelope.recipients.reset(longer != nullptr ? longer : list);
  if (longer == nullptr) return fail(Errc::internal, "out of memory");
  envelope.needs_smtputf8 |= !is_ascii(address);
  return {};
}

Result<WireEnvelope> to_wire(const ports::OutgoingMail& mail) {
  if (mail.recipients.empty()) return fail(Errc::invalid_argument, "the mail has no recipient");
  WireEnvelope envelope;
  if (!mail.envelope_from.empty()) {
    LETHE_TRY(envelope.sender, wire_address(mail.envelope_from));
  }
  envelope.needs_smtputf8 = !is_ascii(envelope.sender);
  for (const std::string& recipient : mail.recipients) {
    LETHE_CHECK(add_recipient(envelope, recipient));
  }
  return envelope;
}

// One sentence for the administrator when the server itself said nothing.
Error error_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Errc::unavailable, "The name of the mail server cannot be resolved.", {}};
    case CURLE_COULDNT_CONNECT:
      return {Errc::unavailable, "Nobody listens at the address and port of the mail server.", {}};
    case CURLE_OPERATION_TIMEDOUT:
      return {Errc::unavailable, "The mail server did not answer in time.", {}};
    case CURLE_USE_SSL_FAILED:
      return {Errc::unavailable, "The mail server offers no encryption (STARTTLS).", {}};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Errc::unavailable,
              "The certificate of the mail server is not valid for its name, or nobody we trust "
              "signed it.",
              {}};
    case CURLE_SSL_CACERT_BADFILE:
      return {Errc::unavailable, "The file of trusted authorities cannot be read.", {}};
    case CURLE_SSL_CONNECT_ERROR:
      return {Errc::unavailable, "The mail server and we agree on no encryption.", {}};
    case CURLE_LOGIN_DENIED:
      return {Errc::unauthenticated, "The mail server refuses the user name or the password.", {}};
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
      return {Errc::unavailable, "The mail server hung up.", {}};
    default:
      return {Errc::unavailable,
              "The mail server cannot be used: " + std::string{curl_easy_strerror(code)} + ".",
              {}};
  }
}

int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* dialogue) {
  if (type == CURLINFO_HEADER_OUT) static_cast<Dialogue*>(dialogue)->note_command({data, size});
  return 0;
}

std::size_t on_reply(char* data, std::size_t size, std::size_t count, void* dialogue) {
  return static_cast<Dialogue*>(dialogue)->note_reply({data, size * count}) ? size * count : 0;
}

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* unsent) {
  auto& rest = *static_cast<std::string_view*>(unsent);
  const std::size_t bytes = rest.copy(buffer, size * count);
  rest.remove_prefix(bytes);
  return bytes;
}

std::size_t on_body(char*, std::size_t size, std::size_t count, void*) { return size * count; }

void start_libcurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// Runs the dialogue. libcurl says QUIT when the handle goes and would wait for
// the answer for minutes, although the mail is settled: so it is told that
// nothing more will come.
CURLcode perform(CURL* easy) {
  const CURLcode code = curl_easy_perform(easy);
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
  if (socket != CURL_SOCKET_BAD) ::shutdown(socket, SHUT_RD);
  return code;
}

class Submission final : public ports::OutboundMail {
 public:
  Submission(Settings settings, Target target, Encryption encryption)
      : settings_(std::move(settings)), target_(std::move(target)), encryption_(encryption) {}

  Result<ports::SendReceipt> send(const ports::OutgoingMail& mail) override;
  Status probe() override;

 private:
  [[nodiscard]] Needs needs() const;
  [[nodiscard]] Result<Easy> prepare(Dialogue& dialogue) const;
  void set_deadlines(CURL* easy) const;
  void set_trust(CURL* easy) const;

  Settings settings_;
  Target target_;
  Encryption encryption_;
};

Needs Submission::needs() const {
  return {.smtputf8 = false,
          .sign_in = !settings_.user.empty(),
          .start_tls = encryption_ == Encryption::required && !target_.is_tls_from_start};
}

void Submission::set_deadlines(CURL* easy) const {
  const Deadlines& deadlines = settings_.deadlines;
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadlines.connect.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(deadlines.whole.count()));
  curl_easy_setopt(easy, CURLOPT_FTP_RESPONSE_TIMEOUT,
                   static_cast<long>(deadlines.response.count()));
}

void Submission::set_trust(CURL* easy) const {
  const bool is_required = encryption_ == Encryption::required || target_.is_tls_from_start;
  curl_easy_setopt(easy, CURLOPT_USE_SSL,
                   static_cast<long>(is_required ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!settings_.authorities_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.authorities_file.c_str());
  }
  if (settings_.user.empty()) return;
  curl_easy_setopt(easy, CURLOPT_USERNAME, settings_.user.c_str());
  std::string password{as_text(settings_.password.reveal())};
  curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
  wipe(password);
}

// A handle that has everything but the mail.
Result<Easy> Submission::prepare(Dialogue& dialogue) const {
  Easy easy{curl_easy_init(), curl_easy_cleanup};
  if (!easy) return fail(Errc::internal, "libcurl gives no handle");
  curl_easy_setopt(easy.get(), CURLOPT_URL, target_.url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_VERBOSE, 1L);  // else there is no debug function
  curl_easy_setopt(easy.get(), CURLOPT_DEBUGFUNCTION, on_debug);
  curl_easy_setopt(easy.get(), CURLOPT_DEBUGDATA, &dialogue);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, on_reply);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &dialogue);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, on_body);
  set_deadlines(easy.get());
  set_trust(easy.get());
  return easy;
}

Result<ports::SendReceipt> Submission::send(const ports::OutgoingMail& mail) {
  LETHE_TRY(const WireEnvelope envelope, to_wire(mail));
  Needs needed = needs();
  needed.smtputf8 = envelope.needs_smtputf8;
  Dialogue dialogue{needed};
  LETHE_TRY(const Easy easy, prepare(dialogue));
  const Plaintext content{with_crlf(mail.content)};
  std::string_view unsent = content.reveal();
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_FROM, envelope.sender.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, envelope.recipients.get());
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(unsent.size()));
  curl_easy_setopt(easy.get(), CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(easy.get(), CURLOPT_READDATA, &unsent);

  const CURLcode code = perform(easy.get());
  if (dialogue.was_taken() || dialogue.refused_every_recipient()) {
    return ports::SendReceipt{dialogue.refused()};
  }
  if (auto complaint = dialogue.complaint()) return std::unexpected(std::move(*complaint));
  return std::unexpected(error_of(code));
}

Status Submission::probe() {
  Dialogue dialogue{needs()};
  LETHE_TRY(const Easy easy, prepare(dialogue));
  curl_easy_setopt(easy.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
  const CURLcode code = perform(easy.get());
  if (auto complaint = dialogue.complaint()) return std::unexpected(std::move(*complaint));
  if (code != CURLE_OK) return std::unexpected(error_of(code));
  return {};
}

}  // namespace

Result<std::unique_ptr<ports::OutboundMail>> open_submission(Settings settings) {
  start_libcurl();
  if (!smtp_protocol::is_domain(settings.host_name) || !is_ascii(settings.host_name)) {
    return fail(Errc::invalid_argument, "our own host name is no domain", "host_name");
  }
  if (!settings.user.empty() && settings.password.empty()) {
    return fail(Errc::invalid_argument, "a user needs a password", "password_file");
  }
  LETHE_TRY(Target target, parse_target(settings.url, settings.host_name));
  const Encryption encryption =
      settings.encryption.value_or(target.is_loopback ? Encryption::none : Encryption::required);
  return std::make_unique<Submission>(std::move(settings), std::move(target), encryption);
}

}  // namespace lethe::smtp_out
