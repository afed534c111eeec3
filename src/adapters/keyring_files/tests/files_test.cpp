#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>

#include "place.h"

namespace lethe::keyring_files {
namespace {

using namespace test;

unsigned mode_of(const fs::path& path) {
  struct stat found{};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777U;
}

Errc open_error(const KeyringPaths& paths) {
  const auto opened = KeyringFiles::open(paths);
  REQUIRE_FALSE(opened.has_value());
  return opened.error().code;
}

TEST_CASE("C4: only the owner can reach the keyring, and backups are told to leave it out") {
  const mode_t before = ::umask(0);
  Place place{Place::Replica::yes};
  Open open{place.paths};
  open.sealed(kAda, "x");
  REQUIRE(open.erase(kAda).has_value());
  ::umask(before);
  for (const fs::path& keyring : {place.primary(), place.replica()}) {
    CHECK(mode_of(keyring) == 0700);
    CHECK(contents(keyring / "CACHEDIR.TAG")
              .starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
    for (const auto& file : fs::directory_iterator{keyring}) {
      INFO(file.path().string());
      CHECK(mode_of(file.path()) == 0600);
    }
  }
}

TEST_CASE("a keyring that others can reach is refused") {
  Place place;
  fs::permissions(place.primary(), fs::perms{0750});
  CHECK(open_error(place.paths) == Errc::forbidden);
  fs::permissions(place.primary(), fs::perms{0700});
  for (const char* const name : {"keyring.db", "root.1"}) {
    fs::permissions(place.primary() / name, fs::perms{0640});
    CHECK(open_error(place.paths) == Errc::forbidden);
    fs::permissions(place.primary() / name, fs::perms{0600});
  }
  Open open{place.paths};
}

TEST_CASE("a keyring is made only where none is") {
  Place place;
  CHECK(KeyringFiles::make(place.paths).error().code == Errc::already_exists);
}

TEST_CASE("a missing directory and one without a keyring are told apart from a damaged one") {
  TemporaryDirectory directory;
  CHECK(open_error({(directory.path() / "nowhere").string(), std::nullopt}) == Errc::not_found);
  CHECK(open_error({directory.path().string(), std::nullopt}) == Errc::not_found);
  std::ofstream{directory.path() / "keyring.db"} << std::string(4096, 'x');
  fs::permissions(directory.path() / "keyring.db", fs::perms{0600});
  CHECK(open_error({directory.path().string(), std::nullopt}) == Errc::corrupt);
}

TEST_CASE("a keyring that was made but never filled is no keyring") {
  TemporaryDirectory directory;
  const KeyringPaths paths{(directory.path() / "keyring").string(), std::nullopt};
  REQUIRE(KeyringFiles::make(paths).has_value());
  CHECK(open_error(paths) == Errc::not_found);
}

TEST_CASE("the keyring of a newer version is refused and not touched") {
  Place place;
  {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open((place.primary() / "keyring.db").c_str(), &db) == SQLITE_OK);
    REQUIRE(sqlite3_exec(db, "PRAGMA user_version = 2", nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(db);
  }
  const std::string before = contents(place.primary() / "keyring.db");
  CHECK(open_error(place.paths) == Errc::unsupported);
  CHECK(contents(place.primary() / "keyring.db") == before);
}

TEST_CASE("a turn leaves exactly one root slot filled and nothing in the log") {
  Place place;
  two_persons(place);
  Open open{place.paths};
  for (int turn = 0; turn < 3; ++turn) {
    CHECK(filled_slots(place.primary()) == 1);
    REQUIRE(open.vault->turn_root().has_value());
    CHECK(fs::file_size(place.primary() / "keyring.db-wal") == 0);
  }
}

// A stretch of the wrapped key of a person, as it stands in the file.
std::string wrapped_key(const Place& place, core::PersonId person) {
  auto files = *KeyringFiles::open(place.only_primary());
  const auto rows = files->content_keys(
      {static_cast<std::uint32_t>(person.value() % 1024), person.value(), 0, 1, 0});
  REQUIRE(rows->size() == 1);
  const auto tail = ByteView{rows->front().wrapped}.last(48);
  return std::string{as_text(tail)};
}

bool stands_in(const fs::path& keyring, const std::string& needle) {
  for (const auto& file : fs::directory_iterator{keyring}) {
    if (contents(file.path()).find(needle) != std::string::npos) return true;
  }
  return false;
}

TEST_CASE(
    "A1: no byte of a destroyed key's row is left in any file, nor of its neighbours' old rows") {
  Place place{Place::Replica::yes};
  two_persons(place);
  const std::string adas = wrapped_key(place, kAda);
  const std::string bobs = wrapped_key(place, kBob);
  const std::string root = contents(place.primary() / "root.1").substr(24, 32);
  for (const fs::path& keyring : {place.primary(), place.replica()}) {
    CHECK(stands_in(keyring, adas));  // the search works
    CHECK(stands_in(keyring, root));
  }
  Open open{place.paths};
  REQUIRE(open.erase(kAda).has_value());
  for (const fs::path& keyring : {place.primary(), place.replica()}) {
    CHECK_FALSE(stands_in(keyring, adas));
    CHECK_FALSE(stands_in(keyring, bobs));
    CHECK_FALSE(stands_in(keyring, root));
  }
}

// --- attacks with copies of the files ---

struct Attack {
  Place place;
  Cells cells = two_persons(place);
  fs::path old = place.directory.path() / "old copy";

  Attack() {
    fs::copy(place.primary(), old);
    Open open{place.paths};
    REQUIRE(open.erase(kAda).has_value());
  }
  // Puts together a keyring out of files of different times.
  KeyringPaths mixed(const fs::path& database, const fs::path& roots) {
    const fs::path made = place.directory.path() / "attack";
    fs::remove_all(made);
    fs::create_directory(made);
    fs::permissions(made, fs::perms{0700});
    for (const char* const name : {"keyring.db", "keyring.db-wal"}) {
      if (fs::exists(database / name)) fs::copy(database / name, made / name);
    }
    for (const char* const name : {"root.0", "root.1"}) {
      if (fs::exists(roots / name)) fs::copy(roots / name, made / name);
    }
    return {made.string(), std::nullopt};
  }
};

TEST_CASE("A2: today's keyring does not open an old backup of the data; other persons' it does") {
  Attack attack;
  Open today{attack.place.paths};
  CHECK(today.text_of(kAda, attack.cells.ada) == "<erased>");
  CHECK(today.text_of(kBob, attack.cells.bob) == "Bob");
}

TEST_CASE("A3: an old keyring with today's root slots opens nothing, with its old slots it does") {
  Attack attack;
  const auto refused = KeyringFiles::open(attack.mixed(attack.old, attack.place.primary()));
  CHECK(refused.error().code == Errc::corrupt);

  Open control{attack.mixed(attack.old, attack.old)};
  CHECK(control.text_of(kAda, attack.cells.ada) == "Ada");
}

TEST_CASE("A3: today's root relabelled with the old generation opens nothing either") {
  Attack attack;
  // The attacker gives the old keyring.db the generation that today's slot is labelled with.
  const KeyringPaths paths = attack.mixed(attack.old, attack.place.primary());
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((fs::path{paths.primary} / "keyring.db").c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, "UPDATE head SET generation = 2", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  sqlite3_close(db);
  auto files = KeyringFiles::open(paths);
  REQUIRE(files.has_value());
  CHECK(vault::Vault::open(**files, system_random()).error().code == Errc::corrupt);
}

TEST_CASE("two nonces of the system never are the same") {
  SystemRandom random;
  std::vector<Bytes> drawn;
  for (int i = 0; i < 2000; ++i) {
    Bytes nonce(24);
    random.fill(nonce);
    drawn.push_back(nonce);
  }
  std::ranges::sort(drawn);
  CHECK(std::ranges::adjacent_find(drawn) == drawn.end());
}

}  // namespace
}  // namespace lethe::keyring_files
