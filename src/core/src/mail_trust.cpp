#include "lethe/core/mail_trust.h"

#include <algorithm>

#include "lethe/base/text.h"
#include "lethe/core/address.h"

namespace lethe::core {
namespace {

bool is_token_end(char c) {
  return c == ' ' || c == '\t' || c == ';' || c == '=' || c == '(' || c == '\r' || c == '\n';
}

// The word at `at`, past which it moves. What stands in quotes is one with the rest and separates
// nothing: the sender chooses it ("x\"; dmarc=pass"@example.org may be a reverse path).
std::string take_word(std::string_view value, std::size_t& at) {
  std::string word;
  bool in_quotes = false;
  for (; at < value.size() && (in_quotes || !is_token_end(value[at])); ++at) {
    if (value[at] == '"') {
      in_quotes = !in_quotes;
      continue;
    }
    if (in_quotes && value[at] == '\\' && at + 1 < value.size()) ++at;
    word += value[at];
  }
  return word;
}

// The words of a field body without comments (RFC 5322 section 3.2.2); ';' and '=' stand alone.
std::vector<std::string> words_of(std::string_view value) {
  constexpr std::size_t kWordsMax = 400;
  std::vector<std::string> words;
  int depth = 0;
  for (std::size_t at = 0; at < value.size() && words.size() < kWordsMax;) {
    const char c = value[at];
    if (depth > 0 || c == '(') {
      if (c == '(') ++depth;
      if (c == ')') --depth;
      at += c == '\\' ? 2 : 1;
    } else if (c == ';' || c == '=') {
      words.emplace_back(1, c);
      ++at;
    } else if (is_token_end(c)) {
      ++at;
    } else {
      words.push_back(take_word(value, at));
    }
  }
  return words;
}

bool is_trusted(std::string_view id, const std::vector<std::string>& trusted) {
  return std::ranges::any_of(
      trusted, [&](const std::string& each) { return equals_ignoring_ascii_case(each, id); });
}

// "müller.example" and "xn--mller-kva.example" are one.
bool is_same_domain(std::string_view one, std::string_view other) {
  if (equals_ignoring_ascii_case(one, other)) return !one.empty();
  const auto first = normalised_domain(one);
  const auto second = normalised_domain(other);
  return first && second && *first == *second;
}

std::string id_of(std::string_view value) {
  const auto words = words_of(value);
  return words.empty() ? std::string{} : words.front();
}

AuthResult result_of(std::string_view word) {
  const std::string lower = ascii_lower(word);
  if (lower == "pass") return AuthResult::pass;
  if (lower == "fail" || lower == "softfail" || lower == "hardfail" || lower == "policy")
    return AuthResult::fail;
  if (lower == "temperror") return AuthResult::temperror;
  return AuthResult::none;
}

// One "method=result property=value ..." between semicolons.
struct Statement {
  std::string method;
  AuthResult result = AuthResult::none;
  std::vector<std::pair<std::string, std::string>> properties;

  [[nodiscard]] bool names(std::string_view property, std::string_view domain) const {
    return std::ranges::any_of(properties, [&](const auto& each) {
      if (each.first != property) return false;
      const auto at = each.second.rfind('@');
      const std::string value = at == std::string::npos ? each.second : each.second.substr(at + 1);
      return is_same_domain(value, domain);
    });
  }
};

std::vector<Statement> statements_of(std::string_view value) {
  std::vector<Statement> statements;
  bool begins = false;  // what stands before the first ';' is the id
  const auto words = words_of(value);
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == ";") begins = true;
    if (at + 2 >= words.size() || words[at + 1] != "=") continue;
    if (begins) {
      const std::string method = ascii_lower(words[at]);
      statements.push_back({method.substr(0, method.find('/')), result_of(words[at + 2]), {}});
      begins = false;
    } else if (!statements.empty()) {
      statements.back().properties.emplace_back(ascii_lower(words[at]), words[at + 2]);
    }
  }
  return statements;
}

// Of several signatures one that passed counts.
void take(AuthResult& into, AuthResult result) {
  if (into != AuthResult::pass) into = result;
}

MailTrust trust_of(std::string_view value, std::string_view from_domain) {
  MailTrust trust{.source = TrustSource::header,
                  .spf = AuthResult::none,
                  .dkim = AuthResult::none,
                  .dmarc = AuthResult::none};
  bool dmarc_told = false;
  for (const Statement& each : statements_of(value)) {
    const bool passed = each.result == AuthResult::pass;
    if (each.method == "spf") {
      take(trust.spf, each.result);
      if (passed && each.names("smtp.mailfrom", from_domain)) trust.aligned = true;
    }
    if (each.method == "dkim") {
      take(trust.dkim, each.result);
      if (passed && each.names("header.d", from_domain)) trust.aligned = true;
    }
    if (each.method == "dmarc") {
      // A pass that names another domain than that of From vouches for nobody here.
      const bool named = std::ranges::any_of(
          each.properties, [](const auto& p) { return p.first == "header.from"; });
      const bool ours = !named || each.names("header.from", from_domain);
      // There is one verdict; a second that differs was smuggled in with a name or a comment.
      const AuthResult result = passed && !ours ? AuthResult::fail : each.result;
      trust.dmarc = dmarc_told && result != trust.dmarc ? AuthResult::fail : result;
      dmarc_told = true;
    }
  }
  return trust;
}

std::string_view line_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.substr(at) : text.substr(at, end + 1 - at);
}

bool lies_in(std::string_view host, std::string_view domain) {
  if (domain.empty()) return false;
  if (equals_ignoring_ascii_case(host, domain)) return true;
  return host.size() > domain.size() && host[host.size() - domain.size() - 1] == '.' &&
         equals_ignoring_ascii_case(host.substr(host.size() - domain.size()), domain);
}

}  // namespace

std::string_view name_of(AuthResult result) noexcept {
  switch (result) {
    case AuthResult::none:
      return "none";
    case AuthResult::pass:
      return "pass";
    case AuthResult::fail:
      return "fail";
    case AuthResult::temperror:
      return "temperror";
    case AuthResult::unknown:
      break;
  }
  return "unknown";
}

std::string_view name_of(SpamVerdict verdict) noexcept {
  if (verdict == SpamVerdict::unknown) return "unknown";
  return verdict == SpamVerdict::spam ? "spam" : "ham";
}

std::string domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string{} : ascii_lower(address.substr(at + 1));
}

MailTrust trust_of_header(const MailFacts& mail, const std::vector<std::string>& trusted,
                          std::string_view from_domain) {
  for (const MailField& field : mail.headers) {
    if (!equals_ignoring_ascii_case(field.name, "Authentication-Results")) continue;
    if (is_trusted(id_of(field.value), trusted)) return trust_of(field.value, from_domain);
  }
  return {};
}

std::string without_forged_results(std::string_view raw_message,
                                   const std::vector<std::string>& trusted) {
  constexpr std::string_view kName = "authentication-results:";
  std::string out;
  bool seen = false;
  for (std::size_t at = 0; at < raw_message.size();) {
    std::string_view field = line_at(raw_message, at);
    if (trimmed(field).empty()) return out += raw_message.substr(at);
    std::size_t size = field.size();
    while (at + size < raw_message.size() &&
           (raw_message[at + size] == ' ' || raw_message[at + size] == '\t')) {
      size += line_at(raw_message, at + size).size();
    }
    field = raw_message.substr(at, size);
    const bool claims = starts_with_ignoring_ascii_case(field, kName) &&
                        is_trusted(id_of(field.substr(kName.size())), trusted);
    if (!claims || !seen) out += field;
    if (claims) seen = true;
    at += size;
  }
  return out;
}

bool is_forwarded(std::string_view helo, std::string_view envelope_sender,
                  const std::vector<std::string>& forwarders) {
  const std::string sender = domain_of(envelope_sender);
  return std::ranges::any_of(forwarders, [&](const std::string& forwarder) {
    return lies_in(helo, forwarder) || lies_in(sender, forwarder);
  });
}

MailTrust without_spf_failure(MailTrust trust) noexcept {
  if (trust.spf == AuthResult::fail) trust.spf = AuthResult::none;
  return trust;
}

}  // namespace lethe::core
