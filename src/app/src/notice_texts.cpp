// The words of the mails that tell agents of their tickets.
#include "lethe/ports/notices.h"
#include "notice_mail.h"

namespace lethe::app {
namespace {

using ports::NoticeEvent;

struct Words {
  std::string_view ticket, ticket_in;
  std::string_view assigned, answered, arrived;  // after the number, in the subject and in a line
  std::string_view more_subject, more;
  std::string_view why, choose;
};

const Words& words_in(std::string_view language) {
  static constexpr Words kEnglish{
      "Ticket {number}",
      "Ticket {number} in {group}",
      "assigned to you",
      "the customer answered",
      "new in your group",
      "and {count} more",
      "There was more news than we send mails for within an hour: and {count} more in your "
      "tickets.",
      "This mail says nothing of the customer, so that nothing of them is kept outside. Please do "
      "not answer it: open the ticket.",
      "Choose what we mail you about:"};
  static constexpr Words kGerman{
      "Ticket {number}",
      "Ticket {number} in {group}",
      "Ihnen zugewiesen",
      "Antwort von der Kundin oder dem Kunden",
      "neu in Ihrer Gruppe",
      "und {count} weitere",
      "Es gab mehr Neues, als wir in einer Stunde einzeln mailen: und {count} weitere Ereignisse "
      "in Ihren Tickets.",
      "Diese Mail sagt nichts über die Kundin oder den Kunden, damit nichts davon außerhalb "
      "aufbewahrt wird. Bitte antworten Sie nicht darauf, sondern öffnen Sie das Ticket.",
      "Wählen Sie, worüber wir Ihnen mailen:"};
  static constexpr Words kFrench{
      "Ticket {number}",
      "Ticket {number} dans {group}",
      "attribué à vous",
      "le client a répondu",
      "nouveau dans votre groupe",
      "et {count} de plus",
      "Il y a eu plus de nouvelles que de courriels envoyés en une heure : et {count} de plus dans "
      "vos tickets.",
      "Ce courriel ne dit rien du client, pour que rien de lui ne soit gardé ailleurs. N’y "
      "répondez "
      "pas : ouvrez le ticket.",
      "Choisissez ce dont nous vous informons par courriel :"};
  if (language.starts_with("de")) return kGerman;
  if (language.starts_with("fr")) return kFrench;
  return kEnglish;
}

std::string filled(std::string_view text, std::string_view name, std::string_view value) {
  std::string out{text};
  const std::string mark = "{" + std::string{name} + "}";
  const auto at = out.find(mark);
  return at == std::string::npos ? out : out.replace(at, mark.size(), value);
}

bool has(const Notice& notice, NoticeEvent event) {
  return (notice.events & static_cast<std::int64_t>(event)) != 0;
}

// The most pressing first.
std::vector<std::string_view> events_of(const Words& words, const Notice& notice) {
  std::vector<std::string_view> events;
  if (has(notice, NoticeEvent::answered)) events.push_back(words.answered);
  if (has(notice, NoticeEvent::assigned)) events.push_back(words.assigned);
  if (has(notice, NoticeEvent::arrived)) events.push_back(words.arrived);
  return events;
}

// The group goes in last: what it is called is not searched for places to fill.
std::string heading(const Words& words, const NoticeFacts& facts) {
  const std::string_view text = facts.group.empty() ? words.ticket : words.ticket_in;
  return filled(filled(text, "number", facts.number), "group", facts.group);
}

}  // namespace

MailText notice_text(const NoticeFacts& facts) {
  const Words& words = words_in(facts.language);
  MailText mail;
  mail.body =
      filled_in(default_mail_texts(facts.language).greeting, {.name = std::string{facts.name}}) +
      "\n\n";
  if (facts.notice.events == 0) {
    const std::string count = std::to_string(facts.notice.more);
    mail.subject = filled(words.more_subject, "count", count);
    mail.body += filled(words.more, "count", count);
  } else {
    const auto events = events_of(words, facts.notice);
    mail.subject = facts.number + ": " + std::string{events.front()};
    mail.body += heading(words, facts) + ":";
    for (const std::string_view event : events) mail.body += "\n- " + std::string{event};
  }
  mail.body += "\n\n" + facts.link + "\n\n" + std::string{words.why} + "\n\n" +
               std::string{words.choose} + "\n" + std::string{facts.public_url} + "/settings/me\n";
  return mail;
}

}  // namespace lethe::app
