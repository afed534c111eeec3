// A message as it is, its envelope in the query or in headers: from=, to= (as often as needed), or
// X-Envelope-From and X-Envelope-To.
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "message_bytes.h"
#include "providers.h"

namespace lethe::webhooks {
namespace {

std::vector<std::string> recipients_of(const web_protocol::Request& request) {
  std::vector<std::string> found;
  for (const std::string_view to : request.query().all("to")) {
    for (std::string& address : addressees(to, {})) found.push_back(std::move(address));
  }
  if (found.empty()) found = addressees(request.headers.get("X-Envelope-To"), {});
  return found;
}

std::string addresses_text(const std::vector<mime::Mailbox>& field) {
  std::string text;
  for (const mime::Mailbox& mailbox : field) text += "<" + mailbox.address + ">, ";
  return text;
}

}  // namespace

Read read_raw(const web_protocol::Request& request) {
  const std::string_view type = trimmed(request.content_type().substr(
      0, std::min(request.content_type().find(';'), request.content_type().size())));
  const bool is_mail = equals_ignoring_ascii_case(type, "message/rfc822") ||
                       equals_ignoring_ascii_case(type, "message/global") ||
                       equals_ignoring_ascii_case(type, "application/octet-stream");
  if (!is_mail || trimmed(request.body).empty()) return std::unexpected(Trouble::not_understood);
  Mail mail;
  mail.delivery.content = with_crlf(request.body);
  const mime::Message read = mime::parse(mail.delivery.content);
  const auto from = request.query().find("from");
  const auto said = from ? from : request.headers.find("X-Envelope-From");
  mail.delivery.envelope.tls = true;
  mail.delivery.envelope.recipients = recipients_of(request);
  if (said) {
    mail.delivery.envelope.sender = bare_address(*said);
  } else if (!read.from.empty()) {
    mail.delivery.envelope.sender = read.from.front().address;
  }
  mail.also_addressed_to = addressees(addresses_text(read.to), addresses_text(read.cc));
  return mail;
}

}  // namespace lethe::webhooks
