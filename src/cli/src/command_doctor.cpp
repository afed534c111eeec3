// lethe doctor: keys, replicas, permissions, disk, clock; one line each, worst ones say what to do.
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <mutex>
#include <string>

#include "commands.h"
#include "lethe/base/time.h"

namespace lethe::cli {
namespace {

struct Finding {
  bool good = false;
  std::string sentence;
};

Finding look_at_replica(World& world) {
  static_cast<void>(world.settle_keyring());  // the state below says how that went
  switch (world.app().vault.replica_state()) {
    case ports::ReplicaState::none:
      return {false,
              "keyring: no replica. Losing its disk loses every message; set keyring.replica"};
    case ports::ReplicaState::current:
      return {true, "keyring: the replica is current"};
    case ports::ReplicaState::behind:
      return {false, "keyring: the replica is behind (" + world.replica_trouble() +
                         "); erasures wait until it is back"};
  }
  return {};
}

Finding look_at_permissions(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0)
    return {false, "permissions: " + path + " cannot be looked at"};
  if ((status.st_mode & 077) != 0) {
    return {false, "permissions: others may read " + path + "; run chmod 0700 on it"};
  }
  return {true, "permissions: " + path + " is private"};
}

Finding look_at_disk(const std::string& path) {
  constexpr unsigned long long kEnough = 1ULL << 30;
  struct statvfs status{};
  if (::statvfs(path.c_str(), &status) != 0)
    return {false, "disk: " + path + " cannot be looked at"};
  const unsigned long long free_bytes =
      static_cast<unsigned long long>(status.f_bavail) * status.f_frsize;
  const std::string said = std::to_string(free_bytes >> 20) + " MiB free for " + path;
  if (free_bytes >= kEnough) return {true, "disk: " + said};
  return {false, "disk: " + said + "; make room: on a full disk mail and erasures wait"};
}

Finding look_at_clock(World& world) {
  constexpr Instant kReleased = instant_of(1'767'225'600);  // 2026-01-01: an older clock is wrong
  const Instant now = world.app().clock.now();
  if (now > kReleased) return {true, "clock: " + to_rfc3339(now)};
  return {false, "clock: " + to_rfc3339(now) + " is before this program was made; set it (NTP)"};
}

Finding look_at_data(World& world) {
  const Status checked = world.app().store.check();
  if (checked) return {true, "data: every page reads well"};
  if (checked.error().code == Errc::unsupported) return {true, "data: PostgreSQL checks its own"};
  return {false, "data: " + checked.error().detail +
                     "; stop the server, keep a copy of it and restore a backup"};
}

Finding look_at_log(World& world) {
  const std::scoped_lock nothing_is_logged{world.app().index_and_erasure};
  // Its files may be gone, and with them every entry.
  if (const Status able = world.app().ledger.status(); !able) {
    return {false, "ledger: " + able.error().detail};
  }
  if (world.app().ledger.size() == 0) return {true, "ledger: nothing was erased yet"};
  const Status checked = world.app().ledger.check();
  return checked ? Finding{true, "ledger: " + std::to_string(world.app().ledger.size()) +
                                     " entries, every hash right"}
                 : Finding{false, "ledger: " + checked.error().detail +
                                      "; put its files back from a backup, nothing is signed "
                                      "meanwhile"};
}

Finding look_at_horizon(World& world) {
  const app::Installation& installation = world.app().installation;
  const std::string days = std::to_string(installation.keyring_copies.count());
  if (installation.keyring_copies_declared) {
    return {true, "horizon: copies of the keyring live " + days + " days at most, as declared"};
  }
  return {true, "horizon: " + days +
                    " days by default; declare the longest life of any copy of the "
                    "keyring as keyring.copies_days"};
}

}  // namespace

Status doctor(World& world, const boost::json::object&, const Speaker& speaker) {
  const Config& config = world.config();
  const Finding findings[] = {look_at_replica(world),
                              look_at_permissions(config.data),
                              look_at_permissions(config.keyring_path),
                              look_at_disk(config.data),
                              look_at_disk(config.keyring_path),
                              look_at_clock(world),
                              look_at_data(world),
                              look_at_log(world),
                              look_at_horizon(world)};
  int bad = 0;
  for (const Finding& finding : findings) {
    bad += finding.good ? 0 : 1;
    LETHE_CHECK(speaker.print((finding.good ? "ok    " : "LOOK  ") + finding.sentence + "\n"));
  }
  if (bad != 0) {
    return fail(Errc::needs_confirmation, std::to_string(bad) + " of these need a look");
  }
  return {};
}

}  // namespace lethe::cli
