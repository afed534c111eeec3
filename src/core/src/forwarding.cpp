#include "lethe/core/forwarding.h"

#include <algorithm>
#include <array>

#include "lethe/base/text.h"
#include "lethe/core/mail_trust.h"

namespace lethe::core {
namespace {

constexpr std::size_t kCodeDigitsMin = 5;
constexpr std::size_t kCodeDigitsMax = 12;
constexpr std::size_t kLinkBytesMax = 2000;
constexpr std::size_t kAddressBytesMax = 320;

struct Service {
  std::string_view name;
  std::string_view local_part;           // how the local part of From begins
  std::array<std::string_view, 4> from;  // domains of From, and of hosts that links may lead to
};
constexpr auto kServices = std::to_array<Service>({
    {"Gmail", "forwarding-noreply", {"google.com", "", "", ""}},
    {"Microsoft 365", "", {"microsoft.com", "outlook.com", "live.com", "office.com"}},
    {"Zoho Mail", "", {"zoho.com", "zoho.eu", "zoho.in", "zohomail.com"}},
    {"Yahoo Mail", "", {"yahoo.com", "yahoo-inc.com", "yahooinc.com", ""}},
    {"Fastmail", "", {"fastmail.com", "fastmailusercontent.com", "", ""}},
    {"GMX", "", {"gmx.net", "gmx.com", "gmx.de", ""}},
});

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool lies_in(std::string_view host, std::string_view domain) {
  if (domain.empty() || host.size() < domain.size()) return false;
  if (!equals_ignoring_ascii_case(host.substr(host.size() - domain.size()), domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

bool is_of(const Service& service, std::string_view host) {
  return std::ranges::any_of(service.from,
                             [&](std::string_view each) { return lies_in(host, each); });
}

// Addresses of machines only: what people at such a company write is an ordinary mail.
bool takes_no_answer(std::string_view local) {
  const std::string lower = ascii_lower(local);
  return lower.find("noreply") != std::string::npos || lower.find("no-reply") != std::string::npos;
}

const Service* service_of(std::string_view from) {
  const std::size_t at = from.rfind('@');
  if (at == std::string_view::npos) return nullptr;
  const std::string_view local = from.substr(0, at);
  const auto* const found = std::ranges::find_if(kServices, [&](const Service& each) {
    return is_of(each, from.substr(at + 1)) &&
           starts_with_ignoring_ascii_case(local, each.local_part);
  });
  return found != kServices.end() && takes_no_answer(local) ? found : nullptr;
}

bool ends_link(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == '<' || c == '>' || c == '"' || c == '\'' ||
         c == ')' || c == ']';
}

std::string_view host_of(std::string_view link) {
  constexpr std::string_view kScheme = "https://";
  const std::string_view rest = link.substr(kScheme.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  // With a user or a port the host is not what a reader takes it for.
  return authority.find_first_of("@:\\") == std::string_view::npos ? authority : std::string_view{};
}

std::string link_in(const Service& service, std::string_view text) {
  for (auto at = text.find("https://"); at != std::string_view::npos;
       at = text.find("https://", at + 1)) {
    const std::string_view rest = text.substr(at);
    const auto* const end = std::ranges::find_if(rest, ends_link);
    const auto link = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    if (link.size() <= kLinkBytesMax && is_of(service, host_of(link))) return std::string{link};
  }
  return {};
}

// A number that stands by itself: not a part of a word, an address or a link.
std::string code_in(std::string_view text) {
  // Beyond ASCII stand the brackets and colons of other scripts, and words that are not parted by
  // blanks.
  const auto is_alone = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view{"#():.,;*[]"}.contains(c);
  };
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    const bool begins = at == 0 || is_alone(text[at - 1]);
    const bool ends = end == text.size() || is_alone(text[end]);
    if (begins && ends && end - at >= kCodeDigitsMin && end - at <= kCodeDigitsMax)
      return std::string{text.substr(at, end - at)};
    at = end;
  }
  return {};
}

// The first of a list that blanks or commas separate, without angle brackets.
std::string first_address(std::string_view value) {
  value = trimmed(value);
  if (const auto open = value.find('<'); open != std::string_view::npos)
    value = value.substr(open + 1, value.find('>', open) - open - 1);
  value = value.substr(0, value.find_first_of(" ,;\t\r\n"));
  const bool usable = value.size() <= kAddressBytesMax && value.contains('@');
  return usable ? std::string{value} : std::string{};
}

}  // namespace

std::optional<ForwarderRequest> forwarder_request(std::string_view from_address,
                                                  std::string_view subject, std::string_view text) {
  const Service* const service = service_of(from_address);
  if (service == nullptr) return std::nullopt;
  ForwarderRequest request{.service = std::string{service->name},
                           .code = code_in(subject),
                           .link = link_in(*service, text)};
  if (request.code.empty()) request.code = code_in(text);
  if (request.code.empty() && request.link.empty()) return std::nullopt;
  return request;
}

std::vector<std::string> original_recipients(const std::vector<MailField>& headers) {
  std::vector<std::string> found;
  for (const std::string_view name :
       {"X-Original-To", "X-Forwarded-For", "Delivered-To", "Envelope-To", "X-Forwarded-To"}) {
    for (const MailField& field : headers) {
      if (found.size() >= kOriginalRecipientsMax) return found;
      if (!equals_ignoring_ascii_case(field.name, name)) continue;
      if (auto address = first_address(field.value); !address.empty())
        found.push_back(std::move(address));
    }
  }
  return found;
}

}  // namespace lethe::core
