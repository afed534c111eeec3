#include "lethe/relay_files/relay_files.h"

#include <cstring>
#include <unordered_map>

#include "segments.h"

namespace lethe::relay_files {
namespace {

using ports::RelayCounts;
using ports::RelayDigest;
using ports::RelayMailboxId;
using ports::RelayOutcome;

// The digests are keyed hashes: any eight bytes of them are as good as another.
struct HashOfDigest {
  std::size_t operator()(const RelayDigest& digest) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
  }
};

struct Entry {
  Instant first;  // of the attempt whose outcome is open, or of the taking
  Instant last;   // of the newest record on disk
  bool is_taken = false;
  bool is_under_way = false;
};

class RelayFiles final : public ports::RelayRecord {
 public:
  explicit RelayFiles(std::filesystem::path directory) : segments_(std::move(directory)) {}

  Status load() {
    LETHE_CHECK(segments_.load([this](const Record& record) { remember(record); }));
    // Who was under way when the process ended heard no answer.
    for (auto& [digest, entry] : entries_) entry.is_under_way = false;
    return {};
  }

  Result<Begun> begin(RelayMailboxId mailbox, const RelayDigest& digest, Instant now) override;
  Status end(RelayMailboxId mailbox, const RelayDigest& digest, RelayOutcome outcome,
             std::uint64_t reference, Instant now) override;
  Status expire(Instant now) override;
  std::vector<ports::RelayDay> counts() const override;
  std::size_t size() const override;

 private:
  using Day = std::pair<std::chrono::sys_days, RelayMailboxId>;
  // These want mutex_ held.
  void remember(const Record& record);
  void count(const Record& record);
  void note(Record record, Kind kind);
  [[nodiscard]] Begun look_up(const RelayDigest& digest) const;

  Segments segments_;
  mutable std::mutex mutex_;
  std::unordered_map<RelayDigest, Entry, HashOfDigest> entries_;
  std::map<Day, RelayCounts> counts_;
};

// What a record means, read back or just made.
void RelayFiles::remember(const Record& record) {
  count(record);
  switch (record.kind) {
    case Kind::tried: {
      Entry& entry = entries_.try_emplace(record.digest, Entry{.first = record.at}).first->second;
      entry.last = record.at;
      entry.is_under_way = true;
      return;
    }
    case Kind::taken:
      entries_[record.digest] = {.first = record.at, .last = record.at, .is_taken = true};
      return;
    case Kind::refused:
    case Kind::deferred:
      entries_.erase(record.digest);
      return;
    case Kind::again:
    case Kind::open:
      return;
  }
}

void RelayFiles::count(const Record& record) {
  if (record.kind == Kind::tried) return;
  RelayCounts& counts = counts_[{std::chrono::floor<Days>(record.at), record.mailbox}];
  ++counts.received;
  switch (record.kind) {
    case Kind::taken:
    case Kind::again:
      ++counts.accepted;
      return;
    case Kind::refused:
      ++counts.refused;
      return;
    default:
      ++counts.deferred;
  }
}

void RelayFiles::note(Record record, Kind kind) {
  record.kind = kind;
  segments_.append_soon(record);
  remember(record);
}

ports::RelayRecord::Begun RelayFiles::look_up(const RelayDigest& digest) const {
  const auto found = entries_.find(digest);
  if (found == entries_.end()) return {};
  if (found->second.is_taken) return {Known::taken, {}};
  if (found->second.is_under_way) return {Known::under_way, {}};
  return {Known::tried, found->second.first};
}

Result<ports::RelayRecord::Begun> RelayFiles::begin(RelayMailboxId mailbox,
                                                    const RelayDigest& digest, Instant now) {
  const Record record{.kind = Kind::tried, .at = now, .digest = digest, .mailbox = mailbox};
  Begun begun;
  {
    const std::lock_guard lock{mutex_};
    begun = look_up(digest);
    if (begun.known == Known::taken) note(record, Kind::again);
    if (begun.known == Known::under_way) note(record, Kind::open);
    if (begun.known == Known::taken || begun.known == Known::under_way) return begun;
    remember(record);
  }
  Status written = segments_.append_durably(record);
  if (written) return begun;
  const std::lock_guard lock{mutex_};
  if (begun.known == Known::fresh) entries_.erase(digest);
  if (begun.known == Known::tried) entries_[digest].is_under_way = false;
  return std::unexpected(std::move(written).error());
}

Status RelayFiles::end(RelayMailboxId mailbox, const RelayDigest& digest, RelayOutcome outcome,
                       std::uint64_t reference, Instant now) {
  const Record record{
      .kind = Kind::taken, .at = now, .digest = digest, .mailbox = mailbox, .reference = reference};
  Status written;
  if (outcome == RelayOutcome::taken) written = segments_.append_durably(record);
  const std::lock_guard lock{mutex_};
  switch (outcome) {
    case RelayOutcome::taken:
      if (written) {
        remember(record);
      } else {
        entries_[digest].is_under_way = false;
      }
      break;
    case RelayOutcome::refused:
    case RelayOutcome::too_large:
      note(record, Kind::refused);
      break;
    case RelayOutcome::deferred:
    case RelayOutcome::misconfigured:
      note(record, Kind::deferred);
      break;
    case RelayOutcome::unknown:
      entries_[digest].is_under_way = false;
      note(record, Kind::open);
      break;
  }
  return written;
}

Status RelayFiles::expire(Instant now) {
  {
    const std::lock_guard lock{mutex_};
    std::erase_if(entries_, [now](const auto& item) {
      return !item.second.is_under_way && is_past(hour_of(item.second.last), now);
    });
    std::erase_if(counts_, [now](const auto& item) {
      return item.first.first + Days{1} + ports::kRelayMemory <= now;
    });
  }
  return segments_.remove_past(now);
}

std::vector<ports::RelayDay> RelayFiles::counts() const {
  const std::lock_guard lock{mutex_};
  std::vector<ports::RelayDay> days;
  days.reserve(counts_.size());
  for (const auto& [key, counts] : counts_) days.push_back({key.first, key.second, counts});
  return days;
}

std::size_t RelayFiles::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

}  // namespace

Result<std::unique_ptr<ports::RelayRecord>> open(std::filesystem::path directory) {
  auto files = std::make_unique<RelayFiles>(std::move(directory));
  LETHE_CHECK(files->load());
  return files;
}

}  // namespace lethe::relay_files
