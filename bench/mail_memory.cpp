// Claim: a byte of mail in flight costs at most 3 bytes of resident memory.
//
// Mails of 10 MB from as many connections at once, all of them sent to the last line before the
// first is ended: then the memory of receiving is measured; and the peak while all are parsed,
// sealed and stored. Against the program's memory before them.
//
// LETHE_BENCH_MAILS_IN_FLIGHT (below the server's limit of 256 MiB in flight).
#include <latch>
#include <thread>

#include "support/installation.h"
#include "support/report.h"
#include "support/smtp_load.h"
#include "support/socket.h"

namespace {

using namespace lethe::bench;

constexpr std::size_t kMailBytes = 10'000'000;

void expect_code(Socket& socket, const std::string& code) {
  std::string line;
  do {
    if (!socket.read_line(line) || !line.starts_with(code)) give_up("the server said " + line);
  } while (line.size() > 3 && line[3] == '-');
}

void send_in_two(std::uint16_t port, const Mail& mail, const std::string& recipient,
                 std::latch& all_sent, std::latch& go_on) {
  Socket socket = Socket::connect(port);
  expect_code(socket, "220");
  const std::pair<std::string, const char*> dialogue[] = {
      {"EHLO client.example", "250"},
      {"MAIL FROM:<" + mail.sender + ">", "250"},
      {"RCPT TO:<" + recipient + ">", "250"},
      {"DATA", "354"}};
  for (const auto& [command, code] : dialogue) {
    if (!socket.send(command + "\r\n")) give_up("the connection ended");
    expect_code(socket, code);
  }
  if (!socket.send(mail.content)) give_up("the connection ended");
  all_sent.count_down();
  go_on.wait();
  if (!socket.send(".\r\n")) give_up("the connection ended");
  expect_code(socket, "250");
}

}  // namespace

int main() {
  Report report;
  const std::int64_t mails = size_of_run("LETHE_BENCH_MAILS_IN_FLIGHT", 16, 3);
  Server server{make_installation("memory")};
  const MailMaker make{kMailBytes, 100, "help@desk.example"};
  std::ignore = send_all({.port = server.smtp(), .connections = 1, .mails = 1},
                         MailMaker{4096, 100, make.recipient()});
  const auto idle = static_cast<double>(server.process().resident());
  const auto in_flight = static_cast<double>(mails) * static_cast<double>(kMailBytes);
  server.process().start_peak();
  std::latch all_sent{mails}, go_on{1};
  {
    std::vector<std::jthread> threads;
    for (std::int64_t n = 1; n <= mails; ++n) {
      threads.emplace_back([&, mail = make(n)] {
        send_in_two(server.smtp(), mail, make.recipient(), all_sent, go_on);
      });
    }
    all_sent.wait();
    report.at_most("received and waiting, bytes for each byte in flight",
                   (static_cast<double>(server.process().resident_peak()) - idle) / in_flight, 3);
    go_on.count_down();
  }
  report.at_most("peak until stored, bytes for each byte in flight",
                 (static_cast<double>(server.process().resident_peak()) - idle) / in_flight, 3);
  return report.exit_code();
}
