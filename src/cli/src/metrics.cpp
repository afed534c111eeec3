#include "metrics.h"

#include "lethe/web/server.h"
#include "listen_address.h"
#include "log.h"

namespace lethe::cli {

struct Metrics::State {
  explicit State(std::function<std::string()> the_text) : text(std::move(the_text)) {}

  web_protocol::Response answer() const {
    auto response = web_protocol::text_response(200, text());
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return response;
  }

  std::function<std::string()> text;
  web::EventHub hub;
  std::unique_ptr<web::Server> server;
};

Metrics::Metrics(std::unique_ptr<State> state) : state_(std::move(state)) {}
Metrics::~Metrics() {
  if (state_->server) state_->server->stop();
}

Result<std::unique_ptr<Metrics>> Metrics::open(const std::string& listen,
                                               std::function<std::string()> text) {
  auto state = std::make_unique<State>(std::move(text));
  if (!listen.empty()) {
    LETHE_TRY(const ListenAddress place, parse_listen_address("http.metrics", listen));
    web::ServerConfig config{.address = place.address, .port = place.port, .workers = 1};
    config.connections_max = 16;
    config.on_problem = [](std::string_view problem) {
      log_line("metrics: " + std::string{problem});
    };
    std::vector<web::Route> routes;
    routes.push_back(
        {.method = web_protocol::Method::get,
         .pattern = "/metrics",
         .handler = [s = state.get()](const web_protocol::Request&) { return s->answer(); },
         .body_bytes_max = 0,
         .budget = {}});
    LETHE_TRY(state->server, web::Server::start(std::move(config), std::move(routes), state->hub));
  }
  return std::unique_ptr<Metrics>{new Metrics{std::move(state)}};
}

}  // namespace lethe::cli
