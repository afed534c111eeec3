#include "lethe/base/result.h"

namespace lethe {

std::string_view name_of(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_argument:
      return "invalid_argument";
    case Errc::out_of_range:
      return "out_of_range";
    case Errc::not_found:
      return "not_found";
    case Errc::erased:
      return "erased";
    case Errc::already_exists:
      return "already_exists";
    case Errc::conflict:
      return "conflict";
    case Errc::forbidden:
      return "forbidden";
    case Errc::unauthenticated:
      return "unauthenticated";
    case Errc::too_large:
      return "too_large";
    case Errc::unsupported:
      return "unsupported";
    case Errc::corrupt:
      return "corrupt";
    case Errc::busy:
      return "busy";
    case Errc::unavailable:
      return "unavailable";
    case Errc::stale_keyring:
      return "stale_keyring";
    case Errc::needs_confirmation:
      return "needs_confirmation";
    case Errc::cancelled:
      return "cancelled";
    case Errc::internal:
      return "internal";
  }
  return "unknown";
}

Error Error::within(std::string_view context) && {
  std::string joined{context};
  joined += ": ";
  joined += detail;
  return Error{code, std::move(joined), std::move(field)};
}

}  // namespace lethe
