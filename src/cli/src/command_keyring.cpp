#include "commands.h"

namespace lethe::cli {
namespace {

std::string replica_sentence(World& world) {
  switch (world.app().vault.replica_state()) {
    case ports::ReplicaState::none:
      return "replica: none. If this disk is lost, every message is lost with it; set "
             "keyring.replica in lethe.toml";
    case ports::ReplicaState::current:
      return "replica: current, at " + world.config().keyring_replica;
    case ports::ReplicaState::behind:
      return "replica: BEHIND (" + world.replica_trouble() + "); erasures wait until it is back";
  }
  return {};
}

}  // namespace

Status keyring_status(World& world, const boost::json::object&, const Speaker& speaker) {
  vault::Vault& vault = world.app().vault;
  // Asked now, not as of the last mail: a replica that is back is caught up first. What is wrong
  // stands in the sentence about it.
  static_cast<void>(world.settle_keyring());
  LETHE_TRY(const vault::Counts counts, vault.counts());
  return speaker.print("keyring: " + world.config().keyring_path +
                       "\nsequence: " + std::to_string(vault.sequence()) +
                       ", root generation: " + std::to_string(vault.generation()) +
                       "\npersons: " + std::to_string(counts.persons) + ", keys: " +
                       std::to_string(counts.content_keys) + "\n" + replica_sentence(world) + "\n");
}

}  // namespace lethe::cli
