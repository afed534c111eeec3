#include "lethe/app/second_step.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "credentials.h"
#include "json.h"
#include "lethe/app/cells_totp.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/vault/totp.h"

namespace lethe::app {
namespace {

namespace json = boost::json;
using ports::AccessEventKind;
using ports::SecondStepRow;

constexpr std::string_view kRolesSetting = "second_step.roles";
constexpr std::string_view kRecovery = "recovery code";
constexpr std::size_t kRecoveryBytes = 10;  // 16 letters of base32
constexpr std::size_t kTypedBytesMax = 64;

// What the cell says.
struct Content {
  Bytes key;
  std::vector<std::string> recovery;  // base64 of keyed digests
};

std::unexpected<Error> wrong() {
  return fail(Errc::unauthenticated, "This code is not right.", "code");
}
std::unexpected<Error> locked() {
  return fail(Errc::busy, "Too many tries. Wait 15 minutes.", "code");
}

vault::CellRef place_of(const SecondStepRow& row) {
  return place(cell::kSecondStep, row.agent.value(), row.cell_version);
}

Result<Content> content_of(App& app, const SecondStepRow& row) {
  LETHE_TRY(const Plaintext text, open(app, profile_key(row.person), place_of(row), row.secret));
  const json::object object = parse_object(text.reveal());
  LETHE_TRY(Bytes key, parse_base32(text_of(object, "key")));
  return Content{std::move(key), texts_of(object, "recovery")};
}

Result<Ciphertext> sealed_content(App& app, core::AgentId agent, core::PersonId person,
                                  std::uint32_t version, const Content& content) {
  const json::object object{{"key", to_base32(content.key)},
                            {"recovery", array_of(content.recovery)}};
  return seal(app, profile_key(person), place(cell::kSecondStep, agent.value(), version),
              json::serialize(object));
}

Status save(App& app, ports::Writing& tx, SecondStepRow row, const Content& content) {
  row.cell_version += 1;
  LETHE_TRY(row.secret, sealed_content(app, row.agent, row.person, row.cell_version, content));
  return tx.agents().save_second_step(row);
}

Status note(App& app, ports::Writing& tx, AccessEventKind kind, std::optional<core::AgentId> by,
            std::optional<core::AgentId> agent, std::string detail = {}) {
  return tx.agents().insert_access_event(
      {app.ids.next(), app.clock.now(), kind, by, agent, std::move(detail)});
}

// As it is compared: people type codes with blanks, dashes and capitals.
std::string plain_code(std::string_view typed) {
  std::string code = ascii_lower(typed.substr(0, kTypedBytesMax));
  std::erase_if(code, [](char c) { return c == ' ' || c == '-' || c == '\t'; });
  return code;
}

std::string recovery_digest(App& app, core::AgentId agent, std::string_view code) {
  return to_base64(stored_form(app, kRecovery, agent.to_string() + "/" + std::string{code}));
}

struct FreshCodes {
  std::vector<std::string> shown, stored;
};
FreshCodes make_recovery_codes(App& app, core::AgentId agent) {
  FreshCodes codes;
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    std::array<std::uint8_t, kRecoveryBytes> bytes{};
    app.random.fill(bytes);
    std::string code = to_base32(bytes);
    codes.stored.push_back(recovery_digest(app, agent, code));
    for (std::size_t at = 12; at > 0; at -= 4) code.insert(at, "-");
    codes.shown.push_back(std::move(code));
  }
  return codes;
}

// Uses the code up when it is one.
Result<bool> use_code(App& app, ports::Writing& tx, SecondStepRow& row, std::string_view code) {
  LETHE_TRY(Content content, content_of(app, row));
  const auto step = vault::match_totp(content.key, code, app.clock.now(), row.last_step);
  if (step) {
    row.last_step = *step;
    LETHE_CHECK(tx.agents().save_second_step(row));
    return true;
  }
  const std::string digest = recovery_digest(app, row.agent, code);
  const auto used = std::erase_if(content.recovery, [&](const std::string& each) {
    return Secret{std::string_view{each}}.equals(as_bytes(digest));
  });
  if (used == 0) return false;
  LETHE_CHECK(note(app, tx, AccessEventKind::recovery_code_used, row.agent, row.agent));
  LETHE_CHECK(save(app, tx, row, content));
  return true;
}

enum class Verdict { wrong, right, locked };

// One transaction looks, decides and counts, so that tries at the same time count one by one.
Result<Verdict> judge(App& app, ports::Writing& tx, core::AgentId id, std::string_view code) {
  LETHE_TRY(auto agent, tx.agents().find(id));
  const Instant now = app.clock.now();
  if (agent.locked_until && *agent.locked_until > now) return Verdict::locked;
  LETHE_TRY(auto row, tx.agents().second_step(id));
  bool right = false;
  if (row && row->confirmed_at) {
    LETHE_TRY(right, use_code(app, tx, *row, code));
  }
  agent.failed_sign_ins = right ? 0 : agent.failed_sign_ins + 1;
  agent.locked_until.reset();
  if (agent.failed_sign_ins >= kFailedSignInsMax) {
    agent.failed_sign_ins = 0;
    agent.locked_until = now + kLockedFor;
  }
  LETHE_CHECK(tx.agents().update(agent));
  return right ? Verdict::right : Verdict::wrong;
}

std::string numbers_of(const std::set<ports::Role>& roles) {
  std::string text;
  for (const ports::Role role : roles) {
    text += (text.empty() ? "" : ",") + std::to_string(static_cast<int>(role));
  }
  return text;
}

}  // namespace

Result<SecondStep> second_step_of(App& app, core::AgentId agent) {
  SecondStep step;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto account, tx.agents().find(agent));
    LETHE_TRY(const auto roles, roles_with_second_step(tx));
    step.required = roles.contains(account.role);
    LETHE_TRY(const auto row, tx.agents().second_step(agent));
    if (!row) return {};
    LETHE_TRY(const Content content, content_of(app, *row));
    step.state = row->confirmed_at ? SecondStep::State::on : SecondStep::State::pending;
    if (!row->confirmed_at) step.key = to_base32(content.key);
    step.recovery_left = content.recovery.size();
    return {};
  }));
  return step;
}

Result<std::set<core::AgentId>> agents_with_second_step(App& app) {
  std::set<core::AgentId> agents;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto ids, tx.agents().with_second_step());
    agents.insert(ids.begin(), ids.end());
    return {};
  }));
  return agents;
}

Status begin_second_step(App& app, core::AgentId agent) {
  Content content{Bytes(vault::kTotpKeyBytes), {}};
  app.random.fill(content.key);
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto account, tx.agents().find(agent));
    LETHE_TRY(const auto known, tx.agents().second_step(agent));
    if (known && known->confirmed_at) {
      return fail(Errc::conflict, "The second step is in force already.");
    }
    const std::uint32_t version = known ? known->cell_version + 1 : 1;
    LETHE_TRY(auto secret, sealed_content(app, agent, account.person, version, content));
    return tx.agents().save_second_step(
        {agent, account.person, std::move(secret), version, std::nullopt, 0});
  });
}

Result<std::vector<std::string>> confirm_second_step(App& app, core::AgentId agent,
                                                     std::string_view code) {
  const FreshCodes codes = make_recovery_codes(app, agent);
  const std::string typed = plain_code(code);
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.agents().second_step(agent));
    if (!row || row->confirmed_at) return fail(Errc::conflict, "There is no key to confirm.");
    LETHE_TRY(Content content, content_of(app, *row));
    const auto step = vault::match_totp(content.key, typed, app.clock.now(), row->last_step);
    if (!step) return wrong();
    row->last_step = *step;
    row->confirmed_at = app.clock.now();
    content.recovery = codes.stored;
    LETHE_CHECK(save(app, tx, *row, content));
    LETHE_CHECK(note(app, tx, AccessEventKind::second_step_on, agent, agent));
    return tx.agents().remove_sessions_of(agent);
  }));
  return codes.shown;
}

Status check_second_step(App& app, core::AgentId agent, std::string_view typed) {
  const std::string code = plain_code(typed);
  Verdict verdict = Verdict::wrong;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(verdict, judge(app, tx, agent, code));
    return {};
  }));
  if (verdict == Verdict::locked) return locked();
  return verdict == Verdict::right ? Status{} : wrong();
}

Result<std::vector<std::string>> renew_recovery_codes(App& app, core::AgentId agent,
                                                      std::string_view code) {
  LETHE_CHECK(check_second_step(app, agent, code));
  const FreshCodes codes = make_recovery_codes(app, agent);
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto row, tx.agents().second_step(agent));
    if (!row) return fail(Errc::conflict, "The second step has just been ended.");
    LETHE_TRY(Content content, content_of(app, *row));
    content.recovery = codes.stored;
    LETHE_CHECK(note(app, tx, AccessEventKind::recovery_codes_renewed, agent, agent));
    return save(app, tx, *row, content);
  }));
  return codes.shown;
}

Status end_second_step(App& app, core::AgentId agent, std::string_view code) {
  LETHE_TRY(const SecondStep now, second_step_of(app, agent));
  const bool is_on = now.state == SecondStep::State::on;
  if (is_on && now.required) {
    return fail(Errc::forbidden, "Your role needs the second step.", "code");
  }
  if (is_on) LETHE_CHECK(check_second_step(app, agent, code));
  return app.store.write([&](ports::Writing& tx) -> Status {
    if (is_on) LETHE_CHECK(note(app, tx, AccessEventKind::second_step_off, agent, agent));
    return tx.agents().remove_second_step(agent);
  });
}

Status reset_second_step(App& app, core::AgentId agent, std::optional<core::AgentId> by) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto row, tx.agents().second_step(agent));
    if (!row) return fail(Errc::not_found, "this agent has no second step");
    LETHE_CHECK(tx.agents().remove_second_step(agent));
    LETHE_CHECK(tx.agents().remove_sessions_of(agent));
    return note(app, tx, AccessEventKind::second_step_reset, by, agent);
  });
}

Result<std::set<ports::Role>> roles_with_second_step(const ports::Reading& tx) {
  LETHE_TRY(const auto setting, tx.catalog().setting(kRolesSetting));
  std::set<ports::Role> roles;
  for (const ports::Role role :
       {ports::Role::agent, ports::Role::privacy_officer, ports::Role::admin}) {
    if (!setting) break;
    const auto numbers = split(*setting, ',');
    const std::string number = std::to_string(static_cast<int>(role));
    if (std::ranges::find(numbers, number) != numbers.end()) roles.insert(role);
  }
  return roles;
}

Status require_second_step(App& app, const std::set<ports::Role>& roles, core::AgentId by) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto before, roles_with_second_step(tx));
    if (before == roles) return {};
    const std::string numbers = numbers_of(roles);
    LETHE_CHECK(tx.catalog().set_setting(kRolesSetting, numbers));
    return note(app, tx, AccessEventKind::second_step_required, by, std::nullopt, numbers);
  });
}

Result<bool> owes_second_step(const ports::Reading& tx, core::AgentId agent, ports::Role role) {
  LETHE_TRY(const auto roles, roles_with_second_step(tx));
  if (!roles.contains(role)) return false;
  LETHE_TRY(const auto row, tx.agents().second_step(agent));
  return !row || !row->confirmed_at;
}

Result<std::vector<ports::AccessEventRow>> access_events(App& app, int limit) {
  std::vector<ports::AccessEventRow> events;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(events, tx.agents().access_events(limit));
    return {};
  }));
  return events;
}

}  // namespace lethe::app
