// Files that the build puts into the binary (script/assets.mjs): templates, catalogues, browser
// files.
#pragma once

#include <span>
#include <string_view>

namespace lethe::web {

struct EmbeddedFile {
  std::string_view name;  // "inbox.tpl", "de.po"
  std::string_view bytes;
};
[[nodiscard]] std::span<const EmbeddedFile> embedded_templates() noexcept;
[[nodiscard]] std::span<const EmbeddedFile> embedded_catalogues() noexcept;

}  // namespace lethe::web
