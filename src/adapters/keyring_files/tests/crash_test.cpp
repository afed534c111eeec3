// A7: the process is killed between any two steps of a commit or a turn. The
// child is this program again, so that its fault point is read afresh.
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <vector>

#include "lethe/base/fault.h"
#include "place.h"

extern char** environ;

namespace lethe::keyring_files {
namespace {

using namespace test;

constexpr const char* kChild = "child of the crash tests";

KeyringPaths paths_from_environment() {
  const char* const primary = std::getenv("LETHE_TEST_PRIMARY");
  const char* const replica = std::getenv("LETHE_TEST_REPLICA");
  REQUIRE(primary != nullptr);
  KeyringPaths paths{primary, std::nullopt};
  if (replica != nullptr) paths.replica = replica;
  return paths;
}

TEST_CASE("child of the crash tests" * doctest::skip()) {
  Open open{paths_from_environment()};
  open.sealed(core::PersonId::of(9), "new");
  static_cast<void>(open.vault->commit());
  static_cast<void>(open.erase(kAda));
}

// Runs the child with this fault; true when it died of it.
bool killed_at(const Place& place, std::string_view step, int passing) {
  std::vector<std::string> settings{
      "LETHE_FAULT=" + std::string{step} + ":" + std::to_string(passing),
      "LETHE_TEST_PRIMARY=" + place.paths.primary};
  if (place.paths.replica) settings.push_back("LETHE_TEST_REPLICA=" + *place.paths.replica);
  std::vector<char*> environment;
  for (std::string& setting : settings) environment.push_back(setting.data());
  for (char** old = environ; *old != nullptr; ++old) environment.push_back(*old);
  environment.push_back(nullptr);

  std::string program = "/proc/self/exe";
  std::string filter = std::string{"--test-case="} + kChild;
  std::string all = "--no-skip";
  std::vector<char*> arguments{program.data(), filter.data(), all.data(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", 1, 0);
  posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", 1, 0);
  pid_t child = 0;
  REQUIRE(::posix_spawn(&child, program.c_str(), &quiet, nullptr, arguments.data(),
                        environment.data()) == 0);
  posix_spawn_file_actions_destroy(&quiet);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

// After a crash: it opens, Bob is unharmed, Ada is either whole or erased,
// one root is left, and the erasure can be done (again).
void check_after_crash(const KeyringPaths& paths, const Cells& cells) {
  {
    Open open{paths};
    const std::string ada = open.text_of(kAda, cells.ada);
    CHECK((ada == "Ada" || ada == "<erased>"));
    CHECK(open.text_of(kBob, cells.bob) == "Bob");
    CHECK(filled_slots(paths.primary) == 1);
    if (paths.replica) CHECK(filled_slots(*paths.replica) == 1);
    REQUIRE(open.erase(kAda).has_value());
    CHECK(open.text_of(kAda, cells.ada) == "<erased>");
  }
  Open open{paths};
  CHECK(open.text_of(kAda, cells.ada) == "<erased>");
  CHECK(open.text_of(kBob, cells.bob) == "Bob");
  CHECK(filled_slots(paths.primary) == 1);
}

std::vector<std::string> steps_of_the_keyring() {
  std::vector<std::string> steps;
  for (const std::string_view name : fault_point_names()) {
    if (name.starts_with("keyring.") || name.starts_with("vault.")) steps.emplace_back(name);
  }
  return steps;
}

TEST_CASE("A7: killed at any step the keyring opens with one root and the erasure completes") {
  REQUIRE(steps_of_the_keyring().size() >= 10);
  for (const Place::Replica replica : {Place::Replica::no, Place::Replica::yes}) {
    for (const std::string& step : steps_of_the_keyring()) {
      INFO(step);
      Place place{replica};
      const Cells cells = two_persons(place);
      REQUIRE(killed_at(place, step, 1));
      check_after_crash(place.paths, cells);
    }
  }
}

TEST_CASE("A7: killed at any step either place can be opened alone") {
  for (const std::string& step : steps_of_the_keyring()) {
    INFO(step);
    Place place{Place::Replica::yes};
    const Cells cells = two_persons(place);
    REQUIRE(killed_at(place, step, 1));
    check_after_crash(place.only_primary(), cells);
    check_after_crash(place.only_replica(), cells);
  }
}

TEST_CASE("A7: killed after the turn but before the replica followed, the replica follows later") {
  Place place{Place::Replica::yes};
  const Cells cells = two_persons(place);
  REQUIRE(killed_at(place, "keyring.turn.primary", 1));
  const fs::path away = place.directory.path() / "away";
  fs::rename(place.replica(), away);
  {
    Open open{place.paths};
    CHECK(open.text_of(kAda, cells.ada) == "<erased>");
    CHECK(open.erase(kAda).error().code == Errc::unavailable);  // not confirmed everywhere yet
  }
  fs::rename(away, place.replica());
  Open open{place.paths};
  CHECK(open.erase(kAda).has_value());
  Open other{place.only_replica()};
  CHECK(other.text_of(kAda, cells.ada) == "<erased>");
}

}  // namespace
}  // namespace lethe::keyring_files
