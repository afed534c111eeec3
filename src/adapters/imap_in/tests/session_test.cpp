// A scripted server on loopback: what a server may say wrong, and that it ends in time.
#include "session.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace lethe::imap_in {
namespace {

using ports::SourceTrouble;

constexpr std::chrono::seconds kPatience{1};

// Says `lines` one after the other, one whenever something was read, the first at once; then hangs
// up or stays silent.
class Server {
 public:
  enum class Ending { hangs_up, is_silent };
  Server(std::vector<std::string> lines, Ending ending)
      : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listening_, 1) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread{[this, said = std::move(lines), ending] { serve(said, ending); }};
  }
  ~Server() {
    ::shutdown(listening_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(listening_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  void serve(const std::vector<std::string>& lines, Ending ending) const {
    const int peer = ::accept(listening_, nullptr, nullptr);
    if (peer < 0) return;
    std::array<char, 4096> heard{};
    bool first = true;
    for (const std::string& line : lines) {
      if (!first && ::recv(peer, heard.data(), heard.size(), 0) <= 0) break;
      first = false;
      if (::send(peer, line.data(), line.size(), MSG_NOSIGNAL) < 0) break;
    }
    while (ending == Ending::is_silent && ::recv(peer, heard.data(), heard.size(), 0) > 0) {
    }
    ::close(peer);
  }
  int listening_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

ports::MailSource source_at(std::uint16_t port) {
  ports::MailSource source{.address = "help@desk.example",
                           .host = "127.0.0.1",
                           .port = port,
                           .security = ports::SourceSecurity::plain,
                           .user = "desk",
                           .password = [] { return Result<Secret>{Secret{"word"}}; }};
  return source;
}

SourceTrouble trouble_with(std::vector<std::string> lines, Server::Ending ending,
                           ports::SourceSecurity security = ports::SourceSecurity::plain) {
  const Server server{std::move(lines), ending};
  ports::MailSource source = source_at(server.port());
  source.security = security;
  Wake stop;
  const auto session = open_session(source, stop, kPatience);
  return session ? SourceTrouble::none : session.error().trouble;
}

const std::string kGreeting = "* OK ready\r\n";
const std::string kCapable = "* CAPABILITY IMAP4rev1 UIDPLUS\r\n1 OK done\r\n";

TEST_CASE("a server that greets and behaves is signed in to, its folder selected") {
  CHECK(trouble_with(
            {kGreeting, kCapable, "2 OK in\r\n", "* CAPABILITY IMAP4rev1 UIDPLUS\r\n3 OK done\r\n",
             "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n4 OK [READ-WRITE] selected\r\n"},
            Server::Ending::hangs_up) == SourceTrouble::none);
}

TEST_CASE("a refused password and a missing folder are told apart") {
  CHECK(trouble_with({kGreeting, kCapable, "2 NO wrong\r\n"}, Server::Ending::hangs_up) ==
        SourceTrouble::login_refused);
  CHECK(trouble_with({kGreeting, kCapable, "2 OK in\r\n",
                      "* CAPABILITY IMAP4rev1 UIDPLUS\r\n3 OK done\r\n", "4 NO no such box\r\n"},
                     Server::Ending::hangs_up) == SourceTrouble::no_folder);
}

TEST_CASE("a server that says nothing, hangs up, says BYE or garbage is given up in time") {
  CHECK(trouble_with({}, Server::Ending::is_silent) == SourceTrouble::timed_out);
  CHECK(trouble_with({}, Server::Ending::hangs_up) == SourceTrouble::hung_up);
  CHECK(trouble_with({"* BYE not now\r\n"}, Server::Ending::hangs_up) == SourceTrouble::hung_up);
  CHECK(trouble_with({"220 smtp.example ESMTP\r\n"}, Server::Ending::is_silent) ==
        SourceTrouble::garbled);
  CHECK(trouble_with({kGreeting}, Server::Ending::is_silent) == SourceTrouble::timed_out);
}

TEST_CASE("an answer without an end is given up at its bound") {
  const std::string endless = "* OK " + std::string(std::size_t{6} << 20, 'x');
  const SourceTrouble trouble = trouble_with({endless}, Server::Ending::is_silent);
  const bool given_up = trouble == SourceTrouble::garbled || trouble == SourceTrouble::timed_out;
  CHECK(given_up);
}

TEST_CASE("a server that greets as signed in is refused") {
  CHECK(trouble_with({"* PREAUTH welcome\r\n"}, Server::Ending::is_silent) ==
        SourceTrouble::garbled);
}

TEST_CASE("STARTTLS that is not offered, and words in clear behind it, are refused") {
  CHECK(trouble_with({kGreeting, kCapable}, Server::Ending::is_silent,
                     ports::SourceSecurity::starttls) == SourceTrouble::no_starttls);
  // Some releases of the library refuse it by themselves, with an error of their own.
  const SourceTrouble injected =
      trouble_with({kGreeting, "* CAPABILITY IMAP4rev1 STARTTLS\r\n1 OK done\r\n",
                    "2 OK begin\r\n* CAPABILITY IMAP4rev1 INJECTED\r\n"},
                   Server::Ending::is_silent, ports::SourceSecurity::starttls);
  const bool refused =
      injected == SourceTrouble::tls_failed || injected == SourceTrouble::no_starttls;
  CHECK(refused);
}

TEST_CASE("a port that speaks no TLS is told from one where nothing listens") {
  CHECK(trouble_with({kGreeting}, Server::Ending::is_silent, ports::SourceSecurity::tls) ==
        SourceTrouble::tls_failed);
  std::uint16_t closed = 0;
  {
    const Server server{{}, Server::Ending::hangs_up};
    closed = server.port();
  }
  Wake stop;
  const auto session = open_session(source_at(closed), stop, kPatience);
  REQUIRE(!session);
  CHECK(session.error().trouble == SourceTrouble::unreachable);
}

TEST_CASE("plain is for this machine only, however the name begins") {
  for (const char* host :
       {"imap.example.org", "127.example.org", "10.0.0.1", "127.0.0.1.example"}) {
    ports::MailSource source = source_at(143);
    source.host = host;
    Wake stop;
    const auto session = open_session(source, stop, kPatience);
    REQUIRE(!session);
    CHECK(session.error().trouble == SourceTrouble::settings);
  }
}

Tried<std::optional<std::string>> fetched_by(const std::vector<std::string>& answers) {
  std::vector<std::string> lines{kGreeting, kCapable, "2 OK in\r\n",
                                 "* CAPABILITY IMAP4rev1 UIDPLUS\r\n3 OK done\r\n",
                                 "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n"
                                 "4 OK [READ-WRITE] selected\r\n"};
  lines.insert(lines.end(), answers.begin(), answers.end());
  const Server server{std::move(lines), Server::Ending::hangs_up};
  Wake stop;
  const auto session = open_session(source_at(server.port()), stop, kPatience);
  REQUIRE(session);
  return (*session)->fetch(9);
}

std::string piece(int tag, std::size_t from, std::size_t size, std::string_view bytes) {
  return "* 1 FETCH (UID 9 RFC822.SIZE " + std::to_string(size) + " BODY[]<" +
         std::to_string(from) + "> {" + std::to_string(bytes.size()) + "}\r\n" +
         std::string{bytes} + ")\r\n" + std::to_string(tag) + " OK done\r\n";
}

TEST_CASE("a mail comes whole from a server that gives less at once than it is asked for") {
  const auto mail =
      fetched_by({piece(5, 0, 8, "abc"), piece(6, 3, 8, "de"), piece(7, 5, 8, "fgh")});
  REQUIRE(mail);
  CHECK(*mail == "abcdefgh");
}

TEST_CASE("a mail ends where nothing more comes, however long the server says it is") {
  const auto mail = fetched_by({piece(5, 0, 99, "abc"), piece(6, 3, 99, "")});
  REQUIRE(mail);
  CHECK(*mail == "abc");
  const auto longer = fetched_by({piece(5, 0, 1, "abc")});
  REQUIRE(longer);
  CHECK(*longer == "abc");
}

TEST_CASE("a refused mail is told from a session that ended, and a mail that is gone from both") {
  const auto refused = fetched_by({"5 NO [SERVERBUG] it is damaged\r\n"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().session_lives);
  const auto ended = fetched_by({"* BYE enough\r\n"});
  REQUIRE_FALSE(ended);
  CHECK_FALSE(ended.error().session_lives);
  const auto gone = fetched_by({"5 OK done\r\n"});
  REQUIRE(gone);
  CHECK_FALSE(gone->has_value());
}

TEST_CASE("a stop breaks off a wait for the server") {
  const Server server{{}, Server::Ending::is_silent};
  Wake stop;
  stop.raise();
  const auto session = open_session(source_at(server.port()), stop, std::chrono::seconds{60});
  CHECK(!session);
}

}  // namespace
}  // namespace lethe::imap_in
