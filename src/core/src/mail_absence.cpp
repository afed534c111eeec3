#include "mail_absence.h"

#include <algorithm>
#include <string>

#include "lethe/base/text.h"
#include "lethe/core/reply_text.h"
#include "mail_phrases.h"
#include "mail_text.h"

namespace lethe::core::mail_absence {
namespace {

using mail_text::comparable;

// Notes are short, and say first what they say.
constexpr std::size_t kWordsReadMax = 4 * 1024;
// The end of a word and perhaps one more: "abwesenheit" + "snotiz".
constexpr std::size_t kTitleRestMax = 24;

// Answers to other mails whose subject does not say "Re:", and programs that mark their mail.
bool has_mark_of_program(const MailFacts& mail) {
  const std::string_view submitted = field_of(mail, "Auto-Submitted");
  if (!submitted.empty() && !starts_with_ignoring_ascii_case(submitted, "no")) return true;
  const std::string precedence = ascii_lower(field_of(mail, "Precedence"));
  for (const std::string_view word : {"bulk", "junk", "list", "auto_reply"})
    if (precedence.starts_with(word)) return true;
  const bool from_nobody =
      has_field(mail, "Return-Path") &&
      (field_of(mail, "Return-Path").empty() || field_of(mail, "Return-Path") == "<>");
  return from_nobody || has_field(mail, "In-Reply-To") || has_field(mail, "References") ||
         has_field(mail, "X-Auto-Response-Suppress");
}

// A question mark that ends a sentence, not one inside a link.
bool asks(std::string_view text) {
  for (const std::string_view mark : {"？", "؟"})
    if (text.contains(mark)) return true;
  for (std::size_t at = text.find('?'); at != std::string_view::npos; at = text.find('?', at + 1))
    if (at + 1 == text.size() || std::string_view(" \t\r\n?!)\"").contains(text[at + 1]))
      return true;
  return false;
}

// What the subject says behind the words it begins with: "abwesenheit" "snotiz: Rechnung".
bool is_title(std::string_view subject, std::size_t phrase) {
  std::string_view rest = subject.substr(phrase);
  const std::size_t end = std::min({rest.find(':'), rest.find("："), rest.size()});
  const bool ends_with_colon = end < rest.size();
  std::string_view word = rest.substr(0, end);
  if (word.size() > kTitleRestMax) return false;
  while (word.ends_with(' ')) word.remove_suffix(1);
  // "out of office re: x": the colon is that of the answer.
  const std::size_t blank = word.rfind(' ');
  if (ends_with_colon && blank != std::string_view::npos && word.size() - blank <= 4)
    word = word.substr(0, blank);
  const bool closed = subject[phrase - 1] == ':' || subject[phrase - 1] == ']';
  return closed || !word.contains(' ');
}

}  // namespace

bool is_absence_note(const MailFacts& mail, std::string_view subject, std::string_view words) {
  const std::size_t phrase = std::max(mail_phrases::kAnswerSubjects.start_size(subject),
                                      mail_phrases::kAbsenceSubjects.start_size(subject));
  if (phrase == 0) return false;
  if (has_mark_of_program(mail)) return true;
  const std::string said = new_text_of(clipped_utf8(words, kWordsReadMax));
  const std::string told = comparable(said);
  const bool tells = mail_phrases::kAbsenceWords.is_in(told) ||
                     mail_phrases::kAbsenceWordsOfMore.is_in(told) ||
                     mail_phrases::kAbsenceWords.is_in(subject.substr(phrase));
  if (tells || asks(said)) return tells && !asks(said);
  // In some languages it is a car, too.
  return is_title(subject, phrase) && !subject.starts_with("auto:");
}

}  // namespace lethe::core::mail_absence
