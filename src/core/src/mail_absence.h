// Automatic answers that no header gives away: the note of somebody who is away, told by its
// subject.
//
// A subject alone is not enough. Customers ask about absences, cars ("Auto: ...") and automatic
// answers too; taken for a machine they would get no confirmation and reopen nothing. So the
// subject must begin like such a note, and one of these must be true: the mail answers another
// (under a subject that no person answers with) or has the mark of a program; its text tells of an
// absence and asks nothing; or the words are a title, "Automatic reply: x" or nothing else, above a
// text that asks nothing. More than forty languages.
#pragma once

#include <string_view>

#include "lethe/core/mail_facts.h"

namespace lethe::core::mail_absence {

// `subject`: comparable(). `words`: the text of the mail.
[[nodiscard]] bool is_absence_note(const MailFacts& mail, std::string_view subject,
                                   std::string_view words);

}  // namespace lethe::core::mail_absence
