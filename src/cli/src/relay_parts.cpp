#include "relay_parts.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/core/address.h"
#include "lethe/durable_files/durable_files.h"
#include "lethe/relay_files/relay_files.h"
#include "lethe/relay_out/relay_out.h"
#include "log.h"
#include "relay_log.h"

namespace lethe::cli {
namespace {

using durable_files::File;
using relay_protocol::TargetKind;

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyFileBytesMax = 4096;
constexpr std::size_t kMarkedBytesMax = std::size_t{1} << 20;
constexpr std::string_view kReplyPurpose = "reply addresses";
constexpr auto kHousekeepingEvery = std::chrono::seconds{60};

Result<File> lock_state(const std::string& directory) {
  LETHE_CHECK(durable_files::make_directories(directory, durable_files::kPrivate.directory));
  LETHE_TRY(File lock, File::open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::busy, "another relay is running on " + directory);
  }
  return lock;
}

// The key of all digests, made at the first start. Without it they are random
// numbers.
Result<Secret> open_key(const std::string& path) {
  auto read = durable_files::read_whole(path, kKeyBytes);
  if (read && read->size() != kKeyBytes) {
    return fail(Errc::corrupt, path + " is not a key of the relay");
  }
  if (read) return Secret{std::move(*read)};
  if (read.error().code != Errc::not_found) return std::unexpected(std::move(read).error());
  Bytes key(kKeyBytes);
  ::randombytes_buf(key.data(), key.size());
  LETHE_CHECK(durable_files::write_durably(path, key, durable_files::kPrivate));
  return Secret{std::move(key)};
}

ports::RelayDigest keyed_digest(const Secret& key, ByteView bytes) {
  ports::RelayDigest digest{};
  ::crypto_generichash(digest.data(), digest.size(), bytes.data(), bytes.size(),
                       key.reveal().data(), key.reveal().size());
  return digest;
}

Secret derived(const Secret& key, std::string_view purpose) {
  Bytes bytes(kKeyBytes);
  ::crypto_generichash(bytes.data(), bytes.size(), as_bytes(purpose).data(), purpose.size(),
                       key.reveal().data(), key.reveal().size());
  return Secret{std::move(bytes)};
}

Result<Secret> read_key_file(const std::string& path) {
  LETHE_TRY(Bytes content, durable_files::read_whole(path, kKeyFileBytesMax));
  Secret secret{trimmed(as_text(content))};
  wipe(content);
  return secret;
}

Result<relay_out::Settings> target_settings(const RelayMailboxConfig& box, const Secret& key) {
  const auto kind = relay_protocol::parse_target_kind(box.target);
  if (!kind) {
    return fail(Errc::invalid_argument, "is lethe, freshdesk, jira or webhook", "target");
  }
  LETHE_TRY(Secret secret, read_key_file(box.key_file));
  relay_out::Settings settings{.target = {.kind = *kind,
                                          .url = box.url,
                                          .secret = std::move(secret),
                                          .type = box.type,
                                          .tags = box.tags,
                                          .reply_key = derived(key, kReplyPurpose),
                                          .project = box.project,
                                          .issue_type = box.issue_type,
                                          .names_sender = box.include_sender},
                               .ca_file = box.ca_file};
  if (box.group != 0) settings.target.group = box.group;
  return settings;
}

Status check_name(const std::string& name) {
  if (name.size() <= app::kRelayNameBytesMax &&
      name.find_first_not_of(app::kRelayNameLetters) == std::string::npos) {
    return {};
  }
  return fail(Errc::invalid_argument,
              "has at most 40 letters, digits, dots, hyphens and underscores; it is shown in "
              "metrics, so it is no address",
              "name");
}

Result<app::RelayMailbox> open_mailbox(const RelayMailboxConfig& box, const Secret& key) {
  LETHE_TRY(const auto address, core::EmailAddress::parse(box.address));
  LETHE_CHECK(check_name(box.name));
  LETHE_TRY(auto settings, target_settings(box, key));
  app::RelayMailbox mailbox{
      .name = box.name, .address = address.normalised(), .requires_tls = box.require_tls};
  if (settings.target.kind == TargetKind::freshdesk) {
    mailbox.takes_suffix = relay_protocol::looks_like_reply_token;
  }
  LETHE_TRY(mailbox.target, relay_out::open_target(std::move(settings)));
  return mailbox;
}

Result<std::vector<app::RelayMailbox>> open_mailboxes(const RelayConfig& config,
                                                      const Secret& key) {
  if (config.mailboxes.empty()) {
    return fail(Errc::invalid_argument, "there is no [[relay.mailbox]]");
  }
  std::vector<app::RelayMailbox> mailboxes;
  for (const RelayMailboxConfig& box : config.mailboxes) {
    auto opened = open_mailbox(box, key);
    const std::string name = "relay.mailbox " + std::to_string(mailboxes.size() + 1);
    if (!opened) {
      Error& error = opened.error();
      const std::string field = error.field.empty() ? "" : " " + error.field;
      return std::unexpected(std::move(error).within(name + field));
    }
    if (opened->name.empty()) opened->name = std::to_string(mailboxes.size() + 1);
    for (const auto& other : mailboxes) {
      if (other.address == opened->address) {
        return fail(Errc::invalid_argument, name + " address: stands there twice");
      }
      if (other.name == opened->name) {
        return fail(Errc::invalid_argument, name + " name: stands there twice");
      }
    }
    mailboxes.push_back(std::move(*opened));
  }
  return mailboxes;
}

}  // namespace

struct RelayParts::State {
  State(File the_lock, Secret the_key, const ports::Clock& the_clock)
      : lock(std::move(the_lock)), key(std::move(the_key)), clock(the_clock) {}

  File lock;
  Secret key;
  const ports::Clock& clock;
  std::unique_ptr<ports::RelayRecord> record;
  std::unique_ptr<RelayLog> log;
  std::unique_ptr<app::Relay> relay;
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::jthread housekeeper;

  static Result<std::unique_ptr<State>> open(const RelayConfig& config, const ports::Clock& clock) {
    LETHE_TRY(File lock, lock_state(config.state));
    LETHE_TRY(Secret key, open_key(config.state + "/key"));
    auto state = std::make_unique<State>(std::move(lock), std::move(key), clock);
    LETHE_TRY(state->record, relay_files::open(config.state + "/digests"));
    LETHE_TRY(state->log, RelayLog::open(config.state));
    for (const std::string& written : state->log->former_addresses()) state->name(written);
    return state;
  }

  [[nodiscard]] ports::RelayDigest digest(ByteView bytes) const { return keyed_digest(key, bytes); }

  // A mailbox that was removed is named in the counts of its last day.
  void name(const std::string& written) {
    const auto address = core::EmailAddress::parse(written);
    if (!address) return;
    const auto keyed = [this](ByteView bytes) { return digest(bytes); };
    log->name_mailbox(app::relay_mailbox_id(keyed, address->normalised()), address->normalised());
  }

  Status note_settings(const RelayConfig& config) {
    const auto mark_of = [this](const std::string& path) -> std::string {
      const auto content = durable_files::read_whole(path, kMarkedBytesMax);
      if (!content) return {};
      const Secret held{Bytes{*content}};
      return to_hex(ByteView{digest(held.reveal())}.first(8));
    };
    return log->note_settings(config, mark_of, clock.now());
  }

  // The counts of past days go to the log before their digests go for good.
  void keep_house() {
    const Instant now = clock.now();
    Status kept = log->state_counts(record->counts(), now);
    if (kept) kept = record->expire(now);
    if (!kept) log_line("relay: " + kept.error().detail);
  }

  void start_housekeeper() {
    housekeeper = std::jthread{[this](const std::stop_token& stop) {
      std::unique_lock lock_held{mutex};
      while (!stop.stop_requested()) {
        keep_house();
        stopped.wait_for(lock_held, stop, kHousekeepingEvery, [] { return false; });
      }
    }};
  }
};

RelayParts::RelayParts(std::unique_ptr<State> state) : state_(std::move(state)) {}
RelayParts::~RelayParts() = default;
app::Relay& RelayParts::relay() noexcept { return *state_->relay; }
ports::RelayRecord& RelayParts::record() noexcept { return *state_->record; }

Result<std::unique_ptr<RelayParts>> RelayParts::open(const RelayConfig& config,
                                                     const ports::Clock& clock) {
  LETHE_TRY(auto state, State::open(config, clock));
  LETHE_TRY(auto mailboxes, open_mailboxes(config, state->key));
  LETHE_CHECK(state->note_settings(config));
  state->relay = std::make_unique<app::Relay>(
      app::RelaySettings{
          .mailboxes = std::move(mailboxes),
          .workers = static_cast<std::size_t>(config.workers),
          .digest = [&held = state->key](ByteView bytes) { return keyed_digest(held, bytes); },
          .log = log_line},
      *state->record, clock);
  for (const app::RelayMailbox& mailbox : state->relay->mailboxes()) state->name(mailbox.address);
  state->start_housekeeper();
  return std::unique_ptr<RelayParts>(new RelayParts(std::move(state)));
}

Result<std::unique_ptr<RelayParts>> RelayParts::wind_down(const RelayConfig& config,
                                                          const ports::Clock& clock) {
  std::error_code error;
  if (!std::filesystem::exists(config.state + "/key", error)) return std::unique_ptr<RelayParts>{};
  LETHE_TRY(auto state, State::open(config, clock));
  LETHE_CHECK(state->note_settings(config));
  state->start_housekeeper();
  return std::unique_ptr<RelayParts>(new RelayParts(std::move(state)));
}

Result<std::vector<std::string>> reply_addresses(const RelayConfig& config, std::int64_t ticket,
                                                 const std::string& requester) {
  LETHE_TRY(const auto person, core::EmailAddress::parse(requester));
  LETHE_TRY(const Secret key, open_key(config.state + "/key"));
  const Secret reply_key = derived(key, kReplyPurpose);
  std::vector<std::string> addresses;
  for (const RelayMailboxConfig& box : config.mailboxes) {
    if (relay_protocol::parse_target_kind(box.target) != TargetKind::freshdesk) continue;
    LETHE_TRY(const auto address, core::EmailAddress::parse(box.address));
    addresses.push_back(std::string{address.local_part()} + "+" +
                        relay_protocol::reply_token(reply_key, ticket, person.normalised()) + "@" +
                        std::string{address.domain()});
  }
  if (addresses.empty()) return fail(Errc::invalid_argument, "no relay mailbox is of Freshdesk");
  return addresses;
}

std::size_t locked_bytes_of(const RelayConfig& config) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  constexpr std::size_t kProgram = 384 * kMebibyte;  // itself, its libraries, two arenas
  const auto stacks = static_cast<std::size_t>(config.workers) * kMebibyte;
  // A mail, its parts, and the request made of them.
  return kProgram + stacks + 3 * static_cast<std::size_t>(config.memory_mib) * kMebibyte;
}

}  // namespace lethe::cli
