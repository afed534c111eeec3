#include "lethe/core/mail_records.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "lethe/base/encoding.h"
#include "lethe/base/text.h"

namespace lethe::core {
namespace {

constexpr std::size_t kQuotedBytes = 60;

std::string quoted(std::string_view text) {
  return "\"" + std::string{clipped_utf8(text, kQuotedBytes)} + "\"";
}

bool starts_version(std::string_view text, std::string_view version) {
  if (!starts_with_ignoring_ascii_case(text, version)) return false;
  return text.size() == version.size() || text[version.size()] == ' ';
}

// ---- SPF ----

constexpr std::array<std::string_view, 8> kMechanisms{"all", "include", "a",   "mx",
                                                      "ptr", "ip4",     "ip6", "exists"};
// A domain is needed behind these.
constexpr std::array<std::string_view, 3> kNeedDomain{"include", "exists", "redirect"};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_prefix_length(std::string_view digits, int most) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() && value <= most;
}

// "/24", "//64" or "/24//64".
bool are_prefix_lengths(std::string_view text) {
  const auto six = text.find("//");
  const std::string_view four = text.substr(0, six);
  if (!four.empty() && !is_prefix_length(four.substr(1), 32)) return false;
  return six == std::string_view::npos || is_prefix_length(text.substr(six + 2), 128);
}

bool is_ip4(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
           return is_prefix_length(part, 255);
         });
}

// Form only: groups of hexadecimal digits, at most one "::", an IPv4 tail allowed.
bool is_ip6(std::string_view text) {
  if (text.size() < 2 || text.size() > 45 || text.find(':') == std::string_view::npos) return false;
  const auto tail = text.rfind(':');
  const bool has_ip4_tail = text.find('.') != std::string_view::npos;
  if (has_ip4_tail && !is_ip4(text.substr(tail + 1))) return false;
  const std::string_view hex = has_ip4_tail ? text.substr(0, tail) : text;
  const auto gap = text.find("::");
  if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos) {
    return false;
  }
  std::size_t groups = has_ip4_tail ? 2 : 0;
  for (const std::string_view group : split(hex, ':')) {
    if (group.empty()) continue;
    if (group.size() > 4 ||
        group.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      return false;
    }
    ++groups;
  }
  return gap == std::string_view::npos ? groups == 8 : groups < 8;
}

Status check_network(const SpfTerm& term, std::string_view value) {
  const bool four = term.name == "ip4";
  const auto slash = value.find('/');
  const std::string_view address = value.substr(0, slash);
  const bool good = four ? is_ip4(address) : is_ip6(address);
  const bool length_good =
      slash == std::string_view::npos || is_prefix_length(value.substr(slash + 1), four ? 32 : 128);
  if (good && length_good) return {};
  return fail(Errc::invalid_argument, term.name + ":" + quoted(value) + " is no network");
}

Result<SpfTerm> parse_spf_modifier(std::string_view word, std::size_t equals) {
  SpfTerm term{.name = ascii_lower(word.substr(0, equals)),
               .domain = std::string{word.substr(equals + 1)}};
  if (term.name == "redirect" && term.domain.empty()) {
    return fail(Errc::invalid_argument, "redirect= names no domain");
  }
  return term;
}

Result<SpfTerm> parse_spf_term(std::string_view word) {
  const auto equals = word.find('=');
  const auto mark = word.find_first_of(":/=");
  if (equals != std::string_view::npos && mark == equals) return parse_spf_modifier(word, equals);
  SpfTerm term;
  if (std::string_view{"+-~?"}.find(word.front()) != std::string_view::npos) {
    term.qualifier = word.front();
    word.remove_prefix(1);
  }
  const auto end = word.find_first_of(":/");
  term.name = ascii_lower(word.substr(0, end));
  if (!is_one_of(term.name, kMechanisms)) {
    return fail(Errc::invalid_argument, quoted(word) + " is no mechanism of SPF");
  }
  std::string_view rest = end == std::string_view::npos ? std::string_view{} : word.substr(end);
  if (term.name == "ip4" || term.name == "ip6") {
    LETHE_CHECK(check_network(term, rest.starts_with(':') ? rest.substr(1) : rest));
    return term;
  }
  if (rest.starts_with(':')) {
    rest.remove_prefix(1);
    // A macro may hold a slash: "%{d1/}"; the length stands behind the last bracket.
    const auto bracket = rest.rfind('}');
    const auto slash = rest.find('/', bracket == std::string_view::npos ? 0 : bracket);
    term.domain = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
    if (term.domain.empty()) {
      return fail(Errc::invalid_argument, term.name + ": names no domain");
    }
  }
  if (is_one_of(term.name, kNeedDomain) && term.domain.empty()) {
    return fail(Errc::invalid_argument, term.name + " names no domain");
  }
  if (!rest.empty() && !((term.name == "a" || term.name == "mx") && are_prefix_lengths(rest))) {
    return fail(Errc::invalid_argument, quoted(word) + " ends in what is no length of a prefix");
  }
  return term;
}

// ---- tag lists, "a=b; c=d" ----

struct Tag {
  std::string name;  // lower case
  std::string_view value;
};

Result<std::vector<Tag>> parse_tags(std::string_view text) {
  std::vector<Tag> tags;
  for (const std::string_view part : split(text, ';')) {
    const std::string_view bare = trimmed(part);
    if (bare.empty()) continue;
    const auto equals = bare.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return fail(Errc::invalid_argument, quoted(bare) + " is no tag of the form name=value");
    }
    Tag tag{ascii_lower(trimmed(bare.substr(0, equals))), trimmed(bare.substr(equals + 1))};
    if (std::ranges::find(tags, tag.name, &Tag::name) != tags.end()) {
      return fail(Errc::invalid_argument, "the tag " + quoted(tag.name) + " stands there twice");
    }
    tags.push_back(std::move(tag));
  }
  return tags;
}

Result<DmarcPolicy> policy_of(const Tag& tag) {
  if (equals_ignoring_ascii_case(tag.value, "none")) return DmarcPolicy::none;
  if (equals_ignoring_ascii_case(tag.value, "quarantine")) return DmarcPolicy::quarantine;
  if (equals_ignoring_ascii_case(tag.value, "reject")) return DmarcPolicy::reject;
  return fail(Errc::invalid_argument,
              tag.name + "=" + quoted(tag.value) + " is neither none, quarantine nor reject");
}

Result<bool> strictness_of(const Tag& tag) {
  if (equals_ignoring_ascii_case(tag.value, "s")) return true;
  if (equals_ignoring_ascii_case(tag.value, "r")) return false;
  return fail(Errc::invalid_argument, tag.name + "=" + quoted(tag.value) + " is neither r nor s");
}

Result<std::vector<std::string>> addresses_of(const Tag& tag) {
  std::vector<std::string> addresses;
  for (const std::string_view part : split(tag.value, ',')) {
    const std::string_view uri = trimmed(part);
    if (!starts_with_ignoring_ascii_case(uri, "mailto:") ||
        uri.find('@') == std::string_view::npos) {
      return fail(Errc::invalid_argument, tag.name + "=" + quoted(uri) + " is no mailto: address");
    }
    const std::string_view address = uri.substr(std::string_view{"mailto:"}.size());
    addresses.emplace_back(address.substr(0, address.find('!')));
  }
  return addresses;
}

Status set_dmarc_tag(DmarcRecord& record, const Tag& tag) {
  if (tag.name == "sp") {
    LETHE_TRY(record.subdomains, policy_of(tag));
  } else if (tag.name == "pct") {
    if (!is_prefix_length(tag.value, 100)) {
      return fail(Errc::invalid_argument, "pct=" + quoted(tag.value) + " is not 0 to 100");
    }
    std::from_chars(tag.value.data(), tag.value.data() + tag.value.size(), record.percent);
  } else if (tag.name == "adkim") {
    LETHE_TRY(record.strict_dkim, strictness_of(tag));
  } else if (tag.name == "aspf") {
    LETHE_TRY(record.strict_spf, strictness_of(tag));
  } else if (tag.name == "rua") {
    LETHE_TRY(record.reports_to, addresses_of(tag));
  }
  return {};
}

bool has_flag(std::string_view list, std::string_view flag) {
  return std::ranges::any_of(split(list, ':'), [&](std::string_view each) {
    return equals_ignoring_ascii_case(trimmed(each), flag);
  });
}

// 16 bytes of an IPv6 address whose form is_ip6() accepted.
std::array<std::uint8_t, 16> bytes_of_ip6(std::string_view text) {
  std::vector<unsigned> before, after;
  bool behind_gap = false;
  const auto parts = split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto& groups = behind_gap ? after : before;
    if (parts[i].empty()) {
      behind_gap = true;
    } else if (parts[i].find('.') != std::string_view::npos) {
      unsigned bytes[4]{};
      const auto four = split(parts[i], '.');
      for (std::size_t n = 0; n < 4; ++n) {
        std::from_chars(four[n].data(), four[n].data() + four[n].size(), bytes[n]);
      }
      groups.push_back(bytes[0] << 8 | bytes[1]);
      groups.push_back(bytes[2] << 8 | bytes[3]);
    } else {
      unsigned group = 0;
      std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), group, 16);
      groups.push_back(group);
    }
  }
  std::array<std::uint8_t, 16> bytes{};
  const auto put = [&](std::size_t at, unsigned group) {
    bytes[2 * at] = static_cast<std::uint8_t>(group >> 8);
    bytes[2 * at + 1] = static_cast<std::uint8_t>(group & 0xff);
  };
  for (std::size_t i = 0; i < before.size(); ++i) put(i, before[i]);
  for (std::size_t i = 0; i < after.size(); ++i) put(8 - after.size() + i, after[i]);
  return bytes;
}

}  // namespace

bool SpfTerm::looks_up() const noexcept {
  return name == "include" || name == "a" || name == "mx" || name == "ptr" || name == "exists" ||
         name == "redirect";
}

std::optional<char> SpfRecord::otherwise() const noexcept {
  for (const SpfTerm& term : terms) {
    if (term.name == "all") return term.qualifier;
  }
  return std::nullopt;
}

const SpfTerm* SpfRecord::redirect() const noexcept {
  for (const SpfTerm& term : terms) {
    if (term.name == "redirect") return &term;
  }
  return nullptr;
}

bool is_spf(std::string_view text) noexcept { return starts_version(text, "v=spf1"); }

Result<SpfRecord> parse_spf(std::string_view text) {
  if (!is_spf(text)) return fail(Errc::invalid_argument, "it does not begin with v=spf1");
  SpfRecord record;
  int redirects = 0;
  for (const std::string_view word : split(text.substr(std::string_view{"v=spf1"}.size()), ' ')) {
    if (word.empty()) continue;
    LETHE_TRY(SpfTerm term, parse_spf_term(word));
    if (term.name == "redirect" && ++redirects > 1) {
      return fail(Errc::invalid_argument, "redirect= stands there twice");
    }
    record.terms.push_back(std::move(term));
  }
  return record;
}

bool is_dmarc(std::string_view text) noexcept {
  const std::string_view version = trimmed(text.substr(0, text.find(';')));
  if (!version.starts_with('v')) return false;
  const auto equals = version.find('=');
  return equals != std::string_view::npos && trimmed(version.substr(0, equals)) == "v" &&
         trimmed(version.substr(equals + 1)) == "DMARC1";
}

Result<DmarcRecord> parse_dmarc(std::string_view text) {
  if (!is_dmarc(text)) return fail(Errc::invalid_argument, "it does not begin with v=DMARC1");
  LETHE_TRY(const auto tags, parse_tags(text));
  const auto policy = std::ranges::find(tags, "p", &Tag::name);
  if (policy == tags.end()) return fail(Errc::invalid_argument, "the tag p= is missing");
  DmarcRecord record;
  LETHE_TRY(record.policy, policy_of(*policy));
  for (const Tag& tag : tags) LETHE_CHECK(set_dmarc_tag(record, tag));
  return record;
}

Result<DkimKeyRecord> parse_dkim_key(std::string_view text) {
  LETHE_TRY(const auto tags, parse_tags(text));
  DkimKeyRecord record;
  bool has_key = false;
  for (const Tag& tag : tags) {
    if (tag.name == "v") {
      if (tag.value != "DKIM1" || tags.front().name != "v") {
        return fail(Errc::invalid_argument, "v= is not DKIM1, or not the first tag");
      }
    } else if (tag.name == "k") {
      record.ed25519 = tag.value == "ed25519";
      if (!record.ed25519 && tag.value != "rsa") {
        return fail(Errc::invalid_argument,
                    "k=" + quoted(tag.value) + " is neither rsa nor ed25519");
      }
    } else if (tag.name == "h" && !has_flag(tag.value, "sha256")) {
      return fail(Errc::invalid_argument,
                  "h= leaves sha256 out, which every signature of today uses");
    } else if (tag.name == "t") {
      record.testing = has_flag(tag.value, "y");
    } else if (tag.name == "p") {
      has_key = true;
      std::string bare{tag.value};
      std::erase_if(bare, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
      auto key = parse_base64(bare);
      if (!key) return fail(Errc::invalid_argument, "p= is no base64");
      record.key = std::move(*key);
    }
  }
  if (!has_key) return fail(Errc::invalid_argument, "the tag p= is missing");
  if (record.ed25519 && !record.key.empty() && record.key.size() != 32) {
    return fail(Errc::invalid_argument, "p= is no key of Ed25519: it has not 32 bytes");
  }
  return record;
}

Result<std::string> reverse_name(std::string_view address) {
  if (is_ip4(address)) {
    const auto parts = split(address, '.');
    std::string name;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) name += std::string{*part} + ".";
    return name + "in-addr.arpa";
  }
  if (!is_ip6(address)) return fail(Errc::invalid_argument, "this is no address");
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto bytes = bytes_of_ip6(address);
  std::string name;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    name += kHex[*byte & 15];
    name += '.';
    name += kHex[*byte >> 4];
    name += '.';
  }
  return name + "ip6.arpa";
}

}  // namespace lethe::core
