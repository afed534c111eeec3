// The words of the mails Lethe writes by itself, per language ("de", "fr", else English).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lethe/app/mail_design.h"
#include "lethe/ports/outbox.h"

namespace lethe::app {

// What placeholders stand for.
struct MailFactsOut {
  std::string name, number, subject, organisation, agent;
};
// Unknown names stay as typed; an empty value takes the blank before it along ("Hello {name}," is
// "Hello," for somebody without a name).
[[nodiscard]] std::string filled_in(std::string_view text, const MailFactsOut& facts);

// Below every mail.
struct MailFooter {
  std::string language, organisation, signature;  // signature: filled in, may be empty
  std::string privacy_url;                        // empty: not said
  std::string choices_url;                        // empty: not said
  bool can_leave = false;                         // the link also leaves a conversation
};

struct MailBodies {
  std::string text, html;
};
// `html` is a fragment that went through html::sanitise(); `text` says the same.
[[nodiscard]] MailBodies dressed(std::string_view text, std::string_view html,
                                 std::string_view colour, const MailFooter& footer);
// Plain words as HTML: paragraphs, line breaks, links.
[[nodiscard]] std::string html_of_words(std::string_view text);

struct LinkFacts {
  std::string_view language, organisation, name, link;
};
struct MailText {
  std::string subject, body;
};
[[nodiscard]] MailText link_text(ports::OutgoingKind kind, const LinkFacts& facts);

// Beside the report that a mail arrived (RFC 3464).
[[nodiscard]] MailText delivery_text(std::string_view language, std::string_view organisation);

// The mail that goes to an address of ours by way of its forwarder.
[[nodiscard]] MailText forwarding_test_text(std::string_view language);

// "Re: subject", once, whatever the languages before did ("AW: Re: x" stays).
[[nodiscard]] std::string answer_subject(std::string_view subject);

}  // namespace lethe::app
