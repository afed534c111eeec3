#include "relay_log.h"

#include <sodium.h>

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <optional>

#include "lethe/base/encoding.h"
#include "lethe/base/secret.h"
#include "lethe/durable_files/durable_files.h"
#include "lethe/ledger/certificate_file.h"
#include "lethe/ledger/entry.h"
#include "lethe/ledger/log.h"
#include "lethe/tiles_files/tiles_files.h"

namespace lethe::cli {
namespace {

namespace json = boost::json;
using durable_files::kPrivate;
using durable_files::read_whole;
using durable_files::write_durably;

constexpr std::size_t kSmallFileMax = std::size_t{1} << 20;

// Nothing when the file is not there.
Result<std::optional<Bytes>> read_if_there(const std::string& path) {
  auto read = read_whole(path, kSmallFileMax);
  if (read) return std::optional{std::move(*read)};
  if (read.error().code == Errc::not_found) return std::optional<Bytes>{};
  return std::unexpected(std::move(read).error());
}

// An Ed25519 key in a file, and beside it the last head that it signed.
class FileSigner final : public ledger::Signer {
 public:
  static Result<std::unique_ptr<FileSigner>> open(const std::string& state) {
    auto signer = std::unique_ptr<FileSigner>(new FileSigner(state + "/ledger.head"));
    const std::string path = state + "/ledger.key";
    LETHE_TRY(auto seed, read_if_there(path));
    if (!seed) {
      seed.emplace(crypto_sign_SEEDBYTES);
      ::randombytes_buf(seed->data(), seed->size());
      LETHE_CHECK(write_durably(path, *seed, kPrivate));
    }
    if (seed->size() != crypto_sign_SEEDBYTES) {
      return fail(Errc::corrupt, path + " is not a key of the relay's log");
    }
    Bytes secret(crypto_sign_SECRETKEYBYTES);
    ::crypto_sign_seed_keypair(signer->public_.data(), secret.data(), seed->data());
    wipe(*seed);
    signer->secret_ = Secret{std::move(secret)};
    return signer;
  }

  ledger::PublicKey public_key() const override { return public_; }

  Result<std::optional<ledger::TreeHead>> last_signed() override {
    LETHE_TRY(const auto bytes, read_if_there(head_path_));
    if (!bytes) return std::optional<ledger::TreeHead>{};
    ledger::TreeHead head{};
    if (bytes->size() != 8 + head.root.size()) {
      return fail(Errc::corrupt, head_path_ + " is not a head of the relay's log");
    }
    head.size = read_u64(ByteView{*bytes}.first(8));
    std::copy(bytes->begin() + 8, bytes->end(), head.root.begin());
    return std::optional{head};
  }

  Result<ledger::Signature> sign(std::string_view text, const ledger::TreeHead& head) override {
    LETHE_TRY(const auto last, last_signed());
    if (last && (head.size < last->size || (head.size == last->size && head.root != last->root))) {
      return fail(Errc::conflict, "the relay's log never shrinks");
    }
    Bytes bytes;
    append_u64(bytes, head.size);
    bytes.insert(bytes.end(), head.root.begin(), head.root.end());
    LETHE_CHECK(write_durably(head_path_, bytes, kPrivate));
    ledger::Signature signature{};
    ::crypto_sign_detached(signature.data(), nullptr, as_bytes(text).data(), text.size(),
                           secret_.reveal().data());
    return signature;
  }

 private:
  explicit FileSigner(std::string head_path) : head_path_(std::move(head_path)) {}
  std::string head_path_;
  ledger::PublicKey public_{};
  Secret secret_;
};

json::object described(const RelayMailboxConfig& box, const RelayLog::MarkOfFile& mark_of) {
  json::array tags;
  for (const std::string& tag : box.tags) tags.emplace_back(tag);
  json::object object{{"address", box.address},
                      {"target", box.target},
                      {"url", box.url},
                      {"key_file", box.key_file},
                      {"key_mark", mark_of(box.key_file)},
                      {"ca_file", box.ca_file},
                      {"ca_mark", mark_of(box.ca_file)},
                      {"require_tls", box.require_tls},
                      {"group", box.group},
                      {"type", box.type},
                      {"tags", std::move(tags)},
                      {"project", box.project},
                      {"issue_type", box.issue_type},
                      {"include_sender", box.include_sender}};
  if (!box.name.empty()) object.emplace("name", box.name);
  return object;
}

// What holds for every mailbox.
json::object described(const RelayConfig& config) {
  return {{"listen", config.listen},         {"lmtp_listen", config.lmtp_listen},
          {"host_name", config.host_name},   {"tls_certificate", config.tls_certificate},
          {"memory_mib", config.memory_mib}, {"workers", config.workers},
          {"metrics", config.metrics}};
}

std::string name_of_day(std::chrono::sys_days day) {
  return to_rfc3339(Instant{day}).substr(0, 10);
}

}  // namespace

struct RelayLog::Parts {
  std::string state;
  std::unique_ptr<ports::TileStore> tiles;
  std::unique_ptr<FileSigner> signer;
  std::optional<ledger::Log> log;
  std::map<ports::RelayMailboxId, std::string> names;

  // The statement's file is written last: what it proves is signed by then.
  Status state_that(ledger::EntryType type, const std::string& statement, const std::string& name,
                    Instant now) {
    ledger::CertificateFile file{.certificate = statement};
    ::randombytes_buf(file.salt.data(), file.salt.size());
    const std::string entry =
        ledger::compose({.type = type,
                         .commitment = ledger::commitment_of(file.salt, as_bytes(statement)),
                         .hour = now});
    LETHE_TRY(const std::uint64_t index, log->append(as_bytes(entry)));
    LETHE_CHECK(log->checkpoint());
    LETHE_TRY(file.proof, log->proof(index));
    const std::string text = ledger::compose(file);
    return write_durably(state + "/statements/" + name, as_bytes(text), kPrivate);
  }
};

RelayLog::RelayLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RelayLog::~RelayLog() = default;

Result<std::unique_ptr<RelayLog>> RelayLog::open(const std::string& state) {
  auto parts = std::make_unique<Parts>();
  parts->state = state;
  LETHE_TRY(parts->tiles, tiles_files::open(state + "/ledger"));
  LETHE_TRY(parts->signer, FileSigner::open(state));
  const auto key = parts->signer->public_key();
  const std::string origin = "lethe-relay-" + to_hex(ByteView{key}.first(8)) + "/ledger";
  auto log = ledger::Log::open(*parts->tiles, *parts->signer, origin);
  if (!log) return std::unexpected(std::move(log).error());
  parts->log.emplace(std::move(*log));
  const std::string line = parts->log->key().to_line() + "\n";
  LETHE_CHECK(write_durably(state + "/ledger.public", as_bytes(line), kPrivate));
  return std::unique_ptr<RelayLog>(new RelayLog(std::move(parts)));
}

std::vector<std::string> RelayLog::former_addresses() const {
  std::vector<std::string> addresses;
  const auto former = read_if_there(parts_->state + "/settings");
  if (!former || !*former) return addresses;
  boost::system::error_code error;
  const json::value settings = json::parse(as_text(**former), error);
  const json::object* object = error ? nullptr : settings.if_object();
  const json::value* boxes = object ? object->if_contains("mailboxes") : nullptr;
  if (boxes == nullptr || !boxes->is_array()) return addresses;
  for (const json::value& box : boxes->get_array()) {
    const json::object* each = box.if_object();
    const json::value* address = each ? each->if_contains("address") : nullptr;
    if (address != nullptr && address->is_string()) addresses.emplace_back(address->get_string());
  }
  return addresses;
}

Status RelayLog::note_settings(const RelayConfig& config, const MarkOfFile& mark_of, Instant now) {
  json::array boxes;
  for (const RelayMailboxConfig& box : config.mailboxes) {
    boxes.emplace_back(described(box, mark_of));
  }
  const json::object process = described(config);
  const std::string settings =
      json::serialize(json::object{{"relay", process}, {"mailboxes", boxes}});
  const std::string path = parts_->state + "/settings";
  LETHE_TRY(const auto former, read_if_there(path));
  if (former && as_text(*former) == settings) return {};
  const json::object statement{{"v", 1},
                               {"type", "relay_settings"},
                               {"at", to_rfc3339(now)},
                               {"relay", process},
                               {"mailboxes", std::move(boxes)}};
  const std::string name = "settings-" + std::to_string(parts_->log->size()) + ".statement";
  LETHE_CHECK(
      parts_->state_that(ledger::EntryType::policy_change, json::serialize(statement), name, now));
  return write_durably(path, as_bytes(settings), kPrivate);
}

void RelayLog::name_mailbox(ports::RelayMailboxId id, const std::string& address) {
  parts_->names[id] = address;
}

Status RelayLog::state_counts(const std::vector<ports::RelayDay>& days, Instant now) {
  const auto today = std::chrono::floor<Days>(now);
  std::map<std::chrono::sys_days, json::array> past;
  for (const ports::RelayDay& day : days) {
    if (day.day >= today) continue;
    const auto name = parts_->names.find(day.mailbox);
    past[day.day].push_back(
        json::object{{"address", name == parts_->names.end() ? "(removed)" : name->second},
                     {"received", day.counts.received},
                     {"accepted", day.counts.accepted},
                     {"refused", day.counts.refused},
                     {"deferred", day.counts.deferred}});
  }
  for (auto& [day, mailboxes] : past) {
    const std::string name = "counts-" + name_of_day(day) + ".statement";
    std::error_code error;
    if (std::filesystem::exists(parts_->state + "/statements/" + name, error)) continue;
    const json::object statement{{"v", 1},
                                 {"type", "relay_counts"},
                                 {"day", name_of_day(day)},
                                 {"mailboxes", std::move(mailboxes)}};
    LETHE_CHECK(
        parts_->state_that(ledger::EntryType::relay_counts, json::serialize(statement), name, now));
  }
  return {};
}

}  // namespace lethe::cli
