// A keyring in a temporary directory, with the vault that uses it.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "lethe/keyring_files/keyring_files.h"
#include "lethe/keyring_files/system_random.h"
#include "lethe/vault/vault.h"

namespace lethe::keyring_files::test {

namespace fs = std::filesystem;

inline const core::PersonId kAda = core::PersonId::of(5001);
inline const core::PersonId kBob = core::PersonId::of(5001 + 1024);  // the same bucket
inline const vault::CellRef kCell{1, 2, 3, 4};
inline const Instant kNoon = instant_of(1'790'000'000);

inline SystemRandom& system_random() {
  static SystemRandom random;
  return random;
}

// In memory where there is such a place: these tests kill processes, not machines.
inline fs::path fast_place() {
  return fs::is_directory("/dev/shm") ? fs::path{"/dev/shm"} : fs::temp_directory_path();
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (fast_place() / "lethe-keyring-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline std::string contents(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// True when the slot file is missing or all zero.
inline bool is_blank(const fs::path& slot) {
  const std::string bytes = contents(slot);
  return bytes.find_first_not_of('\0') == std::string::npos;
}

inline int filled_slots(const fs::path& keyring) {
  return (is_blank(keyring / "root.0") ? 0 : 1) + (is_blank(keyring / "root.1") ? 0 : 1);
}

// One open keyring: close it before looking at its files.
struct Open {
  std::unique_ptr<KeyringFiles> files;
  std::unique_ptr<vault::Vault> vault;

  explicit Open(const KeyringPaths& paths) {
    auto opened = KeyringFiles::open(paths);
    INFO((opened ? std::string{} : opened.error().detail));
    REQUIRE(opened.has_value());
    files = std::move(*opened);
    auto unlocked = vault::Vault::open(*files, system_random());
    REQUIRE(unlocked.has_value());
    vault = std::move(*unlocked);
  }
  Ciphertext sealed(core::PersonId person, std::string_view text) {
    auto cell = vault->seal(vault::KeyRef::profile(person), kCell, Plaintext{text});
    REQUIRE(cell.has_value());
    return std::move(*cell);
  }
  std::string text_of(core::PersonId person, const Ciphertext& cell) {
    const auto text = vault->unseal(vault::KeyRef::profile(person), kCell, cell);
    return text ? std::string{text->reveal()} : "<" + std::string{name_of(text.error().code)} + ">";
  }
  Status erase(core::PersonId person) {
    LETHE_CHECK(vault->puncture({.persons = {person}, .at = kNoon}));
    return {};
  }
};

struct Place {
  TemporaryDirectory directory;
  KeyringPaths paths;

  enum class Replica : std::uint8_t { no, yes };
  explicit Place(Replica replica = Replica::no) {
    paths.primary = (directory.path() / "keyring").string();
    if (replica == Replica::yes) paths.replica = (directory.path() / "replica").string();
    auto files = KeyringFiles::make(paths);
    REQUIRE(files.has_value());
    REQUIRE(vault::Vault::create(**files, system_random(), core::WorkspaceId::of(7)).has_value());
  }
  [[nodiscard]] fs::path primary() const { return paths.primary; }
  [[nodiscard]] fs::path replica() const { return *paths.replica; }
  [[nodiscard]] KeyringPaths only_primary() const { return {paths.primary, std::nullopt}; }
  // The replica's files used as a keyring of their own.
  [[nodiscard]] KeyringPaths only_replica() const { return {*paths.replica, std::nullopt}; }
};

struct Cells {
  Ciphertext ada;
  Ciphertext bob;
};

inline Cells two_persons(const Place& place) {
  Open open{place.paths};
  Cells cells{open.sealed(kAda, "Ada"), open.sealed(kBob, "Bob")};
  REQUIRE(open.vault->commit().has_value());
  return cells;
}

}  // namespace lethe::keyring_files::test
