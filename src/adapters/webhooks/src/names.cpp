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

int status_of(Provider provider, Trouble trouble) noexcept {
  // Never again: what the provider takes for a final no.
  const int stop = provider == Provider::postmark ? 403 : provider == Provider::mailgun ? 406 : 422;
  switch (trouble) {
    // The secret here or there is wrong, not the mail: Postmark and Mailgun come again.
    case Trouble::wrong_credentials:
    case Trouble::stale:
      return 401;
    case Trouble::replayed:
    case Trouble::unknown_recipient:
    case Trouble::refused:
      return stop;
    // A body that was cut off comes whole the next time.
    case Trouble::not_understood:
      return 400;
    case Trouble::too_large:
      return 413;
    case Trouble::busy:
      break;
  }
  return 503;
}

}  // namespace lethe::webhooks
