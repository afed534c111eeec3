#include "lethe/smtp_in/server.h"

#include "core.h"

namespace lethe::smtp_in {

Result<std::unique_ptr<Server>> Server::open(Settings settings, ports::MailIntake& intake,
                                             asio::io_context& io) {
  auto core = std::make_shared<Core>(std::move(settings), intake, io);
  LETHE_CHECK(core->reload_tls());
  LETHE_CHECK(core->listen());
  core->start_accepting();
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Server::Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Server::~Server() { core_->cut_off(); }

std::vector<std::string> Server::addresses() const { return core_->addresses(); }
Status Server::reload_tls() { return core_->reload_tls(); }
void Server::drain(std::chrono::milliseconds patience, std::function<void()> done) {
  core_->drain(patience, std::move(done));
}
Counters Server::counters() const { return core_->counters(); }

}  // namespace lethe::smtp_in
