#include "lethe/app/mail_design.h"

#include <algorithm>
#include <array>

#include "json.h"
#include "lethe/base/text.h"
#include "lethe/html/markdown.h"
#include "mail_texts.h"

namespace lethe::app {
namespace {

constexpr std::string_view kColourSetting = "mail_colour";

std::string setting_of(std::string_view language) { return "mail_texts." + std::string{language}; }

bool is_ours(std::string_view language) {
  return language == "en" || language == "de" || language == "fr";
}

// A brace that opens a name of ours and closes it; the error is for the administrator.
Status check_placeholders(std::string_view text, const char* field) {
  constexpr std::array<std::string_view, 5> kNames{"name", "number", "subject", "organisation",
                                                   "agent"};
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    text.remove_prefix(open + 1);
    const auto close = text.find_first_of("}\n");
    if (close == std::string_view::npos || text[close] == '\n') {
      return fail(Errc::invalid_argument,
                  "A brace { is opened and not closed on the same line. Write {name}, or leave the "
                  "brace out.",
                  field);
    }
    if (std::ranges::find(kNames, text.substr(0, close)) == kNames.end()) {
      return fail(Errc::invalid_argument,
                  "There is a placeholder that is not known. You can use {name}, {number}, "
                  "{subject}, {organisation} and {agent}.",
                  field);
    }
  }
  return {};
}

Status check_text(std::string_view text, const char* field, bool needed) {
  if (needed && trimmed(text).empty()) {
    return fail(Errc::invalid_argument, "Write something here; a mail without it says nothing.",
                field);
  }
  if (text.size() > kMailTextBytesMax) {
    return fail(Errc::too_large, "At most 4,000 characters.", field);
  }
  return check_placeholders(text, field);
}

// As the browser sends it, without carriage returns and blank ends.
std::string tidy(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\r') out += c;
  }
  return std::string{trimmed(out)};
}

MailTexts tidied(const MailTexts& texts) {
  return {tidy(texts.greeting), tidy(texts.acknowledgement), tidy(texts.signature)};
}

struct SampleWords {
  std::string_view customer, agent, subject, answer;
};
SampleWords sample_words(std::string_view language) {
  if (language == "de") {
    return {"Jana Weber", "Mika", "Frage zur Lieferung",
            "Guten Tag Frau Weber,\n\ndas Paket ist **heute** unterwegs und kommt am Donnerstag "
            "an.\n\n- Sie brauchen nichts zu tun.\n- Passt der Tag nicht, antworten Sie einfach."};
  }
  if (language == "fr") {
    return {"Jeanne Martin", "Camille", "Question sur la livraison",
            "Bonjour Madame Martin,\n\nle colis part **aujourd’hui** et arrivera jeudi.\n\n- Vous "
            "n’avez rien à faire.\n- Si le jour ne convient pas, répondez simplement."};
  }
  return {"Jane Weaver", "Sam", "Question about the delivery",
          "Hello Ms Weaver,\n\nthe parcel is on its way **today** and arrives on Thursday.\n\n- "
          "There is nothing you need to do.\n- If the day does not suit you, just reply."};
}

}  // namespace

std::string mail_language(std::string_view wanted, std::string_view otherwise) {
  for (const std::string_view each : {wanted, otherwise}) {
    const std::string code = ascii_lower(each.substr(0, each.find_first_of("-_")));
    if (is_ours(code)) return code;
  }
  return "en";
}

MailTexts default_mail_texts(std::string_view language) {
  if (language == "de") {
    return {"Guten Tag {name},",
            "vielen Dank. Ihre Nachricht ist bei uns angekommen, und ein Mensch wird sie lesen.\n\n"
            "Ihre Nummer ist {number}. Wenn Sie etwas ergänzen möchten, antworten Sie auf diese "
            "Mail.",
            "{agent}\n{organisation}"};
  }
  if (language == "fr") {
    return {"Bonjour {name},",
            "merci. Votre message nous est bien parvenu et sera lu par une personne.\n\n"
            "Votre numéro est le {number}. Pour ajouter quelque chose, répondez à ce courriel.",
            "{agent}\n{organisation}"};
  }
  return {"Hello {name},",
          "thank you. Your message has reached us and a person will read it.\n\n"
          "Your number is {number}. To add something, reply to this mail.",
          "{agent}\n{organisation}"};
}

Result<MailTexts> read_mail_texts(const ports::Reading& tx, std::string_view language) {
  LETHE_TRY(const auto stored, tx.catalog().setting(setting_of(language)));
  MailTexts texts = default_mail_texts(language);
  if (!stored || stored->empty()) return texts;
  const auto object = parse_object(*stored);
  const auto take = [&](std::string& into, std::string_view member) {
    if (object.contains(member)) into = text_of(object, member);
  };
  take(texts.greeting, "greeting");
  take(texts.acknowledgement, "acknowledgement");
  take(texts.signature, "signature");
  return texts;
}

Status check_mail_texts(const MailTexts& texts) {
  LETHE_CHECK(check_text(texts.greeting, "greeting", true));
  LETHE_CHECK(check_text(texts.acknowledgement, "acknowledgement", true));
  return check_text(texts.signature, "signature", false);
}

Status save_mail_texts(App& app, std::string_view language, const MailTexts& texts) {
  if (!is_ours(language)) {
    return fail(Errc::invalid_argument, "Choose a language from the list.", "language");
  }
  const MailTexts tidy_texts = tidied(texts);
  LETHE_CHECK(check_mail_texts(tidy_texts));
  const MailTexts ours = default_mail_texts(language);
  boost::json::object changed;
  if (tidy_texts.greeting != ours.greeting) changed["greeting"] = tidy_texts.greeting;
  if (tidy_texts.acknowledgement != ours.acknowledgement) {
    changed["acknowledgement"] = tidy_texts.acknowledgement;
  }
  if (tidy_texts.signature != ours.signature) changed["signature"] = tidy_texts.signature;
  return app.store.write([&](ports::Writing& tx) {
    return tx.catalog().set_setting(setting_of(language), boost::json::serialize(changed));
  });
}

Result<std::string> read_mail_colour(const ports::Reading& tx) {
  LETHE_TRY(const auto stored, tx.catalog().setting(kColourSetting));
  return stored.value_or(std::string{kMailColourDefault});
}

Status save_mail_colour(App& app, std::string_view colour) {
  const std::string typed = ascii_lower(trimmed(colour));
  const bool well_formed = typed.size() == 7 && typed.front() == '#' &&
                           typed.find_first_not_of("0123456789abcdef", 1) == std::string::npos;
  if (!well_formed) {
    return fail(Errc::invalid_argument, "A colour is a # and six digits or letters a to f.",
                "colour");
  }
  return app.store.write(
      [&](ports::Writing& tx) { return tx.catalog().set_setting(kColourSetting, typed); });
}

std::string organisation_of(App& app, const ports::Reading& tx) {
  auto name = tx.catalog().setting("organisation");
  return name && *name && !(*name)->empty() ? **name : app.installation.organisation;
}

Result<MailSamples> sample_mails(App& app, const ports::Reading& tx, std::string_view language,
                                 const MailTexts& texts, std::string_view colour) {
  const MailTexts tidy_texts = tidied(texts);
  LETHE_CHECK(check_mail_texts(tidy_texts));
  const SampleWords words = sample_words(language);
  const MailFactsOut facts{.name = std::string{words.customer},
                           .number = "#1042",
                           .subject = std::string{words.subject},
                           .organisation = organisation_of(app, tx),
                           .agent = std::string{words.agent}};
  MailFooter footer{.language = std::string{language},
                    .organisation = facts.organisation,
                    .signature = {},
                    .privacy_url = app.installation.public_url + "/privacy",
                    .choices_url = app.installation.public_url + "/choices/",
                    .can_leave = false};
  const std::string subject = answer_subject(words.subject);
  const std::string confirmed =
      filled_in(tidy_texts.greeting, facts) + "\n\n" + filled_in(tidy_texts.acknowledgement, facts);
  const MailBodies first = dressed(confirmed, html_of_words(confirmed), colour, footer);
  footer.privacy_url.clear();
  footer.signature = filled_in(tidy_texts.signature, facts);
  const MailBodies second =
      dressed(words.answer, html::markdown_to_html(words.answer), colour, footer);
  return MailSamples{{subject, first.text, first.html}, {subject, second.text, second.html}};
}

}  // namespace lethe::app
