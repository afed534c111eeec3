#include "backup.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>

#include "backup_archive.h"
#include "commands.h"
#include "lethe/app/audit.h"
#include "lethe/base/fault.h"
#include "lethe/sqlite/database.h"
#include "world.h"

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

const FaultPointName kExtracted{"restore.extracted"};
const FaultPointName kMovedAway{"restore.old_moved_away"};
const FaultPointName kInPlace{"restore.in_place"};

constexpr const char* kParts[] = {"lethe.db", "blobs", "ledger", "lethe.toml"};
constexpr const char* kLogs[] = {"lethe.db-wal", "lethe.db-shm"};
constexpr const char* kIndex[] = {"search.db", "search.db-wal", "search.db-shm"};

// A directory that is gone again afterwards, whatever happens.
class Scratch {
 public:
  // In DIR, under a name that nothing else has there: what a killed command left is removed.
  explicit Scratch(fs::path path) : path_(std::move(path)) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    fs::create_directories(path_, ignored);
    fs::permissions(path_, fs::perms::owner_all, ignored);
  }
  // Beside a file of the administrator's, under a name that nobody has. Errors: unavailable.
  static Result<std::unique_ptr<Scratch>> beside(const std::string& file) {
    std::string path = file + ".XXXXXX";
    if (::mkdtemp(path.data()) != nullptr) return std::make_unique<Scratch>(path);
    return fail(Errc::unavailable, "cannot unpack " + file + " beside it (" + std::strerror(errno) +
                                       "); copy it to a disk with room that can be written");
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Every file there is. One that cannot be listed ends it: a backup that lacks a part says so.
Result<std::vector<fs::path>> files_below(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::exists(directory, error)) return files;
  fs::recursive_directory_iterator at{directory, error};
  for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
    std::error_code gone;  // between its listing and this look
    if (at->is_regular_file(gone)) files.push_back(at->path());
  }
  if (error) return fail(Errc::unavailable, "cannot list " + directory.string());
  return files;
}

Status move_part(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return {};
  fs::rename(from, to, error);
  if (error)
    return fail(Errc::unavailable, "cannot move " + from.string() + ": " + error.message());
  return {};
}

// Mail comes in and erasures go on meanwhile: what is still growing belongs to no row of the copy,
// and what is gone since it was listed was erased or has ended.
Status add_blobs(ArchiveWriter& archive, const fs::path& data, const Speaker& speaker) {
  LETHE_TRY(auto files, files_below(data / "blobs"));
  const std::string growing = (data / "blobs" / "tmp").string() + "/";
  std::erase_if(files, [&](const fs::path& file) { return file.string().starts_with(growing); });
  std::int64_t done = 0;
  for (const fs::path& file : files) {
    const Status added = archive.add(file.string(), fs::relative(file, data).string());
    if (!added && added.error().code != Errc::not_found) return added;
    speaker.progress(++done, static_cast<std::int64_t>(files.size()), "blobs");
  }
  return {};
}

// Its files belong together: nothing is logged while they are read.
Status add_ledger(World& world, ArchiveWriter& archive, const fs::path& data) {
  const std::scoped_lock lock{world.app().index_and_erasure};
  LETHE_TRY(const auto files, files_below(data / "ledger"));
  for (const fs::path& file : files) {
    LETHE_CHECK(archive.add(file.string(), fs::relative(file, data).string()));
  }
  return {};
}

Status write_backup(World& world, const std::string& partial, const Speaker& speaker) {
  const fs::path data{world.config().data};
  const Scratch scratch{data / "backup.tmp"};
  const std::string copy = (scratch.path() / "lethe.db").string();
  LETHE_CHECK(world.app().store.back_up_to(copy));
  LETHE_TRY(auto archive, ArchiveWriter::create(partial));
  LETHE_CHECK(archive->add(copy, "lethe.db"));
  std::error_code ignored;
  if (fs::exists(data / "lethe.toml", ignored)) {
    LETHE_CHECK(archive->add((data / "lethe.toml").string(), "lethe.toml"));
  }
  LETHE_CHECK(add_blobs(*archive, data, speaker));
  LETHE_CHECK(add_ledger(world, *archive, data));
  return archive->finish();
}

Status check_database(const fs::path& directory) {
  std::error_code ignored;
  if (!fs::exists(directory / "lethe.db", ignored)) {
    return fail(Errc::corrupt, "this backup holds no data");
  }
  LETHE_TRY(auto database, sqlite::open({.path = (directory / "lethe.db").string()}));
  return database->integrity_check();
}

// As its checkpoint says: origin, then the number of entries. 0 without one.
std::uint64_t entries_signed(const fs::path& ledger) {
  std::ifstream checkpoint{ledger / "checkpoint"};
  std::string origin;
  std::uint64_t entries = 0;
  std::getline(checkpoint, origin);
  checkpoint >> entries;
  return checkpoint ? entries : 0;
}

// What today's directory has and a restore leaves as it is. The ledger never shrinks: of two logs
// the longer one stays. The settings say where today's keyring is and how long its copies live.
void keep_todays(const fs::path& data, const fs::path& restored) {
  std::error_code ignored;
  const bool has_longer = fs::exists(data / "ledger", ignored) &&
                          entries_signed(data / "ledger") >= entries_signed(restored / "ledger");
  if (has_longer) fs::remove_all(restored / "ledger", ignored);
  if (fs::exists(data / "lethe.toml", ignored)) fs::remove(restored / "lethe.toml", ignored);
}

// What an earlier try has set aside stays; in its place lies only what that try put there.
Status set_aside(const fs::path& data, const fs::path& old, const char* part) {
  std::error_code error;
  if (!fs::exists(old / part, error)) return move_part(data / part, old / part);
  fs::remove_all(data / part, error);
  if (error) return fail(Errc::unavailable, "cannot remove the former " + (data / part).string());
  return {};
}

// Whatever a crash leaves, each part is in the old place, the new place or beside it in
// restore.old, and running the restore again ends the same. A log of the old database never meets
// the new one.
Status swap_in(const fs::path& data, const fs::path& restored) {
  const fs::path old = data / "restore.old";
  std::error_code ignored;
  fs::create_directories(old, ignored);
  for (const char* part : kParts) {
    if (!fs::exists(restored / part, ignored)) continue;
    LETHE_CHECK(set_aside(data, old, part));
    if (std::string_view{part} == "lethe.db") {
      for (const char* log : kLogs) LETHE_CHECK(set_aside(data, old, log));
    }
    LETHE_FAULT_POINT("restore.old_moved_away");
    LETHE_CHECK(move_part(restored / part, data / part));
  }
  LETHE_FAULT_POINT("restore.in_place");
  for (const char* index : kIndex) fs::remove(data / index, ignored);
  return {};
}

// What was there before stands in its place again; false when nothing was.
bool put_back(const fs::path& data) {
  const fs::path old = data / "restore.old";
  std::error_code ignored;
  if (!fs::exists(old / "lethe.db", ignored)) return false;
  for (const char* log : kLogs) fs::remove(data / log, ignored);
  for (const char* index : kIndex) fs::remove(data / index, ignored);
  const auto back = [&](const char* part) {
    if (!fs::exists(old / part, ignored)) return;
    fs::remove_all(data / part, ignored);
    fs::rename(old / part, data / part, ignored);
  };
  for (const char* part : kParts) back(part);
  for (const char* log : kLogs) back(log);
  fs::remove(old, ignored);
  return true;
}

// Opens what was restored. Refused, it does not cost the data that was there before; who holds the
// directory by now (busy) has opened what lies in it.
Result<std::unique_ptr<World>> open_restored(const Config& config, app::ConfirmSweep confirm) {
  auto world = World::open(config, confirm);
  if (world || world.error().code == Errc::busy) return world;
  Error error = std::move(world).error();
  error.detail += put_back(config.data)
                      ? ". The backup was not restored; what was there before is back in place"
                      : ". The backup lies in " + config.data +
                            " and is opened once this is mended; the restore may be run again";
  return std::unexpected(std::move(error));
}

Status mark_restored(const fs::path& directory) {
  LETHE_TRY(auto database, sqlite::open({.path = (directory / "lethe.db").string()}));
  LETHE_TRY(auto connection, database->open_writer());
  LETHE_CHECK(connection->execute(
      "INSERT INTO settings (workspace_id, name, value) SELECT id, 'restored', '1' FROM workspace "
      "WHERE TRUE "  // SQLite takes ON CONFLICT for a join's ON otherwise
      "ON CONFLICT (workspace_id, name) DO UPDATE SET value = '1'",
      {}));
  return {};
}

void tell_about_keyring(const Config& config) {
  std::printf(
      "The keyring is not in a backup. It is at %s%s%s; without it the backup cannot be read.\n",
      config.keyring_path.c_str(), config.keyring_replica.empty() ? "" : " and ",
      config.keyring_replica.c_str());
}

// Nobody else may own the directory while its files are exchanged. Its own database is not opened:
// it may be the damaged one that this restore is for.
Status refuse_if_owned(const Config& config, const fs::path& restored) {
  LETHE_TRY(auto database, sqlite::open({.path = (restored / "lethe.db").string(),
                                         .lock_path = config.data + "/lock"}));
  LETHE_TRY(const auto ownership, database->own("lethe backup restore"));
  return {};
}

// Before anything is exchanged: a wrong backup, or a wrong keyring, costs nothing.
Status check_keyring(const Config& config, const fs::path& restored) {
  std::error_code ignored;
  const std::string rows = (restored / "lethe.db").string();
  const fs::path settings = restored / "lethe.toml";
  if (!fs::exists(settings, ignored)) return World::check(config, rows);
  LETHE_TRY(const Config with_it, read_config(config.data, settings.string()));
  return World::check(with_it, rows);
}

// Before anything is made for it.
Status refuse_missing(const std::string& file) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) return {};
  return fail(Errc::not_found, "there is no backup " + file);
}

}  // namespace

Status backup_create(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  static std::mutex one_at_a_time;  // they would share a scratch directory
  const std::unique_lock turn{one_at_a_time, std::try_to_lock};
  if (!turn) return fail(Errc::busy, "a backup is being written already; try again after it");
  const std::string file = text_argument(arguments, "file");
  std::error_code ignored;
  if (fs::exists(file, ignored)) return fail(Errc::already_exists, file + " exists already");
  const std::string partial = file + ".partial";
  fs::remove(partial, ignored);
  const Status written = write_backup(world, partial, speaker);
  if (!written) {
    fs::remove(partial, ignored);
    return written;
  }
  LETHE_CHECK(move_part(partial, file));
  LETHE_CHECK(app::note_act(world.app(), {.kind = app::AuditKind::backup_made}));
  const Config& config = world.config();
  return speaker.print("backup written to " + file + "\nThe keyring is not in it. It is at " +
                       config.keyring_path +
                       (config.keyring_replica.empty() ? "" : " and " + config.keyring_replica) +
                       "; without it the backup cannot be read.\n");
}

Status verify_backup(const std::string& data, const std::string& file) {
  LETHE_CHECK(refuse_missing(file));
  LETHE_TRY(const auto scratch, Scratch::beside(file));
  LETHE_CHECK(extract_archive(file, scratch->path().string()));
  LETHE_CHECK(check_database(scratch->path()));
  LETHE_TRY(const auto files, files_below(scratch->path()));
  std::printf("The backup reads well: %zu files.\n", files.size());
  if (data.empty()) {
    std::printf("The keyring is not in a backup; without it the backup cannot be read.\n");
    return {};
  }
  LETHE_TRY(const Config config, read_config(data, ""));
  tell_about_keyring(config);
  return {};
}

Status restore_backup(const std::string& data, const std::string& file, bool confirm_sweep) {
  LETHE_TRY(const Config config, read_config(data, ""));
  if (!config.store_url.empty()) {
    return fail(Errc::unsupported,
                "this directory's data is in PostgreSQL; restore it with its own tools");
  }
  LETHE_CHECK(refuse_missing(file));
  std::error_code ignored;
  fs::create_directories(config.data, ignored);
  const fs::path directory{config.data};
  {
    const Scratch scratch{directory / "restore.tmp"};
    LETHE_CHECK(extract_archive(file, scratch.path().string()));
    LETHE_CHECK(check_database(scratch.path()));
    LETHE_CHECK(mark_restored(scratch.path()));
    LETHE_FAULT_POINT("restore.extracted");
    LETHE_CHECK(refuse_if_owned(config, scratch.path()));
    keep_todays(directory, scratch.path());
    LETHE_CHECK(check_keyring(config, scratch.path()));
    LETHE_CHECK(swap_in(directory, scratch.path()));
  }
  // Settings that came with the backup name the keyring where there were none.
  LETHE_TRY(const Config restored, read_config(data, ""));
  LETHE_TRY(const auto world, open_restored(restored, confirm_sweep ? app::ConfirmSweep::yes
                                                                    : app::ConfirmSweep::no));
  fs::remove_all(directory / "restore.old", ignored);
  std::printf(
      "Restored. %lld persons and %lld tickets that were erased since are gone again; "
      "everybody signs in anew.\n"
      "Retention rules are those of the backup; they erase nothing before the next night (02:00 "
      "UTC). Look at the forecast until then.\n",
      static_cast<long long>(world->swept().persons),
      static_cast<long long>(world->swept().tickets));
  tell_about_keyring(restored);
  return {};
}

}  // namespace lethe::cli
