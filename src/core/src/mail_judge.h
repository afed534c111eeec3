// What became of one recipient: codes and reason from the report's fields and from what the notice
// says in words.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lethe/core/mail_bounce.h"

namespace lethe::core::mail_judge {

// The words of a notice, read once. `words` must outlive it.
struct Account {
  explicit Account(std::string_view words);
  std::string_view words;
  std::vector<RecipientReport> named;  // the recipients named in them
};

// Where a report was read: fields made for programs, or sentences.
enum class Source : std::uint8_t { fields, sentences };

// Fills what `report` lacks: codes, reason, hard, action.
void judge(RecipientReport& report, const Account& account, Source source);

}  // namespace lethe::core::mail_judge
