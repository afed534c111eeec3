#include "world.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>

#include "lethe/app/erasure.h"
#include "lethe/app/indexing.h"
#include "lethe/app/vault_signer.h"
#include "lethe/blobs_files/blobs_files.h"
#include "lethe/keyring_files/keyring_files.h"
#include "lethe/keyring_files/system_random.h"
#include "lethe/postgres/database.h"
#include "lethe/sql/search_index.h"
#include "lethe/sql/store.h"
#include "lethe/sqlite/database.h"
#include "lethe/tiles_files/tiles_files.h"
#include "system_clock.h"

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

Status make_private_directory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error && ::chmod(path.c_str(), 0700) != 0) error = {errno, std::generic_category()};
  if (!error) return {};
  return fail(Errc::unavailable, "cannot make the directory " + path + ": " + error.message());
}

std::string who_am_i() { return "lethe, process " + std::to_string(::getpid()); }

Result<std::unique_ptr<sql::Database>> open_database(const Config& config) {
  if (!config.store_url.empty()) return postgres::open({.conninfo = config.store_url});
  return sqlite::open({.path = config.data + "/lethe.db", .lock_path = config.data + "/lock"});
}

keyring_files::KeyringPaths keyring_paths(const Config& config) {
  keyring_files::KeyringPaths paths{.primary = config.keyring_path,
                                    .replica_pairing_file = config.keyring_pairing_file};
  if (!config.keyring_replica.empty()) paths.replica = config.keyring_replica;
  return paths;
}

// search.db is disposable: one that cannot be opened is made anew.
Result<std::unique_ptr<sql::Database>> open_search_database(const Config& config) {
  const std::string path = config.data + "/search.db";
  auto opened = sqlite::open({.path = path, .application_id = 0x4C657353});
  if (opened) return opened;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    fs::remove(path + suffix, ignored);
  }
  return sqlite::open({.path = path, .application_id = 0x4C657353});
}

// What to do about a damaged lethe.db stands beside what is wrong with it.
template <class T>
Result<T> with_way_out(Result<T> opened, const Config& config) {
  if (opened || opened.error().code != Errc::corrupt || !config.store_url.empty()) return opened;
  Error error = std::move(opened).error();
  error.detail +=
      ". A backup takes its place: lethe backup restore --data " + config.data + " FILE";
  return std::unexpected(std::move(error));
}

// A keyring that is missing or another user's is trouble of this machine (exit code 3), and what to
// do stands beside it.
template <class T>
Result<T> as_trouble(Result<T> opened, const Config& config) {
  if (opened) return opened;
  Error error = std::move(opened).error();
  if (error.code != Errc::not_found && error.code != Errc::forbidden) {
    return std::unexpected(std::move(error));
  }
  if (error.code == Errc::not_found && !error.detail.contains("keyring.path")) {
    error.detail +=
        ": without the keyring no personal data can be read. Put a whole copy of it back, or say "
        "in keyring.path where it is";
  }
  if (error.code == Errc::not_found && !config.keyring_replica.empty()) {
    error.detail += ". An empty directory of mode 0700 is filled from the replica, once " +
                    config.keyring_replica + " is there";
  }
  error.code = Errc::unavailable;
  return std::unexpected(std::move(error));
}

// Said by name: "is no data directory" would send the administrator to make one.
Status refuse_if_unreachable(const Config& config) {
  struct stat found{};
  if (::stat((config.data + "/lock").c_str(), &found) == 0 || errno != EACCES) return {};
  return fail(Errc::unavailable, config.data +
                                     " cannot be read by this user; run the command as the user "
                                     "that the server runs as");
}

// The log's name for ever: it says which installation, and no address that may change.
std::string origin_of(core::WorkspaceId workspace) {
  return "lethe-" + workspace.to_string() + "/ledger";
}

core::WorkspaceId new_workspace_id(ports::Random& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  return core::WorkspaceId::of(static_cast<std::int64_t>((read_u64(bytes) >> 1) | 1));
}

}  // namespace

void EventRelay::publish(const ports::Event& event) {
  if (ports::Events* listener = listener_.load()) listener->publish(event);
}

bool is_initialised(const Config& config) {
  std::error_code ignored;
  return fs::exists(config.data + (config.store_url.empty() ? "/lethe.db" : "/ledger"), ignored);
}

std::string unfinished_mark(const Config& config) { return config.data + "/init.unfinished"; }

Status refuse_unfinished(const Config& config) {
  std::error_code ignored;
  if (!fs::exists(unfinished_mark(config), ignored)) return {};
  return fail(Errc::conflict, "lethe init has not finished in " + config.data +
                                  ". If none is running, remove " + config.keyring_path +
                                  " and all but lethe.toml in " + config.data +
                                  ", which hold nothing yet, and run it again");
}

// The sweep takes a person without a key for one who was erased: with the keyring of another
// installation that is everybody.
Status refuse_foreign_keyring(const Config& config, ports::Store& store,
                              const vault::Vault& vault) {
  if (store.workspace() == vault.workspace()) return {};
  return fail(Errc::unavailable, "the keyring at " + config.keyring_path +
                                     " belongs to another installation than the data for " +
                                     config.data +
                                     ". Put this installation's keyring back, or say in "
                                     "keyring.path where it is; nothing was changed");
}

struct World::Parts {
  explicit Parts(Config the_config) : config(std::move(the_config)) {}

  Config config;
  SystemClock clock;
  keyring_files::SystemRandom random;
  EventRelay events;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<sql::Ownership> ownership;
  std::unique_ptr<keyring_files::KeyringFiles> keyring;
  std::unique_ptr<vault::Vault> vault;
  std::unique_ptr<ports::TileStore> tiles;
  std::unique_ptr<app::VaultSigner> signer;
  std::optional<ledger::Log> log;
  std::unique_ptr<ports::Blobs> blobs;
  std::unique_ptr<sql::Database> search_database;
  std::unique_ptr<ports::SearchIndex> search;
  std::unique_ptr<ports::Store> store;
  app::IdMaker ids{clock, random};
  app::Installation installation;
  std::mutex index_and_erasure;
  app::MailInFlight in_flight;
  std::unique_ptr<app::App> app;
  app::SweepReport swept;

  Status open_keys() {
    LETHE_TRY(keyring,
              as_trouble(keyring_files::KeyringFiles::open(keyring_paths(config)), config));
    LETHE_TRY(vault, as_trouble(vault::Vault::open(*keyring, random), config));
    return {};
  }

  Status open_data() {
    LETHE_TRY(database, with_way_out(open_database(config), config));
    LETHE_TRY(ownership, database->own(who_am_i()));
    LETHE_CHECK(open_keys());
    sql::StoreOptions options{.commit_keyring = [this] { return vault->commit(); }};
    LETHE_TRY(store, with_way_out(sql::open_store(*database, std::move(options)), config));
    LETHE_CHECK(refuse_foreign_keyring(config, *store, *vault));
    LETHE_TRY(blobs, blobs_files::open(config.data + "/blobs", random));
    LETHE_TRY(search_database, open_search_database(config));
    LETHE_TRY(search, sql::open_search_index(*search_database));
    LETHE_CHECK(open_log());
    return with_way_out(read_installation(), config);
  }

  Status open_log() {
    LETHE_TRY(tiles, tiles_files::open(config.data + "/ledger"));
    signer = std::make_unique<app::VaultSigner>(*vault);
    auto opened = ledger::Log::open(*tiles, *signer, origin_of(store->workspace()));
    if (!opened) return std::unexpected(std::move(opened).error());
    log.emplace(std::move(*opened));
    return {};
  }

  Status read_installation() {
    installation = {.public_url = config.http_public_url,
                    .mail_from = config.submission_from,
                    .keyring_copies = Days{config.copies_days.value_or(30)},
                    .keyring_copies_declared = config.copies_days.has_value(),
                    .keyring_path = config.keyring_path,
                    .replica_path = config.keyring_replica};
    return store->read([&](const ports::Reading& tx) -> Status {
      LETHE_TRY(const auto organisation, tx.catalog().setting("organisation"));
      installation.organisation = organisation.value_or("Lethe");
      if (!installation.mail_from.empty()) return {};
      LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
      installation.mail_from =
          mailboxes.empty() ? "helpdesk@localhost.localdomain" : mailboxes.front().address;
      return {};
    });
  }

  void assemble() {
    app = std::make_unique<app::App>(app::App{*store, *vault, *blobs, *search, *log, clock, random,
                                              events, ids, installation, index_and_erasure,
                                              in_flight});
  }
};

World::World(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
World::~World() = default;
app::App& World::app() noexcept { return *parts_->app; }
const Config& World::config() const noexcept { return parts_->config; }
EventRelay& World::events() noexcept { return parts_->events; }
const app::SweepReport& World::swept() const noexcept { return parts_->swept; }
std::string World::replica_trouble() const { return parts_->keyring->replica_trouble(); }
Status World::settle_keyring() { return parts_->keyring->settle(); }

Status World::create(const Config& config, const std::string& organisation) {
  LETHE_CHECK(make_private_directory(config.data));
  LETHE_TRY(auto database, open_database(config));
  LETHE_TRY(const auto ownership, database->own(who_am_i()));
  keyring_files::SystemRandom random;
  const core::WorkspaceId workspace = new_workspace_id(random);
  LETHE_TRY(auto keyring, keyring_files::KeyringFiles::make(keyring_paths(config)));
  LETHE_CHECK(vault::Vault::create(*keyring, random, workspace));
  LETHE_CHECK(sql::create_store(*database, workspace));
  LETHE_TRY(auto store, sql::open_store(*database, {}));
  LETHE_CHECK(store->write([&](ports::Writing& tx) -> Status {
    return tx.catalog().set_setting("organisation", organisation);
  }));
  return make_private_directory(config.data + "/ledger");  // is_initialised() looks for it
}

Result<std::unique_ptr<World>> World::open(const Config& config, app::ConfirmSweep confirm) {
  LETHE_CHECK(refuse_if_unreachable(config));
  if (!is_initialised(config)) {
    return fail(Errc::not_found, config.data +
                                     " is not a data directory of Lethe; make one with "
                                     "lethe init --data " +
                                     config.data);
  }
  auto parts = std::make_unique<Parts>(config);
  LETHE_CHECK(parts->open_data());
  parts->assemble();
  LETHE_TRY(parts->swept, app::sweep(*parts->app, confirm));
  LETHE_CHECK(app::prepare_index(*parts->app));
  LETHE_CHECK(app::run_due_erasures(*parts->app));
  return std::unique_ptr<World>(new World(std::move(parts)));
}

Status World::check(const Config& config, const std::string& database) {
  keyring_files::SystemRandom random;
  LETHE_TRY(const auto keyring,
            as_trouble(keyring_files::KeyringFiles::open(keyring_paths(config)), config));
  LETHE_TRY(const auto vault, as_trouble(vault::Vault::open(*keyring, random), config));
  LETHE_TRY(const auto rows, sqlite::open({.path = database}));
  LETHE_TRY(const auto store, sql::open_store(*rows, {}));
  LETHE_CHECK(refuse_foreign_keyring(config, *store, *vault));
  return app::refuse_wrong_keyring(*store, *vault);
}

}  // namespace lethe::cli
