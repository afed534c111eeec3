#include "lethe/app/relay.h"

#include <algorithm>
#include <array>

#include "lethe/base/assert.h"
#include "lethe/base/encoding.h"
#include "lethe/base/scrub.h"
#include "lethe/base/secret.h"
#include "lethe/base/text.h"
#include "lethe/core/address.h"

namespace lethe::app {
namespace {

using ports::RcptVerdict;
using ports::RelayOutcome;
using Known = ports::RelayRecord::Known;

constexpr std::array<std::string_view, 5> kIdentifying{"message-id", "from", "date", "to",
                                                       "subject"};

void append_part(Bytes& out, std::string_view part) {
  append_u64(out, part.size());
  const ByteView bytes = as_bytes(part);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// The first header of `name`, folds and all, without white space at its ends.
std::string_view raw_header(std::string_view headers, std::string_view name) {
  for (std::size_t at = 0; at < headers.size();) {
    std::size_t end = headers.find('\n', at);
    while (end != std::string_view::npos && end + 1 < headers.size() &&
           (headers[end + 1] == ' ' || headers[end + 1] == '\t')) {
      end = headers.find('\n', end + 1);
    }
    end = std::min(end, headers.size());
    const std::string_view line = headers.substr(at, end - at);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos &&
        equals_ignoring_ascii_case(trimmed(line.substr(0, colon)), name)) {
      return trimmed(line.substr(colon + 1));
    }
    at = end + 1;
  }
  return {};
}

std::string_view without_suffix(std::string_view address, std::string_view& suffix) {
  const std::size_t at = address.rfind('@');
  const std::size_t plus = address.substr(0, at).find('+');
  if (at == std::string_view::npos || plus == std::string_view::npos) return {};
  suffix = address.substr(plus + 1, at - plus - 1);
  return address.substr(0, plus);
}

Status status_of(RelayOutcome outcome) {
  switch (outcome) {
    case RelayOutcome::taken:
      return {};
    case RelayOutcome::refused:
      return fail(Errc::forbidden, "the target refuses this mail");
    case RelayOutcome::too_large:
      return fail(Errc::too_large, "the target takes no mail of this size");
    case RelayOutcome::deferred:
    case RelayOutcome::misconfigured:
    case RelayOutcome::unknown:
      break;
  }
  return fail(Errc::unavailable, "the target has not taken this mail");
}

}  // namespace

void append_identity(Bytes& out, std::string_view content) {
  std::size_t end = content.find("\r\n\r\n");
  // Without an empty line nobody knows what is a header: every byte counts.
  if (content.starts_with("\r\n") || end == std::string_view::npos) end = 0;
  const std::string_view headers = content.substr(0, end);
  for (const std::string_view name : kIdentifying) {
    std::string value = squeezed(raw_header(headers, name));
    append_part(out, value);
    wipe(value);
  }
  append_part(out, trimmed(content.substr(end)));
}

Relay::Relay(RelaySettings settings, ports::RelayRecord& record, const ports::Clock& clock)
    : settings_(std::move(settings)),
      record_(record),
      clock_(clock),
      trouble_(settings_.mailboxes.size()),
      alarmed_(settings_.mailboxes.size()),
      paused_until_(settings_.mailboxes.size()),
      standings_(settings_.mailboxes.size()) {
  for (std::size_t n = 0; n < std::max<std::size_t>(settings_.workers, 1); ++n) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

Relay::~Relay() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
  for (Job& job : waiting_) {
    job.done(fail(Errc::unavailable, "the relay is stopping"));
    wipe(job.delivery.content);
  }
}

const RelayMailbox* Relay::mailbox_of(std::string_view recipient) const {
  const auto address = core::EmailAddress::parse(recipient);
  if (!address) return nullptr;
  const std::string_view wanted = address->normalised();
  std::string_view suffix;
  const std::string_view local = without_suffix(wanted, suffix);
  for (const RelayMailbox& mailbox : settings_.mailboxes) {
    if (mailbox.address == wanted) return &mailbox;
    if (local.empty() || !mailbox.takes_suffix || !mailbox.takes_suffix(suffix)) continue;
    const std::string_view ours = mailbox.address;
    const std::size_t at = ours.rfind('@');
    if (ours.substr(0, at) == local && ours.substr(at) == wanted.substr(wanted.rfind('@'))) {
      return &mailbox;
    }
  }
  return nullptr;
}

bool Relay::is_relayed(std::string_view recipient) const {
  return mailbox_of(recipient) != nullptr;
}

Result<RcptVerdict> Relay::check_recipient(const ports::Envelope& so_far,
                                           std::string_view recipient) {
  const RelayMailbox* mailbox = mailbox_of(recipient);
  if (mailbox == nullptr) return RcptVerdict::unknown;
  if (mailbox->requires_tls && !so_far.tls) return RcptVerdict::needs_tls;
  for (const std::string& other : so_far.recipients) {
    if (mailbox_of(other) != mailbox) return RcptVerdict::needs_own_copy;
  }
  return RcptVerdict::accepted;
}

void Relay::take_in(ports::Delivery&& delivery, std::function<void(Status)> done) {
  std::unique_lock lock{mutex_};
  if (waiting_.size() >= settings_.waiting_max) {
    lock.unlock();
    wipe(delivery.content);
    return done(fail(Errc::busy, "too many mails wait for the target"));
  }
  waiting_.push_back({std::move(delivery), std::move(done)});
  lock.unlock();
  arrived_.notify_one();
}

void Relay::run(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock{mutex_};
      if (!arrived_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
      if (stop.stop_requested()) return;
      Job job = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      const Status outcome = relay(job.delivery);
      wipe(job.delivery.content);
      job.done(outcome);
    }
    scrub_stack();
  }
}

Status Relay::relay(const ports::Delivery& delivery) {
  LETHE_ASSERT(!delivery.envelope.recipients.empty());
  const RelayMailbox* mailbox = mailbox_of(delivery.envelope.recipients.front());
  // A door that does not ask first, or settings that changed meanwhile.
  if (mailbox == nullptr) return fail(Errc::not_found, "no such relay mailbox");
  for (const std::string& recipient : delivery.envelope.recipients) {
    if (mailbox_of(recipient) != mailbox) {
      return fail(Errc::unavailable, "recipients of several targets in one mail");
    }
  }
  Status outcome = hand_over(*mailbox, delivery);
  count(*mailbox, outcome);
  return outcome;
}

std::size_t Relay::index_of(const RelayMailbox& mailbox) const {
  return static_cast<std::size_t>(&mailbox - settings_.mailboxes.data());
}

void Relay::count(const RelayMailbox& mailbox, const Status& outcome) {
  const bool is_final = !outcome && (outcome.error().code == Errc::forbidden ||
                                     outcome.error().code == Errc::too_large);
  const std::lock_guard lock{mutex_};
  ports::RelayCounts& counts = standings_[index_of(mailbox)].counts;
  ++counts.received;
  ++(outcome ? counts.accepted : is_final ? counts.refused : counts.deferred);
}

std::vector<RelayStanding> Relay::standings() const {
  const std::lock_guard lock{mutex_};
  return standings_;
}

ports::RelayMailboxId relay_mailbox_id(const std::function<ports::RelayDigest(ByteView)>& digest,
                                       std::string_view address) {
  const ports::RelayDigest of = digest(as_bytes("relay mailbox\n" + std::string{address}));
  return read_u64(ByteView{of}.first(8));
}

ports::RelayMailboxId Relay::id_of(const RelayMailbox& mailbox) const {
  return relay_mailbox_id(settings_.digest, mailbox.address);
}

bool Relay::is_paused(const RelayMailbox& mailbox, Instant now) const {
  const std::lock_guard lock{mutex_};
  return now < paused_until_[index_of(mailbox)];
}

Status Relay::hand_over(const RelayMailbox& mailbox, const ports::Delivery& delivery) {
  const Instant now = clock_.now();
  if (is_paused(mailbox, now)) return fail(Errc::busy, "the target asked for a pause");
  Bytes identity;
  append_part(identity, "relay mail");
  append_part(identity, mailbox.address);
  append_identity(identity, delivery.content);
  const ports::RelayDigest digest = settings_.digest(identity);
  wipe(identity);
  const ports::RelayMailboxId id = id_of(mailbox);

  LETHE_TRY(const auto begun, record_.begin(id, digest, now));
  if (begun.known == Known::taken) return {};
  if (begun.known == Known::under_way) return fail(Errc::busy, "this mail is under way");

  const std::string key = to_hex(digest);
  const ports::RelayAnswer answer =
      mailbox.target->deliver({.envelope = delivery.envelope,
                               .recipient = delivery.envelope.recipients.front(),
                               .content = delivery.content,
                               .key = key,
                               .tried_before = begun.tried_at,
                               .now = now});
  note(mailbox, answer, now);
  const auto reference = settings_.digest(as_bytes("relay reference\n" + answer.reference));
  const Status ended =
      record_.end(id, digest, answer.outcome, read_u64(ByteView{reference}.first(8)), clock_.now());
  // Taken, but the record of it is not on disk: the mail counts as tried, and
  // the sender's next attempt finds what the target has.
  if (!ended) return ended;
  return status_of(answer.outcome);
}

// The same trouble is said once until it changes.
void Relay::note(const RelayMailbox& mailbox, const ports::RelayAnswer& answer, Instant now) {
  const std::size_t index = index_of(mailbox);
  // A mail that goes back to its sender is no trouble of the target's.
  const bool is_well = answer.outcome == RelayOutcome::taken ||
                       answer.outcome == RelayOutcome::refused ||
                       answer.outcome == RelayOutcome::too_large;
  const std::string trouble = is_well ? std::string{} : answer.why;
  {
    const std::lock_guard lock{mutex_};
    standings_[index].last = answer.outcome;
    standings_[index].last_at = now;
    alarmed_[index] = answer.outcome == RelayOutcome::misconfigured;
    if (answer.pause) paused_until_[index] = now + std::min(*answer.pause, kRelayPauseMax);
    if (trouble_[index] == trouble) return;
    trouble_[index] = trouble;
  }
  const std::string name = "relay mailbox " + std::to_string(index + 1);
  if (trouble.empty()) return settings_.log(name + ": the target takes mail again");
  if (answer.outcome == RelayOutcome::misconfigured) {
    return settings_.log(name + ": ALARM, the target refuses us: " + trouble +
                         "; look at the mailbox's settings. Senders are told to come again");
  }
  settings_.log(name + ": " + trouble + "; senders are told to come again");
}

bool Relay::is_alarmed(const RelayMailbox& mailbox) const {
  const std::lock_guard lock{mutex_};
  return alarmed_[index_of(mailbox)];
}

Result<RcptVerdict> RelayOrTickets::check_recipient(const ports::Envelope& so_far,
                                                    std::string_view recipient) {
  const bool is_relayed = relay_.is_relayed(recipient);
  for (const std::string& other : so_far.recipients) {
    if (relay_.is_relayed(other) != is_relayed) return RcptVerdict::needs_own_copy;
  }
  return is_relayed ? relay_.check_recipient(so_far, recipient)
                    : tickets_.check_recipient(so_far, recipient);
}

void RelayOrTickets::take_in(ports::Delivery&& delivery, std::function<void(Status)> done) {
  const auto& recipients = delivery.envelope.recipients;
  const bool is_relayed = std::ranges::any_of(
      recipients, [this](const std::string& address) { return relay_.is_relayed(address); });
  if (is_relayed) return relay_.take_in(std::move(delivery), std::move(done));
  tickets_.take_in(std::move(delivery), std::move(done));
}

}  // namespace lethe::app
