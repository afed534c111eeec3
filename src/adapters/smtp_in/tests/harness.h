// A real server on loopback, an intake that a test commands, and a blocking
// client. Nothing sleeps: every wait is for an event, with a bound of 20 s
// that only a failing test meets.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "lethe/smtp_in/server.h"

namespace lethe::smtp_in {

inline constexpr std::chrono::seconds kBound{20};

// Answers at once with `answer`, or keeps mails until release().
class CommandedIntake : public ports::MailIntake {
 public:
  Result<ports::RcptVerdict> check_recipient(const ports::Envelope&,
                                             std::string_view recipient) override {
    if (recipient.starts_with("nobody@")) return ports::RcptVerdict::unknown;
    if (recipient.starts_with("busy@")) return ports::RcptVerdict::busy;
    return ports::RcptVerdict::accepted;
  }

  void take_in(ports::Delivery&& delivery, std::function<void(Status)> done) override {
    std::unique_lock lock{mutex_};
    mails_.push_back(std::move(delivery));
    const Status status = answer_;
    if (keeps_) {
      kept_.push_back(std::move(done));
    } else {
      lock.unlock();
      done(status);
      lock.lock();
    }
    changed_.notify_all();
  }

  void keep_mails() {
    const std::lock_guard lock{mutex_};
    keeps_ = true;
  }
  void answer_with(Status status) {
    const std::lock_guard lock{mutex_};
    answer_ = std::move(status);
  }
  // Waits until `count` mails are kept, then answers them with success.
  void release(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, kBound, [&] { return kept_.size() >= count; });
    auto kept = std::exchange(kept_, {});
    lock.unlock();
    for (const auto& done : kept) done({});
  }
  void wait_for_mails(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, kBound, [&] { return mails_.size() >= count; });
  }
  [[nodiscard]] std::vector<ports::Delivery> mails() {
    const std::lock_guard lock{mutex_};
    return mails_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool keeps_ = false;
  Status answer_;
  std::vector<ports::Delivery> mails_;
  std::vector<std::function<void(Status)>> kept_;
};

// The server with its I/O threads.
class Harness {
 public:
  explicit Harness(Settings settings, std::size_t threads = 2) {
    if (settings.listen.empty()) settings.listen = {{.address = "127.0.0.1:0"}};
    if (settings.host_name.empty()) settings.host_name = "mx.example";
    auto opened = Server::open(std::move(settings), intake, io_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    server = std::move(*opened);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~Harness() { stop(); }
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  // Returns when every session ended.
  void drain(std::chrono::milliseconds patience = kBound) {
    auto drained = std::make_shared<std::promise<void>>();
    server->drain(patience, [drained] { drained->set_value(); });
    drained->get_future().wait_for(2 * kBound);
  }
  void stop() {
    server.reset();
    work_.reset();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }
  [[nodiscard]] std::uint16_t port() const {
    const std::string address = server->addresses().front();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  CommandedIntake intake;
  std::unique_ptr<Server> server;

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::vector<std::thread> threads_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  explicit Client(const std::string& unix_path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
    connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  ~Client() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ::close(fd_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // False when the server closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ssl_ != nullptr
                            ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                            : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next whole reply, all its lines; empty when the server closed.
  std::string reply() {
    std::string whole;
    while (true) {
      const std::string text = line();
      whole += text;
      if (text.size() < 4 || text[3] != '-') return whole;
    }
  }

  // Sends a command and returns the code of its reply.
  std::string code(std::string_view command) {
    send(command);
    return reply().substr(0, 3);
  }

  // Everything until the server closes.
  std::string rest() {
    while (fill()) {
    }
    return std::exchange(buffer_, {});
  }

  // Client side of TLS, trusting anybody; false when the handshake failed.
  bool start_tls() {
    context_ = SSL_CTX_new(TLS_client_method());
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, fd_);
    return SSL_connect(ssl_) == 1;
  }
  [[nodiscard]] long certificate_serial() const {
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    const long serial = ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
    X509_free(certificate);
    return serial;
  }

 private:
  void connect_to(const sockaddr* address, socklen_t size) {
    const timeval bound{.tv_sec = kBound.count(), .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
    if (::connect(fd_, address, size) != 0) throw std::runtime_error("connect");
  }
  bool fill() {
    char piece[4096];
    const auto got =
        ssl_ != nullptr ? SSL_read(ssl_, piece, sizeof piece) : ::recv(fd_, piece, sizeof piece, 0);
    if (got > 0) buffer_.append(piece, static_cast<std::size_t>(got));
    return got > 0;
  }
  std::string line() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      if (!fill()) return {};
    }
    std::string text = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 2);
    return text;
  }

  int fd_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

inline const std::string kEnvelope =
    "MAIL FROM:<ann@client.example>\r\nRCPT TO:<help@example.org>\r\n";

}  // namespace lethe::smtp_in
