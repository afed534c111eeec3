#include "mail_texts.h"

#include "lethe/base/text.h"

namespace lethe::app {
namespace {

std::string hello(std::string_view word, std::string_view name) {
  std::string line{word};
  if (!name.empty()) {
    line += ' ';
    line += name;
  }
  return line + ",\n\n";
}

struct Words {
  std::string_view received, number, reply, privacy;
};

const Words& words_in(std::string_view language) {
  static constexpr Words kEnglish{
      "thank you. Your message has reached us and a person will read it.", "Your number is ",
      "To add something, reply to this mail.",
      "How we handle your data, for how long we keep it, and how to have it erased:"};
  static constexpr Words kGerman{
      "vielen Dank. Ihre Nachricht ist bei uns angekommen, und ein Mensch wird sie lesen.",
      "Ihre Nummer ist ", "Wenn Sie etwas ergänzen möchten, antworten Sie auf diese Mail.",
      "Wie wir mit Ihren Daten umgehen, wie lange wir sie behalten und wie Sie sie löschen "
      "lassen:"};
  static constexpr Words kFrench{
      "merci. Votre message nous est bien parvenu et sera lu par une personne.",
      "Votre numéro est le ", "Pour ajouter quelque chose, répondez à ce courriel.",
      "Comment nous traitons vos données, combien de temps nous les gardons et comment les faire "
      "effacer :"};
  if (language.starts_with("de")) return kGerman;
  if (language.starts_with("fr")) return kFrench;
  return kEnglish;
}

std::string_view greeting_in(std::string_view language) {
  if (language.starts_with("de")) return "Guten Tag";
  if (language.starts_with("fr")) return "Bonjour";
  return "Hello";
}

}  // namespace

std::string answer_subject(std::string_view subject) {
  if (starts_with_ignoring_ascii_case(subject, "re:")) return std::string{subject};
  return "Re: " + std::string{subject};
}

MailText acknowledgement_text(const AcknowledgementFacts& facts) {
  const Words& words = words_in(facts.language);
  const std::string number = "#" + std::to_string(facts.number);
  std::string body = hello(greeting_in(facts.language), "");
  body += words.received;
  body += "\n";
  body += words.number;
  body += number;
  body += ". ";
  body += words.reply;
  body += "\n\n-- \n";
  body += facts.organisation;
  body += "\n";
  body += words.privacy;
  body += "\n";
  body += facts.privacy_url;
  body += "\n";
  return {answer_subject(facts.subject), std::move(body)};
}

MailText link_text(ports::OutgoingKind kind, const LinkFacts& facts) {
  const bool invitation = kind == ports::OutgoingKind::invitation;
  std::string body = hello("Hello", facts.name);
  body += invitation ? "you have been invited to answer customers of "
                     : "somebody asked for a new password at ";
  body += facts.organisation;
  body += invitation ? ". Choose your name and password here:\n\n"
                     : ". If it was you, choose it here; if not, do nothing:\n\n";
  body += facts.link;
  body += "\n\nThe link works once and for a limited time.\n";
  const std::string organisation{facts.organisation};
  return {invitation ? "Your account at " + organisation : "Your password at " + organisation,
          std::move(body)};
}

}  // namespace lethe::app
