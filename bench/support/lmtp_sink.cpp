#include "lmtp_sink.h"

#include <algorithm>
#include <string>

namespace lethe::bench {

LmtpSink::LmtpSink() : listening_(Socket::listen(0)), acceptor_([this] { accept_all(); }) {}

LmtpSink::~LmtpSink() {
  listening_.shut();
  acceptor_.join();
}

void LmtpSink::accept_all() {
  for (;;) {
    Socket client = listening_.accept();
    if (!client.is_open()) return;
    threads_.emplace_back([this](Socket socket) { converse(std::move(socket)); },
                          std::move(client));
  }
}

void LmtpSink::converse(Socket socket) {
  std::string line;
  int recipients = 0;
  if (!socket.send("220 sink LMTP\r\n")) return;
  while (socket.read_line(line)) {
    std::ranges::transform(line, line.begin(), [](char c) { return c & ~0x20; });
    std::string answer = "250 2.0.0 ok\r\n";
    if (line.starts_with("LHLO")) answer = "250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
    if (line.starts_with("MAIL")) recipients = 0;
    if (line.starts_with("RCPT")) recipients += 1;
    if (line.starts_with("QUIT")) answer = "221 2.0.0 bye\r\n";
    if (line.starts_with("DATA")) {
      if (!socket.send("354 go on\r\n") || !socket.skip_content()) return;
      answer.clear();
      for (int n = 0; n < recipients; ++n) answer += "250 2.0.0 taken\r\n";
      const std::lock_guard lock{mutex_};
      mails_ += 1;
      came_.notify_all();
    }
    if (!socket.send(answer) || line.starts_with("QUIT")) return;
  }
}

bool LmtpSink::wait_for(std::int64_t mails, std::chrono::seconds patience) {
  std::unique_lock lock{mutex_};
  return came_.wait_for(lock, patience, [&] { return mails_ >= mails; });
}

}  // namespace lethe::bench
