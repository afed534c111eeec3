// Passwords that somebody wrote down: what stands behind a word for one.
//
// "Password: x", "Passwort = x", "パスワード：x" in twenty languages: the next word is taken, with
// or without quotation marks. Behind "is", or in the next line, only one with letters and digits
// is: sentences go on there.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace lethe::core::masks {

struct PasswordRange {
  std::size_t begin = 0;  // bytes of the text
  std::size_t end = 0;
};

// Behind a word for passwords that begins at `at`.
[[nodiscard]] std::optional<PasswordRange> password_at(std::string_view text, std::size_t at);

// `text` ends with such a word and its colon: what follows is in another tag.
[[nodiscard]] bool announces_password(std::string_view text);
// The first word of `text`, which another text announced; `is_same_line`: no block ends between.
[[nodiscard]] std::optional<PasswordRange> announced_password(std::string_view text,
                                                              bool is_same_line);

}  // namespace lethe::core::masks
