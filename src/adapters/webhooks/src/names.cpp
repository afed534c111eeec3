#include "lethe/webhooks/door.h"

namespace lethe::webhooks {

std::string_view name_of(Provider provider) noexcept {
  switch (provider) {
    case Provider::postmark:
      return "postmark";
    case Provider::mailgun:
      return "mailgun";
    case Provider::sendgrid:
      return "sendgrid";
    case Provider::raw:
      break;
  }
  return "raw";
}

std::string_view name_of(Trouble trouble) noexcept {
  switch (trouble) {
    case Trouble::wrong_credentials:
      return "wrong_credentials";
    case Trouble::stale:
      return "stale";
    case Trouble::replayed:
      return "replayed";
    case Trouble::not_understood:
      return "not_understood";
    case Trouble::too_large:
      return "too_large";
    case Trouble::unknown_recipient:
      return "unknown_recipient";
    case Trouble::refused:
      return "refused";
    case Trouble::busy:
      break;
  }
  return "busy";
}

namespace {
// SendGrid drops a mail at any 4xx and tells nobody of it.
bool drops_at_4xx(Provider provider) noexcept { return provider == Provider::sendgrid; }
}  // namespace

int status_of_slow(Provider provider) noexcept { return drops_at_4xx(provider) ? 503 : 408; }

int status_of(Provider provider, Trouble trouble) noexcept {
  // Never again: what the provider takes for a final no.
  const int stop = provider == Provider::postmark ? 403 : provider == Provider::mailgun ? 406 : 422;
  switch (trouble) {
    // The secret or the clock is wrong, here or there, not the mail: it comes again.
    case Trouble::wrong_credentials:
    case Trouble::stale:
      return drops_at_4xx(provider) ? 503 : 401;
    case Trouble::replayed:
    case Trouble::unknown_recipient:
    case Trouble::refused:
      return stop;
    // A body that was cut off comes whole the next time.
    case Trouble::not_understood:
      return drops_at_4xx(provider) ? 503 : 400;
    case Trouble::too_large:
      return stop == 422 ? 413 : stop;
    case Trouble::busy:
      break;
  }
  return 503;
}

}  // namespace lethe::webhooks
