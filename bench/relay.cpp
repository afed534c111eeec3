// Claim: relay mode, durable digests included, is at least 10 times as fast as Postfix handing on
// by LMTP in the same run.
//
// 4 kB mails, 20 kept SMTP connections, one generator for both sides (support/smtp_load.h). A mail
// counts for the relay when it was answered 250: then an instant target in this program has read it
// over TLS (support/tls_target.h), and both the attempt and the taking are durable. A mail counts
// for Postfix when it arrived at the sink behind it (support/postfix_rate.h).
//
// Both the generator and the target share the machine with what is measured.
//
// LETHE_BENCH_MAILS: mails through the relay; Postfix gets a tenth.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "support/installation.h"
#include "support/postfix_rate.h"
#include "support/report.h"
#include "support/smtp_load.h"
#include "support/socket.h"
#include "support/tls_target.h"

namespace {

using namespace lethe::bench;
namespace fs = std::filesystem;

constexpr std::size_t kMailBytes = 4096;
constexpr std::int64_t kWarmUp = 200;

std::string made_new(const std::string& directory) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  return directory;
}

std::string write_config(const std::string& directory, std::uint16_t port, const TlsTarget& target,
                         const std::string& address) {
  std::ofstream{directory + "/hook.key"} << "a key of the bench\n";
  const std::string path = directory + "/relay.toml";
  std::ofstream{path} << "[relay]\nlisten = \"" << on_loopback(port) << "\"\nstate = \""
                      << directory << "/state\"\n[[relay.mailbox]]\naddress = \"" << address
                      << "\"\ntarget = \"webhook\"\nurl = \"https://" << on_loopback(target.port())
                      << "/hook\"\nkey_file = \"" << directory << "/hook.key\"\nca_file = \""
                      << target.certificate() << "\"\n";
  return path;
}

// Mails per second through `lethe relay`.
double relay_rate(const MailMaker& make, std::int64_t mails, Report& report) {
  const std::string directory = made_new(bench_directory() + "/relay");
  const TlsTarget target{directory};
  const std::uint16_t port = free_port();
  const std::string config = write_config(directory, port, target, make.recipient());
  Process relay{{program(), "relay", "--config", config}, "Mail:", directory + "/log"};
  std::ignore = send_all({.port = port, .mails = kWarmUp}, make);
  const double cpu_before = relay.cpu_seconds();

  const Sent sent = send_all({.port = port, .first = 1'000, .mails = mails}, make);
  if (sent.accepted != mails) give_up("mails were refused");
  if (target.mails() != mails + kWarmUp) give_up("the target has not each mail once");
  const double cpu = relay.cpu_seconds() - cpu_before;
  std::vector<double> times = sent.milliseconds;
  report.note("  mail to 250, p50", percentile(times, 50), "ms");
  report.note("  mail to 250, p99", percentile(times, 99), "ms");
  report.note("  CPU of the relay for a mail", cpu * 1e6 / static_cast<double>(mails), "us");
  report.note("  connections to the target", static_cast<double>(target.connections()), "");
  return static_cast<double>(sent.accepted) / sent.took.count();
}

}  // namespace

int main() {
  Report report;
  const std::int64_t mails = size_of_run("LETHE_BENCH_MAILS", 20'000, 1'000);
  const MailMaker make{kMailBytes, 80, "help@desk.example"};
  const std::optional<double> postfix =
      postfix_mails_per_second(make, std::max<std::int64_t>(mails / 10, 100));
  if (postfix) report.note("Postfix -> LMTP, 4 kB", *postfix, "mails/s");
  if (!postfix) std::puts("Postfix -> LMTP: not measured (needs root and the package postfix)");
  const double relay = relay_rate(make, mails, report);
  report.note("relay -> TLS target, 4 kB", relay, "mails/s");
  if (postfix) report.at_least("relay / Postfix", relay / *postfix, 10, "x");
  return report.exit_code();
}
