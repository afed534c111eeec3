// How the mails we write look and read: texts per language, the organisation's name and colour.
//
// Every mail is plain text and HTML with the same words. The texts are the administrator's; a
// language without texts of its own uses ours. Placeholders: {name} {number} {subject}
// {organisation} {agent}. Nothing in a mail is loaded from anywhere: no picture, no font, no pixel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"

namespace lethe::app {

inline constexpr std::size_t kMailTextBytesMax = 4'000;

struct MailTexts {
  std::string greeting;         // of automatic mails: "Hello {name},"
  std::string acknowledgement;  // what follows it when a ticket was made
  std::string signature;        // below an agent's answer
  friend bool operator==(const MailTexts&, const MailTexts&) = default;
};

// "en", "de" or "fr": of `wanted` ("de-AT") when we have it, else of `otherwise`, else "en".
[[nodiscard]] std::string mail_language(std::string_view wanted, std::string_view otherwise);

[[nodiscard]] MailTexts default_mail_texts(std::string_view language);
// The administrator's, else ours.
[[nodiscard]] Result<MailTexts> read_mail_texts(const ports::Reading& tx,
                                                std::string_view language);
// Errors: invalid_argument with a sentence and the field (greeting, acknowledgement, signature):
// an unknown placeholder, a brace that is never closed, no words where some are needed; too_large.
[[nodiscard]] Status check_mail_texts(const MailTexts& texts);
// Texts equal to ours are forgotten, so that later versions of ours apply.
[[nodiscard]] Status save_mail_texts(App& app, std::string_view language, const MailTexts& texts);

// "#1d4ed8"; ours when none was chosen.
inline constexpr std::string_view kMailColourDefault = "#0f766e";
[[nodiscard]] Result<std::string> read_mail_colour(const ports::Reading& tx);
// Six hexadecimal digits after a #. Errors: invalid_argument, field colour.
[[nodiscard]] Status save_mail_colour(App& app, std::string_view colour);

// As set in the settings; changes apply to the next mail.
[[nodiscard]] std::string organisation_of(App& app, const ports::Reading& tx);

struct MailSample {
  std::string subject, text, html;
};
// An acknowledgement and an answer with invented names, in these texts.
struct MailSamples {
  MailSample acknowledgement, answer;
};
[[nodiscard]] Result<MailSamples> sample_mails(App& app, const ports::Reading& tx,
                                               std::string_view language, const MailTexts& texts,
                                               std::string_view colour);

}  // namespace lethe::app
