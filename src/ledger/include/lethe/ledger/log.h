// The append-only log of an installation: entries, tiles, signed checkpoint.
//
// Entries hold salted commitments and no personal data; the files may be
// published. The order on disk is entries, tiles, signature (which the signer
// remembers first), checkpoint: **no checkpoint is ever signed for an entry
// that is not on disk**. What a crash leaves beyond the last signed size was
// never promised to anybody and is written over.
//
// The log never shrinks. When the files hold less than, or something else
// than, what the signer remembers, the log answers `unavailable` and signs
// nothing until the files are back; each call looks again.
//
// Cost: one entry is at most one tile per level plus entry bundle and
// checkpoint, that is O(log n) files; memory is one tile per level and one
// bundle. Not thread-safe: one owner, on the store's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "lethe/ledger/proof.h"
#include "lethe/ledger/signer.h"
#include "lethe/ledger/tree_edge.h"
#include "lethe/ports/tile_store.h"

namespace lethe::ledger {

inline constexpr std::size_t kEntryBytesMax = std::size_t{8} * 1024;

class Log {
 public:
  // `origin` names a new log for ever (for instance "help.example.org/ledger");
  // an existing log keeps the one of its checkpoint. Opening succeeds also when
  // the files are not what was signed (see above; status() tells). `store` and
  // `signer` must outlive the log. Errors: invalid_argument (origin).
  [[nodiscard]] static Result<Log> open(ports::TileStore& store, Signer& signer,
                                        std::string origin);

  // Adds an entry and returns its index, which is final when the next
  // checkpoint() has succeeded: before, a crash takes the entry back.
  // Errors: too_large, invalid_argument (empty), unavailable.
  [[nodiscard]] Result<std::uint64_t> append(ByteView entry);

  // For resumed work: the index of the entry with these very bytes at
  // `not_before` or later, appended only if there is none. Remember size()
  // with the task before its first append and pass it here: the look-up reads
  // one tile per 256 entries since.
  [[nodiscard]] Result<std::uint64_t> append_once(ByteView entry, std::uint64_t not_before);

  // Makes everything appended durable, then signs it. Does nothing when the
  // tree is already signed at this size. Errors: unavailable, those of the signer.
  [[nodiscard]] Result<TreeHead> checkpoint();

  // Proof of entry `index` against the last checkpoint; carries the entry as
  // `extra`. Errors: not_found (not covered by a checkpoint yet), corrupt, unavailable.
  [[nodiscard]] Result<Proof> proof(std::uint64_t index);
  // That the tree of `from` entries is a prefix of the signed one.
  // Errors: out_of_range, and those of proof().
  [[nodiscard]] Result<HashPath> consistency(std::uint64_t from);
  // The bytes of a signed entry. Errors: as proof().
  [[nodiscard]] Result<Bytes> entry(std::uint64_t index);

  // Reads the whole log back and recomputes every tile and the root, in
  // bounded memory: for `lethe doctor`. Errors: corrupt, naming the first file at fault.
  [[nodiscard]] Status check();

  // Ok when the log can sign, else why not.
  [[nodiscard]] Status status();
  [[nodiscard]] std::uint64_t size() const noexcept { return edge_.size(); }  // appended
  [[nodiscard]] const TreeHead& signed_head() const noexcept { return signed_; }
  [[nodiscard]] const std::string& signed_note() const noexcept {
    return note_;
  }  // empty: none yet
  [[nodiscard]] const VerifierKey& key() const noexcept { return key_; }

 private:
  Status load();
  Status load_files(const TreeHead& head);
  Result<std::optional<SignedCheckpoint>> read_checkpoint();
  Result<std::optional<std::uint64_t>> find(ByteView entry, std::uint64_t not_before);
  Status write_full(unsigned level, std::uint64_t index, std::span<const Hash> hashes);
  Status write_partials();
  void remove_superseded(std::uint64_t former_size);

  Log(ports::TileStore& store, Signer& signer, VerifierKey key)
      : store_(&store), signer_(&signer), key_(std::move(key)) {}

  ports::TileStore* store_;
  Signer* signer_;
  VerifierKey key_;
  bool ready_ = false;  // the files hold what was signed
  TreeHead signed_;     // what note_ says
  std::string note_;
  TreeEdge edge_;  // of everything appended
  Bytes bundle_;   // the entries under edge_.level(0)
};

}  // namespace lethe::ledger
