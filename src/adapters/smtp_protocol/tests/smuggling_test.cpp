#include <doctest/doctest.h>

#include "transcript.h"

namespace lethe::smtp_protocol {
namespace {

// A second mail hidden behind what some other server takes for the end.
std::string smuggled_behind(std::string_view end) {
  std::string bytes = kHello + kEnvelope + "DATA\r\nSubject: outer\r\n\r\nouter";
  bytes += end;
  return bytes + "MAIL FROM:<evil@example.net>\r\nRCPT TO:<help@example.org>\r\nDATA\r\n" +
         "Subject: inner\r\n\r\ninner\r\n.\r\nQUIT\r\n";
}

}  // namespace

TEST_CASE("every end of data but CRLF.CRLF is answered 521 and ends the session") {
  for (const std::string_view end :
       {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\r.\n", "\n.\r", "\n\n.\n\n",
        "\r\r\n.\r\r\n", "\r\n\n.\r\n", "\n", "\r"}) {
    for (const std::size_t piece : {1, 2, 3, 7, 4096}) {
      CAPTURE(end);
      Peer peer;
      const std::string replies = peer.say(smuggled_behind(end), piece);
      CHECK(codes(replies) == "250 250 250 354 521");
      CHECK(replies.ends_with("session ends.\r\n"));
      CHECK(replies.contains("521 5.5.2 "));
      CHECK(peer.said().closed);
      CHECK(peer.said().taken.empty());
      CHECK(peer.said().tally.refused == 1);
      CHECK(peer.budget().used() == 0);
    }
  }
}

TEST_CASE("a NUL in the end of data does not end it") {
  using namespace std::string_view_literals;
  Peer peer;
  peer.say(smuggled_behind("\r\n.\0\r\n"sv));
  REQUIRE(peer.said().taken.size() == 1);
  CHECK(peer.said().taken[0].content.contains("MAIL FROM:<evil@example.net>\r\n"));
  peer.say(smuggled_behind("\r\n\0.\r\n"sv));
}

TEST_CASE("dot-stuffed lines lose one dot wherever the bytes are cut") {
  for (const std::size_t piece : {1, 2, 3, 5, 4096}) {
    Peer peer;
    peer.say(kHello + kEnvelope + "DATA\r\n..\r\n...a\r\n.b\r\nc.\r\n.. .\r\n.\r\n", piece);
    REQUIRE(peer.said().taken.size() == 1);
    CHECK(peer.said().taken[0].content == ".\r\n..a\r\nb\r\nc.\r\n. .\r\n");
  }
}

TEST_CASE("an empty message ends with its first line") {
  Peer peer;
  CHECK(codes(peer.say(kHello + kEnvelope + "DATA\r\n.\r\n")) == "250 250 250 354 250");
  CHECK(peer.said().taken.at(0).content.empty());
}

TEST_CASE("a bare LF or CR in a command ends the session before the command is obeyed") {
  for (const std::string_view line : {"RSET\n", "RS\rET\r\n", "\n", "RSET\r\r\n", "RSET\n\r\n"}) {
    CAPTURE(line);
    Peer peer;
    CHECK(codes(peer.say(line)) == "521");
    CHECK(peer.said().closed);
  }
}

TEST_CASE("a dot in a chunk is content, and nothing in it is a command") {
  const std::string chunk = "a\r\n.\r\nMAIL FROM:<evil@example.net>\r\n";
  Peer peer;
  const std::string bytes = kHello + kEnvelope + "BDAT " + std::to_string(chunk.size()) +
                            " LAST\r\n" + chunk + "NOOP\r\n";
  CHECK(codes(peer.say(bytes)) == "250 250 250 250 250");
  REQUIRE(peer.said().taken.size() == 1);
  CHECK(peer.said().taken[0].content == chunk);
}

TEST_CASE("a bare LF or CR in a chunk ends the session, also over two chunks") {
  for (const std::string_view tail :
       {"BDAT 3 LAST\r\na\nb", "BDAT 3 LAST\r\na\rb", "BDAT 2 LAST\r\na\r",
        "BDAT 2\r\na\rBDAT 1 LAST\r\nb", "BDAT 1\r\naBDAT 1 LAST\r\n\n"}) {
    CAPTURE(tail);
    Peer peer;
    const std::string replies = peer.say(kHello + kEnvelope + std::string{tail});
    CHECK(replies.contains("\r\n521 5.5.2 "));
    CHECK(peer.said().closed);
    CHECK(peer.said().taken.empty());
  }
}

TEST_CASE("a CRLF may lie across two chunks") {
  Peer peer;
  peer.say(kHello + kEnvelope + "BDAT 2\r\na\rBDAT 3 LAST\r\n\nb" + "\n");
  CHECK(peer.said().taken.empty());  // "b\n" is a bare LF
  Peer other;
  CHECK(codes(other.say(kHello + kEnvelope + "BDAT 2\r\na\rBDAT 4 LAST\r\n\nb\r\n")) ==
        "250 250 250 250 250");
  CHECK(other.said().taken.at(0).content == "a\r\nb\r\n");
}

TEST_CASE("the bytes of a chunk in a wrong state are skipped, never obeyed") {
  Peer peer;
  CHECK(codes(peer.say(kHello + "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")) == "250 503 250");
  CHECK_FALSE(peer.said().closed);
}

TEST_CASE("a chunk without a readable size ends the session: its bytes could be commands") {
  for (const std::string_view size :
       {"", "x", "-1", "1 FIRST", "1 LAST LAST", "1x", "99999999999999999999"}) {
    CAPTURE(size);
    Peer peer;
    CHECK(codes(peer.say(kHello + kEnvelope + "BDAT " + std::string{size} + "\r\nNOOP\r\n")) ==
          "250 250 250 501");
    CHECK(peer.said().closed);
  }
}

TEST_CASE("DATA, MAIL and RCPT are refused while chunks are under way") {
  Peer peer;
  CHECK(codes(peer.say(kHello + kEnvelope + "BDAT 1\r\naDATA\r\n" + kEnvelope +
                       "BDAT 1 LAST\r\nb")) == "250 250 250 250 503 503 503 250");
  CHECK(peer.said().taken.at(0).content == "ab");
}

TEST_CASE("a web request ends the session at its first line") {
  Peer peer;
  CHECK(codes(peer.say("POST / HTTP/1.1\r\nHost: x\r\n\r\n" + kHello + kMail)) == "521");
  CHECK(peer.said().closed);
  CHECK(peer.said().taken.empty());
}

TEST_CASE("commands sent in clear behind STARTTLS are forgotten") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{4096}}) {
    Peer peer{{.host_name = "mx.example", .offers_tls = true}};
    peer.say("EHLO a\r\nMAIL FROM:<x@y>\r\n");
    peer.session().feed("STARTTLS\r\nRSET\r\nMAIL FROM:<evil@example.net>\r\n");
    CHECK(std::holds_alternative<StartTls>(peer.session().next()));
    peer.session().feed("RCPT TO:<help@example.org>\r\n");
    CHECK(codes(peer.session().take_replies()) == "220");
    peer.session().tls_started();
    CHECK(std::holds_alternative<ReadMore>(peer.session().next()));
    CHECK(peer.session().take_replies().empty());
    CHECK(codes(peer.say("RCPT TO:<help@example.org>\r\nMAIL FROM:<x@y>\r\n", piece)) == "503 503");
  }
}

}  // namespace lethe::smtp_protocol
