#pragma once

#include "dict.h"
#include "lethe/web/views/mailbox.h"

namespace lethe::web {

// For source_line.tpl.
void fill_source(const Dict& dict, const views::SourceLine& line);

}  // namespace lethe::web
