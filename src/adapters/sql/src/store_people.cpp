#include <limits>

#include "store_bulk.h"

namespace lethe::sql {
namespace {

using ports::EmailRow;
using ports::PersonRow;

const std::string kPerson =
    "SELECT id, profile, cell_version, created_at, updated_at, frozen, erasing, hidden, agent_id, "
    "tickets_erased_at, next_review_at, unreferenced_since FROM persons WHERE workspace_id = $1 ";

PersonRow person_at(const Row& row) {
  const auto id = row.id<core::PersonId>(0);
  return {.id = id,
          .profile = optional_cell_at(row, 1, id),
          .cell_version = static_cast<std::uint32_t>(row.int64(2)),
          .created_at = row.instant(3),
          .updated_at = row.instant(4),
          .frozen = row.boolean(5),
          .erasing = row.boolean(6),
          .hidden = row.boolean(7),
          .agent = row.optional_id<core::AgentId>(8),
          .tickets_erased_at = row.optional_instant(9),
          .next_review_at = row.optional_instant(10),
          .unreferenced_since = row.optional_instant(11)};
}

EmailRow address_at(const Row& row) {
  const auto person = row.id<core::PersonId>(1);
  return {.id = row.int64(0),
          .person = person,
          .address = cell_at(row, 2, person),
          .cell_version = static_cast<std::uint32_t>(row.int64(3)),
          .primary = row.boolean(4)};
}

core::PersonId person_id_at(const Row& row) { return row.id<core::PersonId>(0); }

// Few enough that the engine's walk through the cases costs less than a statement each would.
constexpr std::size_t kReviewsAtOnce = 64;
// In the place of null: a null argument would make a statement of other types.
constexpr std::int64_t kNoInstant = std::numeric_limits<std::int64_t>::min();

// "UPDATE ... CASE id WHEN $3 THEN $4 ...": $2 stands for no instant.
std::string text_of_reviews(std::size_t rows) {
  const auto parameter = [](std::size_t n) { return "$" + std::to_string(n); };
  std::string next, since, ids;
  for (std::size_t n = 3; n < 3 + 3 * rows; n += 3) {
    const std::string when = " WHEN " + parameter(n) + " THEN ";
    next += when + parameter(n + 1);
    since += when + parameter(n + 2);
    ids += (n == 3 ? "" : ", ") + parameter(n);
  }
  return "UPDATE persons SET next_review_at = NULLIF(CASE id" + next +
         " END, $2), unreferenced_since = NULLIF(CASE id" + since +
         " END, $2) WHERE workspace_id = $1 AND id IN (" + ids + ")";
}

}  // namespace

Result<PersonRow> SqlPeople::find(core::PersonId id) const {
  return found(first(s_.connection, kPerson + "AND id = $2", {s_.workspace, id}, person_at),
               "person");
}

Result<std::vector<EmailRow>> SqlPeople::addresses(core::PersonId id) const {
  return all(s_.connection,
             "SELECT id, person_id, address, cell_version, is_primary FROM addresses "
             "WHERE workspace_id = $1 AND person_id = $2 ORDER BY id",
             {s_.workspace, id}, address_at);
}

Result<std::vector<core::TagId>> SqlPeople::tags(core::PersonId id) const {
  return all(s_.connection,
             "SELECT tag_id FROM person_tags WHERE workspace_id = $1 AND person_id = $2 "
             "ORDER BY tag_id",
             {s_.workspace, id}, [](const Row& row) { return row.id<core::TagId>(0); });
}

Result<std::vector<PersonRow>> SqlPeople::list(const Page& page) const {
  std::string query = kPerson + "AND agent_id IS NULL AND erasing = 0 ";
  std::vector<Param> params{s_.workspace, std::clamp(page.limit, 1, 200)};
  if (!page.with_hidden) query += "AND hidden = 0 ";
  if (page.before) {
    query += "AND (created_at, id) < ($3, $4) ";
    params.emplace_back(page.before->first);
    params.emplace_back(page.before->second);
  }
  return all(s_.connection, query + "ORDER BY created_at DESC, id DESC LIMIT $2", params,
             person_at);
}

Result<std::int64_t> SqlPeople::count() const {
  return one_int64(s_.connection,
                   "SELECT COUNT(*) FROM persons WHERE workspace_id = $1 AND agent_id IS NULL",
                   {s_.workspace});
}

Result<std::vector<core::PersonId>> SqlPeople::ids_after(std::int64_t after, int limit) const {
  return all(s_.connection,
             "SELECT id FROM persons WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
             {s_.workspace, after, limit}, person_id_at);
}

Result<std::vector<core::PersonId>> SqlPeople::due_for_review(Instant now, int limit) const {
  return all(s_.connection,
             "SELECT id FROM persons WHERE workspace_id = $1 AND next_review_at IS NOT NULL "
             "AND next_review_at <= $2 ORDER BY next_review_at, id LIMIT $3",
             {s_.workspace, now, limit}, person_id_at);
}

Status SqlPeople::insert(const PersonRow& row) {
  return s_.connection.post(
      "INSERT INTO persons (workspace_id, id, profile, cell_version, created_at, updated_at, "
      "frozen, erasing, hidden, agent_id, tickets_erased_at, next_review_at, unreferenced_since) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {s_.workspace, row.id, row.profile, row.cell_version, row.created_at, row.updated_at,
       row.frozen, row.erasing, row.hidden, row.agent, row.tickets_erased_at, row.next_review_at,
       row.unreferenced_since});
}

Status SqlPeople::update(const PersonRow& row) {
  return s_.connection.post(
      "UPDATE persons SET profile = $3, cell_version = $4, updated_at = $5, frozen = $6, "
      "erasing = $7, hidden = $8, agent_id = $9, tickets_erased_at = $10, next_review_at = $11, "
      "unreferenced_since = $12 "
      "WHERE workspace_id = $1 AND id = $2",
      {s_.workspace, row.id, row.profile, row.cell_version, row.updated_at, row.frozen, row.erasing,
       row.hidden, row.agent, row.tickets_erased_at, row.next_review_at, row.unreferenced_since});
}

Status SqlPeople::set_next_review(core::PersonId id, std::optional<Instant> at) {
  return s_.connection.post(
      "UPDATE persons SET next_review_at = $3 WHERE workspace_id = $1 AND id = $2",
      {s_.workspace, id, at});
}

Status SqlPeople::review_everybody(Instant now) {
  return s_.connection.post(
      "UPDATE persons SET next_review_at = $2 WHERE workspace_id = $1 AND "
      "(next_review_at IS NULL OR next_review_at > $2)",
      {s_.workspace, now});
}

Status SqlPeople::insert_address(const EmailRow& row) {
  return s_.connection.post(
      "INSERT INTO addresses (workspace_id, id, person_id, address, cell_version, is_primary) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {s_.workspace, row.id, row.person, row.address, row.cell_version, row.primary});
}

Status SqlPeople::remove_address(std::int64_t id) {
  return s_.connection.post("DELETE FROM addresses WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlPeople::set_tags(core::PersonId id, const std::vector<core::TagId>& tags) {
  LETHE_CHECK(s_.connection.post(
      "DELETE FROM person_tags WHERE workspace_id = $1 AND person_id = $2", {s_.workspace, id}));
  for (const core::TagId tag : tags) {
    LETHE_CHECK(s_.connection.post(
        "INSERT INTO person_tags (workspace_id, person_id, tag_id) VALUES ($1, $2, $3) "
        "ON CONFLICT DO NOTHING",
        {s_.workspace, id, tag}));
  }
  return {};
}

Status SqlPeople::remove(core::PersonId id) {
  for (const char* sql : {"DELETE FROM addresses WHERE workspace_id = $1 AND person_id = $2",
                          "DELETE FROM person_tags WHERE workspace_id = $1 AND person_id = $2",
                          "DELETE FROM persons WHERE workspace_id = $1 AND id = $2"}) {
    LETHE_CHECK(s_.connection.post(sql, {s_.workspace, id}));
  }
  return {};
}

Result<std::vector<PersonRow>> SqlBulk::persons(PersonIds ids) const {
  return by_ids(s_, ids, kPerson + "AND id ", " ORDER BY id", person_at);
}

Result<std::vector<EmailRow>> SqlBulk::addresses(PersonIds ids) const {
  return by_ids(s_, ids,
                "SELECT id, person_id, address, cell_version, is_primary FROM addresses "
                "WHERE workspace_id = $1 AND person_id ",
                " ORDER BY person_id, id", address_at);
}

Result<std::vector<ports::PersonTagRow>> SqlBulk::person_tags(PersonIds ids) const {
  return by_ids(s_, ids,
                "SELECT person_id, tag_id FROM person_tags WHERE workspace_id = $1 AND person_id ",
                " ORDER BY person_id, tag_id", [](const Row& row) {
                  return ports::PersonTagRow{row.id<core::PersonId>(0), row.id<core::TagId>(1)};
                });
}

Status SqlBulk::set_reviews(std::span<const ports::ReviewRow> rows) {
  const auto number = [](const std::optional<Instant>& at) {
    return at ? unix_seconds(*at) : kNoInstant;
  };
  while (!rows.empty()) {
    const auto some = rows.first(std::min(kReviewsAtOnce, rows.size()));
    const std::size_t size = filled_size(some.size());
    std::vector<Param> params{s_.workspace, kNoInstant};
    for (std::size_t n = 0; n < size; ++n) {
      const ports::ReviewRow& row = some[std::min(n, some.size() - 1)];
      params.emplace_back(row.person);
      params.emplace_back(number(row.next_review_at));
      params.emplace_back(number(row.unreferenced_since));
    }
    LETHE_CHECK(s_.connection.post(text_of_reviews(size), params));
    rows = rows.subspan(some.size());
  }
  return {};
}

}  // namespace lethe::sql
