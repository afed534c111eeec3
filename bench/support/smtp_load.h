// The mail generator of every bench: the same bytes and the same dialogue to whichever server.
//
// Kept SMTP connections, one thread each, one mail after another. Where the server offers
// PIPELINING the envelope goes in one write (RFC 2920), as common senders do.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lethe::bench {

struct Mail {
  std::string sender;   // envelope and From
  std::string content;  // CRLF lines, no line starts with a dot, no final dot
};

// Mails of about `bytes` bytes, each with its own Message-ID and words. Mail n is the same in every
// run. `new_senders` of 100 mails come from an address that no mail before had.
class MailMaker {
 public:
  MailMaker(std::size_t bytes, int new_senders, std::string recipient);
  [[nodiscard]] Mail operator()(std::int64_t n) const;
  [[nodiscard]] const std::string& recipient() const noexcept { return recipient_; }

 private:
  std::size_t bytes_;
  int new_senders_;
  std::string recipient_;
};

struct Load {
  std::uint16_t port = 0;  // on 127.0.0.1
  int connections = 20;
  std::int64_t first = 0;  // mails first .. first + mails - 1 are sent
  std::int64_t mails = 0;
};

struct Sent {
  std::int64_t accepted = 0;  // answered 250 after the final dot
  std::int64_t refused = 0;   // any other answer
  std::chrono::duration<double> took{};
  std::vector<double> milliseconds;  // MAIL to the last 250, for each accepted mail
};

// Makes the mails before the clock starts, sends all, and returns when each was answered.
[[nodiscard]] Sent send_all(const Load& load, const MailMaker& make);

}  // namespace lethe::bench
