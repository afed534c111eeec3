// Which ticket a mail belongs to: by proof, never by its subject (DESIGN promise 6).
#pragma once

#include <optional>

#include "prepared_mail.h"

namespace lethe::app {

struct Thread {
  ports::TicketRow ticket;
  bool proven = false;  // by a signed reply address or our signed Message-ID
};

// In this order: signed reply address, our Message-ID, a known foreign Message-ID if `sender` takes
// part. An erased ticket is none. `sender` is absent for bounces.
[[nodiscard]] Result<std::optional<Thread>> find_thread(App& app, const ports::Writing& tx,
                                                        const PreparedMail& mail,
                                                        std::optional<core::PersonId> sender);

[[nodiscard]] Result<bool> takes_part(const ports::Reading& tx, core::TicketId ticket,
                                      core::PersonId person);

// What In-Reply-To and References name, newest first, at most 50: of more the newest 40 and the
// oldest 10. A signed id of ours is found among all that the parser keeps.
[[nodiscard]] std::vector<std::string> referenced_ids(const mime::Message& mail);
[[nodiscard]] Bytes message_id_digest(App& app, std::string_view message_id);

}  // namespace lethe::app
