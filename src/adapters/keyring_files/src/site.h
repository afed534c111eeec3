// One place that holds the keyring: a directory with keyring.db and root slots.
//
// Not thread-safe; KeyringFiles serialises the writer.
#pragma once

#include <memory>
#include <string>

#include "database.h"
#include "lethe/ports/keyring_store.h"
#include "root_slots.h"
#include "schema.h"

namespace lethe::keyring_files {

class Site {
 public:
  // Makes directory, files and empty tables. Errors: already_exists.
  [[nodiscard]] static Result<std::unique_ptr<Site>> make(const std::string& directory);
  // Errors: not_found (no directory, or no keyring.db in it), forbidden,
  // corrupt, unsupported, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<Site>> open(const std::string& directory);

  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }
  // False until create() ran.
  [[nodiscard]] bool is_filled() const noexcept { return head_.workspace != 0; }
  [[nodiscard]] const Head& head() const noexcept { return head_; }
  [[nodiscard]] Database& writer() noexcept { return writer_; }
  [[nodiscard]] const RootSlots& slots() const noexcept { return slots_; }
  [[nodiscard]] bool has_its_root() const;
  // False when the directory is no longer the one that was opened.
  [[nodiscard]] bool still_there() const;
  [[nodiscard]] std::string database_path() const { return directory_ + "/keyring.db"; }
  // A second connection, for readers.
  [[nodiscard]] Result<Database> reader() const;

  // One transaction: `batch` and the new head.
  [[nodiscard]] Status apply(const ports::KeyringBatch& batch, const Head& next);
  // Cuts the write-ahead log to nothing and wipes the slot of every other
  // generation. True when a slot had to be wiped.
  [[nodiscard]] Result<bool> finish_turn();
  // Becomes a copy of `other`, roots included.
  [[nodiscard]] Status copy_from(Site& other);

 private:
  Site(std::string directory, Database writer);
  [[nodiscard]] Status cut_log();

  std::string directory_;
  Database writer_;
  RootSlots slots_;
  std::uint64_t inode_ = 0;
  Head head_;
};

}  // namespace lethe::keyring_files
