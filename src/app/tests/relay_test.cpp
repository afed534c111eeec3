#include "lethe/app/relay.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <map>

namespace {

using namespace lethe;
using app::Relay;
using ports::RcptVerdict;
using ports::RelayOutcome;
using Known = ports::RelayRecord::Known;

constexpr std::string_view kMail = "From: a@b.example\r\nSubject: x\r\n\r\nhello\r\n";

class FixedClock final : public ports::Clock {
 public:
  Instant now() const override { return instant_of(1'770'000'000) + later; }
  std::int64_t now_milliseconds() const override { return unix_seconds(now()) * 1000; }

  Seconds later{0};  // set between two mails
};

// Answers what it was told to.
class Target final : public ports::RelayTarget {
 public:
  explicit Target(RelayOutcome outcome) : outcome_(outcome) {}
  ports::RelayAnswer deliver(const ports::RelayMail& mail) override {
    ++calls;
    was_tried = mail.tried_before.has_value();
    return {outcome_, "7", "answered 500", pause};
  }
  std::atomic<int> calls = 0;
  std::atomic<bool> was_tried = false;
  std::optional<Seconds> pause;

 private:
  RelayOutcome outcome_;
};

class Record final : public ports::RelayRecord {
 public:
  Result<Begun> begin(ports::RelayMailboxId, const ports::RelayDigest& digest, Instant) override {
    if (is_broken) return fail(Errc::unavailable, "disk full");
    const auto found = known.find(digest);
    return found == known.end() ? Begun{} : Begun{found->second, instant_of(1)};
  }
  Status end(ports::RelayMailboxId, const ports::RelayDigest& digest, RelayOutcome outcome,
             std::uint64_t, Instant) override {
    if (outcome == RelayOutcome::taken) known[digest] = Known::taken;
    if (outcome == RelayOutcome::unknown) known[digest] = Known::tried;
    return {};
  }
  Status expire(Instant) override { return {}; }
  std::vector<ports::RelayDay> counts() const override { return {}; }
  std::size_t size() const override { return known.size(); }

  std::map<ports::RelayDigest, Known> known;
  bool is_broken = false;
};

ports::RelayDigest plain_digest(ByteView bytes) {
  ports::RelayDigest digest{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    digest[i % digest.size()] =
        static_cast<std::uint8_t>(digest[i % digest.size()] * 31 + bytes[i]);
  }
  return digest;
}

struct Desk {
  explicit Desk(RelayOutcome outcome = RelayOutcome::taken) {
    app::RelaySettings settings{.workers = 1, .digest = plain_digest, .log = [this](auto line) {
                                  said += std::string{line} + "\n";
                                }};
    for (const char* address : {"help@desk.example", "other@desk.example"}) {
      app::RelayMailbox mailbox{.address = address};
      auto made = std::make_unique<Target>(outcome);
      target = target ? target : made.get();
      mailbox.target = std::move(made);
      mailbox.requires_tls = std::string_view{address}.starts_with("other");
      mailbox.takes_suffix = [](std::string_view suffix) { return suffix == "42"; };
      settings.mailboxes.push_back(std::move(mailbox));
    }
    relay = std::make_unique<Relay>(std::move(settings), record, clock);
  }

  Status send(std::string_view mail = kMail, std::vector<std::string> to = {"help@desk.example"}) {
    std::promise<Status> promise;
    auto answer = promise.get_future();
    relay->take_in({.envelope = {.recipients = std::move(to)}, .content = std::string{mail}},
                   [&](Status status) { promise.set_value(std::move(status)); });
    return answer.get();
  }
  RcptVerdict asked(std::string_view recipient, ports::Envelope so_far = {}) const {
    const auto verdict = relay->check_recipient(so_far, recipient);
    REQUIRE(verdict);
    return *verdict;
  }

  FixedClock clock;
  Record record;
  std::string said;
  Target* target = nullptr;
  std::unique_ptr<Relay> relay;
};

Errc code_of(const Status& status) {
  REQUIRE_FALSE(status);
  return status.error().code;
}

TEST_CASE("what the target says becomes what the sender hears") {
  CHECK(Desk{RelayOutcome::taken}.send());
  CHECK(code_of(Desk{RelayOutcome::refused}.send()) == Errc::forbidden);
  CHECK(code_of(Desk{RelayOutcome::too_large}.send()) == Errc::too_large);
  CHECK(code_of(Desk{RelayOutcome::deferred}.send()) == Errc::unavailable);
  CHECK(code_of(Desk{RelayOutcome::misconfigured}.send()) == Errc::unavailable);
  CHECK(code_of(Desk{RelayOutcome::unknown}.send()) == Errc::unavailable);
}

TEST_CASE("a mail that goes back for good is no trouble of the target's in the log") {
  for (const RelayOutcome outcome : {RelayOutcome::refused, RelayOutcome::too_large}) {
    Desk desk{outcome};
    CHECK_FALSE(desk.send().has_value());
    CHECK(desk.said.empty());
  }
}

TEST_CASE("a target that asks for a pause is left alone for it, and for no longer") {
  Desk desk{RelayOutcome::deferred};
  desk.target->pause = Seconds{30};
  CHECK(code_of(desk.send()) == Errc::unavailable);
  desk.clock.later = Seconds{29};
  CHECK(code_of(desk.send()) == Errc::busy);
  CHECK(desk.target->calls == 1);
  desk.target->pause = Days{365};
  desk.clock.later = Seconds{30};
  CHECK(code_of(desk.send()) == Errc::unavailable);
  CHECK(desk.target->calls == 2);
  desk.clock.later = Seconds{30} + app::kRelayPauseMax;
  CHECK(code_of(desk.send()) == Errc::unavailable);
  CHECK(desk.target->calls == 3);
}

TEST_CASE("a mail that was taken goes to the target once, whatever way it comes again") {
  Desk desk;
  CHECK(desk.send());
  CHECK(desk.send());
  CHECK(desk.send("Received: by hop\r\nFrom:  a@b.example\r\nSubject: x\r\n\r\nhello"));
  CHECK(desk.target->calls == 1);
  CHECK(desk.send("From: a@b.example\r\nSubject: x\r\n\r\nhello!\r\n"));
  CHECK(desk.target->calls == 2);
}

TEST_CASE("after an unknown outcome the target is told that it was tried") {
  Desk desk{RelayOutcome::unknown};
  CHECK_FALSE(desk.send());
  CHECK_FALSE(desk.target->was_tried);
  CHECK_FALSE(desk.send());
  CHECK(desk.target->was_tried);
}

TEST_CASE("without a durable digest the target is not called") {
  Desk desk;
  desk.record.is_broken = true;
  CHECK(code_of(desk.send()) == Errc::unavailable);
  CHECK(desk.target->calls == 0);
}

TEST_CASE("who is answered at RCPT, and how") {
  const Desk desk;
  CHECK(desk.asked("Help@Desk.example") == RcptVerdict::accepted);
  CHECK(desk.asked("help+42@desk.example") == RcptVerdict::accepted);
  CHECK(desk.asked("help+43@desk.example") == RcptVerdict::unknown);
  CHECK(desk.asked("nobody@desk.example") == RcptVerdict::unknown);
  CHECK(desk.asked("not an address") == RcptVerdict::unknown);
  CHECK(desk.asked("other@desk.example") == RcptVerdict::needs_tls);
  CHECK(desk.asked("other@desk.example", {.tls = true}) == RcptVerdict::accepted);
  CHECK(desk.asked("other@desk.example", {.recipients = {"help@desk.example"}, .tls = true}) ==
        RcptVerdict::needs_own_copy);
}

TEST_CASE("each mailbox counts its own mails by what the sender was told") {
  Desk desk;
  CHECK(desk.relay->standings().front().last == std::nullopt);
  CHECK(desk.send());
  CHECK(desk.send());  // known by then: taken again without a word to the target
  desk.record.is_broken = true;
  CHECK_FALSE(desk.send("From: a@b.example\r\n\r\nother"));
  const auto standings = desk.relay->standings();
  REQUIRE(standings.size() == 2);
  CHECK(standings[0].counts.received == 3);
  CHECK(standings[0].counts.accepted == 2);
  CHECK(standings[0].counts.deferred == 1);
  CHECK(standings[0].counts.refused == 0);
  CHECK(standings[0].last == RelayOutcome::taken);
  CHECK(standings[0].last_at == desk.clock.now());
  CHECK(standings[1].counts.received == 0);
}

TEST_CASE("only what is final counts as refused") {
  for (const RelayOutcome outcome : {RelayOutcome::refused, RelayOutcome::too_large}) {
    Desk desk{outcome};
    CHECK_FALSE(desk.send());
    CHECK(desk.relay->standings().front().counts.refused == 1);
  }
  for (const RelayOutcome outcome :
       {RelayOutcome::deferred, RelayOutcome::misconfigured, RelayOutcome::unknown}) {
    Desk desk{outcome};
    CHECK_FALSE(desk.send());
    CHECK(desk.relay->standings().front().counts.deferred == 1);
  }
}

TEST_CASE("trouble is said once, and without a word of the mail") {
  Desk desk{RelayOutcome::misconfigured};
  CHECK_FALSE(desk.send());
  CHECK_FALSE(desk.send());
  CHECK(desk.said.contains("ALARM"));
  CHECK(desk.said.find("ALARM") == desk.said.rfind("ALARM"));
  CHECK_FALSE(desk.said.contains("@"));
  CHECK(desk.relay->is_alarmed(desk.relay->mailboxes().front()));
}

TEST_CASE("identity: folds and trace headers do not count, everything else does") {
  const auto identity = [](std::string_view mail) {
    Bytes out;
    app::append_identity(out, mail);
    return out;
  };
  const Bytes one = identity("Subject: a\r\n b\r\nFrom: x\r\n\r\ntext");
  CHECK(one == identity("X-Trace: 9\r\nfrom:x\r\nSUBJECT: a b\r\n\r\ntext\r\n"));
  CHECK(one != identity("Subject: a\r\nFrom: x\r\n\r\ntext"));
  CHECK(one != identity("Subject: a b\r\nFrom: x\r\n\r\ntext2"));
  CHECK(identity("") == identity("\r\n"));
  CHECK(identity("no header at all") != identity("another"));
}

}  // namespace
