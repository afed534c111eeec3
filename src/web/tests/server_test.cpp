#include "lethe/web/server.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "lethe/web/respond.h"
#include "wire.h"

using namespace lethe;
using namespace lethe::web;
using web_protocol::Method;
using web_protocol::Request;
using web_protocol::Response;

namespace {

// A client as plain as can be, so that what goes over the wire is what the test says.
class Client {
 public:
  // From 127.0.0.`host`.
  explicit Client(std::uint16_t port, std::uint32_t host = 1)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl((127U << 24) + host);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // False when the other side has closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void stop_sending() const { ::shutdown(socket_, SHUT_WR); }
  // Reads until `end` has come or the other side closes.
  std::string read_until(std::string_view end) const {
    std::string all;
    char block[4096];
    while (!all.contains(end)) {
      const ssize_t got = ::recv(socket_, block, sizeof block, 0);
      if (got <= 0) break;
      all.append(block, static_cast<std::size_t>(got));
    }
    return all;
  }
  std::string read_all() const { return read_until("\r\n\r\nnever this"); }
  std::string ask(std::string_view bytes) const {
    send(bytes);
    return read_all();
  }

 private:
  int socket_;
};

// Answers each piece with its length, and tells how much is held at once.
class Counting final : public BodyTaker {
 public:
  std::string take(std::string_view piece) override {
    CHECK(piece.size() <= kPieceBytesMax);
    total_ += piece.size();
    if (piece.contains("boom")) throw std::bad_alloc{};
    return piece.contains("speak") ? "heard;" : "";
  }
  std::string finish() override { return "total " + std::to_string(total_); }
  std::string break_off() override { return "cut after " + std::to_string(total_); }

 private:
  std::size_t total_ = 0;
};

Route counting_route() {
  Route route;
  route.method = Method::post;
  route.pattern = "/count";
  route.stream = [](const Request& request) -> StreamedAnswer {
    if (request.headers.get("X-Who") != "me")
      return {web_protocol::text_response(401, "who are you"), nullptr};
    return {web_protocol::text_response(200, ""), std::make_unique<Counting>()};
  };
  return route;
}

Route guarded_route() {
  Route route;
  route.method = Method::post;
  route.pattern = "/guarded";
  route.handler = [](const Request& request) {
    return web_protocol::text_response(200, std::to_string(request.body.size()));
  };
  route.body_bytes_max = 4 * kFormBytesMax;
  route.admit = [](const Request& request) -> std::optional<Response> {
    if (request.headers.get("X-Who") == "me") return std::nullopt;
    return web_protocol::text_response(401, "who are you");
  };
  return route;
}

std::vector<Route> sample_routes(EventHub& events) {
  std::vector<Route> routes;
  routes.push_back({Method::get, "/hello/{name}", [](const Request& request) {
                      return web_protocol::text_response(200, "hello " + request.params[0]);
                    }});
  routes.push_back({Method::post, "/echo",
                    [](const Request& request) {
                      return web_protocol::text_response(200, std::to_string(request.body.size()));
                    },
                    1000});
  routes.push_back(
      {Method::get, "/throws", [](const Request&) -> Response { throw std::bad_alloc{}; }});
  routes.push_back({Method::get, "/long", [](const Request&) {
                      Response response = web_protocol::text_response(200, "");
                      response.more = [n = 0]() mutable -> Result<std::optional<std::string>> {
                        if (++n > 3) return std::nullopt;
                        return std::optional{std::string(5, 'x')};
                      };
                      return response;
                    }});
  routes.push_back({Method::get, "/events", [](const Request&) {
                      Response response;
                      response.event_topics = {"inbox"};
                      return response;
                    }});
  routes.push_back({Method::post, "/publish", [&events](const Request& request) {
                      events.publish("other", {"presence", "not for you"});
                      events.publish("inbox", {"presence", request.body});
                      return web_protocol::text_response(204, "");
                    }});
  routes.push_back(counting_route());
  routes.push_back(guarded_route());
  routes.push_back({Method::get, "/breaks", [](const Request&) {
                      Response response = web_protocol::text_response(200, "");
                      response.more = [n = 0]() mutable -> Result<std::optional<std::string>> {
                        if (++n > 1) return fail(Errc::corrupt, "half way");
                        return std::optional{std::string{"half"}};
                      };
                      return response;
                    }});
  routes.push_back({Method::get, "/header", [](const Request& request) {
                      Response response = web_protocol::text_response(200, "x");
                      response.headers.set("X-Echo", std::string{request.query().get("v")});
                      return response;
                    }});
  return routes;
}

struct Running {
  EventHub events;
  std::unique_ptr<Server> server;
  explicit Running(std::chrono::seconds body_timeout = std::chrono::seconds{120}) {
    ServerConfig config;
    config.port = 0;
    config.body_timeout = body_timeout;
    config.workers = 2;
    auto started = Server::start(config, sample_routes(events), events);
    REQUIRE(started);
    server = *std::move(started);
  }
};

std::string get(std::string_view target, std::string_view more = "") {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
         std::string{more} + "\r\n";
}

}  // namespace

TEST_CASE("a handler's answer arrives with the headers every answer has") {
  const Running running;
  const std::string answer = Client{running.server->port()}.ask(get("/hello/J%C3%BCrgen"));
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(answer.ends_with("\r\n\r\nhello Jürgen"));
  CHECK(answer.contains("Content-Length: 13\r\n"));
  CHECK(answer.contains("X-Content-Type-Options: nosniff\r\n"));
  CHECK(answer.contains("Referrer-Policy: no-referrer\r\n"));
  CHECK(answer.contains("Cross-Origin-Opener-Policy: same-origin\r\n"));
  CHECK(answer.contains("Content-Security-Policy: default-src 'none'"));
  CHECK(answer.contains("Cache-Control: no-store\r\n"));
}

TEST_CASE("one connection carries several requests, also sent at once") {
  const Running running;
  const Client client{running.server->port()};
  const std::string first = "GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string all = client.ask(first + first + get("/hello/end"));
  std::size_t answers = 0;
  for (std::size_t at = 0; (at = all.find("HTTP/1.1 200", at)) != std::string::npos; ++at)
    ++answers;
  CHECK(answers == 3);
  CHECK(all.ends_with("hello end"));
}

TEST_CASE("HEAD sends the length and not the body") {
  const Running running;
  const std::string answer = Client{running.server->port()}.ask(
      "HEAD /hello/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.contains("Content-Length: 7\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("a body at the route's bound is taken, one byte more is refused before it is read") {
  const Running running;
  const auto post = [&](std::size_t size) {
    return Client{running.server->port()}.ask(
        "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
        std::to_string(size) + "\r\n\r\n" + std::string(size, 'b'));
  };
  CHECK(post(1000).ends_with("\r\n\r\n1000"));
  CHECK(post(1001).starts_with("HTTP/1.1 413"));
  // Announced and never sent: refused at once, not after the body's time is over.
  const Client client{running.server->port()};
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
  CHECK(client.read_until("413").contains("413"));
}

TEST_CASE("a chunked body over the bound is refused as well") {
  const Running running;
  const std::string chunk = "200\r\n" + std::string(512, 'b') + "\r\n";
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(Client{running.server->port()}.ask(head + chunk + "0\r\n\r\n").ends_with("\r\n\r\n512"));
  CHECK(Client{running.server->port()}
            .ask(head + chunk + chunk + "0\r\n\r\n")
            .starts_with("HTTP/1.1 413"));
}

TEST_CASE("a long body is read only from those who may send one") {
  const Running running;
  const std::string start = "POST /guarded HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  const auto sized = [](std::size_t bytes) {
    return "Content-Length: " + std::to_string(bytes) + "\r\n";
  };
  // Not one byte of the body is sent: who waited for it would say nothing.
  for (const std::string& length :
       {sized(kFormBytesMax + 1), std::string{"Transfer-Encoding: chunked\r\n"}}) {
    const auto refused = Client{running.server->port()}.ask(start + length + "\r\n");
    CHECK(refused.starts_with("HTTP/1.1 401 "));
    CHECK(refused.ends_with("who are you"));
  }
  const std::string body(kFormBytesMax + 1, 'x');
  const auto known =
      Client{running.server->port()}.ask(start + sized(body.size()) + "X-Who: me\r\n\r\n" + body);
  CHECK(known.ends_with("\r\n\r\n" + std::to_string(body.size())));
  const auto brief = Client{running.server->port()}.ask(start + sized(5) + "\r\nhello");
  CHECK(brief.ends_with("\r\n\r\n5"));
}

TEST_CASE("who sends the whole of a body that is refused unread still reads why") {
  const Running running;
  const std::string body(std::size_t{16} << 20, 'x');  // more than lies in the sockets' buffers
  for (const auto& [path, refusal] :
       {std::pair{"/guarded", "HTTP/1.1 401 "}, std::pair{"/echo", "HTTP/1.1 413 "},
        std::pair{"/nowhere", "HTTP/1.1 404 "}}) {
    CAPTURE(path);
    const Client client{running.server->port()};
    CHECK(client.send("POST " + std::string{path} + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n"));
    CHECK(client.send(body));
    const std::string answer = client.read_all();
    CHECK(answer.starts_with(refusal));
    CHECK(answer.contains("Connection: close\r\n"));
  }
}

TEST_CASE("a header over its bound is refused and the server lives on") {
  const Running running;
  CHECK(Client{running.server->port()}
            .ask(get("/hello/a", "X: " + std::string(kHeaderBytesMax, 'h') + "\r\n"))
            .starts_with("HTTP/1.1 431"));
  CHECK(Client{running.server->port()}
            .ask(get("/hello/a", "X: " + std::string(kHeaderBytesMax - 200, 'h') + "\r\n"))
            .starts_with("HTTP/1.1 200"));
}

TEST_CASE("what makes no sense is 400, unknown paths 404, wrong methods 405 with what would work") {
  const Running running;
  CHECK(Client{running.server->port()}.ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(Client{running.server->port()}.ask(get("/../etc/passwd")).starts_with("HTTP/1.1 400"));
  CHECK(Client{running.server->port()}.ask(get("/nothing")).starts_with("HTTP/1.1 404"));
  const std::string wrong = Client{running.server->port()}.ask(get("/echo"));
  CHECK(wrong.starts_with("HTTP/1.1 405"));
  CHECK(wrong.contains("Allow: POST\r\n"));
}

TEST_CASE("an exception in a handler is a 500 without its words, and the next request is served") {
  const Running running;
  const std::string answer = Client{running.server->port()}.ask(get("/throws"));
  CHECK(answer.starts_with("HTTP/1.1 500"));
  CHECK_FALSE(answer.contains("bad_alloc"));
  CHECK(Client{running.server->port()}.ask(get("/hello/a")).starts_with("HTTP/1.1 200"));
}

TEST_CASE("a value with line breaks cannot start a header of its own") {
  const Running running;
  const std::string answer =
      Client{running.server->port()}.ask(get("/header?v=a%0d%0aSet-Cookie:%20x=1"));
  CHECK(answer.contains("X-Echo: a  Set-Cookie: x=1\r\n"));
  CHECK_FALSE(answer.contains("\r\nSet-Cookie"));
}

TEST_CASE("a long answer comes in chunks") {
  const Running running;
  const std::string answer = Client{running.server->port()}.ask(get("/long"));
  CHECK(answer.contains("Transfer-Encoding: chunked\r\n"));
  CHECK(answer.ends_with("5\r\nxxxxx\r\n5\r\nxxxxx\r\n5\r\nxxxxx\r\n0\r\n\r\n"));
}

TEST_CASE("a long answer that fails half way has no end") {
  const Running running;
  const std::string answer = Client{running.server->port()}.ask(get("/breaks"));
  CHECK(answer.ends_with("4\r\nhalf\r\n"));
}

TEST_CASE("a streamed body is taken in pieces, far over the bound of other routes") {
  const Running running;
  const std::string head = "POST /count HTTP/1.1\r\nHost: x\r\nX-Who: me\r\nConnection: close\r\n";
  for (const std::size_t size : {0UZ, 1UZ, 3UZ << 20, 50UZ << 20}) {
    const Client client{running.server->port()};
    client.send(head + "Content-Length: " + std::to_string(size) + "\r\n\r\n");
    const std::string block(std::min<std::size_t>(size, 1 << 20), 'b');
    for (std::size_t sent = 0; sent < size; sent += block.size()) client.send(block);
    CHECK(client.read_all().contains("total " + std::to_string(size) + "\r\n0\r\n\r\n"));
  }
  const std::string chunk = "200\r\n" + std::string(512, 'b') + "\r\n";
  CHECK(Client{running.server->port()}
            .ask(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n")
            .contains("total 1024\r\n"));
}

TEST_CASE("what a streamed body is answered comes before the body's end") {
  const Running running;
  const Client client{running.server->port()};
  client.send("POST /count HTTP/1.1\r\nHost: x\r\nX-Who: me\r\nContent-Length: 10\r\n\r\nspeak");
  CHECK(client.read_until("heard;").starts_with("HTTP/1.1 200"));
  // The same connection serves the next request, whose bytes are already there.
  client.send("bbbbb" + get("/hello/next"));
  const std::string rest = client.read_all();
  CHECK(rest.contains("total 10\r\n0\r\n\r\nHTTP/1.1 200"));
  CHECK(rest.ends_with("hello next"));
}

TEST_CASE("a streamed body that waits to be asked for is asked for") {
  const Running running;
  const Client client{running.server->port()};
  client.send(
      "POST /count HTTP/1.1\r\nHost: x\r\nX-Who: me\r\nConnection: close\r\n"
      "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
  client.send("bbbbb");
  CHECK(client.read_all().contains("total 5"));
}

TEST_CASE("a refused stream is told so, whether its body is short or has no end") {
  const Running running;
  const auto post = [](std::size_t size) {
    return "POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) +
           "\r\n\r\n";
  };
  const Client patient{running.server->port()};
  patient.send(post(5) + "bbbbb" + get("/hello/after"));
  const std::string both = patient.read_all();
  CHECK(both.starts_with("HTTP/1.1 401"));
  CHECK(both.ends_with("hello after"));
  const Client endless{running.server->port()};
  endless.send(post(99'999'999'999));
  const std::string refused = endless.read_all();
  CHECK(refused.starts_with("HTTP/1.1 401"));
  CHECK(refused.contains("Connection: close"));
}

TEST_CASE("a body that ends too early is told how far it came") {
  const Running running;
  const std::string head = "POST /count HTTP/1.1\r\nHost: x\r\nX-Who: me\r\n";
  for (const std::string_view body :
       {"Content-Length: 10\r\n\r\nbbbbb", "Transfer-Encoding: chunked\r\n\r\n5\r\nbbbbb\r\n"}) {
    const Client client{running.server->port()};
    client.send(head + std::string{body});
    client.stop_sending();
    const std::string answer = client.read_all();
    CHECK(answer.starts_with("HTTP/1.1 400"));
    CHECK(answer.contains("cut after 5\r\n0\r\n\r\n"));
  }
  const Client whole{running.server->port()};
  whole.send(head + "Content-Length: 5\r\n\r\nbbbbb");
  whole.stop_sending();
  const std::string answer = whole.read_all();
  CHECK(answer.starts_with("HTTP/1.1 200"));
  CHECK(answer.contains("total 5\r\n"));
}

TEST_CASE("who sends nothing more is given up, and told so unless an answer has begun") {
  const Running running{std::chrono::seconds{1}};
  const std::string head = "POST /count HTTP/1.1\r\nHost: x\r\nX-Who: me\r\n";
  const Client client{running.server->port()};
  client.send(head + "Content-Length: 10\r\n\r\nbb");
  const Client answered{running.server->port()};
  answered.send(head + "Content-Length: 10\r\n\r\nspeak");
  CHECK(client.read_all().starts_with("HTTP/1.1 408 "));
  const std::string begun = answered.read_all();
  CHECK(begun.starts_with("HTTP/1.1 200 "));
  CHECK(begun.ends_with("heard;\r\n"));
}

TEST_CASE("a taker that breaks ends its connection and no other") {
  const Running running;
  const Client other{running.server->port()};
  const std::string answer = Client{running.server->port()}.ask(
      "POST /count HTTP/1.1\r\nHost: x\r\nX-Who: me\r\nContent-Length: 4\r\n\r\nboom");
  CHECK_FALSE(answer.contains("total"));
  CHECK(other.ask(get("/hello/a")).ends_with("hello a"));
}

TEST_CASE("an event reaches the pages that subscribed to its topic and no others") {
  Running running;
  const Client page{running.server->port()};
  page.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(page.read_until(": here").contains("Content-Type: text/event-stream\r\n"));
  CHECK(running.events.subscribers() == 1);
  Client{running.server->port()}.ask(
      "POST /publish HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\na\nb");
  const std::string event = page.read_until("data: b\n\n");
  CHECK(event.contains("event: presence\ndata: a\ndata: b\n\n"));
  CHECK_FALSE(event.contains("not for you"));
}

TEST_CASE("stopping ends open streams and idle connections at once") {
  Running running;
  const Client stream{running.server->port()};
  stream.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(stream.read_until(": here").contains("200"));
  const Client idle{running.server->port()};
  idle.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(idle.read_until("hello a").contains("hello a"));
  running.server->stop();
  CHECK(idle.read_all().empty());
  CHECK_FALSE(stream.read_all().contains("HTTP"));
}

TEST_CASE("a header or a body that stops coming is waited for once, and others are served") {
  EventHub events;
  ServerConfig config;
  config.port = 0;
  config.header_timeout = config.body_timeout = std::chrono::seconds{1};
  const auto server = Server::start(config, sample_routes(events), events);
  REQUIRE(server);
  const Client header{(*server)->port()};
  header.send("GET /hello/a HTTP/1.1\r\nX-Slow: ");
  const Client body{(*server)->port()};
  body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf");
  const Client other{(*server)->port()};
  CHECK(other.ask(get("/hello/b")).ends_with("hello b"));
  for (const Client* slow : {&header, &body}) {
    const std::string answer = slow->read_all();
    CHECK(answer.starts_with("HTTP/1.1 408 "));
    CHECK(answer.contains("\r\nConnection: close\r\n"));
    CHECK(answer.contains("\r\n\r\n{"));
  }
}

TEST_CASE("a route says what who is too slow is told") {
  EventHub events;
  ServerConfig config;
  config.port = 0;
  config.body_timeout = std::chrono::seconds{1};
  std::vector<Route> routes = sample_routes(events);
  for (Route& route : routes) route.too_slow = 503;
  const auto server = Server::start(config, std::move(routes), events);
  REQUIRE(server);
  const Client body{(*server)->port()};
  body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf");
  const std::string answer = body.read_all();
  CHECK(answer.starts_with("HTTP/1.1 503 "));
  CHECK(answer.contains("\r\nRetry-After: "));
}

TEST_CASE("who connects and says nothing is told nothing") {
  EventHub events;
  ServerConfig config;
  config.port = 0;
  config.idle_timeout = std::chrono::seconds{1};
  const auto server = Server::start(config, sample_routes(events), events);
  REQUIRE(server);
  CHECK(Client{(*server)->port()}.read_all().empty());
}

TEST_CASE("a body that ends before its length is 400, not too long") {
  const Running running;
  const Client client{running.server->port()};
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf");
  client.stop_sending();
  CHECK(client.read_all().starts_with("HTTP/1.1 400 "));
}

TEST_CASE("one address may have so many connections, others and the proxy are let in") {
  EventHub events;
  ServerConfig config;
  config.port = 0;
  config.connections_per_peer_max = 2;
  const auto server = Server::start(config, sample_routes(events), events);
  REQUIRE(server);
  const std::uint16_t port = (*server)->port();
  const std::string keep = "GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto served = [&](const Client& client) {
    client.send(keep);
    return client.read_until("hello a").starts_with("HTTP/1.1 200 ");
  };
  const Client first{port, 9};
  CHECK(served(first));
  {
    const Client second{port, 9};
    CHECK(served(second));
    const std::string refusal = Client{port, 9}.ask(get("/hello/b"));
    CHECK(refusal.starts_with("HTTP/1.1 503 "));
    CHECK(refusal.contains("\r\nRetry-After: 5\r\n"));
    CHECK(refusal.contains("\r\nConnection: close\r\n"));
    CHECK(served(Client{port, 10}));
    const Client proxied[]{Client{port}, Client{port}, Client{port}};
    for (const Client& client : proxied) CHECK(served(client));
  }
  // Until the server has seen that the second one is gone, whoever comes may be refused.
  bool is_let_in = false;
  for (int tries = 0; tries < 10'000 && !is_let_in; ++tries) is_let_in = served(Client{port, 9});
  CHECK(is_let_in);
  CHECK(served(first));
}

TEST_CASE("a server that is full says so and serves those it has") {
  EventHub events;
  ServerConfig config;
  config.port = 0;
  config.connections_max = 1;
  const auto server = Server::start(config, sample_routes(events), events);
  REQUIRE(server);
  const Client first{(*server)->port()};
  first.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(first.read_until("hello a").ends_with("hello a"));
  CHECK(Client{(*server)->port()}.read_all().starts_with("HTTP/1.1 503 "));
  CHECK(first.ask(get("/hello/b")).ends_with("hello b"));
}

TEST_CASE("a second server on the same port is refused with the reason") {
  Running running;
  ServerConfig config;
  config.port = running.server->port();
  const auto second = Server::start(config, {}, running.events);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::unavailable);
}

TEST_CASE("a subscriber that does not read loses its stream instead of filling the memory") {
  EventHub hub;
  int woken = 0;
  const auto slow = hub.subscribe({"t"}, [&] { ++woken; });
  for (std::size_t i = 0; i < EventHub::kWaitingMax; ++i) hub.publish("t", {"n", "1"});
  CHECK_FALSE(slow->is_over());
  hub.publish("t", {"n", "1"});
  CHECK(slow->is_over());
  CHECK(woken == static_cast<int>(EventHub::kWaitingMax) + 1);
}

TEST_CASE("browser files come with a year of caching, in brotli where taken, and 304 when known") {
  const Running running;
  const std::string page = Client{running.server->port()}.ask(get("/favicon.svg"));
  CHECK(page.contains("max-age=3600"));
  const std::size_t at = page.find("ETag: ");
  REQUIRE(at != std::string::npos);
  const std::string etag = page.substr(at + 6, page.find("\r\n", at) - at - 6);
  CHECK(Client{running.server->port()}
            .ask(get("/favicon.svg", "If-None-Match: " + etag + "\r\n"))
            .starts_with("HTTP/1.1 304"));
  CHECK(Client{running.server->port()}.ask(get("/lethe.css")).starts_with("HTTP/1.1 404"));
  const std::string packed =
      Client{running.server->port()}.ask(get("/a/lethe.css", "Accept-Encoding: br\r\n"));
  CHECK(packed.starts_with("HTTP/1.1 404"));
}

TEST_CASE("the preference cookie survives the way out and back, and nonsense in it is ignored") {
  Response response;
  remember(response, {views::Theme::dark, "de", false}, true);
  const std::string cookie{response.headers.get("Set-Cookie")};
  CHECK(cookie.contains("hotkeys=0"));
  CHECK_FALSE(cookie.contains("HttpOnly"));
  Request request;
  request.cookies = web_protocol::parse_cookies(cookie.substr(0, cookie.find(';')));
  const Preferences back = preferences_of(request);
  CHECK(back.theme == views::Theme::dark);
  CHECK(back.language == "de");
  CHECK_FALSE(back.hotkeys);
  request.cookies = web_protocol::parse_cookies("prefs=theme=pink&language=../..");
  CHECK(preferences_of(request).theme == views::Theme::system);
  CHECK(preferences_of(request).language.empty());
}

TEST_CASE("an attachment is never shown, whatever it claims to be") {
  const Response file = attachment_response("rechnung \"1\".html", "text/html\r\nX: y", "<script>");
  CHECK(file.headers.get("Content-Type") == "application/octet-stream");
  CHECK(file.headers.get("Content-Disposition") ==
        "attachment; filename*=UTF-8''rechnung%20%221%22.html");
  CHECK(file.headers.get("Content-Security-Policy").starts_with("sandbox"));
}
