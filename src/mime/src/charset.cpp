#include "charset.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "charset_labels.h"
#include "iso_2022_jp.h"
#include "lethe/base/text.h"
#include "lethe/mime/parse.h"
#include "utf8.h"

namespace lethe::mime {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// windows-1252 from 0x80 to 0x9F; the five holes become U+FFFD.
constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

char32_t windows_1252(char byte) {
  const auto code = static_cast<std::uint8_t>(byte);
  return code >= 0x80 && code < 0xA0 ? kWindows1252[code - 0x80U] : code;
}

std::string to_windows_1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) append_utf8(out, windows_1252(c));
  return out;
}

// ICU has no ISO 8859-16: Latin-1 but for these.
constexpr std::string_view kIso885916 = "iso-8859-16";
struct Exception {
  std::uint8_t byte;
  char32_t code;
};
constexpr auto kIso885916Exceptions = std::to_array<Exception>(
    {{0xA1, 0x104}, {0xA2, 0x105}, {0xA3, 0x141},  {0xA4, 0x20AC}, {0xA5, 0x201E}, {0xA6, 0x160},
     {0xA8, 0x161}, {0xAA, 0x218}, {0xAC, 0x179},  {0xAE, 0x17A},  {0xAF, 0x17B},  {0xB2, 0x10C},
     {0xB3, 0x142}, {0xB4, 0x17D}, {0xB5, 0x201D}, {0xB8, 0x17E},  {0xB9, 0x10D},  {0xBA, 0x219},
     {0xBC, 0x152}, {0xBD, 0x153}, {0xBE, 0x178},  {0xBF, 0x17C},  {0xC3, 0x102},  {0xC5, 0x106},
     {0xD0, 0x110}, {0xD1, 0x143}, {0xD5, 0x150},  {0xD7, 0x15A},  {0xD8, 0x170},  {0xDD, 0x118},
     {0xDE, 0x21A}, {0xE3, 0x103}, {0xE5, 0x107},  {0xF0, 0x111},  {0xF1, 0x144},  {0xF5, 0x151},
     {0xF7, 0x15B}, {0xF8, 0x171}, {0xFD, 0x119},  {0xFE, 0x21B}});

std::string to_iso_8859_16(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    const auto* const found = std::ranges::find(kIso885916Exceptions, byte, &Exception::byte);
    append_utf8(out, found == kIso885916Exceptions.end() ? byte : found->code);
  }
  return out;
}

struct Utf8Shape {
  bool valid = true;
  std::size_t sequences = 0;       // of two bytes and more
  std::size_t long_sequences = 0;  // of three bytes and more
};

Utf8Shape shape_of(std::string_view bytes) {
  Utf8Shape shape;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = utf8_length(bytes.substr(i, 4));
    if (length == 0) return {.valid = false};
    if (length > 1) ++shape.sequences;
    if (length > 2) ++shape.long_sequences;
    i += length;
  }
  return shape;
}

// UTF-8 under the label of a legacy character set is common; legacy text that is
// well-formed UTF-8 by chance is not, once it holds two sequences. Thai is
// left out: its vowels and consonants make such sequences.
bool is_mislabelled_utf8(std::string_view bytes, CharsetFamily family) {
  if (family == CharsetFamily::thai || family == CharsetFamily::other) return false;
  const Utf8Shape shape = shape_of(bytes);
  if (!shape.valid) return false;
  return family == CharsetFamily::multi_byte ? shape.long_sequences >= 2 : shape.sequences >= 2;
}

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

// Opening a converter costs more than decoding a header with it, so each thread
// keeps the last few. nullptr: ICU knows no such set.
UConverter* converter_for(const std::string& name) {
  struct Kept {
    std::string name;
    Converter converter;
  };
  constexpr std::size_t kKept = 8;
  thread_local std::vector<Kept> kept;
  for (const Kept& one : kept) {
    if (one.name != name) continue;
    ucnv_resetToUnicode(one.converter.get());
    return one.converter.get();
  }
  UErrorCode status = U_ZERO_ERROR;
  Converter converter{ucnv_open(name.c_str(), &status), &ucnv_close};
  if (U_FAILURE(status) != 0 || converter == nullptr) return nullptr;
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_setFallback(converter.get(), 1);
  if (kept.size() == kKept) kept.erase(kept.begin());
  kept.push_back({name, std::move(converter)});
  return kept.back().converter.get();
}

enum class OnError { stop, replace };

struct Converted {
  std::string text;
  std::size_t errors = 0;
};

std::string to_utf8(std::u16string_view units) {
  std::string out;
  out.reserve(units.size() * 2);
  for (std::size_t i = 0; i < units.size(); ++i) {
    const char32_t unit = units[i];
    const bool high = unit >= 0xD800 && unit < 0xDC00;
    if (high && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000) {
      append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (units[++i] - 0xDC00U));
    } else {
      append_utf8(out, unit >= 0xD800 && unit < 0xE000 ? kReplacement : unit);
    }
  }
  return out;
}

// nullopt when the converter is unknown, or refuses and `on_error` is stop.
std::optional<Converted> convert(std::string_view bytes, const std::string& name,
                                 OnError on_error) {
  UConverter* const converter = converter_for(name);
  if (converter == nullptr) return std::nullopt;
  Converted result;
  std::u16string units;
  std::vector<char16_t> buffer(std::min<std::size_t>(bytes.size() + 16, 1U << 14U));
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  while (true) {
    char16_t* target = buffer.data();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(converter, &target, buffer.data() + buffer.size(), &source, end, nullptr, 1,
                   &status);
    units.append(buffer.data(), target);
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_SUCCESS(status) != 0) break;
    if (on_error == OnError::stop) return std::nullopt;
    units.push_back(u'\uFFFD');
    ++result.errors;
    if (source == end) break;
  }
  result.text = to_utf8(units);
  return result;
}

std::string without_byte_order_mark(std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

// UTF-16 without a byte order mark is little endian in practice, against the
// standard: the half that holds the zero bytes of Latin text tells.
std::string endianness_of_utf16(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return "UTF-16";
  std::size_t zeros_even = 0;
  std::size_t zeros_odd = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 4096; ++i) {
    if (bytes[i] == '\0') ++(i % 2 == 0 ? zeros_even : zeros_odd);
  }
  return zeros_odd > zeros_even ? "UTF-16LE" : "UTF-16BE";
}

// The one character that GB18030-2000 and -2005 exchanged with the private use
// area (U+1E3F); no text means the private one.
void repair_gb18030(std::string& text) {
  constexpr std::string_view kPrivate = "\uE7C7";
  for (std::size_t at = text.find(kPrivate); at != std::string::npos;
       at = text.find(kPrivate, at)) {
    text.replace(at, kPrivate.size(), "\u1E3F");
  }
}

// U+E000 to U+F8FF: EE 80 80 to EF A3 BF.
bool has_private_use(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const auto next = static_cast<std::uint8_t>(text[i + 1]);
    if (lead == 0xEE || (lead == 0xEF && next < 0xA4)) return true;
  }
  return false;
}

std::optional<Converted> convert_strictly(std::string_view bytes, const Charset& charset) {
  if (charset.iso_2022_jp) {
    Iso2022Jp japanese = decode_iso_2022_jp(bytes);
    if (japanese.errors != 0) return std::nullopt;
    return Converted{.text = std::move(japanese.text)};
  }
  if (charset.icu_name == kIso885916) return Converted{.text = to_iso_8859_16(bytes)};
  if (charset.icu_name == "windows-1252") {
    std::string text = to_windows_1252(bytes);
    if (text.contains("\xEF\xBF\xBD")) return std::nullopt;
    return Converted{.text = std::move(text)};
  }
  auto first =
      convert(bytes, charset.icu_name == "UTF-16" ? endianness_of_utf16(bytes) : charset.icu_name,
              OnError::stop);
  if (first && charset.icu_name == "gb18030") repair_gb18030(first->text);
  if (charset.icu_name_extended.empty()) return first;
  // Characters of the extended set come out as private ones of the plain set.
  if (first && !has_private_use(first->text)) return first;
  auto extended = convert(bytes, charset.icu_name_extended, OnError::stop);
  return extended && !has_private_use(extended->text) ? extended : first;
}

// The declared set with replacement characters, if it explains nearly all of
// the bytes: a text that was cut off, or one bad byte.
std::optional<std::string> mostly_as_declared(std::string_view bytes, const Charset& charset) {
  if (charset.iso_2022_jp) return decode_iso_2022_jp(bytes).text;
  if (charset.family == CharsetFamily::single_byte) return std::nullopt;
  auto lenient = convert(bytes, charset.icu_name, OnError::replace);
  if (!lenient || lenient->errors > 1 + bytes.size() / 50) return std::nullopt;
  return std::move(lenient->text);
}

}  // namespace

Run decode_run(std::string_view bytes, const char* icu_name) {
  auto converted = convert(bytes, icu_name, OnError::stop);
  if (!converted) return {};
  return {.text = std::move(converted->text), .ok = true};
}

bool is_ascii(std::string_view bytes) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    if ((word & 0x8080808080808080U) != 0) return false;
  }
  for (; i < bytes.size(); ++i) {
    if (static_cast<std::uint8_t>(bytes[i]) >= 0x80) return false;
  }
  return true;
}

std::string decode_undeclared(std::string_view bytes) {
  if (is_valid_utf8(bytes)) return std::string{bytes};
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = utf8_length(bytes.substr(i, 4));
    if (length == 0) {
      append_utf8(out, windows_1252(bytes[i]));
    } else {
      out.append(bytes, i, length);
    }
    i += length == 0 ? 1 : length;
  }
  return out;
}

Decoded decode(std::string_view bytes, std::string_view label) {
  const Charset charset = charset_of(label);
  // Sets that are ASCII in their lower half need no table for ASCII bytes.
  if (charset.family != CharsetFamily::other && is_ascii(bytes))
    return {.text = std::string{bytes}};
  if (charset.icu_name.empty()) {
    return {.text = without_byte_order_mark(decode_undeclared(bytes)),
            .as_declared = label.empty()};
  }
  if (charset.family == CharsetFamily::utf8) {
    const bool valid = is_valid_utf8(bytes);
    return {.text = without_byte_order_mark(valid ? std::string{bytes} : decode_undeclared(bytes)),
            .as_declared = valid};
  }
  if (is_mislabelled_utf8(bytes, charset.family)) {
    return {.text = without_byte_order_mark(std::string{bytes}), .as_declared = false};
  }
  if (auto strict = convert_strictly(bytes, charset)) {
    return {.text = without_byte_order_mark(std::move(strict->text))};
  }
  if (!is_ascii(bytes) && is_valid_utf8(bytes))
    return {.text = std::string{bytes}, .as_declared = false};
  if (auto mostly = mostly_as_declared(bytes, charset)) {
    return {.text = without_byte_order_mark(*std::move(mostly)), .as_declared = false};
  }
  return {.text = decode_undeclared(bytes), .as_declared = false};
}

std::string decode_charset(std::string_view bytes, std::string_view label) {
  return decode(bytes, label).text;
}

std::string encode_utf16(std::string_view text, std::endian order) {
  std::string out;
  out.reserve(text.size() * 2);
  const auto put = [&](char32_t unit) {
    const char low = static_cast<char>(unit & 0xFFU);
    const char high = static_cast<char>(unit >> 8U);
    out.push_back(order == std::endian::little ? low : high);
    out.push_back(order == std::endian::little ? high : low);
  };
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char32_t code = length == 0 ? kReplacement : utf8_code_point(text, length);
    if (code < 0x10000) {
      put(code);
    } else {
      put(0xD7C0U + (code >> 10U));
      put(0xDC00U + (code & 0x3FFU));
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return out;
}

std::string charset_in_html(std::string_view html) {
  const std::string head = ascii_lower(html.substr(0, 1024));
  for (std::size_t at = head.find("<meta"); at != std::string::npos;
       at = head.find("<meta", at + 5)) {
    const std::string_view tag = std::string_view{head}.substr(at, head.find('>', at) - at);
    const std::size_t name = tag.find("charset=");
    if (name == std::string_view::npos) continue;
    std::string_view value = tag.substr(name + 8);
    if (value.starts_with('"') || value.starts_with('\'')) value.remove_prefix(1);
    value = value.substr(0, value.find_first_of("\"' ;/>\t\r\n"));
    // A document that reaches us as bytes with readable tags cannot be UTF-16.
    return value.starts_with("utf-16") ? "utf-8" : std::string{value};
  }
  return {};
}

}  // namespace lethe::mime
