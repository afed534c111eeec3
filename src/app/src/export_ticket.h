// One ticket of a subject export.
#pragma once

#include "export_writer.h"

namespace lethe::app {

// Nothing when it was erased meanwhile.
[[nodiscard]] Status export_ticket(App& app, core::TicketId ticket, core::PersonId person,
                                   ExportWriter& out);

}  // namespace lethe::app
