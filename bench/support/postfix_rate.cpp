#include "postfix_rate.h"

#include "installation.h"
#include "lmtp_sink.h"
#include "postfix.h"
#include "report.h"

namespace lethe::bench {
namespace {

constexpr std::int64_t kWarmUp = 50;

}  // namespace

std::optional<double> postfix_mails_per_second(const MailMaker& make, std::int64_t mails) {
  if (!Postfix::is_there()) return std::nullopt;
  LmtpSink sink;
  const Postfix postfix{bench_directory() + "/postfix", "desk.example", sink.port()};
  std::ignore = send_all({.port = postfix.port(), .mails = kWarmUp}, make);
  if (!sink.wait_for(kWarmUp, std::chrono::seconds{60})) give_up("Postfix hands nothing on");
  const auto began = std::chrono::steady_clock::now();
  const Sent sent = send_all({.port = postfix.port(), .first = 1'000, .mails = mails}, make);
  if (sent.accepted != mails || !sink.wait_for(mails + kWarmUp, std::chrono::seconds{600})) {
    give_up("Postfix lost mails");
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return static_cast<double>(mails) / took.count();
}

}  // namespace lethe::bench
