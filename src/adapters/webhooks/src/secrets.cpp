#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "signatures.h"

namespace lethe::webhooks {
namespace {

constexpr std::string_view kPemBegins = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view kPemEnds = "-----END PUBLIC KEY-----";

std::unexpected<Error> not_a_key() {
  return fail(Errc::invalid_argument, "a public key in it cannot be read");
}

}  // namespace

Result<Secrets> Secrets::parse(Provider provider, std::string_view file) {
  Secrets secrets;
  std::optional<std::string> pem;
  for (std::string_view line : split(file, '\n')) {
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (line == kPemBegins) {
      pem.emplace();
    } else if (pem && line == kPemEnds) {
      auto der = parse_base64(*pem);
      if (!der || !is_public_key(*der)) return not_a_key();
      secrets.public_keys_.push_back(std::move(*der));
      pem.reset();
    } else if (pem) {
      *pem += line;
    } else {
      // SendGrid shows its key as one line of base64.
      auto der = provider == Provider::sendgrid ? parse_base64(line) : Result<Bytes>{Bytes{}};
      if (der && is_public_key(*der)) {
        secrets.public_keys_.push_back(std::move(*der));
      } else {
        secrets.words_.emplace_back(line);
      }
    }
  }
  if (pem) return not_a_key();
  const bool keys_help = provider == Provider::sendgrid;
  if (secrets.words_.empty() && (!keys_help || secrets.public_keys_.empty())) {
    return fail(Errc::invalid_argument, "no secret is in it");
  }
  return secrets;
}

}  // namespace lethe::webhooks
