#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "certificate.h"
#include "harness.h"

namespace lethe::smtp_in {
namespace {

using smtp_protocol::Dialect;
using std::chrono::milliseconds;

std::string greeted(Client& client) {
  client.reply();
  return client.code("EHLO client.example\r\n");
}

// MAIL, RCPT and DATA, up to the 354.
std::string begin_mail_again(Client& client) {
  client.send(kEnvelope + "DATA\r\n");
  client.reply();
  client.reply();
  return client.reply().substr(0, 3);
}

std::string begin_mail(Client& client) {
  greeted(client);
  return begin_mail_again(client);
}

std::string all_pipelined(std::string_view content) {
  return "EHLO a.example\r\n" + kEnvelope + "DATA\r\n" + std::string{content} + "\r\n.\r\nQUIT\r\n";
}

// A server with a certificate of serial number 1.
struct TlsHarness {
  TlsHarness() { write_certificate(files.certificate, files.key); }
  TestDirectory directory;
  TlsFiles files{directory.file("cert.pem"), directory.file("key.pem")};
};

}  // namespace

TEST_CASE("a mail sent over TCP arrives whole, with the peer's address") {
  Harness harness{{}};
  Client client{harness.port()};
  CHECK(client.reply() == "220 mx.example ESMTP Lethe\r\n");
  CHECK(client.code("EHLO client.example\r\n") == "250");
  client.send(kEnvelope + "DATA\r\n");
  CHECK(client.reply().starts_with("250"));
  CHECK(client.reply().starts_with("250"));
  CHECK(client.reply().starts_with("354"));
  CHECK(client.code("Subject: hi\r\n\r\n..\r\n.\r\n") == "250");
  CHECK(client.code("QUIT\r\n") == "221");
  CHECK(client.rest().empty());
  const auto mails = harness.intake.mails();
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].content == "Subject: hi\r\n\r\n.\r\n");
  CHECK(mails[0].envelope.peer_address == "127.0.0.1");
  CHECK_FALSE(mails[0].envelope.tls);
  CHECK(harness.server->counters().accepted == 1);
}

TEST_CASE("LMTP over a unix socket answers once per recipient and has no peer address") {
  const TestDirectory directory;
  const std::string path = directory.file("lmtp");
  Harness harness{{.listen = {{Dialect::lmtp, "unix:" + path}}}};
  CHECK(harness.server->addresses() == std::vector<std::string>{"unix:" + path});
  Client client{path};
  CHECK(client.reply() == "220 mx.example LMTP Lethe\r\n");
  client.send("LHLO a\r\n" + kEnvelope + "RCPT TO:<two@example.org>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
  std::string codes;
  for (int i = 0; i < 8; ++i) codes += client.reply().substr(0, 3) + ' ';
  CHECK(codes == "250 250 250 250 354 250 250 221 ");
  CHECK(harness.intake.mails().at(0).envelope.peer_address.empty());
}

TEST_CASE("a unix socket left behind by a dead server is replaced, a live one is not") {
  const TestDirectory directory;
  const std::string path = directory.file("lmtp");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(::bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(left);

  Harness harness{{.listen = {{Dialect::lmtp, "unix:" + path}}}};
  CommandedIntake intake;
  boost::asio::io_context io;
  const auto second =
      Server::open({.listen = {{Dialect::lmtp, "unix:" + path}}, .host_name = "b"}, intake, io);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::unavailable);
  Client client{path};
  CHECK(client.reply().starts_with("220 mx.example"));
}

TEST_CASE("addresses that are none, and ports in use, are refused with the reason") {
  CommandedIntake intake;
  boost::asio::io_context io;
  for (const char* address : {"", "127.0.0.1", "localhost:25", "127.0.0.1:x", "127.0.0.1:70000",
                              "::1:25", "[127.0.0.1]:25", "unix:", "25"}) {
    CAPTURE(address);
    const auto server = Server::open({.listen = {{.address = address}}}, intake, io);
    REQUIRE_FALSE(server);
    CHECK(server.error().code == Errc::invalid_argument);
  }
  Harness harness{{}};
  const auto taken =
      Server::open({.listen = {{.address = harness.server->addresses().front()}}}, intake, io);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == Errc::unavailable);
}

TEST_CASE("250 is said only after the intake said so") {
  Harness harness{{}};
  harness.intake.keep_mails();
  Client client{harness.port()};
  CHECK(begin_mail(client) == "354");
  client.send("x\r\n.\r\n");
  harness.intake.wait_for_mails(1);
  CHECK(harness.server->counters().accepted == 0);
  CHECK(harness.server->counters().bytes_in_flight > 0);
  harness.intake.release(1);
  CHECK(client.reply().starts_with("250 2.0.0"));
  CHECK(client.code("NOOP\r\n") == "250");
  CHECK(harness.server->counters().bytes_in_flight == 0);
}

TEST_CASE(
    "an intake that does not answer in time is a temporary refusal, its late answer is nothing") {
  Harness harness{{.deadlines = {.intake = milliseconds{20}}}};
  harness.intake.keep_mails();
  Client client{harness.port()};
  begin_mail(client);
  CHECK(client.code("x\r\n.\r\n") == "451");
  harness.intake.release(1);
  CHECK(client.code("NOOP\r\n") == "250");
  CHECK(harness.server->counters().deferred == 1);
  CHECK(harness.server->counters().accepted == 0);
}

TEST_CASE("an answer that comes after the server is gone harms nothing") {
  CommandedIntake intake;
  {
    Harness harness{{}};
    harness.intake.keep_mails();
    Client client{harness.port()};
    begin_mail(client);
    client.send("x\r\n.\r\n");
    harness.intake.wait_for_mails(1);
    harness.stop();
    harness.intake.release(1);
  }
  CHECK(intake.mails().empty());
}

TEST_CASE("STARTTLS encrypts the session and the envelope says so") {
  TlsHarness tls;
  Harness harness{{.tls = tls.files}};
  Client client{harness.port()};
  client.reply();
  client.send("EHLO a\r\n");
  CHECK(client.reply().contains("250-STARTTLS\r\n"));
  CHECK(client.code("STARTTLS\r\n") == "220");
  REQUIRE(client.start_tls());
  client.send("EHLO a\r\n");
  CHECK_FALSE(client.reply().contains("STARTTLS"));
  client.send(kEnvelope + "DATA\r\nx\r\n.\r\n");
  for (const char* code : {"250", "250", "354", "250"}) CHECK(client.reply().starts_with(code));
  CHECK(client.code("QUIT\r\n") == "221");
  CHECK(harness.intake.mails().at(0).envelope.tls);
}

TEST_CASE("commands injected in clear behind STARTTLS are not obeyed inside TLS") {
  TlsHarness tls;
  Harness harness{{.tls = tls.files}};
  Client client{harness.port()};
  greeted(client);
  client.send("STARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@example.net>\r\n");
  CHECK(client.reply().starts_with("220"));
  // Either the bytes were read with STARTTLS and dropped, or they spoil the
  // handshake; both are safe.
  if (client.start_tls()) {
    CHECK(client.code("RCPT TO:<help@example.org>\r\n") == "503");
    CHECK(client.code("MAIL FROM:<a@b>\r\n") == "503");
  }
  CHECK(harness.intake.mails().empty());
}

TEST_CASE("a peer that never starts its handshake is dropped at the deadline") {
  TlsHarness tls;
  Harness harness{{.tls = tls.files, .deadlines = {.command = milliseconds{100}}}};
  Client client{harness.port()};
  greeted(client);
  CHECK(client.code("STARTTLS\r\n") == "220");
  CHECK(client.rest().empty());
}

TEST_CASE("a new certificate is used after reload_tls, a broken one never") {
  TlsHarness tls;
  Harness harness{{.tls = tls.files}};
  const auto serial = [&] {
    Client client{harness.port()};
    greeted(client);
    client.code("STARTTLS\r\n");
    return client.start_tls() ? client.certificate_serial() : 0;
  };
  CHECK(serial() == 1);
  write_certificate(tls.files.certificate, tls.files.key, 2);
  CHECK(serial() == 1);
  REQUIRE(harness.server->reload_tls());
  CHECK(serial() == 2);
  std::ofstream{tls.files.certificate} << "nonsense";
  const auto status = harness.server->reload_tls();
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Errc::invalid_argument);
  CHECK(serial() == 2);
}

TEST_CASE("a key that is not the certificate's is refused at the start") {
  TlsHarness tls;
  TlsHarness other;
  CommandedIntake intake;
  boost::asio::io_context io;
  const auto server = Server::open({.listen = {{.address = "127.0.0.1:0"}},
                                    .tls = TlsFiles{tls.files.certificate, other.files.key}},
                                   intake, io);
  REQUIRE_FALSE(server);
  CHECK(server.error().code == Errc::invalid_argument);
}

TEST_CASE("bare LF in the content is answered 521 and the peer can read it") {
  Harness harness{{}};
  Client client{harness.port()};
  begin_mail(client);
  client.send("Subject: x\r\n\r\nx\n.\nMAIL FROM:<evil@example.net>\r\n" +
              std::string(1 << 20, 'x') + "\r\n");
  CHECK(client.reply().starts_with("521 5.5.2"));
  CHECK(client.rest().empty());
  CHECK(harness.intake.mails().empty());
  CHECK(harness.server->counters().refused == 1);
}

TEST_CASE("a silent peer is told 421 and closed, before and inside a command") {
  Harness harness{{.deadlines = {.command = milliseconds{50}}}};
  Client silent{harness.port()};
  silent.reply();
  CHECK(silent.rest().starts_with("421 4.4.2"));
  Client halfway{harness.port()};
  halfway.reply();
  halfway.send("EHL");
  CHECK(halfway.rest().starts_with("421 4.4.2"));
}

TEST_CASE("bytes that never stop coming do not extend a command's deadline") {
  Harness harness{{.limits = {.command_bytes = std::size_t{1} << 30},
                   .deadlines = {.command = milliseconds{100}, .farewell = milliseconds{100}}}};
  Client client{harness.port()};
  client.reply();
  std::thread feeder{[&] {
    while (client.send("x")) {
    }
  }};
  const std::string rest = client.rest();
  feeder.join();
  CHECK(rest.starts_with("421 4.4.2"));
}

TEST_CASE("content that stops coming is told 421, and its memory is given back") {
  Harness harness{{.deadlines = {.content = milliseconds{50}, .farewell = milliseconds{100}}}};
  Client client{harness.port()};
  begin_mail(client);
  client.send("Subject: half");
  CHECK(client.rest().starts_with("421 4.4.2"));
  harness.drain();
  CHECK(harness.server->counters().bytes_in_flight == 0);
  CHECK(harness.intake.mails().empty());
}

TEST_CASE("chunks that come one byte at a time end with the transaction, and others are served") {
  // At the usual least rate a test would drip faster than any slow client and earn its time.
  Harness harness{{.deadlines = {.transaction = milliseconds{500},
                                 .farewell = milliseconds{100},
                                 .content_bytes_per_second_min = std::size_t{64} << 20}}};
  Client drip{harness.port()};
  greeted(drip);
  drip.send(kEnvelope);
  drip.reply();
  drip.reply();
  std::string said;
  while (said.empty() || said.starts_with("250")) {
    if (!drip.send("BDAT 1\r\nx")) break;
    said = drip.reply();
  }
  CHECK((said.empty() || said.starts_with("421 4.4.2")));
  Client other{harness.port()};
  CHECK(begin_mail(other) == "354");
  CHECK(other.code("Subject: x\r\n\r\nx\r\n.\r\n") == "250");
}

TEST_CASE("more connections from one peer than allowed are turned away, until one ends") {
  Harness harness{{.connections_per_peer_max = 2}};
  Client one{harness.port()};
  auto two = std::make_unique<Client>(harness.port());
  CHECK(one.reply().starts_with("220"));
  CHECK(two->reply().starts_with("220"));
  Client three{harness.port()};
  CHECK(three.rest().starts_with("421 4.7.0"));
  CHECK(two->code("QUIT\r\n") == "221");
  two.reset();
  std::string greeting;  // the session's end is an event of the server, so ask again
  for (int i = 0; i < 100'000 && !greeting.starts_with("220"); ++i) {
    greeting = Client{harness.port()}.reply();
  }
  CHECK(greeting.starts_with("220"));
  CHECK(harness.server->counters().turned_away >= 1);
}

TEST_CASE("more connections in all than allowed are turned away") {
  Harness harness{{.connections_max = 1}};
  Client one{harness.port()};
  CHECK(one.reply().starts_with("220"));
  Client two{harness.port()};
  CHECK(two.rest().starts_with("421 4.3.2"));
}

TEST_CASE("mails beyond the bytes in flight are deferred while others hold them") {
  Harness harness{{.budget = std::make_shared<smtp_protocol::ByteBudget>(100'000)}};
  harness.intake.keep_mails();
  const std::string content = std::string(60'000, 'x') + "\r\n.\r\n";
  Client one{harness.port()};
  begin_mail(one);
  one.send(content);
  harness.intake.wait_for_mails(1);
  Client two{harness.port()};
  greeted(two);
  CHECK(two.code("MAIL FROM:<a@b> SIZE=60000\r\n") == "452");
  CHECK(begin_mail_again(two) == "354");
  two.send(content);
  CHECK(two.reply().starts_with("452 4.3.1"));
  harness.intake.release(1);
  CHECK(one.reply().starts_with("250"));
  CHECK(begin_mail_again(two) == "354");
  two.send(content);
  harness.intake.release(1);
  CHECK(two.reply().starts_with("250"));
}

TEST_CASE("200 peers at once each get their own answer") {
  Harness harness{{.connections_per_peer_max = 200}};
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<Client>(harness.port()));
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i]->send(all_pipelined("Subject: " + std::to_string(i)));
  }
  int taken = 0;
  for (auto& client : clients) {
    const std::string replies = client->rest();
    taken += replies.contains("250 2.0.0 The message was taken.\r\n221 ") ? 1 : 0;
  }
  CHECK(taken == 200);
  std::vector<std::string> subjects;
  for (const auto& mail : harness.intake.mails()) subjects.push_back(mail.content);
  std::ranges::sort(subjects);
  CHECK(std::ranges::unique(subjects).empty());
  CHECK(subjects.size() == 200);
  CHECK(harness.server->counters().accepted == 200);
}

TEST_CASE("draining tells idle peers 421, finishes open mails, and then is done") {
  Harness harness{{.deadlines = {.farewell = milliseconds{100}}}};
  Client idle{harness.port()};
  greeted(idle);
  Client busy{harness.port()};
  begin_mail(busy);
  busy.send("Subject: under way\r\n");
  std::promise<void> drained;
  harness.server->drain(kBound, [&] { drained.set_value(); });
  CHECK(idle.rest().starts_with("421 4.3.2"));
  busy.send("\r\nend\r\n.\r\n");
  CHECK(busy.reply().starts_with("250 2.0.0"));
  CHECK(busy.rest().starts_with("421 4.3.2"));
  CHECK(drained.get_future().wait_for(kBound) == std::future_status::ready);
  CHECK(harness.intake.mails().size() == 1);
  CHECK_THROWS(Client{harness.port()});
}

TEST_CASE("draining with nobody there is done at once") {
  Harness harness{{}};
  harness.drain();
  CHECK(harness.server->counters().open == 0);
}

TEST_CASE("draining cuts off who does not finish within the patience, also a silent intake") {
  Harness harness{{}};
  harness.intake.keep_mails();
  Client stuck{harness.port()};
  begin_mail(stuck);
  Client waiting{harness.port()};
  begin_mail(waiting);
  waiting.send("x\r\n.\r\n");
  harness.intake.wait_for_mails(1);
  harness.drain(milliseconds{30});
  CHECK(stuck.rest().empty());
  CHECK(waiting.rest().empty());
  CHECK(harness.server->counters().open == 0);
  CHECK(harness.server->counters().bytes_in_flight == 0);
  harness.intake.release(1);
}

TEST_CASE("a peer that hangs up inside a mail leaves nothing behind") {
  Harness harness{{}};
  {
    Client client{harness.port()};
    begin_mail(client);
    client.send("Subject: gone\r\n");
  }
  harness.drain();
  CHECK(harness.intake.mails().empty());
  CHECK(harness.server->counters().bytes_in_flight == 0);
}

}  // namespace lethe::smtp_in
