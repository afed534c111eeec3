// What the administrator decides about forgetting: rules, contact policy,
// exceptions, the one switch (docs/retention.md, RET-02..06, 15, 21, 26..28).
//
// JSON in and out has the shapes of the API; a change names only what it
// changes. Every change makes all persons due for review, and the figure that
// is due at that moment counts as confirmed, because whoever saves has been
// shown it (RET-37, RET-38).
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/core/retention_document.h"

namespace lethe::app {

// Everything the judge asks for. Errors: corrupt.
[[nodiscard]] Result<core::retention::Settings> read_retention_settings(App& app,
                                                                        const ports::Reading& tx);
// In list order.
[[nodiscard]] Result<std::vector<core::retention::Rule>> list_rules(const ports::Reading& tx);

// Last in the list unless `document` says a position. Errors: those of core::changed_rule();
// invalid_argument, field `days`, when it names no age; out_of_range, field `rules`, for an
// eleventh.
[[nodiscard]] Result<core::retention::Rule> create_rule(App& app,
                                                        const boost::json::value& document);
// A position moves the rule, the others close up. The version rises by one.
// Errors: not_found; conflict when `if_version` is not the stored version.
[[nodiscard]] Result<core::retention::Rule> change_rule(
    App& app, core::RuleId id, const boost::json::value& document,
    std::optional<std::int64_t> if_version = {});
// Errors: as above.
[[nodiscard]] Status remove_rule(App& app, core::RuleId id,
                                 std::optional<std::int64_t> if_version = {});

[[nodiscard]] Result<core::retention::Policy> change_policy(App& app,
                                                            const boost::json::value& document);

// E-mails and agents typed as addresses become person ids: a person is made for an address that
// is not known yet, so that the exception holds before their first mail.
struct ExceptionsView {
  core::retention::ExceptionLists lists;
  std::vector<std::string> warnings;  // an unknown tag, an address that is no agent's
};
[[nodiscard]] Result<ExceptionsView> view_exceptions(App& app, const ports::Reading& tx);
// Replaces all four lists. Errors: invalid_argument, field emails or agents.
[[nodiscard]] Result<ExceptionsView> replace_exceptions(App& app,
                                                        const boost::json::value& document);

// What the two would be, for a preview; nothing is stored. An address that nobody has protects
// nobody yet. Errors: as above.
[[nodiscard]] Result<core::retention::Policy> policy_as_typed(App& app,
                                                              const boost::json::value& document);
[[nodiscard]] Result<core::retention::Exceptions> exceptions_as_typed(
    App& app, const boost::json::value& document);

// The switch. On again, what became due while it was off asks for confirmation once (RET-27),
// unless `confirmed` says how much was shown to whoever turns it on.
[[nodiscard]] Status set_retention_enabled(App& app, bool enabled,
                                           std::optional<std::int64_t> confirmed = {});

// Up to where the administrator knows what will go (RET-38): a number of items, or all that was
// due at an instant.
struct Confirmed {
  std::optional<std::int64_t> items;
  std::optional<Instant> as_of;
};
[[nodiscard]] Result<Confirmed> read_confirmed(const ports::Reading& tx);
[[nodiscard]] Status write_confirmed(ports::Writing& tx, const Confirmed& confirmed);

}  // namespace lethe::app
