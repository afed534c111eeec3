// Sealing of big payloads (attachments, raw copies) in 64 KiB chunks, usable
// on any thread: each payload has its own random file key.
//
// Format: 24-byte header, then chunks of at most 64 KiB + 17 bytes, each
// authenticated in its place (libsodium secretstream). A chunk changed, left
// out, moved, repeated or cut off at the end is refused with Errc::corrupt.
// The file key is stored as a small cell: Vault::seal_file_key().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/base/secret.h"

namespace lethe::vault {

inline constexpr std::size_t kChunkSize = std::size_t{64} * 1024;
inline constexpr std::size_t kStreamHeaderSize = 24;
inline constexpr std::size_t kChunkOverhead = 17;
inline constexpr std::size_t kSealedChunkSize = kChunkSize + kChunkOverhead;

class KeySlot;  // 64 bytes of locked memory, private to the vault

// A random key for one payload. Move-only; its bytes never leave the arena.
class FileKey {
 public:
  explicit FileKey(std::unique_ptr<KeySlot> slot) noexcept;
  ~FileKey();
  FileKey(FileKey&&) noexcept;
  FileKey& operator=(FileKey&&) noexcept;

 private:
  friend class Vault;
  friend class StreamSealer;
  friend class StreamOpener;
  std::unique_ptr<KeySlot> slot_;
};

enum class Chunk : std::uint8_t { more, last };

// One payload, front to back. Not thread-safe itself; different ones are independent.
class StreamSealer {
 public:
  ~StreamSealer();
  StreamSealer(StreamSealer&&) noexcept;
  StreamSealer& operator=(StreamSealer&&) noexcept;

  // Write these first.
  [[nodiscard]] ByteView header() const noexcept { return header_; }
  // The sealed form of the next chunk. Exactly kChunkSize bytes with
  // Chunk::more, 0..kChunkSize with Chunk::last (asserted).
  [[nodiscard]] Bytes seal(ByteView chunk, Chunk place);
  // The whole of `payload`: header and every chunk.
  [[nodiscard]] Bytes seal_whole(ByteView payload);

 private:
  friend class Vault;
  static StreamSealer start(const FileKey& file, std::unique_ptr<KeySlot> state);
  StreamSealer(std::unique_ptr<KeySlot> state, Bytes header) noexcept;
  std::unique_ptr<KeySlot> state_;
  Bytes header_;
};

class StreamOpener {
 public:
  ~StreamOpener();
  StreamOpener(StreamOpener&&) noexcept;
  StreamOpener& operator=(StreamOpener&&) noexcept;

  // The text of the next sealed chunk: kSealedChunkSize bytes each, the last
  // may be shorter. Errors: corrupt.
  [[nodiscard]] Result<Plaintext> open(ByteView sealed_chunk);
  // Call at the end. Errors: corrupt when the last chunk was not seen: the
  // payload was cut off.
  [[nodiscard]] Status finish() const;
  // The whole payload behind the header. Errors: corrupt.
  [[nodiscard]] Result<Plaintext> open_whole(ByteView sealed_chunks);

 private:
  friend class Vault;
  [[nodiscard]] static Result<StreamOpener> start(const FileKey& file,
                                                  std::unique_ptr<KeySlot> state, ByteView header);
  explicit StreamOpener(std::unique_ptr<KeySlot> state) noexcept;
  std::unique_ptr<KeySlot> state_;
  bool finished_ = false;
};

}  // namespace lethe::vault
