// A store made new on each engine, and rows to put into it.
//
// Rows are made of small numbers, so that a test says `person(1)`; cells are
// sealed by nobody: the store must hand back the bytes it was given.
#pragma once

#include <algorithm>
#include <functional>
#include <string_view>
#include <type_traits>

#include "fresh_database.h"
#include "lethe/sql/store.h"
#include "plan_watch.h"

namespace lethe::testing {

inline core::PersonId person(std::int64_t n) { return core::PersonId::of(1000 + n); }
inline core::TicketId ticket(std::int64_t n) { return core::TicketId::of(2000 + n); }
inline core::MessageId message(std::int64_t n) { return core::MessageId::of(3000 + n); }
inline core::AgentId agent(std::int64_t n) { return core::AgentId::of(4000 + n); }
inline core::GroupId group(std::int64_t n) { return core::GroupId::of(5000 + n); }
inline core::TypeId type(std::int64_t n) { return core::TypeId::of(5100 + n); }
inline core::TagId tag(std::int64_t n) { return core::TagId::of(5200 + n); }
inline Instant at(std::int64_t n) { return instant_of(1'700'000'000 + n); }

inline Bytes bytes_of(std::string_view text) { return to_bytes(text); }
inline Ciphertext cell(core::PersonId owner, std::string_view text) {
  return {bytes_of(text), owner};
}
inline bool holds(const std::optional<Ciphertext>& cell, core::PersonId owner,
                  std::string_view text) {
  if (!cell) return false;
  const ByteView stored = cell->bytes();
  return cell->owner() == owner && Bytes{stored.begin(), stored.end()} == bytes_of(text);
}

inline ports::PersonRow person_row(std::int64_t n) {
  return {.id = person(n),
          .profile = cell(person(n), "profile"),
          .created_at = at(n),
          .updated_at = at(n)};
}

inline ports::TicketRow ticket_row(std::int64_t n, std::int64_t requester = 1) {
  return {.id = ticket(n),
          .number = n,
          .requester = person(requester),
          .state = core::new_ticket(at(n)),
          .updated_at = at(n),
          .subject = cell(person(requester), "subject")};
}

inline ports::MessageRow message_row(std::int64_t n, std::int64_t of_ticket,
                                     std::int64_t of_person = 1) {
  return {.id = message(n),
          .ticket = ticket(of_ticket),
          .person = person(of_person),
          .created_at = at(n),
          .text = cell(person(of_person), "text"),
          .snippet = cell(person(of_person), "snippet")};
}

// --- Running on it -------------------------------------------------------------------------------

inline core::WorkspaceId workspace() { return core::WorkspaceId::of(77); }

inline std::unique_ptr<ports::Store> new_store(sql::Database& database,
                                               sql::StoreOptions options = {}) {
  expect(sql::create_store(database, workspace()));
  return expect(sql::open_store(database, std::move(options)));
}
inline std::unique_ptr<ports::Store> new_store(FreshDatabase& database,
                                               sql::StoreOptions options = {}) {
  return new_store(database.get(), std::move(options));
}

inline void on_each_store(const std::function<void(ports::Store&)>& body) {
  on_each_engine([&](FreshDatabase& database) {
    PlanWatch watch{database.get()};
    const auto store = new_store(watch.database());
    body(*store);
    CHECK(watch.walks() == "");
  });
}

// Commits `apply`, or ends the test.
inline void write(ports::Store& store, ports::Store::Apply apply) {
  expect(store.write(std::move(apply)));
}

// What `look` finds in a new snapshot, or ends the test.
template <class Look>
auto read(ports::Store& store, Look look) {
  using Found = std::remove_cvref_t<decltype(*look(std::declval<const ports::Reading&>()))>;
  std::optional<Found> found;
  expect(store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(found, look(tx));
    return {};
  }));
  return std::move(*found);
}

// The error of a look that must fail.
template <class Look>
Errc error_of_read(ports::Store& store, Look look) {
  const Status status = store.read([&](const ports::Reading& tx) -> Status {
    auto found = look(tx);
    if (!found) return std::unexpected(std::move(found).error());
    return {};
  });
  REQUIRE_FALSE(status);
  return status.error().code;
}

inline Errc error_of_write(ports::Store& store, ports::Store::Apply apply) {
  const Status status = store.write(std::move(apply));
  REQUIRE_FALSE(status);
  return status.error().code;
}

// The ids of rows, in their order.
template <class Row>
auto ids_of(const std::vector<Row>& rows) {
  std::vector<std::remove_cvref_t<decltype(rows.front().id)>> ids;
  for (const Row& row : rows) ids.push_back(row.id);
  return ids;
}

}  // namespace lethe::testing
