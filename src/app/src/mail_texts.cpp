#include "mail_texts.h"

#include "lethe/base/text.h"
#include "lethe/html/markdown.h"
#include "lethe/html/text.h"

namespace lethe::app {
namespace {

struct Words {
  std::string_view privacy, choices, choices_or_leave;
  std::string_view invited_subject, invited, password_subject, password, once;
  std::string_view delivered_subject, delivered;
  std::string_view forwarding_subject, forwarding;
};

const Words& words_in(std::string_view language) {
  static constexpr Words kEnglish{
      "How we handle your data, for how long we keep it, and how to have it erased:",
      "Choose which mails you get:",
      "Choose which mails you get, or leave this conversation:",
      "Your account at {organisation}",
      "you have been invited to answer customers of {organisation}. Choose your name and password "
      "here:",
      "Your password at {organisation}",
      "somebody asked for a new password at {organisation}. If it was you, choose it here; if not, "
      "do nothing:",
      "The link works once and for a limited time.",
      "Your message arrived",
      "your message was delivered to {organisation}. Your mail program asked for this notice; "
      "nobody has read the message yet.",
      "Lethe: test of forwarding",
      "This mail tests whether mail to this address is forwarded to the help desk.\n"
      "Nothing is to be done with it, and it may be removed.\n"};
  static constexpr Words kGerman{
      "Wie wir mit Ihren Daten umgehen, wie lange wir sie behalten und wie Sie sie löschen lassen:",
      "Wählen Sie, welche Mails Sie bekommen:",
      "Wählen Sie, welche Mails Sie bekommen, oder verlassen Sie diese Unterhaltung:",
      "Ihr Konto bei {organisation}",
      "Sie sind eingeladen, Kundinnen und Kunden von {organisation} zu antworten. Wählen Sie hier "
      "Ihren Namen und Ihr Passwort:",
      "Ihr Passwort bei {organisation}",
      "jemand hat ein neues Passwort bei {organisation} angefordert. Wenn Sie es waren, wählen Sie "
      "es hier; sonst brauchen Sie nichts zu tun:",
      "Der Link gilt einmal und nur für begrenzte Zeit.",
      "Ihre Nachricht ist angekommen",
      "Ihre Nachricht wurde an {organisation} zugestellt. Ihr Mailprogramm hat um diese Mitteilung "
      "gebeten; gelesen hat die Nachricht noch niemand.",
      "Lethe: Test der Weiterleitung",
      "Diese Mail prüft, ob Mail an diese Adresse an den Helpdesk weitergeleitet wird.\n"
      "Mit ihr ist nichts zu tun, und sie kann gelöscht werden.\n"};
  static constexpr Words kFrench{
      "Comment nous traitons vos données, combien de temps nous les gardons et comment les faire "
      "effacer :",
      "Choisissez les courriels que vous recevez :",
      "Choisissez les courriels que vous recevez, ou quittez cette conversation :",
      "Votre compte chez {organisation}",
      "vous êtes invité à répondre aux clients de {organisation}. Choisissez ici votre nom et "
      "votre "
      "mot de passe :",
      "Votre mot de passe chez {organisation}",
      "quelqu’un a demandé un nouveau mot de passe chez {organisation}. Si c’était vous, "
      "choisissez-le ici ; sinon, ne faites rien :",
      "Le lien fonctionne une seule fois et pour un temps limité.",
      "Votre message est arrivé",
      "votre message a été remis à {organisation}. Votre logiciel de messagerie a demandé cet "
      "avis ; personne n’a encore lu le message.",
      "Lethe : test du transfert",
      "Ce courriel vérifie que les courriels à cette adresse sont transférés à l’assistance.\n"
      "Il n’y a rien à en faire ; il peut être supprimé.\n"};
  if (language.starts_with("de")) return kGerman;
  if (language.starts_with("fr")) return kFrench;
  return kEnglish;
}

const std::string* value_of(std::string_view name, const MailFactsOut& facts) {
  if (name == "name") return &facts.name;
  if (name == "number") return &facts.number;
  if (name == "subject") return &facts.subject;
  if (name == "organisation") return &facts.organisation;
  if (name == "agent") return &facts.agent;
  return nullptr;
}

// The style sheet of a mail: readers that drop it show the same in plain black on white.
constexpr std::string_view kStyle =
    "body{margin:0;padding:0;background:#f4f5f7;color:#1b1f24;"
    "font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
    "-webkit-text-size-adjust:100%}"
    ".m{max-width:600px;margin:0 auto;padding:16px}"
    ".c{background:#ffffff;border-radius:8px;border-top:4px solid ACCENT;padding:20px 24px;"
    "overflow-wrap:anywhere}"
    ".o{font-weight:600;margin:0 0 16px}"
    ".c p{margin:0 0 16px}.c>:last-child{margin-bottom:0}.c a{color:#0b57d0}"
    ".c pre{white-space:pre-wrap}.c img{max-width:100%;height:auto}"
    ".c table{border-collapse:collapse}.c td,.c th{border:1px solid #c9ced6;padding:4px 8px}"
    ".c blockquote{margin:0 0 16px;padding-left:12px;border-left:3px solid #c9ced6}"
    ".s{margin:24px 0 0;color:#4a525c}"
    ".f{padding:16px 24px;font-size:13px;color:#565f6a}.f p{margin:0 0 8px}.f a{color:#47505b}"
    "@media (max-width:480px){.m{padding:8px}.c,.f{padding:16px}}"
    "@media (prefers-color-scheme:dark){body{background:#121417;color:#e6e8eb}"
    ".c{background:#1c1f24}.c a{color:#8ab4f8}.s{color:#b4bbc4}"
    ".c blockquote,.c td,.c th{border-color:#434a54}"
    ".f{color:#a3abb5}.f a{color:#c3cad3}}";

std::string style_with(std::string_view colour) {
  std::string style{kStyle};
  constexpr std::string_view kAccent = "ACCENT";
  return style.replace(style.find(kAccent), kAccent.size(), colour);
}

// The words themselves are the link: a signed address is long and says nothing to a reader. The
// colon that leads to it in plain text goes, with the blank that French puts before it.
std::string link_line(std::string_view words, std::string_view url) {
  for (const std::string_view end : {":", " ", "\u00a0", "\u202f"}) {
    if (words.ends_with(end)) words.remove_suffix(end.size());
  }
  return "<p><a href=\"" + html::escape(url) + "\">" + html::escape(words) + "</a></p>\n";
}

std::string text_footer(const MailFooter& footer) {
  const Words& words = words_in(footer.language);
  std::string out = "\n\n-- \n";
  out += footer.signature.empty() ? footer.organisation : footer.signature;
  out += "\n";
  const auto line = [&](std::string_view say, const std::string& url) {
    if (url.empty()) return;
    out += "\n";
    out += say;
    out += "\n" + url + "\n";
  };
  line(words.privacy, footer.privacy_url);
  line(footer.can_leave ? words.choices_or_leave : words.choices, footer.choices_url);
  return out;
}

std::string with_line_breaks(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (!out.empty()) out += "<br>\n";
    out += html::escape(line);
  }
  return out;
}

std::string html_page(std::string_view body, std::string_view colour, const MailFooter& footer) {
  const Words& words = words_in(footer.language);
  std::string out = "<!doctype html>\n<html lang=\"" + footer.language +
                    "\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"supported-color-schemes\" content=\"light dark\">\n<style>" +
                    style_with(colour) + "</style>\n</head>\n<body>\n<div class=\"m\">\n" +
                    "<div class=\"c\">\n<p class=\"o\">" + html::escape(footer.organisation) +
                    "</p>\n" + std::string{body};
  if (!footer.signature.empty()) {
    out += "\n<p class=\"s\">" + with_line_breaks(footer.signature) + "</p>";
  }
  out += "\n</div>\n<div class=\"f\">\n";
  if (!footer.privacy_url.empty()) out += link_line(words.privacy, footer.privacy_url);
  if (!footer.choices_url.empty()) {
    out += link_line(footer.can_leave ? words.choices_or_leave : words.choices, footer.choices_url);
  }
  return out + "</div>\n</div>\n</body>\n</html>\n";
}

std::string greeting_of(std::string_view language, std::string_view name) {
  return filled_in(default_mail_texts(language).greeting, {.name = std::string{name}});
}

}  // namespace

std::string filled_in(std::string_view text, const MailFactsOut& facts) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const auto close = text.find('}');
    const std::string* value =
        close == std::string_view::npos ? nullptr : value_of(text.substr(1, close - 1), facts);
    if (value == nullptr) {
      out += '{';
      text.remove_prefix(1);
      continue;
    }
    if (value->empty() && out.ends_with(' ')) out.pop_back();
    out += *value;
    text.remove_prefix(close + 1);
  }
  return out;
}

MailBodies dressed(std::string_view text, std::string_view html, std::string_view colour,
                   const MailFooter& footer) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return {std::string{text} + text_footer(footer), html_page(html, colour, footer)};
}

std::string html_of_words(std::string_view text) {
  std::string out;
  std::string paragraph;
  const auto finish = [&] {
    if (!paragraph.empty()) out += "<p>" + paragraph + "</p>\n";
    paragraph.clear();
  };
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view bare = trimmed(line);
    if (bare.empty()) {
      finish();
      continue;
    }
    if (!paragraph.empty()) paragraph += "<br>\n";
    const bool link = bare.starts_with("https://") || bare.starts_with("http://");
    const std::string safe = html::escape(bare);
    paragraph += link ? "<a href=\"" + safe + "\">" + safe + "</a>" : safe;
  }
  finish();
  return out;
}

std::string answer_subject(std::string_view subject) {
  if (starts_with_ignoring_ascii_case(subject, "re:")) return std::string{subject};
  return "Re: " + std::string{subject};
}

MailText link_text(ports::OutgoingKind kind, const LinkFacts& facts) {
  const Words& words = words_in(facts.language);
  const bool invitation = kind == ports::OutgoingKind::invitation;
  const MailFactsOut values{.organisation = std::string{facts.organisation}};
  std::string body = greeting_of(facts.language, facts.name) + "\n\n";
  body += filled_in(invitation ? words.invited : words.password, values);
  body += "\n\n" + std::string{facts.link} + "\n\n" + std::string{words.once} + "\n";
  return {filled_in(invitation ? words.invited_subject : words.password_subject, values),
          std::move(body)};
}

MailText delivery_text(std::string_view language, std::string_view organisation) {
  const Words& words = words_in(language);
  const MailFactsOut values{.organisation = std::string{organisation}};
  return {std::string{words.delivered_subject},
          greeting_of(language, {}) + "\n\n" + filled_in(words.delivered, values) + "\n"};
}

MailText forwarding_test_text(std::string_view language) {
  const Words& words = words_in(language);
  return {std::string{words.forwarding_subject}, std::string{words.forwarding}};
}

}  // namespace lethe::app
