#include "smtp_load.h"

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "report.h"
#include "socket.h"

namespace lethe::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kVocabulary = 20'000;

// Words differ from mail to mail as in a real inbox: few are common, many are rare.
std::string word(std::minstd_rand& random) {
  const std::size_t common = random() % 50;
  std::size_t n = random() % 3 != 0 ? common : random() % kVocabulary;
  std::string made;
  do {
    made += "bdfgklmnprstvz"[n % 14];
    made += "aeiou"[n / 14 % 5];
    n /= 70;
  } while (n > 0);
  return made + "n";
}

std::string paragraphs(std::size_t bytes, std::minstd_rand& random) {
  std::string text;
  std::size_t line = 0;
  while (text.size() < bytes) {
    const std::string next = word(random);
    line += next.size() + 1;
    text += next;
    text += line > 64 ? "\r\n" : " ";
    if (line > 64) line = 0;
  }
  return text + "\r\n";
}

class Session {
 public:
  explicit Session(std::uint16_t port) : socket_(Socket::connect(port)) {
    if (reply() != 220 || !socket_.send("EHLO client.example\r\n") || reply() != 250) {
      give_up("the server does not greet");
    }
  }

  bool deliver(const Mail& mail, const std::string& recipient) {
    const std::string commands[] = {"MAIL FROM:<" + mail.sender + ">\r\n",
                                    "RCPT TO:<" + recipient + ">\r\n", "DATA\r\n"};
    if (pipelining_ && !socket_.send(commands[0] + commands[1] + commands[2])) return false;
    bool ok = true;
    for (const std::string& command : commands) {
      if (!pipelining_ && !socket_.send(command)) return false;
      const int code = reply();
      ok = ok && (code == 250 || code == 354);
      if (code == 0) return false;
    }
    return ok && socket_.send(mail.content + ".\r\n") && reply() == 250;
  }

  void quit() {
    if (socket_.send("QUIT\r\n")) reply();
  }

 private:
  // The code of a whole reply; 0 when the connection ended.
  int reply() {
    std::string line;
    do {
      if (!socket_.read_line(line) || line.size() < 3) return 0;
      if (line.ends_with("PIPELINING")) pipelining_ = true;
    } while (line.size() > 3 && line[3] == '-');
    return std::atoi(line.substr(0, 3).c_str());
  }

  Socket socket_;
  bool pipelining_ = false;
};

}  // namespace

MailMaker::MailMaker(std::size_t bytes, int new_senders, std::string recipient)
    : bytes_(bytes), new_senders_(new_senders), recipient_(std::move(recipient)) {}

Mail MailMaker::operator()(std::int64_t n) const {
  // Of every hundred mails the first ones are from new senders, the rest from the newest of them.
  const std::int64_t in_hundred = n % 100;
  const std::int64_t who = n - in_hundred + in_hundred % new_senders_;
  std::minstd_rand random{static_cast<std::uint32_t>(n + 1)};
  Mail mail{.sender = "person" + std::to_string(who) + "@customers.example", .content = {}};
  mail.content = "From: Person Number " + std::to_string(who) + " <" + mail.sender +
                 ">\r\nTo: " + recipient_ + "\r\nSubject: " + word(random) + " " + word(random) +
                 " " + word(random) + "\r\nDate: Tue, 17 Nov 2026 10:00:00 +0000\r\nMessage-ID: <" +
                 std::to_string(n) +
                 "@customers.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
                 "charset=utf-8\r\n\r\n";
  const std::size_t head = mail.content.size();
  mail.content += paragraphs(bytes_ > head ? bytes_ - head : 0, random);
  return mail;
}

Sent send_all(const Load& load, const MailMaker& make) {
  std::vector<Mail> mails;
  for (std::int64_t n = 0; n < load.mails; ++n) mails.push_back(make(load.first + n));
  Sent sum;
  std::mutex mutex;
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    Session session{load.port};
    Sent mine;
    for (std::size_t n = next++; n < mails.size(); n = next++) {
      const auto began = Clock::now();
      const bool accepted = session.deliver(mails[n], make.recipient());
      (accepted ? mine.accepted : mine.refused) += 1;
      if (!accepted) break;
      mine.milliseconds.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    }
    session.quit();
    const std::lock_guard lock{mutex};
    sum.accepted += mine.accepted;
    sum.refused += mine.refused;
    sum.milliseconds.insert(sum.milliseconds.end(), mine.milliseconds.begin(),
                            mine.milliseconds.end());
  };
  const auto began = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < load.connections; ++n) threads.emplace_back(run);
  }
  sum.took = Clock::now() - began;
  return sum;
}

}  // namespace lethe::bench
