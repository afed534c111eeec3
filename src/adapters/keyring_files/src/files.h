// The few file operations of the keyring, durable and private.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"

namespace lethe::keyring_files {

// Makes `path` with mode 0700 unless it is there.
[[nodiscard]] Status make_private_directory(const std::string& path);
// Errors: not_found, forbidden when it is not ours or others may look in.
[[nodiscard]] Status check_private_directory(const std::string& path);
[[nodiscard]] bool is_empty_directory(const std::string& path);
[[nodiscard]] bool exists(const std::string& path);
// Identifies the file behind a path: a renamed or unmounted one is another. 0 when missing.
[[nodiscard]] std::uint64_t inode_of(const std::string& path);

// Makes an empty file with mode 0600 unless it is there; errors: forbidden
// when others may read the one that is.
[[nodiscard]] Status make_private_file(const std::string& path);
// Overwrites in place from the start (no rename: the old bytes must go), fsync.
[[nodiscard]] Status overwrite(const std::string& path, ByteView bytes);
// Reads exactly `into.size()` bytes. False when the file is missing, shorter or unreadable.
[[nodiscard]] bool read_exactly(const std::string& path, std::span<std::uint8_t> into);
[[nodiscard]] Status sync_directory(const std::string& path);

}  // namespace lethe::keyring_files
