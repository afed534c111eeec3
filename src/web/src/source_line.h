// How the fetching of a mailbox goes, as every page says it.
#pragma once

#include <optional>

#include "dict.h"
#include "lethe/app/mail_sources.h"
#include "lethe/ports/mail_source.h"
#include "lethe/web/views/mailbox.h"
#include "site_common.h"

namespace lethe::web {

// `settings` is nothing for a mailbox that mail is brought to.
[[nodiscard]] views::SourceLine source_line(const Visit& visit,
                                            const std::optional<app::SourceSettings>& settings,
                                            std::int64_t mailbox,
                                            const ports::MailSources& sources);

// For source_line.tpl.
void fill_source(const Dict& dict, const views::SourceLine& line);

}  // namespace lethe::web
