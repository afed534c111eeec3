// A backup file: a tar archive of the data directory's parts, and last their SHA-256 sums.
// libarchive is included in one .cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

class ArchiveWriter {
 public:
  // Writes to `path`, mode 0600; must not exist. Errors: already_exists, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<ArchiveWriter>> create(const std::string& path);
  ~ArchiveWriter();
  // Adds the regular file `source` as `name`. Errors: not_found (nothing was added), unavailable.
  [[nodiscard]] Status add(const std::string& source, const std::string& name);
  // Durable on return.
  [[nodiscard]] Status finish();

 private:
  struct State;
  explicit ArchiveWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Extracts into the empty directory `into`; refuses names that lead out of it, and an archive of
// which any byte was changed.
// Errors: not_found, corrupt, unavailable.
[[nodiscard]] Status extract_archive(const std::string& path, const std::string& into);

}  // namespace lethe::cli
