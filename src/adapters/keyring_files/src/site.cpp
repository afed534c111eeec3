#include "site.h"

#include <array>
#include <utility>

#include "files.h"
#include "lethe/base/secret.h"
#include "rows.h"

namespace lethe::keyring_files {
namespace {

constexpr std::string_view kCacheDirTag =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys of a Lethe installation. Backups leave this directory out: an old copy\n"
    "# of the keys would bring back what was erased. Use keyring.replica instead.\n";

Status copy_database(const Database& from, const Database& to) {
  sqlite3_backup* const copying = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (copying == nullptr) return std::unexpected(to.error("keyring.db"));
  sqlite3_backup_step(copying, -1);
  if (sqlite3_backup_finish(copying) != SQLITE_OK) return std::unexpected(to.error("keyring.db"));
  return {};
}

}  // namespace

Site::Site(std::string directory, Database writer)
    : directory_(std::move(directory)), writer_(std::move(writer)), slots_(directory_) {
  inode_ = inode_of(database_path());
}

Result<std::unique_ptr<Site>> Site::make(const std::string& directory) {
  LETHE_CHECK(make_private_directory(directory));
  const std::string path = directory + "/keyring.db";
  if (exists(path)) return fail(Errc::already_exists, directory + " holds a keyring already");
  LETHE_CHECK(overwrite(directory + "/CACHEDIR.TAG", as_bytes(kCacheDirTag)));
  LETHE_CHECK(make_private_file(path));
  LETHE_TRY(Database database, Database::open(path));
  LETHE_CHECK(apply_settings(database));
  LETHE_CHECK(make_tables(database));
  LETHE_CHECK(sync_directory(directory));
  return std::unique_ptr<Site>{new Site{directory, std::move(database)}};
}

Result<std::unique_ptr<Site>> Site::open(const std::string& directory) {
  LETHE_CHECK(check_private_directory(directory));
  const std::string path = directory + "/keyring.db";
  if (!exists(path)) return fail(Errc::not_found, directory + " holds no keyring.db");
  for (const char* const name : {"/keyring.db", "/root.0", "/root.1"}) {
    if (exists(directory + name)) LETHE_CHECK(make_private_file(directory + name));
  }
  LETHE_TRY(Database database, Database::open(path));
  LETHE_CHECK(apply_settings(database));
  std::unique_ptr<Site> site{new Site{directory, std::move(database)}};
  LETHE_TRY(site->head_, read_head(site->writer_));
  return site;
}

Result<Database> Site::reader() const {
  LETHE_TRY(Database database, Database::open(database_path()));
  LETHE_CHECK(apply_settings(database));
  LETHE_CHECK(database.execute("PRAGMA query_only = ON"));
  return database;
}

bool Site::has_its_root() const { return is_filled() && slots_.holds(head_.generation); }

bool Site::still_there() const { return inode_of(database_path()) == inode_; }

Status Site::apply(const ports::KeyringBatch& batch, const Head& next) {
  LETHE_TRY(Transaction transaction, Transaction::begin(writer_));
  LETHE_CHECK(rows::apply(writer_, batch, next.sequence));
  LETHE_CHECK(write_head(writer_, next));
  LETHE_CHECK(transaction.commit());
  head_ = next;
  return {};
}

Status Site::cut_log() {
  int busy = 0;
  LETHE_CHECK(writer_.query("PRAGMA wal_checkpoint(TRUNCATE)",
                            [&](const Row& row) { busy = static_cast<int>(row.number(0)); }));
  if (busy == 0) return {};
  return fail(Errc::unavailable,
              directory_ + ": another program reads keyring.db, so its log cannot be cut");
}

Result<bool> Site::finish_turn() {
  LETHE_CHECK(cut_log());
  return slots_.wipe_all_but(head_.generation);
}

Status Site::copy_from(Site& other) {
  const Head theirs = other.head_;
  std::array<std::uint8_t, ports::kRootSize> root{};
  Status written = other.slots_.read(theirs.generation, root);
  if (written) written = slots_.write(theirs.generation, root);
  wipe(root.data(), root.size());
  LETHE_CHECK(written);

  if (Status copied = copy_database(other.writer_, writer_); !copied) {
    return std::unexpected(std::move(copied).error().within(directory_ + " cannot be refilled"));
  }
  head_ = theirs;
  LETHE_CHECK(apply_settings(writer_));
  LETHE_CHECK(finish_turn());
  return {};
}

}  // namespace lethe::keyring_files
