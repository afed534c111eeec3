#include <doctest/doctest.h>

#include <algorithm>

#include "transcript.h"

namespace lethe::smtp_protocol {
namespace {

Settings with(Limits limits) { return {.host_name = "mx.example", .limits = limits}; }

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("the greeting names the host and the protocol") {
  ByteBudget budget{1};
  Session smtp{{.host_name = "mx.example"}, budget};
  smtp.greet();
  CHECK(smtp.take_replies() == "220 mx.example ESMTP Lethe\r\n");
  Session lmtp{{.dialect = Dialect::lmtp, .host_name = "mx.example"}, budget};
  lmtp.greet();
  CHECK(lmtp.take_replies() == "220 mx.example LMTP Lethe\r\n");
}

TEST_CASE("EHLO lists what is offered, HELO lists nothing") {
  Peer peer;
  CHECK(peer.say("EHLO a\r\n") ==
        "250-mx.example\r\n250-PIPELINING\r\n250-SIZE 36700160\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
        "250-CHUNKING\r\n250-DSN\r\n250-LIMITS RCPTMAX=100\r\n250 ENHANCEDSTATUSCODES\r\n");
  CHECK(peer.say("HELO a\r\n") == "250 mx.example\r\n");
  CHECK(codes(peer.say("EHLO\r\nEHLO a b\r\n")) == "501 501");
}

TEST_CASE("STARTTLS is offered only with a certificate and only in clear") {
  Peer without;
  CHECK_FALSE(without.say("EHLO a\r\n").contains("STARTTLS"));
  CHECK(codes(without.say("STARTTLS\r\n")) == "502");
  Peer with_tls{{.host_name = "mx.example", .offers_tls = true}};
  CHECK(with_tls.say("EHLO a\r\n").contains("250-STARTTLS\r\n"));
  CHECK(codes(with_tls.say("STARTTLS now\r\nSTARTTLS\r\n")) == "501 220");
  CHECK_FALSE(with_tls.say("EHLO a\r\n").contains("STARTTLS"));
  CHECK(codes(with_tls.say("STARTTLS\r\n")) == "503");
}

TEST_CASE("a mail is handed over with its envelope and is answered after the intake") {
  Peer peer{{.host_name = "mx.example", .peer_address = "192.0.2.7"}};
  CHECK(codes(peer.say(kHello + kMail)) == "250 250 250 354 250");
  REQUIRE(peer.said().taken.size() == 1);
  const auto& [envelope, content, can_wait] = peer.said().taken[0];
  CHECK_FALSE(can_wait);  // whoever brings it to us keeps no copy for us
  CHECK(envelope.sender == "ann@client.example");
  CHECK(envelope.recipients == std::vector<std::string>{"help@example.org"});
  CHECK(envelope.helo == "client.example");
  CHECK(envelope.peer_address == "192.0.2.7");
  CHECK_FALSE(envelope.tls);
  CHECK_FALSE(envelope.smtputf8);
  CHECK(content == "Subject: hi\r\n\r\nhello\r\n");
  CHECK(peer.said().tally.accepted == 1);
}

TEST_CASE("nothing is said about a mail before the intake answered") {
  ByteBudget budget{1 << 20};
  Session session{{.host_name = "mx.example"}, budget};
  session.feed(kHello + kEnvelope);
  CHECK(std::holds_alternative<CheckRecipient>(session.next()));
  session.recipient_checked(ports::RcptVerdict::accepted);
  CHECK(std::holds_alternative<ReadMore>(session.next()));
  session.feed("DATA\r\nx\r\n.\r\n");
  CHECK(session.take_replies().find("354") == std::string::npos);
  CHECK(std::holds_alternative<TakeIn>(session.next()));
  CHECK(codes(session.take_replies()) == "354");
  CHECK(budget.used() > 0);
  session.taken_in({});
  CHECK(codes(session.take_replies()) == "250");
  CHECK(budget.used() == 0);
}

TEST_CASE("a mail sent over TLS says so in its envelope") {
  Peer peer{{.host_name = "mx.example", .offers_tls = true}};
  peer.say("EHLO a\r\nSTARTTLS\r\n");
  peer.say(kHello + kMail);
  CHECK(peer.said().taken.at(0).envelope.tls);
}

TEST_CASE("commands out of order are refused and harm nothing") {
  Peer peer;
  CHECK(codes(peer.say("MAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n")) == "503 503 503");
  CHECK(codes(peer.say(kHello + "RCPT TO:<a@b>\r\nDATA\r\n")) == "250 503 503");
  CHECK(codes(peer.say("MAIL FROM:<a@b>\r\nDATA\r\nMAIL FROM:<c@d>\r\n")) == "250 503 503");
  CHECK(codes(peer.say("RCPT TO:<nobody@b>\r\nDATA\r\n")) == "550 554");
  CHECK(codes(peer.say("RCPT TO:<help@b>\r\nDATA\r\n.\r\n")) == "250 354 250");
  CHECK(peer.said().taken.at(0).envelope.sender == "a@b");
}

TEST_CASE("RSET, EHLO and a taken mail each end the transaction") {
  Peer peer;
  CHECK(codes(peer.say(kHello + kEnvelope + "RSET\r\nDATA\r\n")) == "250 250 250 250 503");
  CHECK(codes(peer.say(kEnvelope + kHello + "DATA\r\n")) == "250 250 250 503");
  CHECK(codes(peer.say(kMail + "DATA\r\n")) == "250 250 354 250 503");
  CHECK(codes(peer.say("RSET now\r\n")) == "501");
}

TEST_CASE("the small commands are answered in any state") {
  Peer peer;
  CHECK(peer.say("NOOP whatever\r\n").starts_with("250 2.0.0 "));
  CHECK(peer.say("VRFY ann\r\n").starts_with("252 2.5.0 "));
  CHECK(peer.say("help\r\n").starts_with("214 2.0.0 "));
  CHECK(peer.say("EXPN list\r\n").starts_with("502 5.5.1 "));
  CHECK(peer.say("AUTH PLAIN\r\n").starts_with("502 5.5.1 "));
  CHECK(peer.say("BLAH\r\n").starts_with("500 5.5.1 "));
  CHECK(peer.say("\r\n").starts_with("500 5.5.1 "));
  CHECK(peer.say("QuIt\r\nNOOP\r\n") == "221 2.0.0 Goodbye.\r\n");
  CHECK(peer.said().closed);
}

TEST_CASE("MAIL parameters are checked") {
  const auto code = [](std::string_view argument) {
    Peer peer;
    return codes(peer.say(kHello + "MAIL " + std::string{argument} + "\r\n")).substr(4);
  };
  CHECK(code("FROM:<>") == "250");
  CHECK(code("FROM: <a@b>") == "250");
  CHECK(code("from:<a@b> size=12 body=8bitmime smtputf8") == "250");
  CHECK(code("FROM:<a@b>  BODY=7BIT ") == "250");
  CHECK(code("FROM:<a@b> SIZE=36700160") == "250");
  CHECK(code("FROM:<a@b> SIZE=36700161") == "552");
  CHECK(code("FROM:<a@b> SIZE=x") == "501");
  CHECK(code("FROM:<a@b> SIZE=") == "501");
  CHECK(code("FROM:<a@b> SIZE=1 SIZE=2") == "501");
  CHECK(code("FROM:<a@b> SIZE=99999999999999999999") == "501");
  CHECK(code("FROM:<a@b> BODY=BINARYMIME") == "555");
  CHECK(code("FROM:<a@b> SMTPUTF8=1") == "555");
  CHECK(code("FROM:<a@b> HOLDFOR=60") == "555");
  CHECK(code("FROM:<a@b>SIZE=1") == "501");
  CHECK(code("FROM:a@b") == "501");
  CHECK(code("TO:<a@b>") == "501");
  CHECK(code("FROM") == "501");
  CHECK(code("FROM:<jürgen@b> SMTPUTF8") == "250");
  CHECK(code("FROM:<jürgen@b>") == "553");
}

TEST_CASE("RCPT arguments are checked") {
  const auto code = [](std::string_view mail, std::string_view rcpt) {
    Peer peer;
    return codes(peer.say(kHello + "MAIL FROM:<a@b>" + std::string{mail} + "\r\nRCPT " +
                          std::string{rcpt} + "\r\n"))
        .substr(8);
  };
  CHECK(code("", "TO:<help@example.org>") == "250");
  CHECK(code("", "TO:<@relay.example:help@example.org>") == "250");
  CHECK(code("", "TO:<Postmaster>") == "250");
  CHECK(code("", "TO:<>") == "501");
  CHECK(code("", "TO:<help>") == "501");
  CHECK(code("", "TO:<help@example.org> SIZE=1") == "555");
  CHECK(code("", "TO:<hülfe@example.org>") == "553");
  CHECK(code(" SMTPUTF8", "TO:<hülfe@example.org>") == "250");
  CHECK(code("", "TO:<nobody@example.org>") == "550");
  CHECK(code("", "TO:<busy@example.org>") == "450");
}

TEST_CASE("an error while checking a recipient is temporary, whatever it is") {
  for (const Errc error : {Errc::not_found, Errc::forbidden, Errc::unavailable, Errc::corrupt}) {
    Peer peer;
    peer.check = [error](std::string_view) -> Result<ports::RcptVerdict> {
      return fail(error, "");
    };
    CHECK(codes(peer.say(kHello + kEnvelope)) == "250 250 451");
  }
}

TEST_CASE("the intake's refusal becomes its reply: our trouble is never 5xx") {
  const auto code = [](Errc error) {
    Peer peer;
    peer.take = [error](const ports::Delivery&) -> Status { return fail(error, "secret detail"); };
    const std::string replies = peer.say(kHello + kMail);
    CHECK_FALSE(replies.contains("secret"));
    return codes(replies).substr(16);
  };
  for (const Errc error :
       {Errc::busy, Errc::unavailable, Errc::internal, Errc::stale_keyring, Errc::conflict,
        Errc::cancelled, Errc::needs_confirmation, Errc::unauthenticated, Errc::already_exists}) {
    CHECK(code(error) == "451");
  }
  CHECK(code(Errc::forbidden) == "550");
  CHECK(code(Errc::not_found) == "550");
  CHECK(code(Errc::erased) == "550");
  CHECK(code(Errc::too_large) == "552");
  CHECK(code(Errc::out_of_range) == "554");
  CHECK(code(Errc::corrupt) == "554");
  CHECK(code(Errc::invalid_argument) == "554");
  CHECK(code(Errc::unsupported) == "554");
}

TEST_CASE("after a refusal the next mail in the session is taken") {
  Peer peer;
  int mails = 0;
  peer.take = [&](const ports::Delivery&) -> Status {
    if (mails++ == 0) return fail(Errc::unavailable, "");
    return {};
  };
  CHECK(codes(peer.say(kHello + kMail + kMail)) == "250 250 250 354 451 250 250 354 250");
  CHECK(peer.said().tally.deferred == 1);
  CHECK(peer.said().tally.accepted == 1);
}

TEST_CASE("100 recipients are taken, the next is asked to come with another mail") {
  Peer peer;
  std::string rcpts;
  for (int i = 0; i < 101; ++i) rcpts += "RCPT TO:<r" + std::to_string(i) + "@example.org>\r\n";
  const std::string replies = peer.say(kHello + "MAIL FROM:<a@b>\r\n" + rcpts + "DATA\r\n.\r\n");
  CHECK(codes(replies) == "250 250 " + repeated("250 ", 100) + "452 354 250");
  CHECK(replies.contains("452 4.5.3 "));
  CHECK(peer.said().taken.at(0).envelope.recipients.size() == 100);
}

TEST_CASE("a message of exactly SIZE is taken, one byte more is not") {
  const Limits limits{.message_bytes = 1000};
  const auto code = [&](std::size_t bytes, std::size_t piece) {
    Peer peer{with(limits)};
    const std::string content = std::string(bytes - 2, 'x') + "\r\n";
    const std::string replies =
        peer.say(kHello + kEnvelope + "DATA\r\n" + content + ".\r\nNOOP\r\n", piece);
    CHECK(peer.budget().used() == 0);
    return codes(replies).substr(16);
  };
  for (const std::size_t piece : {std::size_t{1}, std::size_t{64}, std::size_t{4096}}) {
    CHECK(code(1000, piece) == "250 250");
    CHECK(code(1001, piece) == "552 250");
    CHECK(code(2500, piece) == "552 250");
    CHECK(code(3100, piece) == "552");  // who sends twice the limit is not listened to
  }
}

TEST_CASE("chunks of exactly SIZE are taken, one byte more is not") {
  const Limits limits{.message_bytes = 1000};
  const auto say = [&](std::size_t first, std::size_t second) {
    Peer peer{with(limits)};
    return codes(peer.say(kHello + kEnvelope + "BDAT " + std::to_string(first) + "\r\n" +
                          std::string(first, 'x') + "BDAT " + std::to_string(second) + " LAST\r\n" +
                          std::string(second, 'x') + "NOOP\r\n"))
        .substr(12);
  };
  CHECK(say(900, 100) == "250 250 250");
  CHECK(say(900, 101) == "250 552 250");
  CHECK(say(1001, 1) == "552 552 250");
  CHECK(say(2001, 0) == "552 552 250");
  CHECK(say(2002, 0) == "552");
}

TEST_CASE("chunks are counted for each mail anew, and DATA has none") {
  Peer peer;
  peer.say(kHello + kEnvelope + "BDAT 1\r\naBDAT 1\r\nb");
  CHECK(peer.session().chunks() == 2);
  peer.say("BDAT 0 LAST\r\n");
  CHECK(peer.session().chunks() == 0);
  peer.say(kEnvelope + "DATA\r\nabc");
  CHECK(peer.session().content_bytes() == 3);
  CHECK(peer.session().chunks() == 0);
}

TEST_CASE("BDAT 0 LAST ends a message") {
  Peer peer;
  CHECK(codes(peer.say(kHello + kEnvelope + "BDAT 3\r\na\r\nbdat 0 last\r\n")) ==
        "250 250 250 250 250");
  CHECK(peer.said().taken.at(0).content == "a\r\n");
}

TEST_CASE("without room for the message the sender is asked to come later") {
  Peer peer{{.host_name = "mx.example"}, 40000};
  CHECK(codes(peer.say(kHello + "MAIL FROM:<a@b> SIZE=40001\r\n")) == "250 452");
  const std::string large(60000, 'x');
  const std::string replies = peer.say(kEnvelope + "DATA\r\n" + large + "\r\n.\r\n");
  CHECK(codes(replies) == "250 250 354 452");
  CHECK(replies.contains("452 4.3.1 "));
  CHECK(peer.budget().used() == 0);
  CHECK(codes(peer.say(kMail)) == "250 250 354 250");
}

TEST_CASE("DATA is deferred when others hold the whole budget, and goes on when they left") {
  Peer peer{{.host_name = "mx.example"}, 40000};
  REQUIRE(peer.budget().take(39000));
  CHECK(codes(peer.say(kHello + kEnvelope + "DATA\r\n")) == "250 250 250 452");
  peer.budget().give_back(39000);
  CHECK(codes(peer.say("DATA\r\n.\r\n")) == "354 250");
}

TEST_CASE("a command line of 1024 bytes is obeyed, of 1025 refused, of 16 times that the end") {
  const auto code = [](std::size_t bytes, std::size_t piece) {
    Peer peer;
    return codes(peer.say("NOOP " + std::string(bytes - 7, 'x') + "\r\nNOOP\r\n", piece));
  };
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}, std::size_t{100000}}) {
    CHECK(code(1024, piece) == "250 250");
    CHECK(code(1025, piece) == "500 250");
    CHECK(code(16 * 1024, piece) == "500 250");
    CHECK(code(16 * 1024 + 1, piece) == "500");
  }
}

TEST_CASE("the errors a session may make are counted since the last mail") {
  Peer peer{with({.errors = 3})};
  CHECK(codes(peer.say("EXPN a\r\nEXPN a\r\nEXPN a\r\n")) == "502 502 502");
  CHECK(codes(peer.say(kHello + kMail + repeated("EXPN a\r\n", 3))) ==
        "250 250 250 354 250 502 502 502");
  CHECK(codes(peer.say("EXPN a\r\nNOOP\r\n")) == "421");
  CHECK(peer.said().closed);
}

TEST_CASE("unknown and idle commands have their own limits") {
  Peer unknown{with({.unknown_commands = 2})};
  CHECK(codes(unknown.say(repeated("BLAH\r\n", 4))) == "500 500 421");
  Peer idle{with({.idle_commands = 4})};
  CHECK(codes(idle.say("NOOP\r\nRSET\r\nEHLO a\r\nVRFY a\r\nNOOP\r\nNOOP\r\n")) ==
        "250 250 250 252 421");
}

TEST_CASE("LMTP answers once per recipient, in their order") {
  Peer peer{{.dialect = Dialect::lmtp, .host_name = "mx.example"}};
  CHECK(codes(peer.say("EHLO a\r\nHELO a\r\n")) == "500 500");
  CHECK(codes(peer.say("LHLO a\r\nMAIL FROM:<>\r\nDATA\r\n")) == "250 250 503");
  CHECK(codes(peer.say("RCPT TO:<a@b>\r\nRCPT TO:<nobody@b>\r\nRCPT TO:<c@b>\r\n")) ==
        "250 550 250");
  CHECK(codes(peer.say("DATA\r\n.\r\n")) == "354 250 250");
  CHECK(codes(peer.say("MAIL FROM:<>\r\nRCPT TO:<nobody@b>\r\nDATA\r\n")) == "250 550 503");
  peer.say("RSET\r\n");
  peer.take = [](const ports::Delivery&) -> Status { return fail(Errc::busy, ""); };
  CHECK(codes(peer.say("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\nBDAT 0 LAST\r\n")) ==
        "250 250 250 451 451");
  CHECK(peer.said().tally.deferred == 1);
}

namespace {

// Each domain is a target of its own.
bool is_of_another_domain(const ports::Envelope& so_far, std::string_view recipient) {
  const auto domain = [](std::string_view address) { return address.substr(address.find('@')); };
  return std::ranges::any_of(so_far.recipients, [&](const std::string& other) {
    return domain(other) != domain(recipient);
  });
}

struct PeerWithTargets : Peer {
  explicit PeerWithTargets(std::size_t budget_bytes = std::size_t{1} << 20)
      : Peer({.dialect = Dialect::lmtp, .host_name = "mx.example"}, budget_bytes) {
    is_apart = is_of_another_domain;
    say("LHLO a\r\nMAIL FROM:<>\r\n");
  }
};

}  // namespace

TEST_CASE("LMTP gives each target its copy and each recipient the reply to its own") {
  PeerWithTargets peer;
  peer.take = [](const ports::Delivery& copy) -> Status {
    if (copy.envelope.recipients.front().ends_with("@two")) return fail(Errc::forbidden, "");
    return {};
  };
  CHECK(codes(peer.say("RCPT TO:<a@one>\r\nRCPT TO:<b@two>\r\nRCPT TO:<c@one>\r\n")) ==
        "250 250 250");
  CHECK(codes(peer.say("DATA\r\nSubject: x\r\n.\r\n")) == "354 250 550 250");
  REQUIRE(peer.said().taken.size() == 2);
  CHECK(peer.said().taken[0].envelope.recipients == std::vector<std::string>{"a@one", "c@one"});
  CHECK(peer.said().taken[1].envelope.recipients == std::vector<std::string>{"b@two"});
  for (const auto& copy : peer.said().taken) CHECK(copy.content == "Subject: x\r\n");
  CHECK(peer.said().tally.accepted == 1);
  CHECK(peer.said().tally.refused == 1);
  CHECK(peer.budget().used() == 0);
}

TEST_CASE("the next LMTP transaction begins without copies") {
  PeerWithTargets peer;
  peer.say("RCPT TO:<a@one>\r\nRCPT TO:<b@two>\r\nDATA\r\n.\r\n");
  CHECK(codes(peer.say("MAIL FROM:<>\r\nRCPT TO:<b@two>\r\nDATA\r\nagain\r\n.\r\n")) ==
        "250 250 354 250");
  REQUIRE(peer.said().taken.size() == 3);
  CHECK(peer.said().taken[2].envelope.recipients == std::vector<std::string>{"b@two"});
}

TEST_CASE("LMTP takes eight copies of a mail and defers the ninth") {
  PeerWithTargets peer;
  for (int n = 1; n <= 8; ++n) {
    CHECK(codes(peer.say("RCPT TO:<a@t" + std::to_string(n) + ">\r\n")) == "250");
  }
  CHECK(codes(peer.say("RCPT TO:<a@t9>\r\nRCPT TO:<b@t8>\r\n")) == "452 250");
}

TEST_CASE("a copy for which there is no room is deferred, the others are not") {
  // 16 KiB are taken by the first byte of a mail; 4 KiB are left for copies.
  PeerWithTargets peer{20 * 1024};
  const std::string large = repeated("0123456789\r\n", 500);
  CHECK(codes(peer.say("RCPT TO:<a@one>\r\nRCPT TO:<b@two>\r\nDATA\r\n" + large + ".\r\n")) ==
        "250 250 354 452 250");
  CHECK(
      codes(peer.say("MAIL FROM:<>\r\nRCPT TO:<a@one>\r\nRCPT TO:<b@two>\r\nDATA\r\nx\r\n.\r\n")) ==
      "250 250 250 354 250 250");
  CHECK(peer.budget().used() == 0);
}

TEST_CASE("SMTP has one reply for all: who needs a copy of their own is deferred") {
  Peer peer;
  peer.is_apart = is_of_another_domain;
  peer.say(kHello + "MAIL FROM:<>\r\n");
  CHECK(codes(peer.say("RCPT TO:<a@one>\r\nRCPT TO:<b@two>\r\nDATA\r\n.\r\n")) ==
        "250 452 354 250");
}

TEST_CASE("LHLO is no command of SMTP") {
  Peer peer;
  CHECK(codes(peer.say("LHLO a\r\n")) == "500");
}

TEST_CASE("a stopping server finishes the message under way and then says 421") {
  Peer peer;
  peer.say(kHello + kEnvelope + "DATA\r\nSubject: x\r\n");
  peer.session().drain();
  const std::string replies = peer.say("\r\nbody\r\n.\r\nMAIL FROM:<a@b>\r\n");
  CHECK(codes(replies) == "250 421");
  CHECK(replies.contains("421 4.3.2 "));
  CHECK(peer.said().taken.size() == 1);
  CHECK(peer.said().closed);
}

TEST_CASE("a stopping server tells an idle peer at once, and finishes chunks under way") {
  Peer idle;
  idle.say(kHello + kEnvelope);
  idle.session().drain();
  idle.run();
  CHECK(codes(idle.said().replies) == "250 250 250 421");
  CHECK(idle.said().closed);

  Peer chunks;
  chunks.say(kHello + kEnvelope + "BDAT 1\r\na");
  chunks.session().drain();
  CHECK(codes(chunks.say("BDAT 1 LAST\r\nb")) == "250 421");
  CHECK(chunks.said().taken.size() == 1);
}

TEST_CASE("a peer that went silent is told why the session ends") {
  Peer peer;
  peer.say(kHello + kEnvelope + "DATA\r\nabc");
  peer.session().time_out();
  CHECK(codes(peer.session().take_replies()) == "421");
  CHECK(std::holds_alternative<Close>(peer.session().next()));
  CHECK(peer.budget().used() == 0);
}

TEST_CASE("progress counts whole commands and whole mails, not bytes") {
  Peer peer;
  const auto before = peer.session().progress();
  peer.say("EHL");
  CHECK(peer.session().progress() == before);
  peer.say("O a\r\n");
  CHECK(peer.session().progress() == before + 1);
}

TEST_CASE("no reply names an address") {
  Peer peer;
  const std::string replies =
      peer.say(kHello +
               "MAIL FROM:<ann@secret.example>\r\nRCPT TO:<nobody@secret.example>\r\n"
               "RCPT TO:<busy@secret.example>\r\nVRFY ann@secret.example\r\n");
  CHECK_FALSE(replies.contains("secret"));
}

}  // namespace lethe::smtp_protocol
