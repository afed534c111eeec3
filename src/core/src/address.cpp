#include "lethe/core/address.h"

#include <unicode/idna.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "lethe/base/text.h"

namespace lethe::core {
namespace {

constexpr std::size_t kLabelBytesMax = 63;

std::unexpected<Error> refused(const char* why) { return fail(Errc::invalid_argument, why); }
std::unexpected<Error> too_long(const char* why) { return fail(Errc::too_large, why); }

bool is_ascii_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// RFC 5322 atext, with the Unicode of RFC 6532.
bool is_atom_char(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~";
  return is_ascii_letter_or_digit(c) || is_beyond_ascii(c) ||
         kMarks.find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  return std::ranges::all_of(split(text, '.'), [](std::string_view atom) {
    return !atom.empty() && std::ranges::all_of(atom, is_atom_char);
  });
}

// The end of the local part of a quoted address: the index of the closing quote.
std::size_t closing_quote(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string unescaped(std::string_view quoted) {
  std::string out;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && i + 1 < quoted.size()) ++i;
    out += quoted[i];
  }
  return out;
}

// Quotes only where RFC 5322 needs them, so that one mailbox has one spelling.
std::string quoted_if_needed(std::string_view local) {
  if (is_dot_atom(local)) return std::string{local};
  std::string out = "\"";
  for (const char c : local) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

icu::UnicodeString to_unicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
}
std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  return text.toUTF8String(out);
}

Result<icu::UnicodeString> composed(const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return fail(Errc::internal, "the Unicode data cannot be read");
  icu::UnicodeString normal = nfc->normalize(text, status);
  if (U_FAILURE(status)) return refused("the local part cannot be normalised");
  return normal;
}

struct LocalPart {
  std::string normalised;
  std::string display;
};

Result<LocalPart> parse_local(const std::string& content) {
  if (content.empty()) return refused("nothing stands before the @");
  if (std::ranges::any_of(content, is_control)) {
    return refused("the local part holds a control character");
  }
  LETHE_TRY(const icu::UnicodeString written, composed(to_unicode(content)));
  icu::UnicodeString lower{written};
  lower.toLower(icu::Locale::getRoot());
  // Lower case may decompose (U+0130); the form that is compared is NFC again.
  LETHE_TRY(const icu::UnicodeString normal, composed(lower));
  LocalPart local{quoted_if_needed(to_utf8(normal)), quoted_if_needed(to_utf8(written))};
  if (local.normalised.size() > kLocalPartBytesMax) {
    return too_long("the local part is longer than 64 bytes");
  }
  return local;
}

// Names that hosts use though host names may not: underscores are let through.
bool is_label(std::string_view label) {
  const auto allowed = [](char c) { return is_ascii_letter_or_digit(c) || c == '-' || c == '_'; };
  return !label.empty() && label.size() <= kLabelBytesMax && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, allowed);
}

const icu::IDNA* idna() {
  static const std::unique_ptr<icu::IDNA> instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::IDNA>{icu::IDNA::createUTS46Instance(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII |
            UIDNA_NONTRANSITIONAL_TO_UNICODE,
        status)};
  }();
  return instance.get();
}

bool needs_idna(std::string_view domain) {
  return std::ranges::any_of(domain, is_beyond_ascii) || domain.starts_with("xn--") ||
         domain.find(".xn--") != std::string_view::npos;
}

Result<std::string> to_a_labels(const std::string& domain) {
  if (idna() == nullptr) return fail(Errc::internal, "the Unicode data cannot be read");
  UErrorCode status = U_ZERO_ERROR;
  icu::IDNAInfo info;
  icu::UnicodeString ascii;
  idna()->nameToASCII(to_unicode(domain), ascii, info, status);
  if (U_FAILURE(status) || info.hasErrors()) {
    return refused("the domain is not a valid international name");
  }
  return to_utf8(ascii);
}

std::string to_u_labels(const std::string& domain) {
  if (!needs_idna(domain)) return domain;
  UErrorCode status = U_ZERO_ERROR;
  icu::IDNAInfo info;
  icu::UnicodeString unicode;
  idna()->nameToUnicode(to_unicode(domain), unicode, info, status);
  return U_FAILURE(status) || info.hasErrors() ? domain : to_utf8(unicode);
}

// Where the @ between local part and domain stands; npos when there is none.
std::size_t separator(std::string_view text) {
  if (!text.starts_with('"')) return text.find('@');
  const std::size_t quote = closing_quote(text);
  if (quote == std::string_view::npos || quote + 1 >= text.size() || text[quote + 1] != '@') {
    return std::string_view::npos;
  }
  return quote + 1;
}

}  // namespace

Result<std::string> normalised_domain(std::string_view domain) {
  if (domain.empty()) return refused("nothing stands after the @");
  // Longer than any name can be in Unicode: not worth the conversion.
  if (domain.size() > 4 * kDomainBytesMax) return too_long("the domain is longer than 255 bytes");
  if (!is_valid_utf8(domain)) return refused("the domain is not UTF-8");
  std::string ascii = ascii_lower(domain);
  if (needs_idna(ascii)) {
    LETHE_TRY(ascii, to_a_labels(ascii));
  }
  if (ascii.ends_with('.')) ascii.pop_back();
  if (ascii.size() > kDomainBytesMax) return too_long("the domain is longer than 255 bytes");
  if (!std::ranges::all_of(split(ascii, '.'), is_label)) {
    return refused("the domain holds an empty, overlong or misspelt label");
  }
  return ascii;
}

Result<EmailAddress> EmailAddress::parse(std::string_view text) {
  text = trimmed(text);
  if (!is_valid_utf8(text)) return refused("the address is not UTF-8");
  const std::size_t at = separator(text);
  if (at == std::string_view::npos) return refused("an address has the form name@domain");
  const std::string_view written = text.substr(0, at);
  const bool quoted = written.starts_with('"');
  if (!quoted && !written.empty() && !is_dot_atom(written)) {
    return refused("the local part holds a character that needs quotes, or a misplaced dot");
  }
  if (written.size() > 4 * kLocalPartBytesMax) {
    return too_long("the local part is longer than 64 bytes");
  }
  LETHE_TRY(const LocalPart local,
            parse_local(quoted ? unescaped(written.substr(1, at - 2)) : std::string{written}));
  LETHE_TRY(const std::string domain, normalised_domain(text.substr(at + 1)));
  return EmailAddress{local.normalised + '@' + domain, local.display + '@' + to_u_labels(domain)};
}

std::string_view EmailAddress::local_part() const noexcept {
  return std::string_view{normalised_}.substr(0, normalised_.rfind('@'));
}

std::string_view EmailAddress::domain() const noexcept {
  return std::string_view{normalised_}.substr(normalised_.rfind('@') + 1);
}

}  // namespace lethe::core
