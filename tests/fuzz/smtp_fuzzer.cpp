// Plays any bytes into the SMTP session, whole and cut, and checks what must
// hold for every dialogue.
#include <algorithm>

#include "lethe/base/assert.h"
#include "transcript.h"

namespace {

using namespace lethe::smtp_protocol;

Transcript played(std::string_view bytes, std::size_t piece, std::uint8_t kind) {
  Peer peer{{.dialect = (kind & 1) != 0 ? Dialect::lmtp : Dialect::smtp,
             .host_name = "mx.example",
             .offers_tls = (kind & 2) != 0,
             .limits = {.message_bytes = 4000, .command_bytes = 128, .recipients = 5}}};
  peer.say(bytes, piece);
  LETHE_ASSERT(!peer.said().closed || peer.budget().used() == 0);
  return peer.said();
}

void check_replies(std::string_view replies) {
  while (!replies.empty()) {
    const std::size_t end = replies.find("\r\n");
    LETHE_ASSERT(end != std::string_view::npos && end >= 4 && end + 2 <= 512);
    LETHE_ASSERT(replies[0] >= '2' && replies[0] <= '5');
    replies.remove_prefix(end + 2);
  }
}

void check_one_line(std::string_view text) {
  LETHE_ASSERT(std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }));
}

// What the application is promised: recipients, and no line end but CRLF.
void check_mail(const lethe::ports::Delivery& mail) {
  LETHE_ASSERT(!mail.envelope.recipients.empty() && mail.envelope.recipients.size() <= 5);
  LETHE_ASSERT(mail.content.size() <= 4000);
  const std::string& text = mail.content;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') LETHE_ASSERT(i > 0 && text[i - 1] == '\r');
    if (text[i] == '\r') LETHE_ASSERT(i + 1 < text.size() && text[i + 1] == '\n');
  }
  for (const std::string& recipient : mail.envelope.recipients) check_one_line(recipient);
  // What a notice repeats stands in a header of ours.
  check_one_line(mail.envelope.notice_id);
  LETHE_ASSERT(mail.envelope.notice_id.empty() || !mail.envelope.notices.empty());
  for (const lethe::ports::DeliveryNotice& notice : mail.envelope.notices) {
    check_one_line(notice.original_recipient);
    const auto& taken = mail.envelope.recipients;
    LETHE_ASSERT(std::ranges::find(taken, notice.recipient) != taken.end());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
  const std::uint8_t kind = data[0];
  const Transcript whole = played(bytes, std::max<std::size_t>(bytes.size(), 1), kind);
  check_replies(whole.replies);
  std::ranges::for_each(whole.taken, check_mail);
  // What stands behind STARTTLS in one piece is dropped, in two it is a
  // handshake; the driver never feeds it, so the two need not agree.
  if (whole.started_tls) return 0;
  const Transcript cut = played(bytes, std::size_t{1} + data[1] % 32, kind);
  LETHE_ASSERT(cut.replies == whole.replies && cut.taken.size() == whole.taken.size());
  return 0;
}
