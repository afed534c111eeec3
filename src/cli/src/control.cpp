#include "control.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "log.h"

namespace lethe::cli {
namespace {

namespace json = boost::json;

// The longest list of files that a command line holds, each with its whole path.
constexpr std::size_t kLineBytesMax = std::size_t{64} << 20;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string socket_path(const Config& config) { return config.data + "/control.sock"; }

// A path of more than 107 bytes does not fit into a socket address; false then.
bool set_address(sockaddr_un& address, const std::string& path) {
  address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return true;
}

Status send_line(const Socket& socket, const json::value& value) {
  const std::string line = json::serialize(value) + "\n";
  std::string_view rest{line};
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket.fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return fail(Errc::cancelled, "the other side hung up");
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

// Lines of a peer, one by one.
class Lines {
 public:
  explicit Lines(const Socket& socket) : socket_(socket) {}

  std::optional<std::string> next(std::size_t bytes_max) {
    for (;;) {
      const auto end = buffer_.find('\n', searched_);
      if (end != std::string::npos) {
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        searched_ = 0;
        return line;
      }
      searched_ = buffer_.size();
      if (buffer_.size() > bytes_max || !fill()) return std::nullopt;
    }
  }

 private:
  bool fill() {
    std::array<char, 16384> chunk{};
    const ssize_t got = ::recv(socket_.fd(), chunk.data(), chunk.size(), 0);
    if (got <= 0) return false;
    buffer_.append(chunk.data(), static_cast<std::size_t>(got));
    return true;
  }
  const Socket& socket_;
  std::string buffer_;
  std::size_t searched_ = 0;  // so much of it holds no end of a line
};

json::object error_object(const Error& error) {
  return {{"error", json::object{{"code", std::string{name_of(error.code)}},
                                 {"detail", error.detail},
                                 {"field", error.field}}}};
}

Status run_request(World& world, const std::string& line, const Speaker& speaker) {
  boost::system::error_code broken;
  const json::value request = json::parse(line, broken);
  if (broken || !request.is_object()) return fail(Errc::invalid_argument, "not a request");
  const json::object& object = request.get_object();
  const Command command = find_command(text_argument(object, "command"));
  if (command == nullptr) return fail(Errc::invalid_argument, "there is no such command");
  const json::value* arguments = object.if_contains("arguments");
  static const json::object kNone;
  return command(world,
                 arguments != nullptr && arguments->is_object() ? arguments->get_object() : kNone,
                 speaker);
}

bool same_user(const Socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket.fd(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         peer.uid == ::geteuid();
}

// The user that listens at the other end.
std::optional<uid_t> server_user(const Socket& socket) {
  ucred server{};
  socklen_t size = sizeof server;
  if (::getsockopt(socket.fd(), SOL_SOCKET, SO_PEERCRED, &server, &size) != 0) return std::nullopt;
  return server.uid;
}

std::string user_name(uid_t user) {
  std::array<char, 1024> room{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return "#" + std::to_string(user);
}

// It would hang up without a word.
Status refuse_another_user(const Config& config, const Socket& socket) {
  const auto user = server_user(socket);
  if (!user || *user == ::geteuid()) return {};
  const std::string name = user_name(*user);
  return fail(Errc::forbidden, "the server of " + config.data + " runs as the user " + name +
                                   " and answers to nobody else; run this command as that user: "
                                   "sudo -u " +
                                   name + " lethe ...");
}

void serve_one(World& world, Socket socket) {
  if (!same_user(socket)) return;
  Lines lines{socket};
  const auto line = lines.next(kLineBytesMax);
  if (!line) return;
  const Speaker speaker{
      .print =
          [&](std::string_view text) {
            return send_line(socket, json::object{{"print", std::string{text}}});
          },
      .progress =
          [&](std::int64_t done, std::int64_t total, std::string_view what) {
            // A peer that went away is told by print; progress is never the only word.
            static_cast<void>(send_line(
                socket, json::object{{"progress", json::array{done, total, std::string{what}}}}));
          }};
  const Status status = run_request(world, *line, speaker);
  static_cast<void>(
      send_line(socket, status ? json::object{{"done", true}} : error_object(status.error())));
}

// What a library throws ends the command, not the server.
void serve_or_log(World& world, Socket socket) {
  try {
    serve_one(world, std::move(socket));
  } catch (const std::exception&) {
    log_line("a command on control.sock ended in an exception");
  }
}

// A request comes at once, and who reads no answer for ten minutes is gone: neither keeps a thread
// for ever.
void set_patience(const Socket& peer) {
  const timeval request{.tv_sec = 10, .tv_usec = 0};
  const timeval answer{.tv_sec = 600, .tv_usec = 0};
  ::setsockopt(peer.fd(), SOL_SOCKET, SO_RCVTIMEO, &request, sizeof request);
  ::setsockopt(peer.fd(), SOL_SOCKET, SO_SNDTIMEO, &answer, sizeof answer);
}

Errc parse_code(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(Errc::internal); ++code) {
    if (name_of(static_cast<Errc>(code)) == name) return static_cast<Errc>(code);
  }
  return Errc::internal;
}

// Handles one line of the server; a value when it was the last one.
std::optional<Status> hear(const json::object& said, const Speaker& speaker) {
  if (const auto* text = said.if_contains("print")) {
    const Status printed = speaker.print(text_argument(said, "print"));
    if (!printed) return printed;
    static_cast<void>(text);
  }
  if (const auto* steps = said.if_contains("progress"); steps != nullptr && steps->is_array()) {
    const auto& three = steps->get_array();
    speaker.progress(three.at(0).to_number<std::int64_t>(), three.at(1).to_number<std::int64_t>(),
                     std::string{three.at(2).as_string().c_str()});
  }
  if (const auto* error = said.if_contains("error"); error != nullptr && error->is_object()) {
    const auto& object = error->get_object();
    return fail(parse_code(text_argument(object, "code")), text_argument(object, "detail"),
                text_argument(object, "field"));
  }
  if (said.contains("done")) return Status{};
  return std::nullopt;
}

}  // namespace

struct ControlServer::State {
  State(World& the_world, Socket the_socket, Socket read_end, Socket write_end)
      : world(the_world),
        listener(std::move(the_socket)),
        stop_read(std::move(read_end)),
        stop_write(std::move(write_end)) {}

  void run() {
    for (;;) {
      std::array<pollfd, 2> waits{{{listener.fd(), POLLIN, 0}, {stop_read.fd(), POLLIN, 0}}};
      if (::poll(waits.data(), waits.size(), -1) < 0) continue;
      if (waits[1].revents != 0) return;
      Socket peer{::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC)};
      if (!peer.open()) continue;
      set_patience(peer);
      // A thread that has ended keeps its stack until it is joined.
      std::erase_if(workers, [](const Worker& worker) { return worker.ended->load(); });
      auto ended = std::make_shared<std::atomic<bool>>(false);
      std::jthread thread{[this, ended, socket = std::move(peer)]() mutable {
        serve_or_log(world, std::move(socket));
        ended->store(true);
      }};
      workers.push_back({std::move(thread), std::move(ended)});
    }
  }

  struct Worker {
    std::jthread thread;
    std::shared_ptr<std::atomic<bool>> ended;
  };

  World& world;
  Socket listener, stop_read, stop_write;
  std::vector<Worker> workers;
  std::jthread acceptor;
};

ControlServer::ControlServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

ControlServer::~ControlServer() {
  const char byte = 0;
  if (::write(state_->stop_write.fd(), &byte, 1) != 1) return;
  state_->acceptor.join();
  ::unlink(socket_path(state_->world.config()).c_str());
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(World& world) {
  sockaddr_un address{};
  const std::string path = socket_path(world.config());
  if (!set_address(address, path)) {
    return fail(Errc::unavailable, path +
                                       " is too long a path for a socket (107 bytes at most); "
                                       "give the data directory a shorter one");
  }
  Socket listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  ::unlink(path.c_str());
  const mode_t before = ::umask(0177);
  const int bound =
      ::bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  std::array<int, 2> pipe{};
  if (bound != 0 || ::listen(listener.fd(), 16) != 0 || ::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return fail(Errc::unavailable, "cannot open " + path + ": " + std::strerror(errno));
  }
  auto state =
      std::make_unique<State>(world, std::move(listener), Socket{pipe[0]}, Socket{pipe[1]});
  state->acceptor = std::jthread([raw = state.get()] { raw->run(); });
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(state)));
}

std::optional<Status> run_in_server(const Config& config, std::string_view command,
                                    const json::object& arguments, const Speaker& speaker) {
  sockaddr_un address{};
  if (!set_address(address, socket_path(config))) return std::nullopt;
  const Socket socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::nullopt;
  }
  if (Status known = refuse_another_user(config, socket); !known) return known;
  const Status sent =
      send_line(socket, json::object{{"command", std::string{command}}, {"arguments", arguments}});
  if (!sent) return sent;
  Lines lines{socket};
  while (const auto line = lines.next(kLineBytesMax)) {
    boost::system::error_code broken;
    const json::value said = json::parse(*line, broken);
    if (broken || !said.is_object()) break;
    if (auto ended = hear(said.get_object(), speaker)) return ended;
  }
  return fail(Errc::unavailable, "the server ended before the command did");
}

}  // namespace lethe::cli
