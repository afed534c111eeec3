#include "iso_2022_jp.h"

#include <array>
#include <cstdint>

#include "utf8.h"

namespace lethe::mime {
namespace {

enum class Set { ascii, kana, jis_x_0208, jis_x_0212, gb_2312, ks_c_5601 };

struct Escape {
  std::string_view bytes;  // after ESC
  Set set;
};
constexpr auto kEscapes = std::to_array<Escape>({
    {"(B", Set::ascii},
    {"(J", Set::ascii},  // JIS Roman: yen and overline, read as ASCII by every mailer
    {"(H", Set::ascii},
    {"(I", Set::kana},
    {"$@", Set::jis_x_0208},
    {"$B", Set::jis_x_0208},
    {"&@\x1B$B", Set::jis_x_0208},
    {"$(D", Set::jis_x_0212},
    {"$A", Set::gb_2312},
    {"$(C", Set::ks_c_5601},
});

bool is_wide(Set set) { return set != Set::ascii && set != Set::kana; }

// A JIS X 0208 row and cell as the two bytes of Shift_JIS.
void append_shift_jis(std::string& run, std::uint8_t row, std::uint8_t cell) {
  const unsigned lead = (row - 0x21U) / 2 + (row < 0x5F ? 0x81U : 0xC1U);
  unsigned trail = cell + (row % 2 != 0 ? 0x1FU : 0x7EU);
  if (row % 2 != 0 && trail >= 0x7F) ++trail;
  run.push_back(static_cast<char>(lead));
  run.push_back(static_cast<char>(trail));
}

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  Iso2022Jp run() && {
    while (at_ < bytes_.size()) step();
    flush();
    return std::move(result_);
  }

 private:
  void step() {
    const char c = bytes_[at_];
    if (c == '\x1B' && take_escape()) return;
    if (static_cast<std::uint8_t>(c) <= 0x20 || !(is_wide(set_) || set_ == Set::kana)) {
      flush();
      take_plain(c);
    } else if (set_ == Set::kana) {
      run_.push_back(static_cast<char>(static_cast<std::uint8_t>(c) | 0x80U));
      ++at_;
    } else {
      take_pair();
    }
  }

  void take_plain(char c) {
    ++at_;
    if (static_cast<std::uint8_t>(c) >= 0x80) {
      // 8-bit bytes have no place here; half-width kana is the usual reason.
      const Run kana = decode_run({&c, 1}, "ibm-943_P15A-2003");
      if (!kana.ok) ++result_.errors;
      result_.text += kana.ok ? kana.text : "\xEF\xBF\xBD";
      return;
    }
    result_.text.push_back(c);
    if (c == '\n')
      set_ = Set::ascii;  // RFC 1468: a line ends in ASCII, even if it forgot to say so
  }

  void take_pair() {
    const auto first = static_cast<std::uint8_t>(bytes_[at_] & 0x7F);
    const bool whole = at_ + 1 < bytes_.size() &&
                       static_cast<std::uint8_t>(bytes_[at_ + 1]) > 0x20 && first >= 0x21 &&
                       first <= 0x7E;
    if (!whole) {
      fail();
      ++at_;
      return;
    }
    const auto second = static_cast<std::uint8_t>(bytes_[at_ + 1] & 0x7F);
    at_ += 2;
    if (set_ == Set::jis_x_0208) {
      append_shift_jis(run_, first, second);
      return;
    }
    if (set_ == Set::jis_x_0212) run_.push_back('\x8F');
    run_.push_back(static_cast<char>(first | 0x80U));
    run_.push_back(static_cast<char>(second | 0x80U));
  }

  bool take_escape() {
    const std::string_view rest = bytes_.substr(at_ + 1);
    for (const Escape& escape : kEscapes) {
      if (!rest.starts_with(escape.bytes)) continue;
      flush();
      set_ = escape.set;
      at_ += 1 + escape.bytes.size();
      return true;
    }
    if (rest.starts_with(".A") || rest.starts_with(".F")) {
      high_set_ = rest[1] == 'A' ? "ISO-8859-1" : "ISO-8859-7";
      at_ += 3;
      return true;
    }
    return rest.size() >= 2 && rest[0] == 'N' && take_single_shift(rest[1]);
  }

  bool take_single_shift(char c) {
    if (high_set_ == nullptr) return false;
    flush();
    const char high = static_cast<char>(static_cast<std::uint8_t>(c) | 0x80U);
    const Run shifted = decode_run({&high, 1}, high_set_);
    if (!shifted.ok) return false;
    result_.text += shifted.text;
    at_ += 3;
    return true;
  }

  void flush() {
    if (run_.empty()) return;
    const Run run = decode_run(run_, icu_name());
    if (run.ok) {
      result_.text += run.text;
    } else {
      decode_pair_by_pair();
    }
    run_.clear();
  }

  void decode_pair_by_pair() {
    const std::size_t width = set_ == Set::jis_x_0212 ? 3 : set_ == Set::kana ? 1 : 2;
    for (std::size_t i = 0; i < run_.size(); i += width) {
      const Run pair = decode_run(std::string_view{run_}.substr(i, width), icu_name());
      if (!pair.ok) ++result_.errors;
      result_.text += pair.ok ? pair.text : "\xEF\xBF\xBD";
    }
  }

  void fail() {
    flush();
    ++result_.errors;
    result_.text += "\xEF\xBF\xBD";
  }

  [[nodiscard]] const char* icu_name() const {
    switch (set_) {
      case Set::jis_x_0212:
        return "EUC-JP";
      case Set::gb_2312:
        return "gb18030";
      case Set::ks_c_5601:
        return "windows-949-2000";
      default:
        return "ibm-943_P15A-2003";
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  Set set_ = Set::ascii;
  const char* high_set_ = nullptr;
  std::string run_;
  Iso2022Jp result_;
};

}  // namespace

Iso2022Jp decode_iso_2022_jp(std::string_view bytes) { return Decoder{bytes}.run(); }

}  // namespace lethe::mime
