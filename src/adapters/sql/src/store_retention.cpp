#include <charconv>

#include "store_bulk.h"

namespace lethe::sql {
namespace {

using ports::CertificateRow;
using ports::ErasureRow;
using ports::HoldRow;
using ports::RuleRow;
using ports::RunRow;

const std::string kHold =
    "SELECT id, person_id, ticket_id, ground, reason, by_agent_id, created_at, until FROM holds "
    "WHERE workspace_id = $1 ";
const std::string kRun =
    "SELECT id, state, judged_at, started_at, finished_at, people, tickets, examined, detail "
    "FROM runs WHERE workspace_id = $1 ";
const std::string kErasure =
    "SELECT id, scope, mode, state, step, person_id, tickets, rule_id, rule_version, run_id, "
    "approved_by_id, reason, created_at, grace_until, counts, evidence, detail, erased_live_at, "
    "unrecoverable_at, certificate_id FROM erasures WHERE workspace_id = $1 ";
const std::string kCertificate =
    "SELECT id, erasure_id, certificate, salt, log_index, file, created_at FROM certificates "
    "WHERE workspace_id = $1 ";

HoldRow hold_at(const Row& row) {
  const auto person = row.optional_id<core::PersonId>(1);
  return {.id = row.id<core::HoldId>(0),
          .person = person,
          .ticket = row.optional_id<core::TicketId>(2),
          .ground = row.string(3),
          .reason = optional_cell_at(row, 4, person),
          .by = row.id<core::AgentId>(5),
          .created_at = row.instant(6),
          .until = row.optional_instant(7)};
}

RunRow run_at(const Row& row) {
  return {.id = row.id<core::RunId>(0),
          .state = enum_at<ports::RunState>(row, 1),
          .at = row.instant(2),
          .started_at = row.instant(3),
          .finished_at = row.optional_instant(4),
          .people = row.int64(5),
          .tickets = row.int64(6),
          .examined = row.int64(7),
          .detail = row.string(8)};
}

// "12,13": the tickets of an erasure, ids only.
std::string joined(const std::vector<core::TicketId>& ids) {
  std::string text;
  for (const core::TicketId id : ids) text += (text.empty() ? "" : ",") + id.to_string();
  return text;
}

std::vector<core::TicketId> split_ids(std::string_view text) {
  std::vector<core::TicketId> ids;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto id = core::TicketId::parse(text.substr(0, comma))) ids.push_back(*id);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return ids;
}

ErasureRow erasure_at(const Row& row) {
  return {.id = row.id<core::ErasureId>(0),
          .scope = enum_at<ports::ErasureScope>(row, 1),
          .mode = enum_at<ports::ErasureMode>(row, 2),
          .state = enum_at<ports::ErasureState>(row, 3),
          .step = enum_at<ports::ErasureStep>(row, 4),
          .person = row.id<core::PersonId>(5),
          .tickets = split_ids(row.text(6)),
          .rule = row.optional_id<core::RuleId>(7),
          .rule_version = row.int64(8),
          .run = row.optional_id<core::RunId>(9),
          .approved_by = row.optional_id<core::AgentId>(10),
          .reason = row.string(11),
          .created_at = row.instant(12),
          .grace_until = row.optional_instant(13),
          .counts = row.string(14),
          .evidence = row.string(15),
          .detail = row.string(16),
          .erased_live_at = row.optional_instant(17),
          .unrecoverable_from_backups_at = row.optional_instant(18),
          .certificate = row.optional_id<core::CertificateId>(19)};
}

CertificateRow certificate_at(const Row& row) {
  return {.id = row.id<core::CertificateId>(0),
          .erasure = row.id<core::ErasureId>(1),
          .certificate = row.bytes(2),
          .salt = row.bytes(3),
          .log_index = row.int64(4),
          .file = row.bytes(5),
          .created_at = row.instant(6)};
}

}  // namespace

Result<std::vector<RuleRow>> SqlRetention::rules() const {
  return all(s_.connection,
             "SELECT id, position, version, definition FROM rules WHERE workspace_id = $1 "
             "ORDER BY position, id",
             {s_.workspace}, [](const Row& row) {
               return RuleRow{row.id<core::RuleId>(0), row.int64(1), row.int64(2), row.string(3)};
             });
}

Result<std::vector<HoldRow>> SqlRetention::holds() const {
  return all(s_.connection, kHold + "ORDER BY id", {s_.workspace}, hold_at);
}

Result<std::vector<HoldRow>> SqlRetention::holds_on(core::PersonId id) const {
  return all(s_.connection,
             kHold +
                 "AND (person_id = $2 OR ticket_id IN (SELECT id FROM tickets WHERE "
                 "workspace_id = $1 AND requester_id = $2)) ORDER BY id",
             {s_.workspace, id}, hold_at);
}

Result<RunRow> SqlRetention::run(core::RunId id) const {
  return found(first(s_.connection, kRun + "AND id = $2", {s_.workspace, id}, run_at), "run");
}

Result<std::vector<RunRow>> SqlRetention::runs(int limit) const {
  return all(s_.connection, kRun + "ORDER BY id DESC LIMIT $2", {s_.workspace, limit}, run_at);
}

Result<ErasureRow> SqlRetention::erasure(core::ErasureId id) const {
  return found(first(s_.connection, kErasure + "AND id = $2", {s_.workspace, id}, erasure_at),
               "erasure");
}

Result<std::vector<ErasureRow>> SqlRetention::erasures_open() const {
  return all(s_.connection, kErasure + "AND state < 4 ORDER BY id", {s_.workspace}, erasure_at);
}

Result<std::vector<ErasureRow>> SqlRetention::erasures(std::optional<core::ErasureId> before,
                                                       int limit) const {
  if (!before) {
    return all(s_.connection, kErasure + "ORDER BY id DESC LIMIT $2", {s_.workspace, limit},
               erasure_at);
  }
  return all(s_.connection, kErasure + "AND id < $3 ORDER BY id DESC LIMIT $2",
             {s_.workspace, limit, *before}, erasure_at);
}

Result<std::vector<ErasureRow>> SqlRetention::erasures_of(core::PersonId id) const {
  return all(s_.connection, kErasure + "AND person_id = $2 ORDER BY id", {s_.workspace, id},
             erasure_at);
}

Result<std::vector<ErasureRow>> SqlRetention::erasures_of_run(core::RunId id) const {
  return all(s_.connection, kErasure + "AND run_id = $2 ORDER BY id", {s_.workspace, id},
             erasure_at);
}

Result<CertificateRow> SqlRetention::certificate(core::CertificateId id) const {
  return found(
      first(s_.connection, kCertificate + "AND id = $2", {s_.workspace, id}, certificate_at),
      "certificate");
}

Result<std::vector<CertificateRow>> SqlRetention::certificates(
    std::optional<core::CertificateId> before, int limit) const {
  if (!before) {
    return all(s_.connection, kCertificate + "ORDER BY id DESC LIMIT $2", {s_.workspace, limit},
               certificate_at);
  }
  return all(s_.connection, kCertificate + "AND id < $3 ORDER BY id DESC LIMIT $2",
             {s_.workspace, limit, *before}, certificate_at);
}

Status SqlRetention::save_rule(const RuleRow& row) {
  return s_.connection.post(
      "INSERT INTO rules (workspace_id, id, position, version, definition) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, id) DO UPDATE SET "
      "position = excluded.position, version = excluded.version, definition = excluded.definition",
      {s_.workspace, row.id, row.position, row.version, row.definition});
}

Status SqlRetention::remove_rule(core::RuleId id) {
  return s_.connection.post("DELETE FROM rules WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlRetention::insert_hold(const HoldRow& row) {
  return s_.connection.post(
      "INSERT INTO holds (workspace_id, id, person_id, ticket_id, ground, reason, by_agent_id, "
      "created_at, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {s_.workspace, row.id, row.person, row.ticket, row.ground, row.reason, row.by, row.created_at,
       row.until});
}

Status SqlRetention::remove_hold(core::HoldId id) {
  return s_.connection.post("DELETE FROM holds WHERE workspace_id = $1 AND id = $2",
                            {s_.workspace, id});
}

Status SqlRetention::save_run(const RunRow& row) {
  return s_.connection.post(
      "INSERT INTO runs (workspace_id, id, state, judged_at, started_at, finished_at, people, "
      "tickets, examined, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
      "ON CONFLICT (workspace_id, id) DO UPDATE SET state = excluded.state, "
      "finished_at = excluded.finished_at, people = excluded.people, tickets = excluded.tickets, "
      "examined = excluded.examined, detail = excluded.detail",
      {s_.workspace, row.id, number_of(row.state), row.at, row.started_at, row.finished_at,
       row.people, row.tickets, row.examined, row.detail});
}

Status SqlRetention::save_erasure(const ErasureRow& row) {
  const std::string tickets = joined(row.tickets);
  return s_.connection.post(
      "INSERT INTO erasures (workspace_id, id, scope, mode, state, step, person_id, tickets, "
      "rule_id, rule_version, run_id, approved_by_id, reason, created_at, grace_until, counts, "
      "evidence, detail, erased_live_at, unrecoverable_at, certificate_id) VALUES ($1, $2, $3, $4, "
      "$5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) "
      "ON CONFLICT (workspace_id, id) DO UPDATE SET state = excluded.state, step = excluded.step, "
      "tickets = excluded.tickets, approved_by_id = excluded.approved_by_id, "
      "grace_until = excluded.grace_until, counts = excluded.counts, evidence = excluded.evidence, "
      "detail = excluded.detail, erased_live_at = excluded.erased_live_at, "
      "unrecoverable_at = excluded.unrecoverable_at, certificate_id = excluded.certificate_id",
      {s_.workspace,
       row.id,
       number_of(row.scope),
       number_of(row.mode),
       number_of(row.state),
       number_of(row.step),
       row.person,
       tickets,
       row.rule,
       row.rule_version,
       row.run,
       row.approved_by,
       row.reason,
       row.created_at,
       row.grace_until,
       row.counts,
       row.evidence,
       row.detail,
       row.erased_live_at,
       row.unrecoverable_from_backups_at,
       row.certificate});
}

Status SqlRetention::insert_certificate(const CertificateRow& row) {
  return s_.connection.post(
      "INSERT INTO certificates (workspace_id, id, erasure_id, certificate, salt, log_index, file, "
      "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {s_.workspace, row.id, row.erasure, row.certificate, row.salt, row.log_index, row.file,
       row.created_at});
}

Result<std::vector<HoldRow>> SqlBulk::holds(PersonIds ids) const {
  std::vector<HoldRow> rows;
  const std::vector<core::PersonId> sorted = sorted_ids(ids);
  for (std::span<const core::PersonId> rest{sorted}; !rest.empty();) {
    const auto some = rest.first(std::min(ports::kIdsAtOnce, rest.size()));
    std::vector<Param> params{s_.workspace};
    const std::string list = in_list(some, params);
    LETHE_TRY(auto more, all(s_.connection,
                             kHold + "AND (person_id " + list +
                                 " OR ticket_id IN (SELECT id FROM tickets WHERE workspace_id = $1 "
                                 "AND requester_id IS NOT NULL AND requester_id " +
                                 list + "))",
                             params, hold_at));
    std::ranges::move(more, std::back_inserter(rows));
    rest = rest.subspan(some.size());
  }
  return each_once(std::move(rows));
}

}  // namespace lethe::sql
