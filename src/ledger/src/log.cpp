#include "lethe/ledger/log.h"

#include <algorithm>

#include "bundle.h"
#include "lethe/base/fault.h"

namespace lethe::ledger {
namespace {

using ports::LogPath;

constexpr unsigned kTileHeight = 8;

const FaultPointName tiles_written_point{"ledger.tiles_written"};
const FaultPointName signed_point{"ledger.signed"};
const FaultPointName checkpoint_written_point{"ledger.checkpoint_written"};

Bytes joined(std::span<const Hash> hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * sizeof(Hash));
  for (const Hash& hash : hashes) bytes.insert(bytes.end(), hash.begin(), hash.end());
  return bytes;
}

Error not_as_signed(const TreeHead& head, const std::string& why) {
  return {Errc::unavailable,
          "the ledger on disk is not the one of " + std::to_string(head.size) +
              " entries that was signed (" + why + "); nothing is signed until its files are back",
          {}};
}

// Does the bundle hold the entries whose leaf hashes are `leaves`?
Status check_bundle(ByteView bundle, std::span<const Hash> leaves) {
  std::size_t next = 0;
  LETHE_CHECK(for_each_entry(bundle, [&](ByteView entry) -> Status {
    if (next == leaves.size() || leaf_hash(entry) != leaves[next]) {
      return fail(Errc::corrupt, "an entry does not fit its tile");
    }
    ++next;
    return {};
  }));
  if (next == leaves.size()) return {};
  return fail(Errc::corrupt, "entries are missing");
}

}  // namespace

Result<Log> Log::open(ports::TileStore& store, Signer& signer, std::string origin) {
  if (!is_valid_origin(origin)) {
    return fail(Errc::invalid_argument, "a ledger's origin has no blanks and no plus", "origin");
  }
  Log log{store, signer, VerifierKey::of(std::move(origin), signer.public_key())};
  // Not ready is a state, not an error: the server runs on, erasures wait.
  const Status ready [[maybe_unused]] = log.status();
  return log;
}

Status Log::status() { return ready_ ? Status{} : load(); }

Result<std::optional<SignedCheckpoint>> Log::read_checkpoint() {
  auto bytes = store_->read(LogPath::checkpoint());
  if (!bytes && bytes.error().code == Errc::not_found) return std::nullopt;
  if (!bytes) return std::unexpected(std::move(bytes).error());
  const auto foreign = [] {
    return fail(Errc::unavailable,
                "the checkpoint in the ledger is not signed by this installation's key; nothing is "
                "signed until the right one is back");
  };
  auto note = parse_checkpoint(as_text(*bytes));
  if (!note || !is_valid_origin(note->checkpoint.origin)) return foreign();
  VerifierKey key = VerifierKey::of(note->checkpoint.origin, signer_->public_key());
  if (check_signature(*note, key) != SignatureCheck::good) return foreign();
  key_ = std::move(key);
  note_ = as_text(*bytes);
  signed_ = note->checkpoint.head;
  return std::optional{std::move(*note)};
}

// The log goes on from the largest head known: the checkpoint's, or the
// signer's when a crash came between signing and writing the checkpoint.
Status Log::load() {
  LETHE_TRY(const auto remembered, signer_->last_signed());
  LETHE_TRY(const auto note, read_checkpoint());
  const TreeHead written = note ? note->checkpoint.head : TreeHead{0, empty_root()};
  const TreeHead& known = remembered ? *remembered : written;
  const TreeHead& newer = known.size > written.size ? known : written;
  const TreeHead& older = known.size > written.size ? written : known;

  LETHE_CHECK(load_files(newer));
  TileReader tiles{*store_, newer.size};
  const auto root = tiles.root(older.size);
  if (!root) return std::unexpected(not_as_signed(older, root.error().detail));
  if (*root != older.root) return std::unexpected(not_as_signed(older, "another root"));
  ready_ = true;
  return {};
}

Status Log::load_files(const TreeHead& head) {
  TileReader tiles{*store_, head.size};
  auto edge = TreeEdge::read(tiles, head.size);
  if (!edge) return std::unexpected(not_as_signed(head, edge.error().detail));
  if (edge->head() != head) return std::unexpected(not_as_signed(head, "another root"));

  Bytes bundle;
  const std::uint64_t width = head.size % kBundleWidth;
  if (width > 0) {
    auto read = read_bundle(*store_, head.size / kBundleWidth, width);
    if (!read) return std::unexpected(not_as_signed(head, read.error().detail));
    const Status fits = check_bundle(*read, edge->level(0));
    if (!fits) return std::unexpected(not_as_signed(head, fits.error().detail));
    bundle = std::move(*read);
  }
  edge_ = std::move(*edge);
  bundle_ = std::move(bundle);
  return {};
}

Status Log::write_full(unsigned level, std::uint64_t index, std::span<const Hash> hashes) {
  if (level == 0) LETHE_CHECK(store_->write(LogPath::entries(index, kBundleWidth), bundle_));
  return store_->write(LogPath::tile(level, index, kBundleWidth), joined(hashes));
}

Result<std::uint64_t> Log::append(ByteView entry) {
  if (entry.empty()) return fail(Errc::invalid_argument, "an entry of the ledger is not empty");
  if (entry.size() > kEntryBytesMax) return fail(Errc::too_large, "a ledger entry is too long");
  LETHE_CHECK(status());

  const std::uint64_t index = edge_.size();
  const std::size_t former = bundle_.size();
  append_entry(bundle_, entry);
  const auto pushed = edge_.push(
      leaf_hash(entry), [this](unsigned level, std::uint64_t tile, std::span<const Hash> hashes) {
        return write_full(level, tile, hashes);
      });
  if (!pushed) {
    bundle_.resize(former);
    return std::unexpected(pushed.error());
  }
  if (edge_.level(0).empty()) bundle_.clear();
  return index;
}

Result<std::optional<std::uint64_t>> Log::find(ByteView entry, std::uint64_t not_before) {
  const Hash leaf = leaf_hash(entry);
  TileReader tiles{*store_, edge_.size()};
  const std::uint64_t edge_begin = edge_.size() / kBundleWidth * kBundleWidth;
  for (std::uint64_t at = not_before / kBundleWidth * kBundleWidth; at < edge_.size();
       at += kBundleWidth) {
    std::vector<Hash> read;
    if (at < edge_begin) {
      LETHE_TRY(read, tiles.tile(0, at / kBundleWidth, kBundleWidth));
    }
    const std::span<const Hash> leaves =
        at < edge_begin ? std::span<const Hash>{read} : edge_.level(0);
    const std::uint64_t skipped = not_before > at ? not_before - at : 0;
    for (std::uint64_t i = skipped; i < leaves.size(); ++i) {
      if (leaves[i] == leaf) return at + i;
    }
  }
  return std::nullopt;
}

Result<std::uint64_t> Log::append_once(ByteView entry, std::uint64_t not_before) {
  LETHE_CHECK(status());
  LETHE_TRY(const auto found, find(entry, not_before));
  return found ? Result<std::uint64_t>{*found} : append(entry);
}

// Only levels whose width has changed since the last checkpoint.
Status Log::write_partials() {
  if (!bundle_.empty()) {
    const auto width = static_cast<unsigned>(edge_.size() % kBundleWidth);
    LETHE_CHECK(store_->write(LogPath::entries(edge_.size() / kBundleWidth, width), bundle_));
  }
  for (unsigned level = 0; level < edge_.levels(); ++level) {
    const std::uint64_t at_level = edge_.size() >> (kTileHeight * level);
    const auto hashes = edge_.level(level);
    if (hashes.empty() || at_level == signed_.size >> (kTileHeight * level)) continue;
    const auto path =
        LogPath::tile(level, at_level / kBundleWidth, static_cast<unsigned>(hashes.size()));
    LETHE_CHECK(store_->write(path, joined(hashes)));
  }
  return {};
}

// Partial tiles whose full tile is now signed. A failure leaves files that are
// superfluous, not wrong.
void Log::remove_superseded(std::uint64_t former_size) {
  for (unsigned level = 0; level < edge_.levels(); ++level) {
    const std::uint64_t former = (former_size >> (kTileHeight * level)) / kBundleWidth;
    if (former == (edge_.size() >> (kTileHeight * level)) / kBundleWidth) continue;
    const Status tiles [[maybe_unused]] =
        store_->remove_partials_of(LogPath::tile(level, former, kBundleWidth));
    if (level > 0) continue;
    const Status entries [[maybe_unused]] =
        store_->remove_partials_of(LogPath::entries(former, kBundleWidth));
  }
}

Result<TreeHead> Log::checkpoint() {
  LETHE_CHECK(status());
  if (!note_.empty() && signed_.size == edge_.size()) return signed_;

  LETHE_CHECK(write_partials());
  LETHE_FAULT_POINT("ledger.tiles_written");
  const TreeHead head = edge_.head();
  const std::string text = checkpoint_text({key_.origin(), head});
  LETHE_TRY(const Signature signature, signer_->sign(text, head));
  LETHE_FAULT_POINT("ledger.signed");
  std::string note = sealed_note(text, key_, signature);
  LETHE_CHECK(store_->write(LogPath::checkpoint(), as_bytes(note)));
  LETHE_FAULT_POINT("ledger.checkpoint_written");

  const std::uint64_t former_size = signed_.size;
  signed_ = head;
  note_ = std::move(note);
  remove_superseded(former_size);
  return head;
}

Result<Bytes> Log::entry(std::uint64_t index) {
  LETHE_CHECK(status());
  if (index >= signed_.size) return fail(Errc::not_found, "no signed entry of this index");
  const std::uint64_t first = index / kBundleWidth * kBundleWidth;
  const std::uint64_t width = std::min(kBundleWidth, signed_.size - first);
  LETHE_TRY(const Bytes bundle, read_bundle(*store_, index / kBundleWidth, width));
  Bytes found;
  std::uint64_t at = first;
  LETHE_CHECK(for_each_entry(bundle, [&](ByteView entry) -> Status {
    if (at++ == index) found.assign(entry.begin(), entry.end());
    return {};
  }));
  return found;
}

Result<Proof> Log::proof(std::uint64_t index) {
  LETHE_TRY(Bytes bytes, entry(index));
  TileReader tiles{*store_, signed_.size};
  LETHE_TRY(HashPath path, tiles.inclusion(index, signed_.size));
  // Files can rot; a proof that does not hold is never handed out.
  if (!proves_inclusion(leaf_hash(bytes), index, signed_, path)) {
    return fail(Errc::corrupt,
                "the ledger's files give no proof of entry " + std::to_string(index));
  }
  return Proof{std::move(bytes), index, std::move(path), note_};
}

Result<HashPath> Log::consistency(std::uint64_t from) {
  LETHE_CHECK(status());
  TileReader tiles{*store_, signed_.size};
  return tiles.consistency(from, signed_.size);
}

Status Log::check() {
  LETHE_CHECK(status());
  TileReader tiles{*store_, signed_.size};
  const auto same_tile = [&](unsigned level, std::uint64_t index,
                             std::span<const Hash> hashes) -> Status {
    LETHE_TRY(const auto stored, tiles.tile(level, index, hashes.size()));
    if (std::ranges::equal(stored, hashes)) return {};
    const auto width = static_cast<unsigned>(hashes.size());
    return fail(Errc::corrupt,
                "ledger file " + LogPath::tile(level, index, width).text() + " is not as signed");
  };
  TreeEdge edge;
  for (std::uint64_t first = 0; first < signed_.size; first += kBundleWidth) {
    const std::uint64_t width = std::min(kBundleWidth, signed_.size - first);
    LETHE_TRY(const Bytes bundle, read_bundle(*store_, first / kBundleWidth, width));
    LETHE_CHECK(for_each_entry(
        bundle, [&](ByteView entry) { return edge.push(leaf_hash(entry), same_tile); }));
  }
  for (unsigned level = 0; level < edge.levels(); ++level) {
    if (edge.level(level).empty()) continue;
    LETHE_CHECK(same_tile(level, edge.size() >> (kTileHeight * (level + 1)), edge.level(level)));
  }
  if (edge.head().root == signed_.root) return {};
  return fail(Errc::corrupt, "the ledger's entries do not give the signed root");
}

}  // namespace lethe::ledger
