#include "charset_labels.h"

#include <algorithm>
#include <array>

#include "lethe/base/text.h"

namespace lethe::mime {
namespace {

struct Alias {
  std::string_view label;  // lower case, without "-", "_", blanks and "x-"
  std::string_view icu_name;
  CharsetFamily family;
  std::string_view extended = {};
};

constexpr auto kSingle = CharsetFamily::single_byte;
constexpr auto kMulti = CharsetFamily::multi_byte;
constexpr auto kUtf8 = CharsetFamily::utf8;
constexpr auto kThai = CharsetFamily::thai;
constexpr auto kOther = CharsetFamily::other;

// Everything else is asked of ICU by its own alias table.
constexpr auto kAliases = std::to_array<Alias>({
    {"utf8", "UTF-8", kUtf8},
    {"unicode11utf8", "UTF-8", kUtf8},
    {"unicode20utf8", "UTF-8", kUtf8},
    {"cp65001", "UTF-8", kUtf8},
    {"usascii", "windows-1252", kSingle},
    {"ascii", "windows-1252", kSingle},
    {"ansix3.41968", "windows-1252", kSingle},
    {"iso646us", "windows-1252", kSingle},
    {"us", "windows-1252", kSingle},
    {"iso88591", "windows-1252", kSingle},
    {"iso885911987", "windows-1252", kSingle},
    {"isoir100", "windows-1252", kSingle},
    {"latin1", "windows-1252", kSingle},
    {"l1", "windows-1252", kSingle},
    {"cp819", "windows-1252", kSingle},
    {"ibm819", "windows-1252", kSingle},
    {"windows1252", "windows-1252", kSingle},
    {"cp1252", "windows-1252", kSingle},
    {"ansi", "windows-1252", kSingle},
    {"windows1250", "ibm-5346_P100-1998", kSingle},
    {"cp1250", "ibm-5346_P100-1998", kSingle},
    {"windows1251", "ibm-5347_P100-1998", kSingle},
    {"cp1251", "ibm-5347_P100-1998", kSingle},
    {"iso88599", "windows-1254", kSingle},
    {"iso885991989", "windows-1254", kSingle},
    {"latin5", "windows-1254", kSingle},
    {"l5", "windows-1254", kSingle},
    {"isoir148", "windows-1254", kSingle},
    {"iso88598i", "ISO-8859-8", kSingle},
    {"iso88598e", "ISO-8859-8", kSingle},
    {"iso885910", "iso-8859_10-1998", kSingle},
    {"iso885914", "iso-8859_14-1998", kSingle},
    {"iso885916", "iso-8859-16", kSingle},
    {"iso885911", "windows-874-2000", kThai},
    {"tis620", "windows-874-2000", kThai},
    {"tis6202533", "windows-874-2000", kThai},
    {"tis6200", "windows-874-2000", kThai},
    {"windows874", "windows-874-2000", kThai},
    {"dos874", "windows-874-2000", kThai},
    {"cp874", "windows-874-2000", kThai},
    {"koi8", "KOI8-R", kSingle},
    {"koi", "KOI8-R", kSingle},
    {"koi8ru", "KOI8-U", kSingle},
    {"mac", "macos-0_2-10.2", kSingle},
    {"macroman", "macos-0_2-10.2", kSingle},
    {"macintosh", "macos-0_2-10.2", kSingle},
    {"maccyrillic", "macos-7_3-10.2", kSingle},
    {"macukrainian", "macos-7_3-10.2", kSingle},
    {"gb2312", "gb18030", kMulti},
    {"gb231280", "gb18030", kMulti},
    {"euccn", "gb18030", kMulti},
    {"csgb2312", "gb18030", kMulti},
    {"csiso58gb231280", "gb18030", kMulti},
    {"chinese", "gb18030", kMulti},
    {"isoir58", "gb18030", kMulti},
    {"gbk", "gb18030", kMulti},
    {"cp936", "gb18030", kMulti},
    {"ms936", "gb18030", kMulti},
    {"windows936", "gb18030", kMulti},
    {"gb18030", "gb18030", kMulti},
    {"hzgb2312", "HZ", kOther},
    {"hz", "HZ", kOther},
    {"big5", "windows-950-2000", kMulti, "ibm-1375_P100-2008"},
    {"cnbig5", "windows-950-2000", kMulti, "ibm-1375_P100-2008"},
    {"csbig5", "windows-950-2000", kMulti, "ibm-1375_P100-2008"},
    {"cp950", "windows-950-2000", kMulti, "ibm-1375_P100-2008"},
    {"windows950", "windows-950-2000", kMulti, "ibm-1375_P100-2008"},
    {"big5hkscs", "ibm-1375_P100-2008", kMulti},
    {"shiftjis", "ibm-943_P15A-2003", kMulti},
    {"sjis", "ibm-943_P15A-2003", kMulti},
    {"mskanji", "ibm-943_P15A-2003", kMulti},
    {"csshiftjis", "ibm-943_P15A-2003", kMulti},
    {"windows31j", "ibm-943_P15A-2003", kMulti},
    {"cp932", "ibm-943_P15A-2003", kMulti},
    {"ms932", "ibm-943_P15A-2003", kMulti},
    {"windows932", "ibm-943_P15A-2003", kMulti},
    {"euckr", "windows-949-2000", kMulti},
    {"ksc56011987", "windows-949-2000", kMulti},
    {"ksc56011989", "windows-949-2000", kMulti},
    {"ksc5601", "windows-949-2000", kMulti},
    {"korean", "windows-949-2000", kMulti},
    {"uhc", "windows-949-2000", kMulti},
    {"cp949", "windows-949-2000", kMulti},
    {"ms949", "windows-949-2000", kMulti},
    {"windows949", "windows-949-2000", kMulti},
    {"iso2022kr", "ISO-2022-KR", kOther},
    {"utf7", "UTF-7", kOther},
    {"unicode11utf7", "UTF-7", kOther},
    {"unicode20utf7", "UTF-7", kOther},
    {"utf16", "UTF-16", kOther},
    {"ucs2", "UTF-16", kOther},
    {"iso10646ucs2", "UTF-16", kOther},
    {"unicode", "UTF-16", kOther},
    {"utf16le", "UTF-16LE", kOther},
    {"utf16be", "UTF-16BE", kOther},
    {"utf32", "UTF-32", kOther},
    {"utf32le", "UTF-32LE", kOther},
    {"utf32be", "UTF-32BE", kOther},
});

constexpr auto kIso2022Jp = std::to_array<std::string_view>(
    {"iso2022jp", "iso2022jp1", "iso2022jp2", "iso2022jp3", "iso2022jpms", "csiso2022jp", "cp50220",
     "cp50221", "cp50222", "windows50220", "windows50221", "jis", "iso2022jp2004"});

constexpr bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

std::string_view bare(std::string_view label) {
  label = label.substr(0, label.find_first_of(";,*"));  // "*": RFC 2231 language tag
  while (!label.empty() && (is_quote(label.front()) || label.front() <= ' '))
    label.remove_prefix(1);
  while (!label.empty() && (is_quote(label.back()) || label.back() <= ' ')) label.remove_suffix(1);
  return label;
}

std::string squashed(std::string_view label) {
  std::string key = ascii_lower(label);
  if (key.starts_with("x-")) key.erase(0, 2);
  std::erase_if(key, [](char c) { return c == '-' || c == '_' || c == ' ' || c == ':'; });
  return key;
}

}  // namespace

Charset charset_of(std::string_view label) {
  const std::string_view name = bare(label);
  if (name.empty() || name.size() > 60) return {};
  const std::string key = squashed(name);
  if (std::ranges::find(kIso2022Jp, key) != kIso2022Jp.end()) {
    return {
        .icu_name = "ISO-2022-JP", .icu_name_extended = {}, .family = kOther, .iso_2022_jp = true};
  }
  const auto* const found = std::ranges::find(kAliases, key, &Alias::label);
  if (found != kAliases.end()) {
    return {.icu_name = std::string{found->icu_name},
            .icu_name_extended = std::string{found->extended},
            .family = found->family};
  }
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view{"-_.:"}.contains(c);
  });
  const bool multi = key.starts_with("euc") || key.starts_with("big5") || key == "johab";
  return {.icu_name = plain ? std::string{name} : std::string{},
          .icu_name_extended = {},
          .family = multi ? kMulti : kSingle};
}

}  // namespace lethe::mime
