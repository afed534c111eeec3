// What retention reads of many persons at once: a stretch of person ids, a few statements whatever
// its length, no cells but profiles that were asked for.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "lethe/ports/people.h"
#include "lethe/ports/tickets.h"

namespace lethe::ports {

// Which persons, and what of them. What is not asked for stays empty and costs nothing.
struct FactsQuery {
  std::int64_t after = 0;                                         // persons with greater ids ...
  std::int64_t up_to = std::numeric_limits<std::int64_t>::max();  // ... to this one ...
  int limit = 1'000;                                              // ... at most, 1..32,768
  std::vector<core::PersonId> only = {};  // when not empty: these, whatever the stretch says
  // A twentieth of everybody or more is asked for: tickets are read in the order in which they lie,
  // all of them, instead of one by one. The rows are the same.
  bool many = false;
  bool profiles = false;
  bool person_tags = false;
  bool ticket_tags = false;
  bool handlers = false;
  bool last_messages = false;
};

struct PersonTagRow {
  core::PersonId person;
  core::TagId tag;
};
struct TicketTagRow {
  core::TicketId ticket;
  core::TagId tag;
};
struct HandlerRow {
  core::TicketId ticket;
  core::AgentId agent;
};
struct TicketTime {
  core::TicketId ticket;
  Instant at;
};
struct PersonTime {
  core::PersonId person;
  Instant at;
};
struct TicketPart {
  core::PersonId person;
  core::TicketId ticket;
};
// A ticket whose messages lie in `into`, since `at`.
struct MergedTicket {
  core::TicketId into;
  core::TicketId from;
  Instant at;
  core::TicketState state;  // of `from`
  std::string former;       // as MoveRow says it
};
struct SplitTicket {
  core::TicketId ticket;  // what was split, and what came of it
  std::string former;     // as MoveRow says it
};

// Rows of one kind stand in the order of their persons' ids; of one person (or ticket) in the order
// that the single reads of People and Tickets give.
struct FactRows {
  std::vector<PersonRow> persons;  // agents included; without profiles unless asked
  std::vector<PersonTagRow> person_tags;
  std::vector<TicketRow> tickets;  // live ones of which they are requester; without subjects
  std::vector<TicketTagRow> ticket_tags;
  std::vector<HandlerRow> handlers;
  std::vector<TicketTime> last_messages;  // when the ticket's last message was made
  // Into the tickets, into those, and so on; without order. None was undone.
  std::vector<MergedTicket> merged;
  std::vector<SplitTicket> split;  // with `last_messages`; without order
  std::vector<TicketPart> parts;   // in live tickets of others
  std::vector<PersonTime> hidden;  // when a run last hid them, of those who are hidden
};

}  // namespace lethe::ports
