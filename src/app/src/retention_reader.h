// Persons as the retention judge sees them, read from rows.
#pragma once

#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "lethe/app/retention.h"

namespace lethe::app {

// What time alone will change about a person: a solved ticket closes, a hold ends.
struct Turn {
  enum class Kind { ticket_closes, ticket_hold_ends, person_hold_ends };
  Instant at;
  Kind kind = Kind::ticket_closes;
  std::optional<core::TicketId> ticket;
};

// Facts at one instant and what will turn after it.
struct RetentionRecord {
  core::retention::PersonFacts facts;
  std::vector<Turn> turns;                    // ascending
  std::vector<std::int64_t> numbers;          // of facts.tickets as they were read
  std::vector<core::TicketId> takes_part_in;  // tickets of others
  bool referred_to = false;  // by anything: tickets, parts in others', holds, exceptions
  ports::PersonRow row;      // its profile only when companies are excepted
};

// Applies what has turned by `at`; returns whether anything did.
bool turn_until(RetentionRecord& record, Instant at);

// When the person must be looked at again, unless something happens before.
[[nodiscard]] std::optional<Instant> next_look(const core::retention::Settings& settings,
                                               const RetentionRecord& record);

// Reads settings and names once. Must not outlive `tx`.
class RetentionReader {
 public:
  [[nodiscard]] static Result<RetentionReader> begin(App& app, const ports::Reading& tx);

  [[nodiscard]] const core::retention::Settings& settings() const noexcept { return settings_; }
  // For a preview of other rules.
  [[nodiscard]] Status add_rule(const core::retention::Rule& rule);
  void use(core::retention::Policy policy) { settings_.policy = policy; }
  void use(core::retention::Exceptions exceptions) { settings_.exceptions = std::move(exceptions); }
  void use(const Endings& endings);
  // Errors: not_found.
  [[nodiscard]] Result<RetentionRecord> read(core::PersonId person, Instant at) const;
  // Of those of them who are there, ascending by id.
  [[nodiscard]] Result<std::vector<RetentionRecord>> read_all(
      std::span<const core::PersonId> persons, Instant at) const;
  // Persons of one stretch of ids, as FactsQuery says it.
  struct Stretch {
    std::int64_t after = 0;
    std::int64_t up_to = std::numeric_limits<std::int64_t>::max();
    int limit = 1'000;
    bool many = false;
  };
  // Hands over one after the other, ascending by id, and stops at the first error. None: there are
  // no more.
  using Take = std::function<Status(RetentionRecord&&)>;
  [[nodiscard]] Status read_stretch(const Stretch& stretch, Instant at, const Take& take) const;

 private:
  // Borrows the rows.
  struct Holds {
    explicit Holds(const std::vector<ports::HoldRow>& rows);
    using ById = std::unordered_map<std::int64_t, std::vector<const ports::HoldRow*>>;
    ById by_person, by_ticket;
  };

  RetentionReader(App& app, const ports::Reading& tx) : app_(app), tx_(tx) {}
  Status read_names();
  [[nodiscard]] ports::FactsQuery query() const;
  // The rows of a stretch, gone through once: tickets and parts lie in the order of persons.
  struct Rows {
    ports::FactRows all;
    std::size_t next_ticket = 0;
    std::size_t next_part = 0;
  };
  // One person or many: the same facts, made in one place.
  Status each_record(ports::FactRows found, const Holds& holds, Instant at, const Take& take) const;
  Status add_person(RetentionRecord& record, const ports::FactRows& rows) const;
  void add_tickets(RetentionRecord& record, Rows& rows, Instant at) const;
  static void add_holds(RetentionRecord& record, const Holds& holds, Instant at);
  void add_references(RetentionRecord& record, Rows& rows, Instant at) const;
  [[nodiscard]] core::retention::TicketFacts ticket_facts(const ports::TicketRow& row,
                                                          const ports::FactRows& rows,
                                                          Instant at) const;
  // With the clocks of what was merged into `ticket` (docs/adr/0017).
  static core::TicketState with_merged(core::TicketState state, core::TicketId ticket,
                                       const ports::FactRows& rows);
  // What splits of the ticket and of what lies in it noted; the epoch without any.
  static Instant noted_activity(core::TicketId ticket, const ports::FactRows& rows);
  // `state` is the ticket's as it is at the instant that is judged.
  static Instant last_activity(const ports::TicketRow& row, const core::TicketState& state,
                               const ports::FactRows& rows);
  [[nodiscard]] const std::string* name_of(std::int64_t id) const;

  App& app_;
  const ports::Reading& tx_;
  core::retention::Settings settings_;
  core::TicketSettings ticket_settings_;
  std::unordered_map<std::int64_t, std::string> names_;      // groups, types, tags
  std::unordered_map<std::int64_t, core::PersonId> agents_;  // their persons
};

}  // namespace lethe::app
