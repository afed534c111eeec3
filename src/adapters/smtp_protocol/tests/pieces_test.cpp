#include <doctest/doctest.h>

#include <random>

#include "transcript.h"

namespace lethe::smtp_protocol {
namespace {

// Fragments that meet every state of the session, in any order.
const std::vector<std::string> kFragments = {"EHLO a.example\r\n",
                                             "HELO b\r\n",
                                             "MAIL FROM:<a@b>\r\n",
                                             "MAIL FROM:<a@b> SIZE=20\r\n",
                                             "MAIL FROM:<a@b> RET=HDRS ENVID=x+2B\r\n",
                                             "RCPT TO:<help@x>\r\n",
                                             "RCPT TO:<help@x> NOTIFY=SUCCESS\r\n",
                                             "RCPT TO:<nobody@x>\r\n",
                                             "DATA\r\n",
                                             "\r\n.\r\n",
                                             ".\r\n",
                                             "Subject: x\r\n\r\nbody\r\n.\r\n",
                                             "..dots\r\n",
                                             "\n.\n",
                                             "\r",
                                             "\n",
                                             "BDAT 4\r\nab\r\n",
                                             "BDAT 4 LAST\r\nab\r\n",
                                             "BDAT 0 LAST\r\n",
                                             "BDAT 9 LAST\r\nNOOP\r\nab\r",
                                             "RSET\r\n",
                                             "NOOP\r\n",
                                             "NO",
                                             "OP\r\n",
                                             "BLAH\r\n",
                                             "VRFY a\r\n",
                                             "QUIT\r\n",
                                             std::string(300, 'x'),
                                             std::string(70, 'y') + "\r\n"};

std::string any_dialogue(std::mt19937& random) {
  std::string bytes = random() % 4 == 0 ? "" : "EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<help@x>\r\n";
  const auto fragments = 1 + random() % 12;
  for (unsigned i = 0; i < fragments; ++i) bytes += kFragments[random() % kFragments.size()];
  return bytes;
}

// The replies to `bytes` cut by `random` into pieces of 1 to `piece_max`.
Transcript played(std::string_view bytes, std::mt19937& random, std::size_t piece_max,
                  Dialect dialect) {
  Peer peer{{.dialect = dialect,
             .host_name = "mx.example",
             .limits = {.message_bytes = 200, .command_bytes = 64, .errors = 6}}};
  while (!bytes.empty()) {
    const std::size_t piece = std::min<std::size_t>(1 + random() % piece_max, bytes.size());
    peer.say(bytes.substr(0, piece));
    bytes.remove_prefix(piece);
  }
  CHECK((!peer.said().closed || peer.budget().used() == 0));
  return peer.said();
}

bool same_mails(const Transcript& one, const Transcript& other) {
  return std::ranges::equal(one.taken, other.taken, [](const auto& a, const auto& b) {
    return a.content == b.content && a.envelope.recipients == b.envelope.recipients &&
           a.envelope.sender == b.envelope.sender;
  });
}

}  // namespace

TEST_CASE("the replies do not depend on how the bytes are cut") {
  std::mt19937 random{20260101};
  for (int round = 0; round < 4000; ++round) {
    const Dialect dialect = round % 8 == 0 ? Dialect::lmtp : Dialect::smtp;
    std::string bytes = any_dialogue(random);
    if (dialect == Dialect::lmtp && bytes.starts_with("EHLO")) bytes[0] = 'L';
    if (dialect == Dialect::lmtp && bytes.starts_with("LHLO")) bytes[1] = 'H';
    const Transcript whole = played(bytes, random, 100000, dialect);
    for (const std::size_t piece_max : {1, 3, 40}) {
      const Transcript cut = played(bytes, random, piece_max, dialect);
      CAPTURE(bytes);
      REQUIRE(cut.replies == whole.replies);
      REQUIRE(cut.closed == whole.closed);
      REQUIRE(same_mails(cut, whole));
    }
  }
}

TEST_CASE("a mail of several megabytes in small pieces takes linear time and bounded memory") {
  Peer peer{{.host_name = "mx.example"}, std::size_t{32} << 20};
  peer.say(kHello + kEnvelope + "DATA\r\n");
  std::string piece;
  for (int i = 0; i < 64; ++i) piece += "..dots and letters, a whole line of them\r\n";
  for (int i = 0; i < 4000; ++i) peer.say(piece);  // about 10 MiB
  CHECK(peer.budget().used() <= std::size_t{32} << 20);
  CHECK(codes(peer.say(".\r\n")) == "250");
  CHECK(peer.said().taken.at(0).content.size() == 4000 * (piece.size() - 64));
  CHECK(peer.budget().used() == 0);
}

}  // namespace lethe::smtp_protocol
