#include "lethe/core/people_key.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "lethe/base/text.h"
#include "lethe/core/address.h"

namespace lethe::core {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string folded(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  auto unicode = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  unicode.foldCase();
  icu::UnicodeString normal = nfc != nullptr ? nfc->normalize(unicode, status) : unicode;
  if (U_FAILURE(status)) normal = unicode;
  std::string out;
  return normal.trim().toUTF8String(out);
}

template <class MakeKey>
std::vector<MatchKey> pieces(std::span<const std::string> entries, MakeKey make_key) {
  std::vector<MatchKey> keys;
  for (const std::string& entry : entries) {
    for (const std::string_view piece : split(entry, ',')) {
      if (MatchKey key = make_key(piece); !key.empty()) keys.push_back(std::move(key));
    }
  }
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

}  // namespace

MatchKey MatchKey::of(std::string_view text) { return MatchKey{folded(trimmed(text))}; }

MatchKey MatchKey::of_address(std::string_view text) {
  const auto address = EmailAddress::parse(text);
  return address ? MatchKey{address->normalised()} : of(text);
}

MatchKey MatchKey::of_number(std::int64_t number) { return MatchKey{std::to_string(number)}; }

std::vector<MatchKey> typed_keys(std::span<const std::string> entries) {
  return pieces(entries, MatchKey::of);
}

std::vector<MatchKey> typed_address_keys(std::span<const std::string> entries) {
  return pieces(entries, MatchKey::of_address);
}

bool contains_any(std::span<const MatchKey> sorted, std::span<const MatchKey> keys) {
  if (sorted.empty()) return false;
  return std::ranges::any_of(
      keys, [&](const MatchKey& key) { return std::ranges::binary_search(sorted, key); });
}

}  // namespace lethe::core
