// Any bytes are a mail: parse() keeps its promises, and what is read can be
// written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../corpus/mime/contract.h"
#include "lethe/base/text.h"
#include "lethe/mime/compose.h"
#include "lethe/mime/mbox.h"
#include "lethe/mime/parse.h"

namespace {

using namespace lethe;

void require(bool held, const char* promise) {
  if (held) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

mime::Outgoing as_outgoing(const mime::Message& message) {
  mime::Outgoing mail;
  mail.from = message.from;
  mail.to = message.to;
  mail.cc = message.cc;
  mail.reply_to = message.reply_to;
  mail.subject = message.subject;
  mail.message_id = message.message_id;
  mail.in_reply_to = message.in_reply_to;
  mail.references = message.references;
  mail.date = message.date;
  mail.text = message.text;
  if (!message.html.empty()) mail.html = message.html;
  for (const auto& header : message.headers)
    mail.extra_headers.emplace_back(header.name, header.value);
  for (const auto& file : message.attachments) {
    auto& files = file.is_inline ? mail.inline_parts : mail.attachments;
    files.push_back({.name = file.name,
                     .type = file.type,
                     .content = file.content,
                     .content_id = file.content_id});
  }
  return mail;
}

bool has_crlf_only(std::string_view raw) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\n' && (i == 0 || raw[i - 1] != '\r')) return false;
    if (raw[i] == '\r' && (i + 1 == raw.size() || raw[i + 1] != '\n')) return false;
  }
  return true;
}

void check_writing(const mime::Message& message) {
  const std::string written = mime::compose(as_outgoing(message));
  require(has_crlf_only(written), "CRLF only");
  const mime::Message read = mime::parse(written);
  require(corpus::Contract::broken(read, written).empty(), "contract of a written mail");
  require(read.bcc.empty(), "no Bcc is written");
  require(read.subject == message.subject, "the subject comes back");
}

void check_mbox(std::string_view raw) {
  mime::MboxSplitter splitter{mime::MboxQuoting::mboxrd, 1000};
  std::vector<std::string> mails;
  splitter.feed(raw.substr(0, raw.size() / 2), mails);
  splitter.feed(raw.substr(raw.size() / 2), mails);
  if (auto last = splitter.finish()) mails.push_back(*std::move(last));
  for (const std::string& mail : mails)
    require(mail.size() <= 1000, "mails of an mbox are bounded");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw{reinterpret_cast<const char*>(data), size};
  const mime::Message message = mime::parse(raw);
  const auto broken = corpus::Contract::broken(message, raw);
  require(broken.empty(), broken.empty() ? "" : broken.front().c_str());
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    static_cast<void>(mime::decoded_body(message, i, raw));
  }
  // The first line as the name of a character set for the rest.
  const std::size_t line = raw.find('\n');
  if (line < 40)
    require(is_valid_utf8(mime::decode_charset(raw.substr(line + 1), raw.substr(0, line))),
            "UTF-8");
  check_writing(message);
  check_mbox(raw);
  return 0;
}
