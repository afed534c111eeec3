#include "pair.h"

#include <utility>

#include "files.h"

namespace lethe::keyring_files {

Result<Newer> compare(const Head& first, const Head& second) {
  if (first.workspace != second.workspace) {
    return fail(Errc::conflict, "keyring and replica belong to different workspaces");
  }
  if (first.sequence == second.sequence) {
    if (first == second) return Newer::same;
  } else {
    const bool first_leads = first.sequence > second.sequence;
    const Head& ahead = first_leads ? first : second;
    const Head& behind = first_leads ? second : first;
    if (ahead.generation >= behind.generation) return first_leads ? Newer::first : Newer::second;
  }
  return fail(Errc::conflict,
              "keyring and replica were both written without the other; decide which one holds, "
              "move the other away, and start again");
}

bool may_be_filled(const std::string& directory) {
  if (!check_private_directory(directory)) return false;
  if (exists(directory + "/keyring.db")) return false;
  return is_empty_directory(directory) || exists(directory + "/CACHEDIR.TAG");
}

Result<bool> bring_up_to_date(Replica& replica, Site& primary) {
  if (replica.has_its_root()) {
    LETHE_TRY(const Newer newer, compare(primary.head(), replica.head()));
    if (newer == Newer::second) {
      return fail(Errc::conflict, "the replica holds more than the keyring; start again to choose");
    }
    if (newer == Newer::same) {
      LETHE_CHECK(replica.finish_turn());
      return false;
    }
  }
  LETHE_CHECK(replica.copy_from(primary));
  return true;
}

}  // namespace lethe::keyring_files
