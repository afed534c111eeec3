// A driver for tests: plays bytes into a session, answers its questions from
// a small table, and notes what it said and what it handed over.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/smtp_protocol/session.h"

namespace lethe::smtp_protocol {

struct Transcript {
  std::string replies;
  std::vector<ports::Delivery> taken;
  Tally tally;
  bool started_tls = false;
  bool closed = false;
};

class Peer {
 public:
  explicit Peer(Settings settings = {.host_name = "mx.example"},
                std::size_t budget_bytes = std::size_t{256} * 1024 * 1024)
      : budget_(budget_bytes), session_(std::move(settings), budget_) {
    session_.greet();
    run();
    said_.replies.clear();  // the greeting is looked at by its own test
  }

  // Plays `bytes` cut into pieces of `piece` bytes; returns what was said to them.
  std::string say(std::string_view bytes, std::size_t piece = 4096) {
    const std::size_t before = said_.replies.size();
    for (std::size_t at = 0; at < bytes.size() && !said_.closed; at += piece) {
      session_.feed(bytes.substr(at, piece));
      run();
    }
    return said_.replies.substr(before);
  }

  // Lets the session do what is open without input.
  void run() {
    while (answer(session_.next())) collect();
    collect();
  }

  [[nodiscard]] const Transcript& said() const { return said_; }
  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] ByteBudget& budget() { return budget_; }

  std::function<Result<ports::RcptVerdict>(std::string_view)> check = [](std::string_view address) {
    if (address.starts_with("nobody@"))
      return Result<ports::RcptVerdict>{ports::RcptVerdict::unknown};
    if (address.starts_with("busy@")) return Result<ports::RcptVerdict>{ports::RcptVerdict::busy};
    return Result<ports::RcptVerdict>{ports::RcptVerdict::accepted};
  };
  // Does the recipient need a copy other than that of those before?
  std::function<bool(const ports::Envelope&, std::string_view)> is_apart =
      [](const ports::Envelope&, std::string_view) { return false; };
  std::function<Status(const ports::Delivery&)> take = [](const ports::Delivery&) {
    return Status{};
  };

 private:
  void collect() {
    said_.replies += session_.take_replies();
    const Tally tally = session_.take_tally();
    said_.tally.accepted += tally.accepted;
    said_.tally.refused += tally.refused;
    said_.tally.deferred += tally.deferred;
  }

  bool answer(Step step) {
    if (auto* question = std::get_if<CheckRecipient>(&step)) {
      session_.recipient_checked(is_apart(question->so_far, question->recipient)
                                     ? ports::RcptVerdict::needs_own_copy
                                     : check(question->recipient));
      return true;
    }
    if (auto* mail = std::get_if<TakeIn>(&step)) {
      session_.taken_in(take(mail->delivery));
      said_.taken.push_back(std::move(mail->delivery));
      return true;
    }
    if (std::holds_alternative<StartTls>(step)) {
      said_.started_tls = true;
      session_.tls_started();
      return true;
    }
    said_.closed = std::holds_alternative<Close>(step);
    return false;
  }

  ByteBudget budget_;
  Session session_;
  Transcript said_;
};

// The three-digit codes of the replies' last lines, as "250 354 250".
inline std::string codes(std::string_view replies) {
  std::string list;
  while (!replies.empty()) {
    const std::string_view line = replies.substr(0, replies.find("\r\n") + 2);
    replies.remove_prefix(line.size());
    if (line.substr(3, 1) == "-") continue;
    if (!list.empty()) list += ' ';
    list += line.substr(0, 3);
  }
  return list;
}

inline const std::string kHello = "EHLO client.example\r\n";
inline const std::string kEnvelope =
    "MAIL FROM:<ann@client.example>\r\nRCPT TO:<help@example.org>\r\n";
inline const std::string kMail = kEnvelope + "DATA\r\nSubject: hi\r\n\r\nhello\r\n.\r\n";

}  // namespace lethe::smtp_protocol
