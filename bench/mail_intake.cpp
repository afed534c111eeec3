// Claim: mail intake, sealed and durable, is at least 5 times as fast as Postfix handing on by LMTP
// in the same run, and at least a quarter as fast as the bare insertion of the same rows.
//
// 4 kB mails, 20 kept SMTP connections, one generator for both sides (support/smtp_load.h); 80 of
// 100 mails from new senders, a variant with 1 of 100. A mail counts when it was answered 250 by
// Lethe (keyring and data durable), and when it arrived at the sink behind Postfix (queue file
// durable, then LMTP to a trivial sink in this program). Debian's Postfix with its own queue.
//
// Bare insertion: what the server left in keyring.db and lethe.db, inserted again by one thread,
// WAL, synchronous=FULL, in as many groups as the server committed (support/raw_rows.h).
//
// LETHE_BENCH_MAILS: mails to Lethe for each variant; Postfix gets a tenth.
#include <algorithm>
#include <optional>

#include "support/installation.h"
#include "support/postfix_rate.h"
#include "support/raw_rows.h"
#include "support/report.h"
#include "support/smtp_load.h"

namespace {

using namespace lethe::bench;

constexpr std::size_t kMailBytes = 4096;

MailMaker maker(int new_senders) { return MailMaker{kMailBytes, new_senders, "help@desk.example"}; }

double mails_per_second(const Sent& sent, std::int64_t wanted) {
  if (sent.accepted != wanted) give_up("mails were refused");
  return static_cast<double>(sent.accepted) / sent.took.count();
}

struct Intake {
  double rate = 0;  // mails per second
  double raw = 0;   // the same rows, bare
};

Intake measure_intake(int new_senders, std::int64_t mails, Report& report) {
  const std::string data = make_installation("intake");
  const std::string keyring = data + ".keyring/keyring.db";
  const auto sequence = [&] { return number_in(keyring, "SELECT sequence FROM head"); };
  const std::int64_t before = sequence();
  Intake intake;
  {
    Server server{data};
    const Sent sent = send_all({.port = server.smtp(), .mails = mails}, maker(new_senders));
    intake.rate = mails_per_second(sent, mails);
    std::vector<double> times = sent.milliseconds;
    report.note("  mail to 250, p50", percentile(times, 50), "ms");
    report.note("  mail to 250, p99", percentile(times, 99), "ms");
    report.note("  CPU of the server for a mail, its index included",
                server.process().cpu_seconds() * 1e6 / static_cast<double>(mails), "us");
  }
  const std::int64_t groups = std::max<std::int64_t>(1, sequence() - before);
  report.note("  mails in a group", static_cast<double>(mails) / static_cast<double>(groups), "");
  const auto raw =
      insert_rows_again({keyring, data + "/lethe.db"}, bench_directory() + "/raw", groups);
  intake.raw = static_cast<double>(mails) / raw.count();
  return intake;
}

}  // namespace

int main() {
  Report report;
  const std::int64_t mails = size_of_run("LETHE_BENCH_MAILS", 20'000, 1'000);
  const std::optional<double> postfix =
      postfix_mails_per_second(maker(80), std::max<std::int64_t>(mails / 10, 100));
  if (postfix) report.note("Postfix -> LMTP, 4 kB", *postfix, "mails/s");
  if (!postfix) std::puts("Postfix -> LMTP: not measured (needs root and the package postfix)");
  for (const int new_senders : {80, 1}) {
    const std::string variant = ", " + std::to_string(new_senders) + " % new senders";
    const Intake intake = measure_intake(new_senders, mails, report);
    report.note("intake" + variant, intake.rate, "mails/s");
    report.note("the same rows, bare" + variant, intake.raw, "mails/s");
    if (postfix) report.at_least("intake / Postfix" + variant, intake.rate / *postfix, 5, "x");
    report.at_least("intake / bare rows" + variant, intake.rate / intake.raw, 0.25, "x");
  }
  return report.exit_code();
}
