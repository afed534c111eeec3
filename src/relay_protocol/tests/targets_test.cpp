#include "lethe/relay_protocol/targets.h"

#include <doctest/doctest.h>

#include <deque>
#include <tuple>

namespace {

using namespace lethe;
using namespace lethe::relay_protocol;
using ports::RelayOutcome;

constexpr std::string_view kMail =
    "From: Vera <vera@example.org>\r\nSubject: lamp\r\nMessage-ID: "
    "<1@example.org>\r\n\r\nBroken.\r\n";
const Instant kNow = instant_of(1'770'000'000);

HttpAnswer answered(int status, std::string_view body = "{}") {
  HttpAnswer answer{.reached = HttpAnswer::Reached::answered, .status = status};
  answer.body = Plaintext{body};
  return answer;
}
HttpAnswer lost() { return {.reached = HttpAnswer::Reached::perhaps, .trouble = "reset"}; }
HttpAnswer unreached() { return {.reached = HttpAnswer::Reached::no, .trouble = "refused"}; }

// Answers in order, and what it was asked.
struct Peer {
  std::deque<HttpAnswer> answers;
  std::vector<std::string> asked;
  std::vector<std::string> bodies;

  Exchange exchange() {
    return [this](const HttpRequest& request) {
      asked.push_back(request.method + " " + request.url);
      bodies.emplace_back(request.body.reveal());
      if (answers.empty()) return unreached();
      HttpAnswer answer = std::move(answers.front());
      answers.pop_front();
      return answer;
    };
  }
};

TargetSettings settings(TargetKind kind) {
  return {.kind = kind,
          .url = "https://desk.example",
          .secret = Secret{std::string_view{"key"}},
          .reply_key = Secret{std::string_view{"reply"}},
          .project = "DESK",
          .issue_type = "Task"};
}

ports::RelayAnswer delivered(TargetKind kind, Peer& peer,
                             std::string_view recipient = "h@d.example",
                             std::optional<Instant> tried = {}, std::string_view mail = kMail) {
  const ports::Envelope envelope{.sender = "vera@example.org",
                                 .recipients = {std::string{recipient}}};
  return deliver(settings(kind),
                 {.envelope = envelope,
                  .recipient = recipient,
                  .content = mail,
                  .key = "00112233445566778899aabbccddeeff",
                  .tried_before = tried,
                  .now = kNow},
                 peer.exchange());
}

TEST_CASE("what each status of a target means") {
  const std::pair<int, RelayOutcome> kMeanings[] = {
      {200, RelayOutcome::taken},         {204, RelayOutcome::taken},
      {301, RelayOutcome::misconfigured}, {400, RelayOutcome::refused},
      {401, RelayOutcome::misconfigured}, {403, RelayOutcome::misconfigured},
      {404, RelayOutcome::misconfigured}, {409, RelayOutcome::deferred},
      {413, RelayOutcome::too_large},     {422, RelayOutcome::refused},
      {429, RelayOutcome::deferred},      {500, RelayOutcome::unknown},
      {503, RelayOutcome::unknown},       {101, RelayOutcome::unknown}};
  for (const auto& [status, outcome] : kMeanings) {
    CAPTURE(status);
    Peer peer;
    peer.answers.push_back(answered(status));
    CHECK(delivered(TargetKind::webhook, peer).outcome == outcome);
  }
}

TEST_CASE("a target that was not reached has nothing, one that did not answer perhaps has it") {
  Peer nobody;
  CHECK(delivered(TargetKind::webhook, nobody).outcome == RelayOutcome::deferred);
  Peer silent;
  silent.answers.push_back(lost());
  silent.answers.push_back(lost());
  CHECK(delivered(TargetKind::webhook, silent).outcome == RelayOutcome::unknown);
}

TEST_CASE("an answer that ended early is none, whatever its status says") {
  using Reached = HttpAnswer::Reached;
  for (const int status : {200, 201, 204, 400, 413, 500}) {
    CAPTURE(status);
    CHECK(reached_by(status, Ending::whole, true) == Reached::answered);
    CHECK(reached_by(status, Ending::incomplete, true) == Reached::perhaps);
    CHECK(reached_by(status, Ending::incomplete, false) == Reached::perhaps);
  }
  for (const int status : {0, 100})
    CHECK(reached_by(status, Ending::whole, true) == Reached::perhaps);
  CHECK(reached_by(0, Ending::incomplete, true) == Reached::perhaps);
  CHECK(reached_by(0, Ending::incomplete, false) == Reached::no);
}

TEST_CASE("no target has taken a mail by an answer that ended early") {
  for (const TargetKind kind :
       {TargetKind::lethe, TargetKind::webhook, TargetKind::freshdesk, TargetKind::jira}) {
    CAPTURE(name_of(kind));
    Peer peer;
    peer.answers.push_back(lost());
    peer.answers.push_back(lost());
    CHECK(delivered(kind, peer).outcome == RelayOutcome::unknown);
  }
}

TEST_CASE("a signed mail is repeated at once with the same key; doubt stays when nobody is there") {
  for (const TargetKind kind : {TargetKind::lethe, TargetKind::webhook}) {
    Peer again;
    again.answers.push_back(lost());
    again.answers.push_back(answered(200, R"({"taken":true})"));
    CHECK(delivered(kind, again).outcome == RelayOutcome::taken);
    REQUIRE(again.bodies.size() == 2);
    CHECK(again.bodies[0] == again.bodies[1]);
    Peer gone;
    gone.answers.push_back(lost());
    CHECK(delivered(kind, gone).outcome == RelayOutcome::unknown);
  }
}

TEST_CASE("the reason for operators holds no word of the target's answer") {
  Peer peer;
  peer.answers.push_back(answered(400, R"({"description":"vera@example.org is invalid"})"));
  CHECK(delivered(TargetKind::freshdesk, peer).why == "answered 400");
}

TEST_CASE("a signature covers the envelope, the time and the body") {
  const Secret key{std::string_view{"key"}};
  const std::string good = webhook_signature(key, "1", "k", "a", "b", "body");
  CHECK(good.starts_with("v1="));
  CHECK(good.size() == 3 + 64);
  CHECK(good != webhook_signature(key, "2", "k", "a", "b", "body"));
  CHECK(good != webhook_signature(key, "1", "l", "a", "b", "body"));
  CHECK(good != webhook_signature(key, "1", "k", "c", "b", "body"));
  CHECK(good != webhook_signature(key, "1", "k", "a", "c", "body"));
  CHECK(good != webhook_signature(key, "1", "k", "a", "b", "Body"));
  CHECK(good != webhook_signature(Secret{std::string_view{"yek"}}, "1", "k", "a", "b", "body"));
}

TEST_CASE("no value of a mail adds a header") {
  HttpRequest request;
  request.add_header("Lethe-Envelope-From", "a@b\r\nX-Evil: 1");
  CHECK(request.headers.front().reveal() == "Lethe-Envelope-From: a@b  X-Evil: 1");
}

TEST_CASE("a reply token is true for its ticket and its requester only, in any case") {
  const Secret key{std::string_view{"reply"}};
  const std::string token = reply_token(key, 42, "vera@example.org");
  CHECK(looks_like_reply_token(token));
  CHECK(verify_reply_token(key, token, "vera@example.org") == 42);
  std::string shouted = token;
  for (char& c : shouted) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  CHECK(verify_reply_token(key, shouted, "vera@example.org") == 42);
  CHECK_FALSE(verify_reply_token(key, token, "eve@example.org"));
  CHECK_FALSE(verify_reply_token(key, "43" + token.substr(2), "vera@example.org"));
  CHECK_FALSE(verify_reply_token(Secret{std::string_view{"other"}}, token, "vera@example.org"));
  for (const char* bad : {"", ".", "42", "42.", "-1.aaaaaaaaaaaaaaaa", "42.aaaaaaaaaaaaaaa",
                          "42.aaaaaaaaaaaaaaaaa", "99999999999999999999.aaaaaaaaaaaaaaaa"}) {
    CHECK_FALSE(looks_like_reply_token(bad));
  }
}

TEST_CASE("Freshdesk: after a lost answer the tickets are looked through before one is made") {
  const std::string mark = "lethe-00112233445566778899aabbccddeeff";
  Peer found;
  found.answers.push_back(answered(200, R"([{"id":7,"description":"<p>)" + mark + R"(</p>"}])"));
  const auto answer = delivered(TargetKind::freshdesk, found, "h@d.example", kNow);
  CHECK(answer.outcome == RelayOutcome::taken);
  CHECK(answer.reference == "7");
  CHECK(found.asked.size() == 1);

  Peer absent;
  absent.answers.push_back(answered(200, R"([{"id":7,"description":"another"}])"));
  absent.answers.push_back(answered(201, R"({"id":8})"));
  CHECK(delivered(TargetKind::freshdesk, absent, "h@d.example", kNow).reference == "8");
}

TEST_CASE("Freshdesk: while nobody can tell whether the ticket is there, none is made") {
  for (HttpAnswer& first : std::array{answered(500), answered(429), answered(200, "<html>"),
                                      answered(200, "[{"), lost(), unreached()}) {
    Peer peer;
    peer.answers.push_back(std::move(first));
    CHECK(delivered(TargetKind::freshdesk, peer, "h@d.example", kNow).outcome ==
          RelayOutcome::unknown);
    CHECK(peer.asked.size() == 1);
  }
}

TEST_CASE(
    "Freshdesk: whom it does not know has no ticket there; another 400 says nothing of that") {
  Peer stranger;
  stranger.answers.push_back(answered(400, R"({"errors":[{"field":"email"}]})"));
  stranger.answers.push_back(answered(201, R"({"id":8})"));
  CHECK(delivered(TargetKind::freshdesk, stranger, "h@d.example", kNow).reference == "8");
  Peer puzzled;
  puzzled.answers.push_back(answered(400, R"({"errors":[{"field":"updated_since"}]})"));
  CHECK(delivered(TargetKind::freshdesk, puzzled, "h@d.example", kNow).outcome ==
        RelayOutcome::unknown);
  CHECK(puzzled.asked.size() == 1);
}

TEST_CASE("Freshdesk: an answer that is not Freshdesk's is no success") {
  Peer peer;
  peer.answers.push_back(answered(200, "<html>maintenance"));
  CHECK(delivered(TargetKind::freshdesk, peer).outcome == RelayOutcome::unknown);
}

TEST_CASE("Freshdesk: 201 is success whatever stands in its body") {
  for (const char* body : {"", "{", "[]", R"({"id":)"}) {
    Peer peer;
    peer.answers.push_back(answered(201, body));
    CHECK(delivered(TargetKind::freshdesk, peer).outcome == RelayOutcome::taken);
  }
}

TEST_CASE("Freshdesk: a mail without any author is refused, the envelope's sender will do") {
  Peer peer;
  peer.answers.push_back(answered(201));
  CHECK(delivered(TargetKind::freshdesk, peer, "h@d.example", {}, "Subject: x\r\n\r\nx").outcome ==
        RelayOutcome::taken);
  CHECK(peer.bodies.front().contains("vera@example.org"));
}

TEST_CASE("Freshdesk: a text is shown as text") {
  Peer peer;
  peer.answers.push_back(answered(201));
  const std::string mail = "From: v@example.org\r\n\r\n<script>alert(1)</script>\r\n";
  CHECK(delivered(TargetKind::freshdesk, peer, "h@d.example", {}, mail).outcome ==
        RelayOutcome::taken);
  CHECK_FALSE(peer.bodies.front().contains("<script>"));
  CHECK(peer.bodies.front().contains("&lt;script&gt;"));
}

TEST_CASE("Freshdesk: the mailbox is nobody's copy, or each answer would come back as a ticket") {
  constexpr std::string_view kCopies =
      "From: vera@example.org\r\nCc: H@D.example, h+token@d.example, Ann <ann@d.example>, "
      "hh@d.example, h@e.example\r\n\r\nx\r\n";
  for (const char* recipient : {"h@d.example", "h+other@d.example", "H@d.EXAMPLE"}) {
    CAPTURE(recipient);
    Peer peer;
    peer.answers.push_back(answered(201, R"({"id":7})"));
    CHECK(delivered(TargetKind::freshdesk, peer, recipient, {}, kCopies).outcome ==
          RelayOutcome::taken);
    REQUIRE(peer.bodies.size() == 1);
    const std::string& body = peer.bodies.front();
    CHECK_FALSE(body.contains("\r\nh@d.example\r\n"));
    CHECK_FALSE(body.contains("h+token@d.example"));
    for (const char* kept : {"ann@d.example", "hh@d.example", "h@e.example"}) {
      CHECK(body.contains(kept));
    }
  }
}

TEST_CASE("Lethe: only its own word says that it has the mail") {
  for (const char* body : {"", "<html>Maintenance</html>", "{}", R"({"taken":false})", "[true]"}) {
    CAPTURE(body);
    Peer peer;
    peer.answers.push_back(answered(200, body));
    CHECK(delivered(TargetKind::lethe, peer).outcome == RelayOutcome::unknown);
  }
  Peer peer;
  peer.answers.push_back(answered(200, R"({"taken":true})"));
  CHECK(delivered(TargetKind::lethe, peer).outcome == RelayOutcome::taken);
}

TEST_CASE("a 400 about a field that the mail did not give is no fault of the sender") {
  const std::tuple<TargetKind, const char*, RelayOutcome> kCases[] = {
      {TargetKind::freshdesk, R"({"errors":[{"field":"email"}]})", RelayOutcome::refused},
      {TargetKind::freshdesk, R"({"errors":[{"field":"group_id"}]})", RelayOutcome::misconfigured},
      {TargetKind::freshdesk, R"({"errors":[{"field":"subject"},{"field":"type"}]})",
       RelayOutcome::misconfigured},
      {TargetKind::freshdesk, R"({"errors":[{"field":"cf_brand"}]})", RelayOutcome::misconfigured},
      {TargetKind::freshdesk, R"({"errors":"odd"})", RelayOutcome::refused},
      {TargetKind::freshdesk, "<html>", RelayOutcome::refused},
      {TargetKind::jira, R"({"errors":{"summary":"too long"}})", RelayOutcome::refused},
      {TargetKind::jira, R"({"errorMessages":["unsupported content"],"errors":{}})",
       RelayOutcome::refused},
      {TargetKind::jira, R"({"errors":{"project":"valid project is required"}})",
       RelayOutcome::misconfigured},
      {TargetKind::jira, R"({"errors":{"customfield_10042":"vera@example.org"}})",
       RelayOutcome::misconfigured}};
  for (const auto& [kind, body, outcome] : kCases) {
    CAPTURE(body);
    Peer peer;
    peer.answers.push_back(answered(400, body));
    const auto answer = delivered(kind, peer);
    CHECK(answer.outcome == outcome);
    CHECK(answer.why.starts_with("answered 400"));
    CHECK_FALSE(answer.why.contains("vera"));
  }
}

TEST_CASE("Jira: 422 says that its configuration is at fault") {
  Peer peer;
  peer.answers.push_back(answered(422));
  CHECK(delivered(TargetKind::jira, peer).outcome == RelayOutcome::misconfigured);
}

TEST_CASE("the pause that a target asks for is handed on") {
  for (const TargetKind kind : {TargetKind::webhook, TargetKind::freshdesk, TargetKind::jira}) {
    for (const bool tried : {false, true}) {
      CAPTURE(name_of(kind));
      Peer peer;
      peer.answers.push_back(answered(429));
      peer.answers.back().retry_after = Seconds{30};
      const auto before = tried ? std::optional{kNow - Seconds{90}} : std::nullopt;
      CHECK(delivered(kind, peer, "h@d.example", before).pause == Seconds{30});
    }
    Peer without;
    without.answers.push_back(answered(429));
    CHECK_FALSE(delivered(kind, without).pause.has_value());
  }
}

TEST_CASE(
    "Freshdesk: a subject or a name longer than its field is cut there and whole in the text") {
  const std::string subject = std::string(300, 'x') + "end";
  const std::string mail = "From: \"" + std::string(300, 'n') +
                           "\" <v@example.org>\r\nSubject: " + subject + "\r\n\r\nx";
  Peer peer;
  peer.answers.push_back(answered(201));
  CHECK(delivered(TargetKind::freshdesk, peer, "h@d.example", {}, mail).outcome ==
        RelayOutcome::taken);
  const std::string& body = peer.bodies.front();
  CHECK(body.contains("\r\n\r\n" + std::string(255, 'x') + "\r\n--"));
  CHECK(body.contains("\r\n\r\n" + std::string(255, 'n') + "\r\n--"));
  CHECK(body.contains("<p>" + subject + "</p>"));
}

TEST_CASE("Retry-After of a redirect is no pause, of 503 it is one") {
  for (const auto& [status, pause] :
       {std::pair{301, std::optional<Seconds>{}}, std::pair{503, std::optional{Seconds{30}}}}) {
    Peer peer;
    peer.answers.push_back(answered(status));
    peer.answers.back().retry_after = Seconds{30};
    CHECK((delivered(TargetKind::webhook, peer).pause == pause));
  }
}

TEST_CASE("Jira: a text that no issue holds goes along whole as a file") {
  for (const std::string& text : {std::string(40'000, 'y') + "end", [] {
                                    std::string lines;
                                    for (int n = 0; n < 3'000; ++n) lines += "line\r\n";
                                    return lines + "end";
                                  }()}) {
    Peer peer;
    peer.answers.push_back(answered(200, R"({"enabled":true,"uploadLimit":1000000})"));
    peer.answers.push_back(answered(201, R"({"key":"DESK-1"})"));
    peer.answers.push_back(answered(200));
    const std::string mail = "From: v@example.org\r\nSubject: lamp\r\n\r\n" + text;
    CHECK(delivered(TargetKind::jira, peer, "h@d.example", {}, mail).outcome ==
          RelayOutcome::taken);
    REQUIRE(peer.bodies.size() == 3);
    CHECK(peer.bodies[1].size() < 32'000);
    CHECK_FALSE(peer.bodies[1].contains("end"));
    CHECK(peer.bodies[1].contains("message.txt"));
    CHECK(peer.bodies[2].contains("filename=\"message.txt\""));
    CHECK(peer.bodies[2].contains("end"));
  }
}

TEST_CASE("Jira: no control character reaches an issue") {
  Peer peer;
  peer.answers.push_back(answered(201, R"({"key":"DESK-1"})"));
  const std::string mail =
      "From: v@example.org\r\n\r\na\x01"
      "b\tc\r\n";
  CHECK(delivered(TargetKind::jira, peer, "h@d.example", {}, mail).outcome == RelayOutcome::taken);
  CHECK_FALSE(peer.bodies.front().contains("\\u00"));
  CHECK(peer.bodies.front().contains("b c"));
}

TEST_CASE("Jira: files that it does not take are known before the issue is made") {
  const std::string mail =
      "From: v@example.org\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhi\r\n"
      "--x\r\nContent-Disposition: attachment; filename=a\r\n\r\naaaa\r\n--x--\r\n";
  const std::tuple<const char*, RelayOutcome> kCases[] = {
      {R"({"enabled":true,"uploadLimit":3})", RelayOutcome::too_large},
      {R"({"enabled":false,"uploadLimit":3})", RelayOutcome::misconfigured}};
  for (const auto& [said, outcome] : kCases) {
    Peer peer;
    peer.answers.push_back(answered(200, said));
    CHECK(delivered(TargetKind::jira, peer, "h@d.example", {}, mail).outcome == outcome);
    CHECK(peer.asked ==
          std::vector<std::string>{"GET https://desk.example/rest/api/3/attachment/meta"});
  }
  for (const char* said : {R"({"enabled":true,"uploadLimit":4})", "{}", "<html>"}) {
    Peer peer;
    peer.answers.push_back(answered(200, said));
    peer.answers.push_back(answered(201, R"({"key":"DESK-1"})"));
    peer.answers.push_back(answered(200));
    CHECK(delivered(TargetKind::jira, peer, "h@d.example", {}, mail).outcome ==
          RelayOutcome::taken);
  }
}

TEST_CASE("Jira: markup of a mail stays text, and the person is kept out") {
  Peer peer;
  peer.answers.push_back(answered(201, R"({"key":"DESK-1"})"));
  const auto answer = delivered(TargetKind::jira, peer);
  CHECK(answer.outcome == RelayOutcome::taken);
  CHECK(answer.reference == "DESK-1");
  CHECK(peer.bodies.front().contains(R"("type":"doc")"));
  CHECK_FALSE(peer.bodies.front().contains("vera"));
}

TEST_CASE("Jira: nothing is repeated before the index can know of it") {
  Peer peer;
  CHECK(delivered(TargetKind::jira, peer, "h@d.example", kNow - Seconds{59}).outcome ==
        RelayOutcome::unknown);
  CHECK(peer.asked.empty());
  Peer later;
  later.answers.push_back(answered(200, R"({"issues":[]})"));
  later.answers.push_back(answered(201, R"({"key":"DESK-2"})"));
  CHECK(delivered(TargetKind::jira, later, "h@d.example", kNow - Seconds{60}).reference ==
        "DESK-2");
}

TEST_CASE("Jira: an issue that lacks attachments is completed, not made again") {
  const std::string mail =
      "From: v@example.org\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhi\r\n"
      "--x\r\nContent-Disposition: attachment; filename=a\r\n\r\naaa\r\n--x\r\n"
      "Content-Disposition: attachment; filename=b\r\n\r\nbbb\r\n--x--\r\n";
  Peer first;
  first.answers.push_back(answered(200, R"({"enabled":true,"uploadLimit":1000})"));
  first.answers.push_back(answered(201, R"({"key":"DESK-1"})"));
  first.answers.push_back(answered(200));
  first.answers.push_back(answered(429));
  CHECK(delivered(TargetKind::jira, first, "h@d.example", {}, mail).outcome ==
        RelayOutcome::unknown);
  Peer second;
  second.answers.push_back(
      answered(200, R"({"issues":[{"key":"DESK-1","fields":{"attachment":[{"id":1}]}}]})"));
  second.answers.push_back(answered(200));
  CHECK(delivered(TargetKind::jira, second, "h@d.example", kNow - Seconds{90}, mail).outcome ==
        RelayOutcome::taken);
  CHECK(second.asked.size() == 2);
  CHECK(second.bodies[1].contains("bbb"));
}

}  // namespace
