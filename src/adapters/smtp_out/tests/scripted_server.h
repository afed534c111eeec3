// A mail server that answers by the first word of each line, for what our own
// server never does: sign-in, hanging up, odd codes.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <string>
#include <thread>

namespace lethe::smtp_out {

class ScriptedServer {
 public:
  // Verb (or "." for the end of content) to reply without CRLF. An empty reply
  // hangs up, kSilence says nothing and listens on; a verb that is not named is
  // answered "250 ok".
  using Script = std::map<std::string, std::string>;

  static constexpr const char* kSilence = "silence";

  explicit ScriptedServer(Script script)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 8);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] bool has_seen(const std::string& verb) const {
    return seen_.find(' ' + verb + ' ') != std::string::npos;
  }

 private:
  void serve() {
    int peer = -1;
    while ((peer = ::accept(listener_, nullptr, nullptr)) >= 0) {
      talk(peer);
      ::close(peer);
    }
  }
  void talk(int peer) {
    buffer_.clear();
    if (!say(peer, "220")) return;
    std::string line;
    bool in_content = false;
    while (read_line(peer, line)) {
      if (in_content && line != ".") continue;
      const std::string verb = line == "." ? "." : line.substr(0, 4);
      seen_ += verb + ' ';
      in_content = false;
      if (!say(peer, verb)) return;
      in_content = verb == "DATA" && reply_to(verb).starts_with("354");
      if (verb == "QUIT" && reply_to(verb) != kSilence) return;
    }
  }
  std::string reply_to(const std::string& verb) const {
    const auto found = script_.find(verb);
    if (found != script_.end()) return found->second;
    if (verb == "220") return "220 scripted";
    if (verb == "DATA") return "354 go";
    return "250 ok";
  }
  bool say(int peer, const std::string& verb) const {
    const std::string reply = reply_to(verb);
    if (reply.empty()) return false;
    if (reply == kSilence) return true;
    const std::string bytes = reply + "\r\n";
    return ::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }
  bool read_line(int peer, std::string& line) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      char piece[4096];
      const auto got = ::recv(peer, piece, sizeof piece, 0);
      if (got <= 0) return false;
      buffer_.append(piece, static_cast<std::size_t>(got));
    }
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
  }

  Script script_;
  int listener_;
  int port_ = 0;
  std::string buffer_;
  std::string seen_ = " ";  // the verbs that came; looked at when the client returned
  std::thread thread_;
};

}  // namespace lethe::smtp_out
