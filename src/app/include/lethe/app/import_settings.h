// Lines of an import that are no tickets: what an installation is set up with (docs/api.md).
//
//   {"mailbox":{"address","group"?}}           mail to it is ours; the group is made when missing
//   {"rule":{...}}                             a retention rule, in the shape of the API
//   {"retention":{"enabled":true|false}}
//   {"hold":{"email","ground","reason","agent","until"?}}   on a known person; `agent` is an
//   address
//   {"saved_reply":{"title","text","group"?,"language"?}}   the group is made when missing
//
// For administrators only, as all of an import is. A line whose thing is there already changes
// nothing: a mailbox by its address, a rule by its name, a hold by person and ground, a saved reply
// by title and language.
#pragma once

#include <boost/json/fwd.hpp>

#include "lethe/app/app.h"

namespace lethe::app {

enum class SettingLine : std::uint8_t { made, known };

// Errors: invalid_argument (names the field; also a line that is none of these), not_found, those
// of create_rule() and place_hold().
[[nodiscard]] Result<SettingLine> import_setting(App& app, const boost::json::object& line);

}  // namespace lethe::app
