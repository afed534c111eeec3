#include "lethe/keyring_files/keyring_files.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include "files.h"
#include "lethe/base/assert.h"
#include "lethe/base/fault.h"
#include "pair.h"
#include "rows.h"

namespace lethe::keyring_files {
namespace {

using ports::KeyringBatch;
using ports::KeyringCommit;
using ports::ReplicaState;

const FaultPointName committed_here{"keyring.commit.primary"};
const FaultPointName committed_there{"keyring.commit.replica"};
const FaultPointName root_written_here{"keyring.turn.slot"};
const FaultPointName root_written_there{"keyring.turn.slot_replica"};
const FaultPointName turned_here{"keyring.turn.primary"};
const FaultPointName turned_there{"keyring.turn.replica"};
const FaultPointName wiped_here{"keyring.turn.wiped"};
const FaultPointName wiped_there{"keyring.turn.done"};

constexpr std::chrono::seconds kCallAgainAfter{30};

Head head_after(const Head& now, const KeyringBatch& batch, std::uint64_t turns) {
  return {now.workspace, now.sequence + 1, now.generation + turns,
          Bytes{batch.stamp.begin(), batch.stamp.end()}};
}

Error both_lost(const KeyringPaths& paths) {
  std::string where = paths.primary;
  if (paths.replica) where += " or " + *paths.replica;
  return {Errc::corrupt,
          "no root key that fits keyring.db is left in " + where +
              ": without it no personal data can be read. If another copy of the keyring "
              "directory exists, put it back whole and start again; if none does, the data is lost",
          {}};
}

// What can be done about it is the same whether the place is empty or its file is damaged.
Error not_readable(Error error, const KeyringPaths& paths) {
  if (error.code != Errc::not_found && error.code != Errc::corrupt) return error;
  error.detail += ": without the keyring no personal data can be read. Put a whole copy of " +
                  paths.primary + " back, or say in keyring.path where it is";
  return error;
}

}  // namespace

class KeyringFiles::Impl {
 public:
  explicit Impl(KeyringPaths paths) : paths_(std::move(paths)) {}

  [[nodiscard]] Status make();
  [[nodiscard]] Status open();
  [[nodiscard]] Status create(core::WorkspaceId workspace, const KeyringBatch& first,
                              ports::RootView root);
  [[nodiscard]] Status read_root(ports::RootBuffer into);
  [[nodiscard]] Result<ports::KeyringHeader> header();
  [[nodiscard]] Result<KeyringCommit> commit(const KeyringBatch& batch);
  [[nodiscard]] Result<KeyringCommit> turn(const KeyringBatch& batch, ports::RootView root);
  [[nodiscard]] Status settle();

  // Runs `read` on the readers' connection.
  template <class Read>
  auto reading(Read read) -> decltype(read(std::declval<Database&>())) {
    const std::scoped_lock lock{reading_};
    if (!reader_) return fail(Errc::not_found, paths_.primary + " holds no keyring");
    return read(*reader_);
  }

  std::atomic<ReplicaState> state{ReplicaState::none};
  std::atomic<Recovery> recovery{Recovery::none};
  std::string trouble();

 private:
  [[nodiscard]] Status open_primary();
  [[nodiscard]] Status choose(Replica& replica);
  [[nodiscard]] Status finish_opening();
  [[nodiscard]] Status start_reading();
  [[nodiscard]] Status finish_primary();
  void attach_replica();
  [[nodiscard]] Status reopen_replica();
  void lose_replica(const Error& error);
  [[nodiscard]] Status replicate(const KeyringBatch& batch, const Head& next);
  [[nodiscard]] Status write_roots(std::uint64_t generation, ports::RootView root);
  void finish_turn_everywhere();
  [[nodiscard]] KeyringCommit receipt() const;

  const KeyringPaths paths_;
  std::mutex writing_;  // taken before reading_
  std::unique_ptr<Site> primary_;
  std::unique_ptr<Replica> replica_;
  std::chrono::steady_clock::time_point next_try_{};  // of a receiver that did not answer
  std::string trouble_;
  bool unfinished_ = false;  // an old root or an old log is still on disk
  bool undecided_ = false;   // a turn failed where only a new start can tell how it ended
  std::mutex reading_;
  std::optional<Database> reader_;
};

// --- opening ---

Status KeyringFiles::Impl::make() {
  LETHE_TRY(primary_, Site::make(paths_.primary));
  if (!paths_.replica) return {};
  LETHE_TRY(replica_, make_replica(paths_));
  state = ReplicaState::current;
  return {};
}

Status KeyringFiles::Impl::create(core::WorkspaceId workspace, const KeyringBatch& first,
                                  ports::RootView root) {
  const std::scoped_lock lock{writing_};
  if (primary_->is_filled()) return fail(Errc::already_exists, "the keyring was created before");
  const Head head = head_after({workspace.value(), 0, 0, {}}, first, 1);
  LETHE_CHECK(write_roots(head.generation, root));
  // The replica first: a keyring that was never there in both is not begun.
  if (replica_ != nullptr) LETHE_CHECK(replica_->apply(first, head));
  LETHE_CHECK(primary_->apply(first, head));
  return start_reading();
}

Status KeyringFiles::Impl::open_primary() {
  auto opened = Site::open(paths_.primary);
  if (opened) {
    primary_ = std::move(*opened);
    return {};
  }
  const bool can_be_refilled =
      opened.error().code == Errc::not_found && paths_.replica && may_be_filled(paths_.primary);
  if (!can_be_refilled) return std::unexpected(not_readable(opened.error(), paths_));
  LETHE_TRY(primary_, Site::make(paths_.primary));
  return {};
}

Status KeyringFiles::Impl::open() {
  const std::scoped_lock lock{writing_};
  LETHE_CHECK(open_primary());
  if (paths_.replica) {
    auto opened = open_replica(paths_);
    if (opened) {
      replica_ = std::move(*opened);
      LETHE_CHECK(choose(*replica_));
    } else {
      lose_replica(opened.error());
    }
  }
  if (!primary_->is_filled()) return fail(Errc::not_found, paths_.primary + " holds no keyring");
  if (!primary_->has_its_root()) return std::unexpected(both_lost(paths_));
  LETHE_CHECK(finish_opening());
  return start_reading();
}

// Lets the place that knows more win; the other follows.
Status KeyringFiles::Impl::choose(Replica& replica) {
  if (replica.has_its_root()) {
    bool refill = !primary_->has_its_root();
    if (!refill) {
      LETHE_TRY(const Newer newer, compare(primary_->head(), replica.head()));
      refill = newer == Newer::second;
    }
    if (refill) {
      LETHE_CHECK(replica.copy_to(*primary_));
      recovery = Recovery::primary_refilled;
    }
  }
  return {};
}

Status KeyringFiles::Impl::finish_opening() {
  LETHE_TRY(const bool wiped, primary_->finish_turn());
  if (wiped && recovery == Recovery::none) recovery = Recovery::finished_turn;
  if (replica_ != nullptr) attach_replica();
  return {};
}

// Precondition: replica_ is open. Afterwards it is current, or let go.
void KeyringFiles::Impl::attach_replica() {
  const Result<bool> copied = bring_up_to_date(*replica_, *primary_);
  if (!copied) {
    lose_replica(copied.error());
    return;
  }
  if (*copied && recovery == Recovery::none) recovery = Recovery::replica_refilled;
  trouble_.clear();
  state = ReplicaState::current;
}

// An alarm: work goes on here, erasures wait.
void KeyringFiles::Impl::lose_replica(const Error& error) {
  replica_.reset();
  state = ReplicaState::behind;
  trouble_ = error.detail;
}

Status KeyringFiles::Impl::start_reading() {
  LETHE_TRY(Database reader, primary_->reader());
  const std::scoped_lock lock{reading_};
  reader_.emplace(std::move(reader));
  return {};
}

Result<ports::KeyringHeader> KeyringFiles::Impl::header() {
  const std::scoped_lock lock{writing_};
  const Head& head = primary_->head();
  if (head.workspace <= 0) return fail(Errc::not_found, paths_.primary + " holds no keyring");
  return ports::KeyringHeader{kFormat, core::WorkspaceId::of(head.workspace), head.sequence,
                              head.generation};
}

Status KeyringFiles::Impl::read_root(ports::RootBuffer into) {
  const std::scoped_lock lock{writing_};
  if (!primary_->is_filled()) return fail(Errc::not_found, paths_.primary + " holds no keyring");
  return primary_->slots().read(primary_->head().generation, into);
}

// --- committing ---

KeyringCommit KeyringFiles::Impl::receipt() const {
  return {primary_->head().sequence, primary_->head().generation, state};
}

Result<KeyringCommit> KeyringFiles::Impl::commit(const KeyringBatch& batch) {
  const std::scoped_lock lock{writing_};
  if (!primary_->is_filled()) return fail(Errc::not_found, "the keyring was not created yet");
  if (undecided_) return fail(Errc::unavailable, "a turn of the root failed; start again");
  const Head next = head_after(primary_->head(), batch, 0);
  LETHE_CHECK(primary_->apply(batch, next));
  LETHE_FAULT_POINT("keyring.commit.primary");
  if (const Status replicated = replicate(batch, next); !replicated) {
    lose_replica(replicated.error());
  }
  LETHE_FAULT_POINT("keyring.commit.replica");
  return receipt();
}

// Mail does not wait for a host that is down: it is called again only now and then.
Status KeyringFiles::Impl::reopen_replica() {
  const bool far = is_receiver(*paths_.replica);
  const auto now = std::chrono::steady_clock::now();
  if (far && now < next_try_) return fail(Errc::unavailable, trouble_);
  auto opened = open_replica(paths_);
  if (!opened) {
    next_try_ = std::chrono::steady_clock::now() + kCallAgainAfter;
    return std::unexpected(std::move(opened).error());
  }
  replica_ = std::move(*opened);
  attach_replica();
  return {};
}

// The primary has `next` already.
Status KeyringFiles::Impl::replicate(const KeyringBatch& batch, const Head& next) {
  if (!paths_.replica) return {};
  if (replica_ == nullptr) {
    return reopen_replica();
  }
  if (!replica_->still_there()) return fail(Errc::unavailable, *paths_.replica + " is missing");
  return replica_->apply(batch, next);
}

// --- turning ---

Status KeyringFiles::Impl::write_roots(std::uint64_t generation, ports::RootView root) {
  LETHE_CHECK(primary_->slots().write(generation, root));
  LETHE_FAULT_POINT("keyring.turn.slot");
  if (replica_ != nullptr) {
    Status written = fail(Errc::unavailable, replica_->name() + " is missing");
    if (replica_->still_there()) written = replica_->write_root(generation, root);
    if (!written) {
      lose_replica(written.error());
      return written;
    }
  }
  LETHE_FAULT_POINT("keyring.turn.slot_replica");
  return {};
}

Result<KeyringCommit> KeyringFiles::Impl::turn(const KeyringBatch& batch, ports::RootView root) {
  LETHE_CHECK(settle());
  const std::scoped_lock lock{writing_};
  const std::uint64_t now = primary_->head().generation;
  const Head next = head_after(primary_->head(), batch, 1);
  if (const Status written = write_roots(next.generation, root); !written) {
    // Nothing refers to the spare slots; what cannot be wiped now is at the next settling or start.
    unfinished_ = !primary_->slots().wipe_all_but(now);
    return fail(Errc::unavailable, written.error().detail);
  }
  if (const Status applied = primary_->apply(batch, next); !applied) {
    // A commit whose fsync failed may or may not come back after a crash: both
    // roots stay, and only opening the file anew tells which one fits.
    undecided_ = true;
    return std::unexpected(applied.error());
  }
  LETHE_FAULT_POINT("keyring.turn.primary");
  if (replica_ != nullptr) {
    if (const Status applied = replica_->apply(batch, next); !applied) {
      lose_replica(applied.error());
    }
  }
  LETHE_FAULT_POINT("keyring.turn.replica");
  finish_turn_everywhere();
  return receipt();
}

Status KeyringFiles::Impl::finish_primary() {
  // A reader in the middle of a query would keep the log from being cut.
  const std::scoped_lock lock{reading_};
  LETHE_CHECK(primary_->finish_turn());
  return {};
}

void KeyringFiles::Impl::finish_turn_everywhere() {
  unfinished_ = !finish_primary();
  LETHE_FAULT_POINT("keyring.turn.wiped");
  if (replica_ != nullptr) {
    if (const auto finished = replica_->finish_turn(); !finished) {
      lose_replica(finished.error());
    }
  }
  LETHE_FAULT_POINT("keyring.turn.done");
}

Status KeyringFiles::Impl::settle() {
  const std::scoped_lock lock{writing_};
  if (!primary_->is_filled()) return fail(Errc::not_found, "the keyring was not created yet");
  if (undecided_) return fail(Errc::unavailable, "a turn of the root failed; start again");
  if (unfinished_) {
    LETHE_CHECK(finish_primary());
    unfinished_ = false;
  }
  if (!paths_.replica) return {};
  if (replica_ != nullptr && !replica_->still_there()) {
    lose_replica({Errc::unavailable, *paths_.replica + " is missing", {}});
  }
  if (replica_ == nullptr) {
    auto opened = open_replica(paths_);
    if (!opened) {
      lose_replica(opened.error());
      return fail(Errc::unavailable, "the replica cannot be reached: " + trouble_);
    }
    replica_ = std::move(*opened);
    attach_replica();
  }
  if (state == ReplicaState::current) return {};
  return fail(Errc::unavailable, "the replica cannot be brought up to date: " + trouble_);
}

std::string KeyringFiles::Impl::trouble() {
  const std::scoped_lock lock{writing_};
  return trouble_;
}

// --- the port ---

KeyringFiles::KeyringFiles(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
KeyringFiles::~KeyringFiles() = default;

Result<std::unique_ptr<KeyringFiles>> KeyringFiles::make(const KeyringPaths& paths) {
  auto impl = std::make_unique<Impl>(paths);
  LETHE_CHECK(impl->make());
  return std::unique_ptr<KeyringFiles>{new KeyringFiles{std::move(impl)}};
}

Result<std::unique_ptr<KeyringFiles>> KeyringFiles::open(const KeyringPaths& paths) {
  auto impl = std::make_unique<Impl>(paths);
  LETHE_CHECK(impl->open());
  return std::unique_ptr<KeyringFiles>{new KeyringFiles{std::move(impl)}};
}

Recovery KeyringFiles::recovery() const noexcept { return impl_->recovery; }
std::string KeyringFiles::replica_trouble() const { return impl_->trouble(); }
ReplicaState KeyringFiles::replica_state() noexcept { return impl_->state; }

Status KeyringFiles::create(core::WorkspaceId workspace, const KeyringBatch& first,
                            ports::RootView root) {
  return impl_->create(workspace, first, root);
}
Result<ports::KeyringHeader> KeyringFiles::header() { return impl_->header(); }
Status KeyringFiles::read_root(ports::RootBuffer into) { return impl_->read_root(into); }
Result<KeyringCommit> KeyringFiles::commit(const KeyringBatch& batch) {
  return impl_->commit(batch);
}
Result<KeyringCommit> KeyringFiles::turn(const KeyringBatch& batch, ports::RootView new_root) {
  return impl_->turn(batch, new_root);
}
Status KeyringFiles::settle() { return impl_->settle(); }

Result<std::vector<ports::ContentKeyRow>> KeyringFiles::content_keys(
    const ports::ContentKeyName& any_serial) {
  return impl_->reading([&](Database& db) { return rows::content_keys(db, any_serial); });
}
Result<std::vector<ports::ContentKeyRow>> KeyringFiles::content_keys_in(std::uint32_t bucket) {
  return impl_->reading([&](Database& db) { return rows::content_keys_in(db, bucket); });
}
Result<bool> KeyringFiles::has_keys_of(std::uint32_t bucket, core::PersonId person) {
  return impl_->reading([&](Database& db) { return rows::has_keys_of(db, bucket, person); });
}
Result<std::vector<ports::BucketRow>> KeyringFiles::buckets() {
  return impl_->reading([](Database& db) { return rows::buckets(db); });
}
Result<std::vector<ports::NamedRow>> KeyringFiles::named() {
  return impl_->reading([](Database& db) { return rows::named(db); });
}
Result<std::optional<core::PersonId>> KeyringFiles::person_at(ByteView address_digest) {
  return impl_->reading([&](Database& db) { return rows::person_at(db, address_digest); });
}
Result<std::vector<ports::AddressRow>> KeyringFiles::addresses_of(core::PersonId person) {
  return impl_->reading([&](Database& db) { return rows::addresses_of(db, person); });
}
Result<bool> KeyringFiles::has_tombstone(const ports::TombstoneRow& row) {
  return impl_->reading([&](Database& db) { return rows::has_tombstone(db, row); });
}
Result<std::vector<ports::PunctureRow>> KeyringFiles::punctures_of(core::PersonId person) {
  return impl_->reading([&](Database& db) { return rows::punctures_of(db, person); });
}
Result<std::vector<ports::PunctureRow>> KeyringFiles::punctures_after(std::uint64_t sequence) {
  return impl_->reading([&](Database& db) { return rows::punctures_after(db, sequence); });
}
Result<bool> KeyringFiles::is_retired(std::uint64_t key_id) {
  return impl_->reading([&](Database& db) { return rows::is_retired(db, key_id); });
}
Result<std::vector<ports::JournalRow>> KeyringFiles::journal_after(std::uint64_t id) {
  return impl_->reading([&](Database& db) { return rows::journal_after(db, id); });
}
Result<std::vector<core::PersonId>> KeyringFiles::persons_after(std::uint32_t bucket,
                                                                std::int64_t person,
                                                                std::size_t limit) {
  return impl_->reading(
      [&](Database& db) { return rows::persons_after(db, bucket, person, limit); });
}
Result<ports::KeyringCounts> KeyringFiles::counts() {
  return impl_->reading([](Database& db) { return rows::counts(db); });
}

}  // namespace lethe::keyring_files
