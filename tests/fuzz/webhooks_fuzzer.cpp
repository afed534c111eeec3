// Whatever somebody with the secret posts to the doors of mail by HTTP.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lethe/base/assert.h"
#include "lethe/base/encoding.h"
#include "lethe/webhooks/door.h"

using namespace lethe;

// The first byte chooses the provider and the content type; the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::string_view kTypes[] = {"application/json", "message/rfc822",
                                         "multipart/form-data; boundary=b",
                                         "application/x-www-form-urlencoded"};
  const auto provider = webhooks::kProviders[data[0] % webhooks::kProviders.size()];
  web_protocol::Request request;
  request.headers.add("Content-Type", std::string{kTypes[(data[0] / 4) % 4]});
  request.headers.add("Authorization",
                      provider == webhooks::Provider::raw
                          ? std::string{"Bearer k"}
                          : "Basic " + to_base64(as_bytes(std::string_view{"u:k"})));
  request.body.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto secrets = webhooks::Secrets::parse(provider, "k");
  LETHE_ASSERT(secrets);
  const auto mail = webhooks::read(provider, *secrets, request, instant_of(1'790'000'000));
  if (!mail) {
    LETHE_ASSERT(webhooks::status_of(provider, mail.error()) >= 400);
    return 0;
  }
  // A message has the line ends of the wire, and no more than can be sent on.
  const std::string& content = mail->delivery.content;
  LETHE_ASSERT(content.size() <= webhooks::kMailBytesMax);
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '\n') LETHE_ASSERT(i > 0 && content[i - 1] == '\r');
  }
  (void)webhooks::Secrets::parse(provider, request.body);
  return 0;
}
