#include "lethe/ports/mail_source.h"

#include <array>

namespace lethe::ports {

std::string_view name_of(SourceTrouble trouble) noexcept {
  constexpr std::array<std::string_view, 15> kNames = {
      "none",          "settings",    "password",   "name_unknown", "unreachable",
      "timed_out",     "no_starttls", "tls_failed", "untrusted",    "wrong_name",
      "login_refused", "no_folder",   "hung_up",    "garbled",      "busy"};
  return kNames.at(static_cast<std::size_t>(trouble));
}

}  // namespace lethe::ports
