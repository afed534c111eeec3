#include "drain.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "envelope.h"

namespace lethe::imap_in {
namespace {

using ports::SourceTrouble;

struct Stored {
  std::uint32_t uid = 0;
  std::string content;
  std::uint32_t said_size = 0;  // 0: the true one
  bool marked = false;
};

// A folder in memory that may hang up at the next removal.
class ScriptedSession final : public Session {
 public:
  std::vector<Stored> mails;
  std::uint32_t validity = 1;
  Aside aside = Aside::moved;
  bool hangs_up_at_removal = false;
  bool keeps_what_is_removed = false;  // no UIDPLUS, and somebody marked other mails
  std::vector<std::uint32_t> fetched;
  std::set<std::uint32_t> damaged;  // at the server: fetching fails
  bool damage_is_told = true;       // by a NO; else the session ends over it
  bool damage_spoils_sizes = false;

  std::unexpected<Failure> no() const {
    return std::unexpected(Failure{
        .trouble = SourceTrouble::garbled, .detail = "no", .session_lives = damage_is_told});
  }

  std::uint32_t uid_validity() const override { return validity; }
  std::uint32_t count() const override { return static_cast<std::uint32_t>(mails.size()); }
  Tried<std::vector<Listed>> list(std::uint32_t first, std::uint32_t many, Sizes sizes) override {
    if (sizes == Sizes::asked && damage_spoils_sizes && !damaged.empty()) return no();
    std::vector<Listed> seen;
    for (std::size_t i = first - 1; i < mails.size() && seen.size() < many; ++i) {
      const Stored& mail = mails[i];
      const auto size = static_cast<std::uint32_t>(mail.content.size());
      seen.push_back({.uid = mail.uid, .size = std::nullopt, .set_aside = mail.marked});
      if (sizes == Sizes::asked) seen.back().size = mail.said_size == 0 ? size : mail.said_size;
    }
    return seen;
  }
  Tried<std::optional<std::uint32_t>> size(std::uint32_t uid) override {
    if (damaged.contains(uid)) return no();
    for (const Stored& mail : mails) {
      if (mail.uid == uid) return static_cast<std::uint32_t>(mail.content.size());
    }
    return std::nullopt;
  }
  Tried<std::optional<std::string>> fetch(std::uint32_t uid) override {
    fetched.push_back(uid);
    if (damaged.contains(uid)) return no();
    for (const Stored& mail : mails) {
      if (mail.uid == uid) return mail.content;
    }
    return std::nullopt;
  }
  Tried<bool> remove(const std::vector<std::uint32_t>& uids) override {
    if (hangs_up_at_removal) return failed(SourceTrouble::hung_up);
    if (keeps_what_is_removed) return false;
    std::erase_if(
        mails, [&](const Stored& mail) { return std::ranges::find(uids, mail.uid) != uids.end(); });
    return true;
  }
  Tried<Aside> set_aside(std::uint32_t uid) override {
    if (aside == Aside::moved) std::erase_if(mails, [&](const Stored& m) { return m.uid == uid; });
    return aside;
  }
  std::vector<std::pair<std::uint32_t, std::string>> moved;
  Tried<bool> move_to(std::uint32_t uid, const std::string& folder) override {
    moved.emplace_back(uid, folder);
    std::erase_if(mails, [&](const Stored& m) { return m.uid == uid; });
    return true;
  }
  bool pushes() const override { return false; }
  Tried<void> wait(Wake&, std::chrono::seconds) override { return {}; }
  Tried<void> look() override { return {}; }
};

// Answers by the first word of the mail.
class ScriptedIntake final : public ports::MailIntake {
 public:
  std::vector<std::string> taken;
  std::vector<std::vector<std::string>> recipients;
  bool scanner_away = false;
  bool being_erased = false;

  Result<ports::RcptVerdict> check_recipient(const ports::Envelope&,
                                             std::string_view recipient) override {
    return recipient.ends_with("@desk.example") ? ports::RcptVerdict::accepted
                                                : ports::RcptVerdict::unknown;
  }
  void take_in(ports::Delivery&& delivery, std::function<void(Status)> done) override {
    if (delivery.content.starts_with("X-Refuse")) return done(fail(Errc::forbidden, "it loops"));
    if (delivery.content.starts_with("X-Busy")) return done(fail(Errc::unavailable, "disk full"));
    if (being_erased && delivery.content.starts_with("X-Erased")) {
      return done(fail(Errc::busy, "wait", std::string{ports::kPersonBeingErased}));
    }
    if (scanner_away && delivery.can_wait && delivery.content.starts_with("X-File")) {
      return done(fail(Errc::unavailable, "away", std::string{ports::kScannerAway}));
    }
    taken.push_back(delivery.content);
    recipients.push_back(delivery.envelope.recipients);
    done({});
  }
};

struct Desk {
  ports::MailSource source{.address = "help@desk.example", .password = {}};
  Budget budget;
  ScriptedIntake intake;
  LeftBehind left;
  DrainCounts counts;
  bool stopped = false;
  std::chrono::seconds scanner_patience{3600};
  std::chrono::seconds postponed_pause{0};
  bool marked_too = false;

  Tried<void> drain_once(Session& session) {
    const DrainTools tools{.source = source,
                           .budget = budget,
                           .intake = intake,
                           .left = left,
                           .stopped = [this] { return stopped; },
                           .tell =
                               [this](const DrainCounts& did) {
                                 counts.taken += did.taken;
                                 counts.refused += did.refused;
                                 counts.too_large += did.too_large;
                               },
                           .scanner_patience = scanner_patience,
                           .postponed_pause = postponed_pause,
                           .marked_too = marked_too};
    return drain(session, tools);
  }
};

std::string mail(int number) { return "Subject: " + std::to_string(number) + "\r\n\r\nText\r\n"; }

TEST_CASE("every mail is handed over once, in order, and the folder ends empty") {
  Desk desk;
  ScriptedSession session;
  for (int n = 1; n <= 450; ++n) session.mails.push_back({.uid = 10U + n, .content = mail(n)});
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  REQUIRE(desk.intake.taken.size() == 450);
  CHECK(desk.intake.taken.front() == mail(1));
  CHECK(desk.intake.taken.back() == mail(450));
  CHECK(desk.counts.taken == 450);
}

TEST_CASE("a mail that is refused for good is set aside and stops no other") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)},
                   {.uid = 2, .content = "X-Refuse: yes\r\n\r\n"},
                   {.uid = 3, .content = mail(3)}};
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  CHECK(desk.intake.taken.size() == 2);
  CHECK(desk.counts.refused == 1);
}

TEST_CASE("a mail that the server does not hand over stays, stops no other, and is tried again") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)},
                   {.uid = 2, .content = mail(2)},
                   {.uid = 3, .content = mail(3)}};
  session.damaged = {2};
  for (int pass = 0; pass < 3; ++pass) {
    CHECK(desk.drain_once(session).has_value());
    CHECK(desk.intake.taken == std::vector{mail(1), mail(3)});
    CHECK(session.mails.size() == 1);
    CHECK(desk.left.withheld() == 1);
    CHECK(desk.left.is_worth_a_look());
  }
  session.damaged.clear();
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  CHECK(desk.intake.taken.size() == 3);
  CHECK(desk.left.withheld() == 0);
  CHECK_FALSE(desk.left.is_worth_a_look());
}

TEST_CASE("a server that hands over nothing is left alone, and what came before is out") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)}};
  for (std::uint32_t uid = 2; uid <= 60; ++uid) {
    session.mails.push_back({.uid = uid, .content = mail(2)});
    session.damaged.insert(uid);
  }
  const auto drained = desk.drain_once(session);
  REQUIRE(!drained);
  CHECK(drained.error().trouble == SourceTrouble::garbled);
  CHECK(session.fetched.size() == 21);
  CHECK(session.mails.size() == 59);
}

TEST_CASE("a mail over which the session breaks comes last, and those behind it come in") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)},
                   {.uid = 2, .content = mail(2)},
                   {.uid = 3, .content = mail(3)}};
  session.damaged = {1, 2};
  session.damage_is_told = false;
  for (int pass = 0; pass < 4; ++pass) {
    CHECK_FALSE(desk.drain_once(session));
    CHECK(desk.intake.taken.empty());
  }
  CHECK_FALSE(desk.drain_once(session));  // two breaks over each: now the others come first
  CHECK(desk.intake.taken == std::vector{mail(3)});
  session.damaged = {1};
  CHECK_FALSE(desk.drain_once(session));
  CHECK_FALSE(desk.drain_once(session));  // the two take turns
  CHECK(desk.intake.taken == std::vector{mail(3), mail(2)});
  session.damaged.clear();
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  CHECK(desk.left.postponed().empty());
}

TEST_CASE("a mail over which sessions break is tried now and then, and the box works meanwhile") {
  Desk desk;
  desk.postponed_pause = std::chrono::seconds{3600};
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)}, {.uid = 2, .content = mail(2)}};
  session.damaged = {1};
  session.damage_is_told = false;
  for (int pass = 0; pass < 3; ++pass) CHECK_FALSE(desk.drain_once(session));
  CHECK(desk.intake.taken == std::vector{mail(2)});
  const auto tries = session.fetched.size();
  session.mails.push_back({.uid = 3, .content = mail(3)});
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.intake.taken == std::vector{mail(2), mail(3)});
  CHECK(session.fetched.size() == tries + 1);
  CHECK(desk.left.withheld() == 1);
  desk.left.forget();
  session.damaged.clear();
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  CHECK(desk.left.withheld() == 0);
}

TEST_CASE("a mail whose size cannot be said does not hide the others") {
  for (const bool told : {true, false}) {
    Desk desk;
    ScriptedSession session;
    session.mails = {{.uid = 1, .content = mail(1)},
                     {.uid = 2, .content = mail(2)},
                     {.uid = 3, .content = mail(3)}};
    session.damaged = {2};
    session.damage_is_told = told;
    session.damage_spoils_sizes = true;
    for (int pass = 0; pass < 5; ++pass) {
      [[maybe_unused]] const auto drained = desk.drain_once(session);
    }
    CHECK(std::ranges::find(desk.intake.taken, mail(3)) != desk.intake.taken.end());
    CHECK(session.mails.size() == 1);
    session.damaged.clear();
    CHECK(desk.drain_once(session).has_value());
    CHECK(session.mails.empty());
    CHECK_FALSE(desk.left.list_breaks());
  }
}

TEST_CASE("mails that the server cannot remove alone are taken once and end the pass") {
  Desk desk;
  ScriptedSession session;
  session.keeps_what_is_removed = true;
  session.mails = {{.uid = 1, .content = mail(1)}, {.uid = 2, .content = mail(2)}};
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.intake.taken == std::vector{mail(1), mail(2)});
}

TEST_CASE("a mail of somebody who is being erased stays, stops no other, and comes in afterwards") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = "X-Erased: yes\r\n\r\n"}, {.uid = 2, .content = mail(2)}};
  desk.intake.being_erased = true;
  for (int pass = 0; pass < 2; ++pass) {
    CHECK(desk.drain_once(session).has_value());
    REQUIRE(session.mails.size() == 1);
    CHECK(session.mails[0].uid == 1);
    CHECK(desk.left.is_worth_a_look());
  }
  CHECK(desk.intake.taken == std::vector{mail(2)});
  desk.intake.being_erased = false;
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  CHECK(desk.intake.taken.size() == 2);
  CHECK_FALSE(desk.left.is_worth_a_look());
}

TEST_CASE("where the server allows no setting aside, a refused mail is not fetched again") {
  Desk desk;
  ScriptedSession session;
  session.aside = Aside::left;
  session.mails = {{.uid = 2, .content = "X-Refuse: yes\r\n\r\n"},
                   {.uid = 3, .content = mail(3)},
                   {.uid = 4, .content = mail(4), .marked = true}};
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.fetched == std::vector<std::uint32_t>{2, 3});
  CHECK(session.mails.size() == 2);
}

TEST_CASE("with another UIDVALIDITY what was left behind is looked at again") {
  Desk desk;
  ScriptedSession session;
  session.aside = Aside::left;
  session.mails = {{.uid = 2, .content = "X-Refuse: yes\r\n\r\n"}};
  CHECK(desk.drain_once(session).has_value());
  session.validity = 2;
  session.mails = {{.uid = 2, .content = mail(2)}};
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.intake.taken.size() == 1);
  CHECK(session.mails.empty());
}

TEST_CASE(
    "a mail at the bound is taken, one byte more stays and is counted, whatever size is said") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = std::string(kMailBytesMax, 'a')},
                   {.uid = 2, .content = std::string(kMailBytesMax + 1, 'a'), .said_size = 10},
                   {.uid = 3, .content = "", .said_size = kMailBytesMax + 1},
                   {.uid = 4, .content = mail(4)}};
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.counts.too_large == 2);
  CHECK(desk.intake.taken.size() == 2);
  REQUIRE(session.mails.size() == 2);
  CHECK(session.mails.front().uid == 2);
  CHECK(session.fetched == std::vector<std::uint32_t>{1, 2, 4});
}

TEST_CASE("when our own side is busy the mail waits and what is safe still leaves the folder") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)},
                   {.uid = 2, .content = "X-Busy: yes\r\n\r\n"},
                   {.uid = 3, .content = mail(3)}};
  const auto drained = desk.drain_once(session);
  REQUIRE(!drained);
  CHECK(drained.error().trouble == SourceTrouble::busy);
  REQUIRE(session.mails.size() == 2);
  CHECK(session.mails.front().uid == 2);
}

std::vector<Stored> with_files_between() {
  return {{.uid = 1, .content = "X-File: 1\r\n\r\n"},
          {.uid = 2, .content = mail(2)},
          {.uid = 3, .content = "X-File: 3\r\n\r\n"},
          {.uid = 4, .content = mail(4)}};
}

TEST_CASE("while the scanner is away mails with files wait, the others come in, and none is lost") {
  Desk desk;
  desk.intake.scanner_away = true;
  ScriptedSession session;
  session.mails = with_files_between();
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.intake.taken == std::vector<std::string>{mail(2), mail(4)});
  CHECK(session.mails.size() == 2);
  CHECK(desk.left.waiting() == 2);
  CHECK(desk.drain_once(session).has_value());
  // In the second pass one of the two asks for both.
  CHECK(session.fetched == std::vector<std::uint32_t>{1, 2, 3, 4, 1});
  CHECK(desk.left.waiting() == 2);
  desk.intake.scanner_away = false;
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  CHECK(desk.intake.taken.size() == 4);
  CHECK(desk.left.waiting() == 0);
}

TEST_CASE("a mail waits for the scanner no longer than its patience, then it is taken as it is") {
  Desk desk;
  desk.intake.scanner_away = true;
  desk.scanner_patience = std::chrono::seconds{0};
  ScriptedSession session;
  session.mails = with_files_between();
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.size() == 2);
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  CHECK(desk.intake.taken.size() == 4);
}

TEST_CASE("a waiting mail that somebody removes, or that gets a new uid, no longer counts") {
  Desk desk;
  desk.intake.scanner_away = true;
  ScriptedSession session;
  session.mails = with_files_between();
  CHECK(desk.drain_once(session).has_value());
  session.mails.pop_back();
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.left.waiting() == 1);
  session.validity = 2;
  session.mails.clear();
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.left.waiting() == 0);
}

TEST_CASE("no memory for a mail means later, and nothing is fetched") {
  Desk desk;
  desk.budget.take = [](std::size_t) { return false; };
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)}};
  const auto drained = desk.drain_once(session);
  REQUIRE(!drained);
  CHECK(drained.error().trouble == SourceTrouble::busy);
  CHECK(session.fetched.empty());
}

TEST_CASE("memory that was taken for a mail is given back") {
  Desk desk;
  std::size_t held = 0;
  desk.budget = {.take = [&](std::size_t n) { return (held += n) > 0; },
                 .give_back = [&](std::size_t n) { held -= n; }};
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)}, {.uid = 2, .content = "X-Refuse: a\r\n\r\n"}};
  CHECK(desk.drain_once(session).has_value());
  CHECK(held == 0);
}

TEST_CASE("a connection lost before the removal leaves the mails there, to come again") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)}};
  session.hangs_up_at_removal = true;
  CHECK(!desk.drain_once(session));
  CHECK(session.mails.size() == 1);
  session.hangs_up_at_removal = false;
  CHECK(desk.drain_once(session).has_value());
  CHECK(session.mails.empty());
  CHECK(desk.intake.taken.size() == 2);  // the intake's own digest knows the second for the first
}

TEST_CASE("what was set aside is left alone, and fetched once more only when somebody asks") {
  Desk desk;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1), .marked = true}};
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.intake.taken.empty());
  desk.marked_too = true;
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.intake.taken.size() == 1);
  CHECK(session.mails.empty());
}

TEST_CASE("mails set aside in a folder go back to the one they came from") {
  ScriptedSession aside;
  aside.mails = {{.uid = 4, .content = mail(4)}, {.uid = 9, .content = mail(9)}};
  CHECK(bring_back(aside, "INBOX").has_value());
  CHECK(aside.moved ==
        std::vector<std::pair<std::uint32_t, std::string>>{{4, "INBOX"}, {9, "INBOX"}});
  CHECK(bring_back(aside, "INBOX").has_value());
  CHECK(aside.moved.size() == 2);
}

TEST_CASE("a stopped poller takes nothing more") {
  Desk desk;
  desk.stopped = true;
  ScriptedSession session;
  session.mails = {{.uid = 1, .content = mail(1)}};
  CHECK(desk.drain_once(session).has_value());
  CHECK(desk.intake.taken.empty());
}

ports::Envelope read(std::string_view content, bool forward_target) {
  ports::MailSource source{.address = "box@desk.example", .password = {}};
  source.forward_target = forward_target;
  return envelope_of(content, source, [](const ports::Envelope&, std::string_view to) {
    return to.ends_with("@desk.example");
  });
}

TEST_CASE("the recipient is the mailbox, and the first address only where mail is forwarded in") {
  const std::string_view content =
      "Delivered-To: box@desk.example\r\nX-Original-To: sales@desk.example\r\n\r\n";
  CHECK(read(content, false).recipients == std::vector<std::string>{"box@desk.example"});
  CHECK(read(content, true).recipients == std::vector<std::string>{"sales@desk.example"});
  CHECK(read("X-Original-To: a@elsewhere.example\r\n\r\n", true).recipients ==
        std::vector<std::string>{"box@desk.example"});
  CHECK(read("Subject: no such header\r\n\r\nX-Original-To: sales@desk.example\r\n", true)
            .recipients == std::vector<std::string>{"box@desk.example"});
}

TEST_CASE("what Gmail notes of a forwarded mail names the first address too") {
  CHECK(read("X-Forwarded-To: box@desk.example\r\n"
             "X-Forwarded-For: sales@desk.example box@desk.example\r\n\r\n",
             true)
            .recipients == std::vector<std::string>{"sales@desk.example"});
}

TEST_CASE("the sender is that of Return-Path, the null sender included, else that of From") {
  CHECK(read("Return-Path: <vera@example.org>\r\nFrom: b@example.org\r\n\r\n", false).sender ==
        "vera@example.org");
  CHECK(read("Return-Path: <>\r\nFrom: b@example.org\r\n\r\n", false).sender.empty());
  CHECK(read("From: Bea <b@example.org>\n\n", false).sender == "b@example.org");
  CHECK(read("", false).sender.empty());
}

}  // namespace
}  // namespace lethe::imap_in
