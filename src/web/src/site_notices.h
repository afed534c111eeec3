// The words for what was just done: a code in the address after a form was posted, so that a
// reload says it again and nothing is kept.
#pragma once

namespace lethe::web {

struct Visit;
void add_done_notice(Visit& visit);

}  // namespace lethe::web
