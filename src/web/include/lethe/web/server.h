// The HTTP/1.1 server: plain TCP (TLS is the reverse proxy's), keep-alive, bounded in every
// direction.
//
// Handlers are ordinary functions on a small pool of worker threads; they may block on the store.
// After each one the worker's stack is scrubbed and the request's buffers are freed (the executable
// wipes what it frees). Bodies are read only as far as the route allows; a longer one is refused
// before it is read, and what still comes of it is dropped for ten seconds, so that who sends it
// reads the answer. A route that streams takes its body in pieces instead, without a bound on the
// whole.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/base/result.h"
#include "lethe/web/event_hub.h"
#include "lethe/web_protocol/message.h"

namespace lethe::web {

using Handler = std::function<web_protocol::Response(const web_protocol::Request&)>;

inline constexpr std::size_t kHeaderBytesMax = std::size_t{16} * 1024;
inline constexpr std::size_t kFormBytesMax = std::size_t{256} * 1024;
inline constexpr std::size_t kUploadBytesMax = std::size_t{40} * 1024 * 1024;

// Memory that routes share with the other doors of mail. Twice the length of a body is taken
// before it is read, for what it is turned into stands beside it; none left is answered 503.
// Both functions are called on the I/O thread.
struct BodyBudget {
  std::function<bool(std::size_t bytes)> take;
  std::function<void(std::size_t bytes)> give_back;
};

// Takes a body in pieces as they come, in order, one call at a time, on worker threads; what it
// returns is sent at once. A body that ends too early ends it by break_off(), whose words reach a
// client that only stopped sending; one that takes too long, or is gone, ends it without a call.
// Who takes too long is answered 408, unless an answer has begun.
class BodyTaker {
 public:
  BodyTaker() = default;
  virtual ~BodyTaker() = default;
  BodyTaker(const BodyTaker&) = delete;
  BodyTaker& operator=(const BodyTaker&) = delete;
  [[nodiscard]] virtual std::string take(std::string_view piece) = 0;
  [[nodiscard]] virtual std::string finish() = 0;
  [[nodiscard]] virtual std::string break_off() { return {}; }
};
// Called with a request without its body: a refusal, or status and headers and who takes the body.
struct StreamedAnswer {
  web_protocol::Response head;
  std::unique_ptr<BodyTaker> taker;  // nothing: `head` is the whole answer
};
using StreamHandler = std::function<StreamedAnswer(const web_protocol::Request&)>;
// Called with a request without its body: the refusal, or nothing.
using Doorman = std::function<std::optional<web_protocol::Response>(const web_protocol::Request&)>;
// At most so much is handed over at once.
inline constexpr std::size_t kPieceBytesMax = std::size_t{64} * 1024;

struct Route {
  web_protocol::Method method = web_protocol::Method::get;
  std::string pattern;  // see web_protocol/router.h
  Handler handler;
  std::size_t body_bytes_max = kFormBytesMax;
  // Asked before a body over kFormBytesMax, or of no announced length, is read. Empty: everybody
  // may send one. The handler has to look again; shorter bodies come without being asked for.
  Doorman admit{};
  int too_slow = 408;      // the answer to a body that does not come in time
  BodyBudget budget{};     // empty: not counted
  StreamHandler stream{};  // instead of `handler`; the two bounds above do not count then
};

// What a request cost, for metrics. `pattern` is the route's, never the path, which may hold
// personal data.
struct RequestFacts {
  std::string_view pattern;  // "" when no route matched
  int status = 0;
  std::chrono::microseconds took{};
};

struct ServerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one
  std::size_t workers = 4;
  std::size_t connections_max = 1024;
  // Of one IPv4 address or IPv6 /64; 127.0.0.1 and ::1, the reverse proxy, are not counted. Beyond
  // it, as beyond connections_max, a connection is answered 503 at once and closed. Four peers can
  // fill the server; a browser holds 6, so 40 of them fit behind one address.
  std::size_t connections_per_peer_max = 256;
  std::size_t waiting_jobs_max = 256;  // more are answered 503
  std::chrono::seconds header_timeout{15};
  std::chrono::seconds body_timeout{120};
  std::chrono::seconds idle_timeout{75};
  std::chrono::seconds stop_timeout{10};
  std::function<void(const RequestFacts&)> on_request;  // any thread; may be empty
  std::function<void(std::string_view)> on_problem;     // system messages only; may be empty
  // Makes the answer to what no handler answers: 400, 404, 405, 408, 413, 431, 500, 503.
  // Empty: problem+json.
  std::function<web_protocol::Response(const web_protocol::Request&, int status)> on_error;
};

class Server {
 public:
  // Binds and starts to answer. Static files under /a/ and /favicon.svg are served without a route.
  // Errors: unavailable when the address cannot be bound.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerConfig config,
                                                             std::vector<Route> routes,
                                                             EventHub& events);
  virtual ~Server() = default;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
  // Takes no more connections, lets running requests end within stop_timeout, closes the rest.
  // Idempotent.
  virtual void stop() = 0;

 protected:
  Server() = default;
};

}  // namespace lethe::web
