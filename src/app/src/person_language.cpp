#include "person_language.h"

#include "lethe/app/people.h"

namespace lethe::app {

Status learn_language(App& app, ports::Writing& tx, core::PersonId person,
                      std::string_view language, Instant now) {
  if (language.empty()) return {};
  LETHE_TRY(const auto row, tx.people().find(person));
  if (row.frozen) return {};
  LETHE_TRY(Profile profile, read_profile(app, row));
  if (!profile.language.empty()) return {};
  profile.language = language;
  return save_profile(app, tx, person, profile, now);
}

}  // namespace lethe::app
