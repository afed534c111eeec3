// Erasure: of a person, of tickets of a person who stays, of their attachments
// or raw copies.
//
// Order (DESIGN section 4): freeze -> cancel queued mail -> index tokens ->
// rows and blobs -> keys and root turn, confirmed by the replica -> ledger ->
// certificate. Each step is recorded when it is finished; run_erasures() goes
// on where it stopped, as often as needed, and always ends in the same state.
// It fails closed: unsure whether a step happened means it did not, and the
// certificate is written last.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lethe/app/app.h"

namespace lethe::app {

struct ErasureOrder {
  ports::ErasureScope scope = ports::ErasureScope::person;
  ports::ErasureMode mode = ports::ErasureMode::erase;
  core::PersonId person;
  std::vector<core::TicketId> tickets;  // empty for a person: all of theirs
  std::string reason = "request";       // a code, never free text
  int grace_days = 0;                   // 0..90
  std::optional<core::AgentId> approved_by;
  std::optional<core::RuleId> rule;
  std::int64_t rule_version = 0;
  std::optional<core::RunId> run;
};

// Everything concerned, before anything is done.
struct ErasurePreview {
  std::int64_t tickets = 0;         // become shells
  std::int64_t open_tickets = 0;    // among them: a question to the approver
  std::int64_t shared_tickets = 0;  // of others; only this person's part goes
  std::int64_t messages = 0;
  std::int64_t attachments = 0;
  std::int64_t attachment_bytes = 0;
  std::int64_t raw_copies = 0;
  std::int64_t queued_mails = 0;             // will not be sent
  std::int64_t sent_mails = 0;               // lie in mailboxes we do not hold
  std::vector<ports::HoldRow> holds;         // not empty: refused, with their grounds
  std::vector<std::int64_t> ticket_numbers;  // the first 20 that become shells
};

// Errors: not_found.
[[nodiscard]] Result<ErasurePreview> preview_erasure(App& app, const ErasureOrder& order);

// Records the order; nothing is erased yet. hide is done at once, without grace; so is, without a
// certificate, one of files or raw copies of which nothing is left.
// Errors: not_found, conflict (a hold, with its ground; the same is being erased already; the last
// administrator), out_of_range (grace_days).
[[nodiscard]] Result<core::ErasureId> approve_erasure(App& app, const ErasureOrder& order);
// Several at once, in one transaction: an id for each order, none for one with a conflict. Any
// other error records none of them.
[[nodiscard]] Result<std::vector<std::optional<core::ErasureId>>> approve_erasures(
    App& app, std::span<const ErasureOrder> orders);

// Does what is left of these erasures, all of them step by step with one turn of the root.
// Errors: unavailable (replica or disk; they stay `running` and say why), conflict (a hold came).
[[nodiscard]] Status run_erasures(App& app, std::span<const core::ErasureId> ids);

// Runs everything that is approved, in grace whose time has come, or was interrupted.
// Returns how many were finished; goes on past one that cannot finish now.
[[nodiscard]] Result<int> run_due_erasures(App& app);

// Only while approved or in grace; of a hiding at any time, which brings the person back unless
// another hiding still stands.
// Errors: not_found, conflict.
[[nodiscard]] Status cancel_erasure(App& app, core::ErasureId id);

// Brings a hidden person back, whatever hid them: every hiding that stands is cancelled.
// Errors: not_found.
[[nodiscard]] Status unhide_person(App& app, core::PersonId id);

}  // namespace lethe::app
