#include "api_once.h"

#include <condition_variable>
#include <mutex>
#include <set>

namespace lethe::web {
namespace {

constexpr Seconds kIdempotencyKept{24 * 3600};
constexpr std::size_t kIdempotencyKeyMax = 255;

Bytes digest_of(app::App& app, std::string_view text) {
  const auto digest = app.vault.digest(vault::DigestPurpose::credential, as_bytes(text));
  return {digest.begin(), digest.end()};
}

// By the decoded path, which may be written in several ways.
std::string path_of(const Request& request) {
  std::string path;
  for (const std::string& segment : request.target.segments) path += "/" + segment;
  return path;
}

Bytes key_digest(const ApiCall& call) {
  return digest_of(call.app, "idempotency/" + std::to_string(call.bearer.token) + "/" +
                                 path_of(call.request) + "/" +
                                 std::string{call.request.headers.get("Idempotency-Key")});
}

struct Claim {
  Bytes key, body;
  std::optional<std::string> resource;  // made before
};

Result<std::optional<Claim>> claim_of(const ApiCall& call) {
  const auto key = call.request.headers.find("Idempotency-Key");
  if (!key) return std::nullopt;
  if (key->empty() || key->size() > kIdempotencyKeyMax) {
    return fail(Errc::invalid_argument, "an Idempotency-Key has 1 to 255 bytes", "Idempotency-Key");
  }
  Claim claim{key_digest(call), digest_of(call.app, "body/" + call.request.body), std::nullopt};
  LETHE_CHECK(call.app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.catalog().idempotency(claim.key));
    if (!row || row->expires_at <= call.app.clock.now()) return {};
    if (row->body != claim.body) {
      return fail(Errc::out_of_range, "this Idempotency-Key was used with another body",
                  "Idempotency-Key");
    }
    claim.resource = row->resource;
    return {};
  }));
  return claim;
}

Status remember_made(app::App& app, ports::Writing& tx, const Claim& claim,
                     std::string_view resource) {
  // Also one that ends in this second, which claim_of() takes for over.
  LETHE_CHECK(tx.catalog().remove_idempotency_before(app.clock.now() + Seconds{1}));
  return tx.catalog().insert_idempotency(
      {claim.key, claim.body, std::string{resource}, app.clock.now() + kIdempotencyKept});
}

// One request with a key at a time: whoever repeats it meanwhile waits and finds what was made.
class KeysUnderWay {
 public:
  void begin(const Bytes& key) {
    std::unique_lock lock{mutex_};
    ended_.wait(lock, [&] { return !keys_.contains(key); });
    keys_.insert(key);
  }
  void end(const Bytes& key) {
    const std::scoped_lock lock{mutex_};
    keys_.erase(key);
    ended_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<Bytes> keys_;
};

// Keys are digests under the installation's own key, so installations in one process do not meet.
KeysUnderWay& keys_under_way() {
  static KeysUnderWay under_way;
  return under_way;
}

class Turn {
 public:
  explicit Turn(Bytes key) : key_(std::move(key)) { keys_under_way().begin(key_); }
  ~Turn() { keys_under_way().end(key_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Bytes key_;
};

ApiResult shown(const ApiCall& call, const Making& making, const std::string& resource) {
  LETHE_TRY(Response response, making.shower(call, resource));
  response.status = making.status;
  const bool is_new = making.status == 201 || making.status == 202;
  if (is_new) response.headers.set("Location", "/api/v1/" + resource);
  return response;
}

std::optional<app::Act> act_of_call(const ApiCall& call, const KnownAct* known,
                                    const Response& response) {
  if (known == nullptr) return std::nullopt;
  return act_of(*known, call.bearer.agent, call.request, {}, response);
}

// What was made is in the audit also when it cannot be shown.
std::optional<app::Act> act_of_made(const ApiCall& call, const Making& making,
                                    const std::string& resource, const ApiResult& answer) {
  if (answer) return act_of_call(call, making.act, *answer);
  Response bare;
  bare.status = making.status;
  bare.headers.set("Location", "/api/v1/" + resource);
  return act_of_call(call, making.act, bare);
}

ApiResult make(ApiCall call, const Making& making, const std::optional<Claim>& claim) {
  bool is_remembered = !claim;
  call.remember = [&](ports::Writing& tx, std::string_view resource) -> Status {
    is_remembered = true;
    return claim ? remember_made(call.app, tx, *claim, resource) : Status{};
  };
  LETHE_TRY(const std::string resource, making.maker(call));
  auto answer = shown(call, making, resource);
  const auto act = act_of_made(call, making, resource, answer);
  if (is_remembered && !act) return answer;
  LETHE_CHECK(call.app.store.write([&](ports::Writing& tx) -> Status {
    if (act) LETHE_CHECK(app::note_act(call.app, tx, *act));
    return is_remembered ? Status{} : remember_made(call.app, tx, *claim, resource);
  }));
  return answer;
}

}  // namespace

ApiResult make_once(const ApiCall& call, const Making& making) {
  std::optional<Turn> turn;
  if (call.request.headers.find("Idempotency-Key")) turn.emplace(key_digest(call));
  LETHE_TRY(const auto claim, claim_of(call));
  if (claim && claim->resource) return shown(call, making, *claim->resource);
  return make(call, making, claim);
}

Status note_call(const ApiCall& call, const KnownAct* act, const Response& response) {
  auto done = act_of_call(call, act, response);
  return done ? app::note_act(call.app, std::move(*done)) : Status{};
}

}  // namespace lethe::web
