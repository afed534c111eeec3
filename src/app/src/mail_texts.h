// The words of the mails Lethe writes by itself, per language ("de", "fr", else English).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lethe/ports/outbox.h"

namespace lethe::app {

struct MailText {
  std::string subject, body;
};

struct AcknowledgementFacts {
  std::string_view language, organisation;
  std::int64_t number = 0;
  std::string_view subject, privacy_url;
};
[[nodiscard]] MailText acknowledgement_text(const AcknowledgementFacts& facts);

struct LinkFacts {
  std::string_view organisation, name, link;
};
[[nodiscard]] MailText link_text(ports::OutgoingKind kind, const LinkFacts& facts);

// "Re: subject", once, whatever the languages before did ("AW: Re: x" stays).
[[nodiscard]] std::string answer_subject(std::string_view subject);

}  // namespace lethe::app
