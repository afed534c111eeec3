// Steps that several ticket use cases share, inside a transaction.
#pragma once

#include <string_view>

#include "lethe/app/tickets.h"
#include "quotes.h"
#include "sealed_files.h"

namespace lethe::app {

// The row of a live ticket. Errors: not_found, erased.
[[nodiscard]] Result<ports::TicketRow> live_ticket(const ports::Reading& tx, core::TicketId id);

// conflict for a merged ticket, with the one that has its words now: change that one.
[[nodiscard]] Status refuse_merged(const ports::Reading& tx, const ports::TicketRow& ticket);
// live_ticket() that may be changed. Errors: not_found, erased, conflict.
[[nodiscard]] Result<ports::TicketRow> changeable_ticket(const ports::Reading& tx,
                                                         core::TicketId id);
// Errors: conflict, names the ground, when a hold on the person or on the ticket lasts at `now`.
[[nodiscard]] Status refuse_if_held(const ports::Reading& tx, core::PersonId person,
                                    core::TicketId ticket, Instant now);

// A message without words: "status closed", "assigned 12".
[[nodiscard]] Status add_event(App& app, ports::Writing& tx, core::TicketId ticket,
                               std::optional<core::AgentId> by, std::string_view event);

// Splits names into managed tags and free ones (sealed under the requester), and replaces both.
[[nodiscard]] Status replace_tags(App& app, ports::Writing& tx, const ports::TicketRow& ticket,
                                  const std::vector<std::string>& names);

// Text, snippet and headers of a new message under the person's body key.
struct NewMessage {
  core::MessageId id;
  core::PersonId person;
  std::optional<core::AgentId> author;
  ports::MessageKind kind = ports::MessageKind::customer;
  std::string_view text;
  std::string headers;  // JSON
  Instant at;
};
[[nodiscard]] Status insert_message(App& app, ports::Writing& tx, const ports::TicketRow& ticket,
                                    const NewMessage& message);

// Each passage under its author's body key.
[[nodiscard]] Status insert_passages(App& app, ports::Writing& tx, core::TicketId ticket,
                                     core::MessageId message,
                                     const std::vector<QuotedPassage>& passages);

[[nodiscard]] Status insert_files(App& app, ports::Writing& tx, core::TicketId ticket,
                                  core::MessageId message, core::PersonId person,
                                  const std::vector<PreparedFile>& files);
[[nodiscard]] Result<std::vector<PreparedFile>> seal_new_files(App& app,
                                                               const std::vector<NewFile>& files);

// Applies "open".."closed", "spam", "not_spam", "trash", "not_trash"; `settings` are those of
// read_ticket_settings().
// Errors: invalid_argument, field status.
[[nodiscard]] Result<core::TicketState> state_with(const core::TicketState& state,
                                                   std::string_view status, Instant now,
                                                   const core::TicketSettings& settings);

}  // namespace lethe::app
