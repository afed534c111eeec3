// Agents and what lets them in: sessions, API tokens, one-time links.
//
// An agent's name and address are those of its person, under its own key:
// erasing an agent destroys that key and leaves "former agent". Secrets are
// stored as BLAKE2b of 256-bit random values, passwords as Argon2id.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/base/secret.h"
#include "lethe/base/time.h"
#include "lethe/core/ids.h"

namespace lethe::ports {

enum class Role : std::uint8_t { agent = 1, privacy_officer, admin };
enum class AgentState : std::uint8_t { invited = 1, active, deactivated };

struct AgentRow {
  core::AgentId id;
  core::PersonId person;
  Role role = Role::agent;
  AgentState state = AgentState::invited;
  std::optional<std::string> password_hash;  // Argon2id, encoded
  std::string language;                      // "en", "de", "fr" or empty: the browser's
  Instant created_at;
  std::int64_t failed_sign_ins = 0;  // since the last success
  std::optional<Instant> locked_until;
};

struct SessionRow {
  Bytes digest;
  core::AgentId agent;
  Bytes csrf;  // digest of the token in the forms
  Instant created_at;
  Instant seen_at;
};

enum class TokenScope : std::uint8_t { read = 1, write, admin };
struct TokenRow {
  std::int64_t id;
  Bytes digest;
  core::AgentId agent;
  TokenScope scope = TokenScope::read;
  std::string name;  // of the program that uses it, typed by the administrator
  Instant created_at;
  std::optional<Instant> used_at;
};

enum class LinkPurpose : std::uint8_t { first_run = 1, invitation, recovery };
struct LinkRow {
  Bytes digest;
  core::AgentId agent;
  LinkPurpose purpose = LinkPurpose::invitation;
  Instant expires_at;
};

struct ViewRow {
  core::ViewId id;
  core::AgentId agent;
  core::PersonId person;
  Ciphertext definition;  // JSON: name, query
};

// An authenticator; not in force until it is confirmed.
struct SecondStepRow {
  core::AgentId agent;
  core::PersonId person;
  Ciphertext secret;  // JSON: the key, digests of recovery codes
  std::uint32_t cell_version = 1;
  std::optional<Instant> confirmed_at;
  std::int64_t last_step = 0;  // of the last code taken
};

// What was changed about who may come in and about what agents are given to say, and, from 32 on,
// the acts that an audit asks for (app/audit.h). Numbers are format: append, never change.
enum class AccessEventKind : std::uint8_t {
  second_step_on = 1,
  second_step_off,
  second_step_reset,
  second_step_required,  // detail: the roles' numbers, separated by commas
  recovery_codes_renewed,
  recovery_code_used,
  saved_reply_added,  // detail, of these three: the reply's id
  saved_reply_changed,
  saved_reply_removed,
  // Access, to 47.
  signed_in = 32,
  agent_invited,
  agent_changed,
  token_made,
  // Retention, to 63. Detail, of all that follow: the path of what it was done to, or nothing.
  rule_added = 48,
  rule_changed,
  rule_removed,
  policy_changed,  // of contacts, with the exceptions
  retention_on,
  retention_off,
  run_started,
  // Erasing and holds, to 79.
  erasure_ordered = 64,
  erasure_cancelled,
  person_hidden,
  person_unhidden,
  passage_redacted,
  hold_placed,
  hold_lifted,
  // Looking at people's data and changing it, to 95.
  person_exported = 80,
  person_corrected,
  phone_shown,
  tickets_imported,
  // Settings, to 111.
  organisation_changed = 96,
  lists_changed,
  mail_changed,
  mail_texts_changed,
  keyring_changed,
  backup_made,
};
struct AccessEventKinds {
  AccessEventKind first, last;  // both included
};
// Newest first: those of one of the two stretches of kinds.
struct AccessEventQuery {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();  // ids below it
  AccessEventKinds kinds{AccessEventKind{0}, AccessEventKind{255}};
  AccessEventKinds or_kinds{AccessEventKind{0}, AccessEventKind{0}};
  std::optional<core::AgentId> by;
  bool by_machine = false;  // only those of the operator of the machine
  int limit = 50;
};
struct AccessEventRow {
  std::int64_t id = 0;
  Instant at;
  AccessEventKind kind = AccessEventKind::second_step_on;
  std::optional<core::AgentId> by;     // nothing: the operator of the machine
  std::optional<core::AgentId> agent;  // nothing: everybody
  std::string detail;
};

class Agents {
 public:
  virtual ~Agents() = default;

  [[nodiscard]] virtual Result<AgentRow> find(core::AgentId id) const = 0;
  [[nodiscard]] virtual Result<AgentRow> of_person(core::PersonId id) const = 0;
  [[nodiscard]] virtual Result<std::vector<AgentRow>> all() const = 0;
  [[nodiscard]] virtual Result<SessionRow> session(ByteView digest) const = 0;
  [[nodiscard]] virtual Result<TokenRow> token(ByteView digest) const = 0;
  [[nodiscard]] virtual Result<std::vector<TokenRow>> tokens() const = 0;
  [[nodiscard]] virtual Result<LinkRow> link(ByteView digest) const = 0;
  [[nodiscard]] virtual Result<std::vector<ViewRow>> views(core::AgentId id) const = 0;

  [[nodiscard]] virtual Result<std::optional<SecondStepRow>> second_step(
      core::AgentId id) const = 0;
  // With the step in force.
  [[nodiscard]] virtual Result<std::vector<core::AgentId>> with_second_step() const = 0;
  // Newest first; without those of saved replies (ports/saved_replies.h) and from 32 on.
  [[nodiscard]] virtual Result<std::vector<AccessEventRow>> access_events(int limit) const = 0;
  [[nodiscard]] virtual Result<std::vector<AccessEventRow>> access_events(
      const AccessEventQuery& query) const = 0;

  [[nodiscard]] virtual Status insert(const AgentRow& row) = 0;
  [[nodiscard]] virtual Status update(const AgentRow& row) = 0;
  [[nodiscard]] virtual Status insert_session(const SessionRow& row) = 0;
  [[nodiscard]] virtual Status touch_session(ByteView digest, Instant seen_at) = 0;
  [[nodiscard]] virtual Status remove_session(ByteView digest) = 0;
  [[nodiscard]] virtual Status remove_sessions_of(core::AgentId id) = 0;
  [[nodiscard]] virtual Status remove_sessions_idle_since(Instant seen_before,
                                                          Instant made_before) = 0;
  [[nodiscard]] virtual Status insert_token(const TokenRow& row) = 0;
  [[nodiscard]] virtual Status touch_token(std::int64_t id, Instant at) = 0;
  [[nodiscard]] virtual Status remove_token(std::int64_t id) = 0;
  [[nodiscard]] virtual Status insert_link(const LinkRow& row) = 0;
  [[nodiscard]] virtual Status remove_link(ByteView digest) = 0;
  [[nodiscard]] virtual Status remove_links_of(core::AgentId id) = 0;
  [[nodiscard]] virtual Status save_view(const ViewRow& row) = 0;
  [[nodiscard]] virtual Status remove_view(core::ViewId id) = 0;
  [[nodiscard]] virtual Status save_second_step(const SecondStepRow& row) = 0;
  [[nodiscard]] virtual Status remove_second_step(core::AgentId id) = 0;
  [[nodiscard]] virtual Status insert_access_event(const AccessEventRow& row) = 0;
  // All sessions, tokens and links: they are void after a restore.
  [[nodiscard]] virtual Status remove_all_access() = 0;
};

}  // namespace lethe::ports
