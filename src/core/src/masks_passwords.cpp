#include "masks_passwords.h"

#include <algorithm>
#include <array>

#include "lethe/base/text.h"

namespace lethe::core::masks {
namespace {

constexpr std::size_t kBytesMax = 128;
constexpr std::size_t kBytesMin = 4;
constexpr std::size_t kSureBytesMin = 6;

// In lower case, and where the letters are no ASCII with their capital as well.
constexpr auto kWords = std::to_array<std::string_view>({"password",
                                                         "passphrase",
                                                         "passcode",
                                                         "passwd",
                                                         "pwd",
                                                         "passwort",
                                                         "kennwort",
                                                         "mot de passe",
                                                         "mdp",
                                                         "contraseña",
                                                         "CONTRASEÑA",
                                                         "parola d'ordine",
                                                         "parola",
                                                         "wachtwoord",
                                                         "senha",
                                                         "palavra-passe",
                                                         "hasło",
                                                         "HASŁO",
                                                         "lösenord",
                                                         "LÖSENORD",
                                                         "adgangskode",
                                                         "passord",
                                                         "salasana",
                                                         "heslo",
                                                         "jelszó",
                                                         "parolă",
                                                         "пароль",
                                                         "Пароль",
                                                         "парола",
                                                         "Парола",
                                                         "κωδικός πρόσβασης",
                                                         "Κωδικός πρόσβασης",
                                                         "κωδικός",
                                                         "Κωδικός",
                                                         "şifre",
                                                         "Şifre",
                                                         "パスワード",
                                                         "密码",
                                                         "密碼",
                                                         "비밀번호",
                                                         "كلمة المرور",
                                                         "סיסמה"});

constexpr auto kBlanks = std::to_array<std::string_view>({" ", "\t", "\u00A0", "\u3000", "&nbsp;"});
constexpr auto kColons = std::to_array<std::string_view>({":", "=", "：", "＝"});
constexpr auto kQuotes = std::to_array<std::string_view>(
    {"\"", "'", "`", "„", "“", "”", "‚", "‘", "’", "«", "&quot;", "&#39;", "「"});
constexpr auto kVerbs = std::to_array<std::string_view>(
    {"is", "ist", "lautet", "est", "es", "è", "é", "jest", "är", "er", "je"});

template <std::size_t N>
std::size_t one_of_at(std::string_view text, std::size_t at,
                      const std::array<std::string_view, N>& pieces) {
  const std::string_view rest = text.substr(std::min(at, text.size()));
  for (const std::string_view piece : pieces)
    if (rest.starts_with(piece)) return piece.size();
  return 0;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (const std::size_t size = one_of_at(text, at, kBlanks)) at += size;
  return at;
}

bool ends_word(char c) { return std::string_view(" \t\r\n<>\"").contains(c); }

bool is_sure(std::string_view word) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) > 0x7F;
  };
  return word.size() >= kSureBytesMin && std::ranges::any_of(word, is_digit) &&
         std::ranges::any_of(word, is_letter);
}

// The word at `at`, without an opening quotation mark.
std::optional<PasswordRange> word_at(std::string_view text, std::size_t at, bool must_be_sure) {
  at += one_of_at(text, at, kQuotes);
  std::size_t end = at;
  while (end < text.size() && end - at < kBytesMax && !ends_word(text[end]) &&
         one_of_at(text, end, kBlanks) == 0)
    ++end;
  // Not in the middle of a character.
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  const std::string_view word = text.substr(at, end - at);
  if (word.size() < kBytesMin || word.starts_with("[password")) return std::nullopt;
  if (must_be_sure && !is_sure(word)) return std::nullopt;
  return PasswordRange{at, end};
}

std::size_t skip_line_end(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '\r') ++at;
  return at < text.size() && text[at] == '\n' ? skip_blanks(text, at + 1) : at;
}

// `at` is behind the word for passwords.
std::optional<PasswordRange> password_behind(std::string_view text, std::size_t at) {
  const std::size_t next = skip_blanks(text, at);
  if (const std::size_t colon = one_of_at(text, next, kColons); colon > 0) {
    const std::size_t value = skip_blanks(text, next + colon);
    const std::size_t below = skip_line_end(text, value);
    return word_at(text, below, below != value);
  }
  if (next == at) return std::nullopt;
  for (const std::string_view verb : kVerbs) {
    if (!starts_with_ignoring_ascii_case(text.substr(next), verb)) continue;
    const std::size_t behind = next + verb.size();
    const std::size_t colon = one_of_at(text, behind, kColons);
    const std::size_t value = skip_blanks(text, behind + colon);
    if (value > behind) return word_at(text, value, true);
  }
  return std::nullopt;
}

}  // namespace

std::optional<PasswordRange> password_at(std::string_view text, std::size_t at) {
  for (const std::string_view word : kWords) {
    if (!starts_with_ignoring_ascii_case(text.substr(at), word)) continue;
    if (auto range = password_behind(text, at + word.size())) return range;
  }
  return std::nullopt;
}

bool announces_password(std::string_view text) {
  constexpr std::size_t kBytesRead = 64;
  text = trimmed(text);
  for (const std::string_view colon : kColons) {
    if (!text.ends_with(colon)) continue;
    text = trimmed(text.substr(0, text.size() - colon.size()));
    const std::string_view end = text.substr(text.size() - std::min(text.size(), kBytesRead));
    return std::ranges::any_of(kWords, [&](std::string_view word) {
      return end.size() >= word.size() &&
             equals_ignoring_ascii_case(end.substr(end.size() - word.size()), word);
    });
  }
  return false;
}

std::optional<PasswordRange> announced_password(std::string_view text, bool is_same_line) {
  std::size_t at = skip_blanks(text, 0);
  while (at < text.size() && (text[at] == '\r' || text[at] == '\n')) at = skip_blanks(text, at + 1);
  const auto range = word_at(text, at, !is_same_line);
  // Another label: what it announces comes behind it.
  if (range && (text[range->end - 1] == ':' || text.substr(0, range->end).ends_with("：")))
    return std::nullopt;
  return range;
}

}  // namespace lethe::core::masks
