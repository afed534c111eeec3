#include "lethe/ports/operations.h"

#include <array>

namespace lethe::ports {
namespace {

struct Known {
  std::string_view enhanced;
  RefusalReason reason;
};
// Of the replies that our doors give (adapters/smtp_protocol); by class, so that 4.x and 5.x of one
// kind read alike.
constexpr std::array kByEnhanced{Known{".1.1", RefusalReason::unknown_recipient},
                                 Known{".3.4", RefusalReason::too_large},
                                 Known{".2.3", RefusalReason::too_large},
                                 Known{".4.6", RefusalReason::loop},
                                 Known{".4.2", RefusalReason::timed_out},
                                 Known{".6.0", RefusalReason::unreadable},
                                 Known{".6.1", RefusalReason::not_accepted},
                                 Known{".3.0", RefusalReason::not_stored},
                                 Known{".3.1", RefusalReason::busy},
                                 Known{".3.2", RefusalReason::busy},
                                 Known{".5.3", RefusalReason::busy}};

}  // namespace

RefusalReason reason_of_reply(int code, std::string_view enhanced) noexcept {
  if (code == 521) return RefusalReason::line_ends;
  if (code == 530) return RefusalReason::needs_tls;
  if (code == 421 && enhanced == "4.7.0") return RefusalReason::too_many_peers;
  if (enhanced.size() > 1) {
    for (const Known& known : kByEnhanced) {
      if (enhanced.substr(1) == known.enhanced) return known.reason;
    }
  }
  if (enhanced.starts_with("5.5.") || (code >= 500 && code <= 504)) return RefusalReason::commands;
  if (enhanced.starts_with("5.7.")) return RefusalReason::not_accepted;
  return code >= 400 && code < 500 ? RefusalReason::busy : RefusalReason::other;
}

std::string_view name_of(Door door) noexcept {
  switch (door) {
    case Door::smtp:
      return "smtp";
    case Door::lmtp:
      return "lmtp";
    case Door::webhook:
      return "webhook";
    case Door::imap:
      return "imap";
    case Door::unknown:
      break;
  }
  return "unknown";
}

std::string_view name_of(RefusalReason reason) noexcept {
  switch (reason) {
    case RefusalReason::unknown_recipient:
      return "unknown_recipient";
    case RefusalReason::too_large:
      return "too_large";
    case RefusalReason::loop:
      return "loop";
    case RefusalReason::not_accepted:
      return "not_accepted";
    case RefusalReason::unreadable:
      return "unreadable";
    case RefusalReason::line_ends:
      return "line_ends";
    case RefusalReason::commands:
      return "commands";
    case RefusalReason::busy:
      return "busy";
    case RefusalReason::not_stored:
      return "not_stored";
    case RefusalReason::needs_tls:
      return "needs_tls";
    case RefusalReason::too_many_peers:
      return "too_many_peers";
    case RefusalReason::timed_out:
      return "timed_out";
    case RefusalReason::credentials:
      return "credentials";
    case RefusalReason::stale:
      return "stale";
    case RefusalReason::replayed:
      return "replayed";
    case RefusalReason::not_understood:
      return "not_understood";
    case RefusalReason::other:
      break;
  }
  return "other";
}

}  // namespace lethe::ports
