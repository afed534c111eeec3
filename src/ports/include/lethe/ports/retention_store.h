// Retention settings, holds, runs, erasures and certificates, as stored.
//
// Settings are JSON documents of core/retention.h; erasures name persons and
// tickets by random id only and outlive them; certificates hold no personal data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"
#include "lethe/ports/retention_facts.h"

namespace lethe::ports {

struct RuleRow {
  core::RuleId id;
  std::int64_t position = 1;  // 1.. in list order
  std::int64_t version = 1;
  std::string definition;  // JSON of the API's Rule without id, position, version
};

// GDPR art. 17(3) or 18: nothing of the person, or of the ticket, is erased while it lasts.
struct HoldRow {
  core::HoldId id;
  std::optional<core::PersonId> person;
  std::optional<core::TicketId> ticket;
  std::string ground;                // "art-17-3-b", "art-17-3-e", ...
  std::optional<Ciphertext> reason;  // typed by an officer; under the person's profile key
  core::AgentId by;
  Instant created_at;
  std::optional<Instant> until;
};

enum class RunState : std::uint8_t { running = 1, done, needs_confirmation, stopped };
struct RunRow {
  core::RunId id;
  RunState state = RunState::running;
  Instant at;  // the instant that was judged
  Instant started_at;
  std::optional<Instant> finished_at;
  std::int64_t people = 0;   // erased
  std::int64_t tickets = 0;  // erased
  std::int64_t examined = 0;
  std::string detail;
};

enum class ErasureScope : std::uint8_t { person = 1, ticket, attachments, raw, redaction };
enum class ErasureMode : std::uint8_t { hide = 1, anonymise, erase };
enum class ErasureState : std::uint8_t { approved = 1, grace, running, done, refused, cancelled };
// The steps in their order (DESIGN section 4); each is recorded when it is finished.
enum class ErasureStep : std::uint8_t {
  none,
  frozen,
  cancelled,
  unindexed,
  removed,
  punctured,
  replicated,
  logged,
  certified
};

struct ErasureRow {
  core::ErasureId id;
  ErasureScope scope = ErasureScope::person;
  ErasureMode mode = ErasureMode::erase;
  ErasureState state = ErasureState::approved;
  ErasureStep step = ErasureStep::none;
  core::PersonId person;
  std::vector<core::TicketId> tickets;  // all of them for a person; one or more else
  std::optional<core::RuleId> rule;
  std::int64_t rule_version = 0;
  std::optional<core::RunId> run;
  std::optional<core::AgentId> approved_by;
  std::string reason;  // a code: "request", "retention", "consent-withdrawn", ...; never free text
  Instant created_at;
  std::optional<Instant> grace_until;
  std::string counts;    // JSON object of numbers, fixed before the first row goes
  std::string evidence;  // JSON: key generations, replica, kept with which ground
  std::string detail;    // why it waits or was refused
  std::optional<Instant> erased_live_at;
  std::optional<Instant> unrecoverable_from_backups_at;
  std::optional<core::CertificateId> certificate;
};

struct CertificateRow {
  core::CertificateId id;
  core::ErasureId erasure;
  Bytes certificate;  // the exact bytes that are hashed
  Bytes salt;
  std::int64_t log_index = 0;
  Bytes file;  // the whole *.lethe-certificate
  Instant created_at;
};

class RetentionStore {
 public:
  virtual ~RetentionStore() = default;

  [[nodiscard]] virtual Result<std::vector<RuleRow>> rules() const = 0;  // by position
  [[nodiscard]] virtual Result<std::vector<HoldRow>> holds() const = 0;
  [[nodiscard]] virtual Result<std::vector<HoldRow>> holds_on(
      core::PersonId id) const = 0;  // and on its tickets
  // The next persons of the query by id; no persons: there are no more. Holds are not among the
  // rows: there are few, holds() has them.
  [[nodiscard]] virtual Result<FactRows> facts(const FactsQuery& query) const = 0;
  [[nodiscard]] virtual Result<RunRow> run(core::RunId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<RunRow>> runs(int limit) const = 0;  // newest first
  [[nodiscard]] virtual Result<ErasureRow> erasure(core::ErasureId id) const = 0;
  // Those not in a final state, oldest first: what is resumed at start.
  [[nodiscard]] virtual Result<std::vector<ErasureRow>> erasures_open() const = 0;
  // Newest first, in whatever state, ids below `before` when given.
  [[nodiscard]] virtual Result<std::vector<ErasureRow>> erasures(
      std::optional<core::ErasureId> before, int limit) const = 0;
  [[nodiscard]] virtual Result<std::vector<ErasureRow>> erasures_of(core::PersonId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<ErasureRow>> erasures_of_run(core::RunId id) const = 0;
  [[nodiscard]] virtual Result<CertificateRow> certificate(core::CertificateId id) const = 0;
  // Newest first, ids below `before` when given.
  [[nodiscard]] virtual Result<std::vector<CertificateRow>> certificates(
      std::optional<core::CertificateId> before, int limit) const = 0;

  [[nodiscard]] virtual Status save_rule(const RuleRow& row) = 0;
  [[nodiscard]] virtual Status remove_rule(core::RuleId id) = 0;
  [[nodiscard]] virtual Status insert_hold(const HoldRow& row) = 0;
  [[nodiscard]] virtual Status remove_hold(core::HoldId id) = 0;
  [[nodiscard]] virtual Status save_run(const RunRow& row) = 0;
  [[nodiscard]] virtual Status save_erasure(const ErasureRow& row) = 0;
  [[nodiscard]] virtual Status insert_certificate(const CertificateRow& row) = 0;
};

}  // namespace lethe::ports
