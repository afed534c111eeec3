// Exceptions as stored: one sealed setting, persons by id (GDPR art. 5(1)(c)).
#pragma once

#include "lethe/app/retention_settings.h"

namespace lethe::app {

struct StoredExceptions {
  std::vector<std::string> contact_tags;
  std::vector<std::string> companies;
  std::vector<core::PersonId> persons;
  std::vector<core::PersonId> agents;  // the persons behind them
};

[[nodiscard]] Result<StoredExceptions> read_exceptions(App& app, const ports::Reading& tx);
[[nodiscard]] Status write_exceptions(App& app, ports::Writing& tx,
                                      const StoredExceptions& exceptions);
// What was typed, with addresses turned into persons.
[[nodiscard]] Result<StoredExceptions> resolved(App& app, ports::Writing& tx,
                                                const core::retention::ExceptionLists& typed);
// The same without making anybody: who is not known yet is left out.
[[nodiscard]] Result<StoredExceptions> known_exceptions(
    App& app, const core::retention::ExceptionLists& typed);
[[nodiscard]] Result<ExceptionsView> shown(App& app, const ports::Reading& tx,
                                           const StoredExceptions& exceptions);
[[nodiscard]] core::retention::Exceptions keys_of(const StoredExceptions& exceptions);

}  // namespace lethe::app
