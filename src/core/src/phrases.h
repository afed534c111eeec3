// A list of phrases that a text is searched for, prepared when the program is compiled.
//
// Most texts hold none of the phrases, and most mails are asked about a thousand of them. So the
// text is read once: which pairs of neighbouring bytes it has. A phrase whose first or last pair is
// not among them is not in the text either, and only the few that are left are looked for.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lethe::core {

class Phrases {
 public:
  struct Phrase {
    std::uint16_t begin = 0;  // in the list
    std::uint16_t size = 0;   // bytes, at least 2
    std::uint16_t first = 0;  // the pairs at both ends, as pair_at() numbers them
    std::uint16_t last = 0;
  };

  static constexpr std::size_t kCountMax = 160;
  static constexpr std::size_t kPairs = 4096;

  // `list`: phrases apart by "|", of at least two bytes each, written as comparable() writes a
  // text. Too many or too short ones do not compile.
  consteval Phrases(const char* list) : list_(list) {  // NOLINT(google-explicit-constructor)
    for (std::size_t begin = 0; begin <= list_.size();) {
      std::size_t end = list_.find('|', begin);
      if (end == std::string_view::npos) end = list_.size();
      all_.at(count_++) = phrase_between(begin, end);
      begin = end + 1;
    }
  }

  [[nodiscard]] bool is_in(std::string_view text) const noexcept {
    std::bitset<kPairs> pairs;
    for (std::size_t at = 0; at + 1 < text.size(); ++at) pairs.set(pair_at(text, at));
    for (std::size_t n = 0; n < count_; ++n) {
      const Phrase& phrase = all_[n];
      if (!pairs.test(phrase.first) || !pairs.test(phrase.last)) continue;
      if (text.contains(words_of(phrase))) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_start_of(std::string_view text) const noexcept {
    return start_size(text) > 0;
  }

  // The bytes of the longest phrase that `text` begins with; 0: it begins with none.
  [[nodiscard]] std::size_t start_size(std::string_view text) const noexcept {
    if (text.size() < 2) return 0;
    const std::uint16_t first = pair_at(text, 0);
    std::size_t longest = 0;
    for (std::size_t n = 0; n < count_; ++n) {
      if (all_[n].first == first && all_[n].size > longest && text.starts_with(words_of(all_[n])))
        longest = all_[n].size;
    }
    return longest;
  }

 private:
  static constexpr std::uint16_t pair_at(std::string_view text, std::size_t at) noexcept {
    const auto one = static_cast<unsigned char>(text[at]);
    const auto two = static_cast<unsigned char>(text[at + 1]);
    return static_cast<std::uint16_t>((one * 37U + two) % kPairs);
  }

  consteval Phrase phrase_between(std::size_t begin, std::size_t end) const {
    const std::size_t last = end - 2;  // of a phrase of one byte: before its beginning
    const std::size_t checked = last >= begin && end >= 2 ? last : list_.max_size();
    return {static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(end - begin),
            pair_at(list_, begin), pair_at(list_, checked)};
  }

  [[nodiscard]] constexpr std::string_view words_of(const Phrase& phrase) const noexcept {
    return {list_.data() + phrase.begin, phrase.size};
  }

  std::string_view list_;
  std::array<Phrase, kCountMax> all_{};
  std::size_t count_ = 0;
};

}  // namespace lethe::core
