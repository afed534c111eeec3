// Files sealed under a fresh key, before anybody knows whose they will be.
#pragma once

#include <string>
#include <string_view>

#include "lethe/app/app.h"
#include "lethe/ports/messages.h"

namespace lethe::app {

// Above this a sealed file is a blob, below a row (DESIGN section 4).
inline constexpr std::size_t kInlineFileBytesMax = 256 * 1024;

struct PreparedFile {
  vault::FileKey key;
  std::string description;  // JSON for the description cell; empty for raw copies
  ports::SealedFile file;
  bool shown_inline = false;
};

// Seals `bytes`; a large one is durable as a blob on return. Errors: unavailable, busy.
[[nodiscard]] Result<PreparedFile> seal_file(App& app, std::string_view bytes,
                                             std::string description);
// Removes the blob of a file that no row will name.
void discard_file(App& app, const PreparedFile& file) noexcept;
[[nodiscard]] Status remove_blob_of(App& app, const ports::SealedFile& file);

// The whole file in clear. Errors: erased, corrupt, unavailable.
[[nodiscard]] Result<Plaintext> open_file(App& app, const vault::KeyRef& key,
                                          const vault::CellRef& key_place,
                                          const Ciphertext& file_key,
                                          const ports::SealedFile& file);

[[nodiscard]] std::string file_description(std::string_view name, std::string_view type,
                                           std::string_view content_id, std::string_view bytes);

}  // namespace lethe::app
