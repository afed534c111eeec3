// Groups, types and managed tags, as the administrator renames and removes them.
//
// Retention rules and exceptions name them by their names, mailboxes by their ids. So a new name is
// written into every rule and exception that had the former one, and what is named by one of these
// is not removed: a rule would take other tickets, an exception protect nobody, without anyone
// having decided so (GDPR art. 5(1)(e), 17(3)).
#pragma once

#include "lethe/app/app.h"

namespace lethe::app {

// Errors: not_found (no such thing of this kind); already_exists, field name; those of make_rule().
[[nodiscard]] Status rename_named(App& app, const ports::CatalogRow& row);

// Tickets, persons and saved replies lose it; everybody is judged anew, and nothing counts as
// confirmed by it. Errors: not_found; conflict, field `rules`, `exceptions` or `mailboxes`: it is
// named there.
[[nodiscard]] Status remove_named(App& app, ports::NamedKind kind, std::int64_t id);

// How many tickets carry it, spam and trash too: counted up to kNamedTicketsMax.
inline constexpr int kNamedTicketsMax = 200;
[[nodiscard]] Result<std::int64_t> tickets_named(const ports::Reading& tx, ports::NamedKind kind,
                                                 std::int64_t id);

}  // namespace lethe::app
