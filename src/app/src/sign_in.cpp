#include "lethe/app/sign_in.h"

#include "credentials.h"
#include "lethe/app/audit.h"
#include "lethe/app/second_step.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/vault/password.h"

namespace lethe::app {
namespace {

using ports::AgentState;

constexpr std::string_view kSession = "session";
constexpr std::string_view kToken = "token";
constexpr std::string_view kStep = "second step";
constexpr Seconds kTouchEvery{300};  // a session row is not written at every click

std::unexpected<Error> wrong() {
  return fail(Errc::unauthenticated, "the address or the password is wrong");
}

// Unknown addresses take as long as known ones: one hash either way.
void spend_a_hash(const Password& password) {
  static const auto kDummy = vault::hash_password({Secret{std::string_view{"nobody's password"}}});
  if (kDummy) static_cast<void>(vault::verify_password(password, *kDummy));
}

Status note_failure(App& app, core::AgentId id) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto agent, tx.agents().find(id));
    agent.failed_sign_ins += 1;
    if (agent.failed_sign_ins >= kFailedSignInsMax) {
      agent.locked_until = app.clock.now() + kLockedFor;
      agent.failed_sign_ins = 0;
    }
    return tx.agents().update(agent);
  });
}

Status note_success(App& app, core::AgentId id) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto agent, tx.agents().find(id));
    if (agent.failed_sign_ins == 0 && !agent.locked_until) return {};
    agent.failed_sign_ins = 0;
    agent.locked_until.reset();
    return tx.agents().update(agent);
  });
}

Result<ports::AgentRow> agent_row(App& app, core::AgentId id) {
  std::optional<ports::AgentRow> row;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, tx.agents().find(id));
    return {};
  }));
  return std::move(*row);
}

Result<ports::AgentRow> agent_by_address(App& app, std::string_view address) {
  LETHE_TRY(const auto parsed, core::EmailAddress::parse(address));
  LETHE_TRY(const core::AgentId id, agent_at(app, parsed));
  return agent_row(app, id);
}

bool verifies(const Password& password, const ports::AgentRow& agent) {
  return agent.password_hash &&
         vault::verify_password(password, PasswordHash{*agent.password_hash}) !=
             vault::PasswordVerdict::wrong;
}

// Over the password's hash too: a changed password ends what the former one opened.
std::string ticket_mac(App& app, const ports::AgentRow& agent, std::string_view until) {
  const std::string said =
      agent.id.to_string() + "." + std::string{until} + "." + agent.password_hash.value_or("");
  return to_base64url(stored_form(app, kStep, said));
}

OpenStep open_step(App& app, const ports::AgentRow& agent) {
  const std::string until = std::to_string(unix_seconds(app.clock.now() + kSecondStepPatience));
  return {agent.id.to_string() + "." + until + "." + ticket_mac(app, agent, until)};
}

Result<core::AgentId> agent_of_ticket(App& app, std::string_view ticket) {
  const auto refused = fail(Errc::unauthenticated, "sign in anew");
  const auto parts = split(ticket, '.');
  if (parts.size() != 3) return refused;
  const auto id = core::AgentId::parse(parts[0]);
  const auto until = parse_id_digits(parts[1]);
  if (!id || !until || *until <= unix_seconds(app.clock.now())) return refused;
  const auto agent = agent_row(app, *id);
  if (!agent || agent->state != AgentState::active) return refused;
  const Secret expected{std::string_view{ticket_mac(app, *agent, parts[1])}};
  if (!expected.equals(as_bytes(parts[2]))) return refused;
  return *id;
}

}  // namespace

Result<NewSession> start_session(App& app, core::AgentId agent) {
  NewSession session{new_secret_token(app), {}, agent};
  session.csrf = csrf_for(app, session.token);
  const Instant now = app.clock.now();
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) {
    return tx.agents().insert_session({stored_form(app, kSession, session.token), agent,
                                       stored_form(app, kSession, session.csrf), now, now});
  }));
  return session;
}

namespace {

// A session that is only renewed (password, second step) is no new entry of the audit.
Result<NewSession> start_noted_session(App& app, core::AgentId agent) {
  LETHE_CHECK(note_act(app, {.kind = AuditKind::signed_in, .by = agent}));
  return start_session(app, agent);
}

}  // namespace

Result<Entry> enter(App& app, core::AgentId agent) {
  bool has_step = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.agents().second_step(agent));
    has_step = row && row->confirmed_at;
    return {};
  }));
  if (has_step) {
    LETHE_TRY(const auto account, agent_row(app, agent));
    return open_step(app, account);
  }
  LETHE_TRY(NewSession session, start_noted_session(app, agent));
  return session;
}

Result<NewSession> finish_sign_in(App& app, std::string_view ticket, std::string_view code) {
  LETHE_TRY(const core::AgentId agent, agent_of_ticket(app, ticket));
  LETHE_CHECK(check_second_step(app, agent, code));
  return start_noted_session(app, agent);
}

Result<Entry> sign_in(App& app, std::string_view address, const Password& password) {
  const auto agent = agent_by_address(app, address);
  if (!agent) {
    spend_a_hash(password);
    return wrong();
  }
  if (agent->locked_until && *agent->locked_until > app.clock.now()) {
    return fail(Errc::busy, "too many attempts; try again in 15 minutes");
  }
  if (!verifies(password, *agent) || agent->state != AgentState::active) {
    LETHE_CHECK(note_failure(app, agent->id));
    return wrong();
  }
  LETHE_TRY(Entry entry, enter(app, agent->id));
  // Only the whole way in forgets failures: else a known password would buy any number of codes.
  if (std::holds_alternative<NewSession>(entry)) LETHE_CHECK(note_success(app, agent->id));
  return entry;
}

Result<SignedIn> session_of(App& app, std::string_view token) {
  const auto refused = fail(Errc::unauthenticated, "sign in first");
  const Bytes digest = stored_form(app, kSession, token);
  const Instant now = app.clock.now();
  std::optional<SignedIn> session;
  bool touch = false;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    const auto row = tx.agents().session(digest);
    if (!row) return {};
    if (now - row->seen_at > kSessionIdle || now - row->created_at > kSessionLongest) return {};
    LETHE_TRY(auto agent, view_agent(app, tx, row->agent));
    if (agent.state != AgentState::active) return {};
    touch = now - row->seen_at > kTouchEvery;
    LETHE_TRY(const bool owes, owes_second_step(tx, agent.id, agent.role));
    session = SignedIn{std::move(agent), row->csrf, row->created_at + kSessionLongest, owes};
    return {};
  }));
  if (!session) return refused;
  if (touch) {
    LETHE_CHECK(app.store.write(
        [&](ports::Writing& tx) { return tx.agents().touch_session(digest, now); }));
  }
  return std::move(*session);
}

std::string csrf_for(App& app, std::string_view session_token) {
  // Derived from the session's secret: every page of a session carries the same one.
  const Bytes digest = stored_form(app, "csrf", session_token);
  std::string token;
  for (const std::uint8_t byte : digest) {
    constexpr std::string_view kHex = "0123456789abcdef";
    token += kHex[byte >> 4];
    token += kHex[byte & 15];
  }
  return token;
}

bool check_csrf(App& app, const SignedIn& session, std::string_view token) {
  const Secret expected{session.csrf};
  return expected.equals(stored_form(app, kSession, token));
}

Status sign_out(App& app, std::string_view token) {
  return app.store.write([&](ports::Writing& tx) {
    return tx.agents().remove_session(stored_form(app, kSession, token));
  });
}

Status change_password(App& app, core::AgentId id, const Password& old_password,
                       Password&& new_password) {
  LETHE_TRY(const auto agent, agent_row(app, id));
  if (!verifies(old_password, agent)) {
    return fail(Errc::unauthenticated, "the present password is wrong", "old_password");
  }
  LETHE_TRY(const std::string hash, hash_checked(new_password));
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.agents().find(id));
    row.password_hash = hash;
    LETHE_CHECK(tx.agents().update(row));
    return tx.agents().remove_sessions_of(id);
  });
}

Result<std::string> create_token(App& app, const NewToken& token) {
  const std::string name{trimmed(token.name)};
  if (name.empty() || name.size() > 100) {
    return fail(Errc::invalid_argument, "a token's name has 1 to 100 bytes", "name");
  }
  std::string secret = new_secret_token(app);
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto agent, tx.agents().find(token.agent));
    if (token.scope == ports::TokenScope::admin && agent.role != ports::Role::admin) {
      return fail(Errc::forbidden, "only an administrator's token can have the scope admin",
                  "scope");
    }
    return tx.agents().insert_token({.id = app.ids.next(),
                                     .digest = stored_form(app, kToken, secret),
                                     .agent = token.agent,
                                     .scope = token.scope,
                                     .name = name,
                                     .created_at = app.clock.now()});
  }));
  return secret;
}

Result<Bearer> bearer_of(App& app, std::string_view token) {
  std::optional<Bearer> bearer;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    const auto row = tx.agents().token(stored_form(app, kToken, token));
    if (!row) return {};
    LETHE_TRY(const auto agent, tx.agents().find(row->agent));
    if (agent.state == AgentState::deactivated) return {};
    bearer = Bearer{row->id, row->agent, row->scope};
    return {};
  }));
  if (!bearer) return fail(Errc::unauthenticated, "the token is unknown or was withdrawn");
  return *bearer;
}

}  // namespace lethe::app
