#include "lethe/app/invitations.h"

#include "lethe/app/cells.h"
#include "sealed_files.h"

namespace lethe::app {

Result<std::optional<core::Invitation>> invitation_in(App& app, const ports::Reading& tx,
                                                      const AttachmentView& file) {
  const bool is_calendar = file.type == "text/calendar" || file.type == "application/ics";
  const auto size_max = static_cast<std::int64_t>(core::kInvitationBytesMax);
  if (!is_calendar || file.size > size_max || file.marks.is_locked()) return std::nullopt;
  LETHE_TRY(const auto row, tx.messages().attachment(file.id));
  const auto bytes =
      open_file(app, files_key(row.person, row.ticket),
                place(cell::kFileKey, file.id.value(), row.cell_version), row.file_key, row.file);
  // An erasure runs, or the file is damaged: it is a file like others.
  if (!bytes) return std::nullopt;
  return core::parse_invitation(bytes->reveal());
}

}  // namespace lethe::app
