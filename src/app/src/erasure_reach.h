// What an erasure concerns: which rows, files, documents and keys.
#pragma once

#include <set>
#include <vector>

#include "lethe/app/erasure.h"

namespace lethe::app {

struct ErasureReach {
  std::vector<ports::TicketRow> whole;    // become shells
  std::vector<core::TicketId> touched;    // tickets of others; one person's part goes
  std::vector<core::MessageId> messages;  // whose rows go
  std::vector<ports::AttachmentRow> attachments;
  std::vector<ports::RawCopyRow> raw_copies;
  std::vector<ports::DocumentKey> documents;  // in the index
  std::set<core::PersonId> shards;            // persons whose index shards are touched
  std::vector<vault::TicketKeys> keys;        // beside the person's own
  // Keys of tickets that stay, under which backups hold words of the erased: merges, splits and
  // changes of requester. They are replaced.
  std::set<std::pair<core::TicketId, core::PersonId>> shared;
};

// What people wrote among them: events are ours.
[[nodiscard]] std::size_t written_in(const ErasureReach& reach);

[[nodiscard]] Result<ErasureReach> reach_of(const ports::Reading& tx, const ports::ErasureRow& row);

// Tickets that a person's erasure turns into shells: those they opened, erased-marked ones
// included.
[[nodiscard]] Result<std::vector<core::TicketId>> tickets_of_person(const ports::Reading& tx,
                                                                    core::PersonId person);

}  // namespace lethe::app
