// Files that are there after a power cut, for the adapters that keep files.
//
// A file is written beside its place, flushed, renamed into place, and its
// directory flushed: a reader sees the former content or the new one, never a
// part. Errors name our paths and the system's message: not_found (reading),
// too_large (reading), unavailable (everything else).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <utility>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"

namespace lethe::durable_files {

using Path = std::filesystem::path;

struct Modes {
  mode_t file;
  mode_t directory;
};
inline constexpr Modes kPrivate{0600, 0700};
inline constexpr Modes kPublished{0644, 0755};  // below a data directory that is itself 0700

// An open file descriptor, closed when it dies.
class File {
 public:
  [[nodiscard]] static Result<File> open(const Path& path, int flags, mode_t mode = 0);
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  [[nodiscard]] int descriptor() const noexcept { return fd_; }
  [[nodiscard]] Result<std::uint64_t> size() const;
  [[nodiscard]] Status write_all(ByteView bytes) const;
  // Fewer bytes than the buffer only at the end of the file.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                            std::span<std::uint8_t> buffer) const;
  [[nodiscard]] Status flush() const;  // fsync

 private:
  explicit File(int fd) : fd_(fd) {}
  int fd_;
};

// What errno says, as an Error about `path`.
[[nodiscard]] Error system_error(const char* what, const Path& path);

[[nodiscard]] Status flush_directory(const Path& directory);
// Makes `directory` and what is missing above it; each is durable in its parent.
[[nodiscard]] Status make_directories(const Path& directory, mode_t mode);
// Renames within one file system and flushes the directory of `to`.
[[nodiscard]] Status rename_durably(const Path& from, const Path& to);
// Replaces the file at `path`; missing directories are made.
[[nodiscard]] Status write_durably(const Path& path, ByteView content, Modes modes);
// Removing what is not there is no error.
[[nodiscard]] Status remove_durably(const Path& path);
[[nodiscard]] Result<Bytes> read_whole(const Path& path, std::size_t bytes_max);

}  // namespace lethe::durable_files
