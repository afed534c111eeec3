// What happened to a file of a mail at the gate: sealed with its description, shown beside its
// name.
#pragma once

#include <string>

namespace lethe::app {

struct FileMarks {
  bool location_removed = false;
  bool image_damaged = false;  // a picture whose location could not be looked for
  bool not_checked = false;    // the scanner did not answer
  std::string quarantine;      // name of the signature; empty: not quarantined
  bool released = false;       // by an administrator, with a reason

  [[nodiscard]] bool is_locked() const noexcept { return !quarantine.empty() && !released; }
};

}  // namespace lethe::app
