#include "envelope.h"

#include "lethe/base/text.h"
#include "lethe/core/forwarding.h"
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

std::vector<std::string> originals_in(const mime::Message& head) {
  std::vector<core::MailField> fields;
  for (const mime::Header& header : head.headers) fields.push_back({header.name, header.value});
  return core::original_recipients(fields);
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
  if (source.forward_target) {
    for (std::string& original : originals_in(head)) {
      if (equals_ignoring_ascii_case(original, source.address)) continue;
      if (!is_ours(envelope, original)) continue;
      envelope.recipients.push_back(std::move(original));
      return envelope;
    }
  }
  envelope.recipients.push_back(source.address);
  return envelope;
}

}  // namespace lethe::imap_in
