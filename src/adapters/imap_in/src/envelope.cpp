#include "envelope.h"

#include "lethe/base/text.h"
#include "lethe/mime/parse.h"

namespace lethe::imap_in {
namespace {

std::string_view head_of(std::string_view content) {
  content = content.substr(0, kHeadBytesMax);
  std::size_t end = content.size();
  for (const std::string_view blank : {"\r\n\r\n", "\n\n"}) {
    end = std::min(end, content.find(blank));
  }
  return content.substr(0, end == content.size() ? end : end + 2);
}

std::string sender_of(const mime::Message& head) {
  const auto paths = head.headers_named("Return-Path");
  if (!paths.empty() && squeezed(paths.front()) == "<>") return {};
  for (const auto& values : {paths, head.headers_named("From")}) {
    if (values.empty()) continue;
    const auto addresses = mime::parse_addresses(values.front());
    if (!addresses.empty()) return addresses.front().address;
  }
  return {};
}

}  // namespace

ports::Envelope envelope_of(
    std::string_view content, const ports::MailSource& source,
    const std::function<bool(const ports::Envelope&, std::string_view)>& is_ours) {
  const mime::Message head = mime::parse(head_of(content));
  ports::Envelope envelope{.sender = sender_of(head),
                           .recipients = {},
                           .tls = source.security != ports::SourceSecurity::plain,
                           .peer_address = {},
                           .helo = {},
                           .door = ports::Door::imap};
  std::size_t asked = 0;
  for (const char* name : {"X-Original-To", "Delivered-To", "Envelope-To"}) {
    if (!source.forward_target) break;
    for (const std::string_view value : head.headers_named(name)) {
      for (const mime::Mailbox& original : mime::parse_addresses(value)) {
        if (++asked > kOriginalsMax) break;
        if (!equals_ignoring_ascii_case(original.address, source.address) &&
            is_ours(envelope, original.address)) {
          envelope.recipients.push_back(original.address);
          return envelope;
        }
      }
    }
  }
  envelope.recipients.push_back(source.address);
  return envelope;
}

}  // namespace lethe::imap_in
