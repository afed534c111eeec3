#include "metrics_text.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <initializer_list>

namespace lethe::cli {
namespace {

struct Sample {
  std::string_view labels;  // {door="smtp"}, or nothing
  std::uint64_t value = 0;
};

enum class Kind { counter, gauge };

void add_head(std::string& out, std::string_view name, Kind kind, std::string_view help) {
  ((out += "# HELP ") += name) += ' ';
  (out += help) += '\n';
  ((out += "# TYPE ") += name) += kind == Kind::counter ? " counter\n" : " gauge\n";
}

void add_sample(std::string& out, std::string_view name, const Sample& sample) {
  ((out += name) += sample.labels) += ' ';
  (out += std::to_string(sample.value)) += '\n';
}

void add(std::string& out, std::string_view name, Kind kind, std::string_view help,
         std::initializer_list<Sample> samples) {
  add_head(out, name, kind, help);
  for (const Sample& sample : samples) add_sample(out, name, sample);
}

constexpr std::string_view kMails = "lethe_mails_total";

void add_mail(std::string& out, const smtp_in::Counters& mail, const Inbound::Counts* http) {
  add(out, kMails, Kind::counter, "Mails and recipients by door and answer.",
      {{"{door=\"smtp\",answer=\"accepted\"}", mail.accepted},
       {"{door=\"smtp\",answer=\"refused\"}", mail.refused},
       {"{door=\"smtp\",answer=\"deferred\"}", mail.deferred}});
  if (http != nullptr) {
    add_sample(out, kMails, {"{door=\"http\",answer=\"accepted\"}", http->accepted});
    add_sample(out, kMails, {"{door=\"http\",answer=\"refused\"}", http->refused});
    add_sample(out, kMails, {"{door=\"http\",answer=\"deferred\"}", http->deferred});
  }
  add(out, "lethe_mail_connections_total", Kind::counter, "SMTP and LMTP connections taken on.",
      {{"", mail.connections}});
  add(out, "lethe_mail_connections_turned_away_total", Kind::counter, "Connections beyond a limit.",
      {{"", mail.turned_away}});
  add(out, "lethe_mail_sessions", Kind::gauge, "SMTP and LMTP sessions now.", {{"", mail.open}});
  add(out, "lethe_mail_bytes_in_flight", Kind::gauge, "Bytes of mails being taken in, all doors.",
      {{"", mail.bytes_in_flight}});
}

void add_relay(std::string& out, const app::Relay& relay) {
  const auto standings = relay.standings();
  const auto line = [&out](std::string_view metric, const std::string& labels,
                           std::uint64_t value) {
    ((out += metric) += labels) += ' ' + std::to_string(value) + '\n';
  };
  add_head(out, "lethe_relay_mails_total", Kind::counter,
           "Mails of relay mailboxes by mailbox and answer to the sender.");
  for (std::size_t n = 0; n < standings.size(); ++n) {
    const std::string mailbox = "{mailbox=\"" + relay.mailboxes()[n].name + "\",answer=\"";
    const ports::RelayCounts& counts = standings[n].counts;
    line("lethe_relay_mails_total", mailbox + "accepted\"}", counts.accepted);
    line("lethe_relay_mails_total", mailbox + "refused\"}", counts.refused);
    line("lethe_relay_mails_total", mailbox + "deferred\"}", counts.deferred);
  }
  add_head(out, "lethe_relay_alarm", Kind::gauge,
           "1 while the target of a relay mailbox refuses our key or address of it.");
  for (const app::RelayMailbox& mailbox : relay.mailboxes()) {
    line("lethe_relay_alarm", "{mailbox=\"" + mailbox.name + "\"}",
         relay.is_alarmed(mailbox) ? 1 : 0);
  }
}

std::uint64_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_files() {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator it{"/proc/self/fd", error}, end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return count;
}

struct Queues {
  std::uint64_t index = 0;
  std::uint64_t failed = 0;
  std::uint64_t overdue_seconds = 0;
  std::uint64_t erasures = 0;
};

Result<Queues> read_queues(app::App& app) {
  Queues queues;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto index, tx.index_queue().length());
    LETHE_TRY(const auto failed, tx.outbox().count_failed());
    LETHE_TRY(const auto due, tx.outbox().next_due());
    LETHE_TRY(const auto erasures, tx.retention().erasures_open());
    const Instant now = app.clock.now();
    queues.index = static_cast<std::uint64_t>(index);
    queues.failed = static_cast<std::uint64_t>(failed);
    if (due && *due < now)
      queues.overdue_seconds = static_cast<std::uint64_t>((now - *due).count());
    queues.erasures = erasures.size();
    return {};
  }));
  return queues;
}

void add_queues(std::string& out, const Queues& queues) {
  add(out, "lethe_index_queue_length", Kind::gauge, "Changes that the search index lacks.",
      {{"", queues.index}});
  add(out, "lethe_outgoing_failed", Kind::gauge, "Mails that could not be sent.",
      {{"", queues.failed}});
  add(out, "lethe_outgoing_overdue_seconds", Kind::gauge,
      "How long the first mail in the queue has been due.", {{"", queues.overdue_seconds}});
  add(out, "lethe_erasures_open", Kind::gauge, "Erasures ordered and not finished.",
      {{"", queues.erasures}});
}

void add_build(std::string& out) {
  add(out, "lethe_build_info", Kind::gauge, "The version that runs.",
      {{"{version=\"" LETHE_VERSION "\"}", 1}});
}

void add_process(std::string& out, Instant started) {
  add(out, "process_resident_memory_bytes", Kind::gauge, "Memory that is in use.",
      {{"", resident_bytes()}});
  add(out, "process_open_fds", Kind::gauge, "Open files and sockets.", {{"", open_files()}});
  add(out, "process_start_time_seconds", Kind::gauge, "When the process began, Unix time.",
      {{"", static_cast<std::uint64_t>(unix_seconds(started))}});
}

}  // namespace

std::string metrics_of_server(World& world, const smtp_in::Counters& mail,
                              const Inbound::Counts& http, const app::Relay* relay,
                              Instant started) {
  std::string out;
  add_build(out);
  add_mail(out, mail, &http);
  if (relay != nullptr) add_relay(out, *relay);
  const auto queues = read_queues(world.app());
  add(out, "lethe_store_up", Kind::gauge, "1 while the store can be read.",
      {{"", queues ? std::uint64_t{1} : std::uint64_t{0}}});
  if (queues) add_queues(out, *queues);
  add_process(out, started);
  return out;
}

std::string metrics_of_relay(const smtp_in::Counters& mail, const app::Relay& relay,
                             Instant started) {
  std::string out;
  add_build(out);
  add_mail(out, mail, nullptr);
  add_relay(out, relay);
  add_process(out, started);
  return out;
}

}  // namespace lethe::cli
