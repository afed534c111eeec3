#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "lethe/base/text.h"
#include "lethe/rspamd/rspamd.h"

namespace lethe::rspamd {
namespace {

namespace json = boost::json;
using core::AuthResult;

struct Symbol {
  std::string_view name;
  AuthResult result;
};
constexpr auto kSpf = std::to_array<Symbol>({{"R_SPF_ALLOW", AuthResult::pass},
                                             {"R_SPF_FAIL", AuthResult::fail},
                                             {"R_SPF_SOFTFAIL", AuthResult::fail},
                                             {"R_SPF_DNSFAIL", AuthResult::temperror}});
constexpr auto kDkim = std::to_array<Symbol>({{"R_DKIM_ALLOW", AuthResult::pass},
                                              {"R_DKIM_REJECT", AuthResult::fail},
                                              {"R_DKIM_PERMFAIL", AuthResult::fail},
                                              {"R_DKIM_TEMPFAIL", AuthResult::temperror}});
constexpr auto kDmarc =
    std::to_array<Symbol>({{"DMARC_POLICY_ALLOW", AuthResult::pass},
                           {"DMARC_POLICY_ALLOW_WITH_FAILURES", AuthResult::pass},
                           {"DMARC_POLICY_REJECT", AuthResult::fail},
                           {"DMARC_POLICY_QUARANTINE", AuthResult::fail},
                           {"DMARC_POLICY_SOFTFAIL", AuthResult::fail},
                           {"DMARC_DNSFAIL", AuthResult::temperror}});

// The first of the table that is there; "none" when none is: a filter that was asked has looked.
template <std::size_t N>
AuthResult result_in(const json::object& symbols, const std::array<Symbol, N>& table) {
  for (const Symbol& symbol : table)
    if (symbols.contains(symbol.name)) return symbol.result;
  return AuthResult::none;
}

double number_of(const json::object& object, std::string_view name, double otherwise) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return otherwise;
  return value->to_number<double>();
}

// An option names a domain: "example.org:s=mail" of DKIM, "+ip4:..." of SPF.
bool has_option(const json::object& symbols, std::string_view name, std::string_view domain) {
  const json::value* symbol = symbols.if_contains(name);
  if (symbol == nullptr || !symbol->is_object() || domain.empty()) return false;
  const json::value* options = symbol->as_object().if_contains("options");
  if (options == nullptr || !options->is_array()) return false;
  return std::ranges::any_of(options->as_array(), [&](const json::value& option) {
    if (!option.is_string()) return false;
    const std::string_view text{option.as_string()};
    return equals_ignoring_ascii_case(text.substr(0, text.find(':')), domain);
  });
}

// What the failures of SPF and DMARC added, with the rules of rspamd that follow from them alone.
double weight_of_failures(const json::object& symbols) {
  double sum = 0;
  for (const std::string_view name :
       {"R_SPF_FAIL", "R_SPF_SOFTFAIL", "DMARC_POLICY_REJECT", "DMARC_POLICY_QUARANTINE",
        "DMARC_POLICY_SOFTFAIL", "VIOLATED_DIRECT_SPF"}) {
    const json::value* symbol = symbols.if_contains(name);
    if (symbol != nullptr && symbol->is_object())
      sum += std::max(0.0, number_of(symbol->as_object(), "score", 0));
  }
  return sum;
}

bool is_spam_action(std::string_view action) {
  return action == "add header" || action == "rewrite subject" || action == "reject" ||
         action == "discard" || action == "quarantine";
}

// Beneath the least score that any of the actions for spam asks for?
bool is_ham_without(double weight, const json::object& answer) {
  if (weight <= 0) return false;
  constexpr double kUsualThreshold = 6;
  double least = kUsualThreshold;
  const json::value* thresholds = answer.if_contains("thresholds");
  if (thresholds != nullptr && thresholds->is_object())
    least = number_of(thresholds->as_object(), "add header", kUsualThreshold);
  return number_of(answer, "score", 0) - weight < least;
}

std::string header(std::string_view name, std::string_view value) {
  std::string line = std::string{name} + ": ";
  for (const char c : value) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  return line;
}

}  // namespace

std::vector<std::string> request_headers(const ports::Envelope& envelope,
                                         std::string_view queue_id) {
  std::vector<std::string> lines;
  lines.push_back(header("From", envelope.sender.empty() ? "<>" : envelope.sender));
  for (const std::string& recipient : envelope.recipients)
    lines.push_back(header("Rcpt", recipient));
  // The peer of LMTP is a mail server of ours: its address would fail the SPF of every sender.
  const bool is_by_sender = envelope.door != ports::Door::lmtp;
  if (is_by_sender && !envelope.peer_address.empty())
    lines.push_back(header("Ip", envelope.peer_address));
  if (is_by_sender && !envelope.helo.empty()) lines.push_back(header("Helo", envelope.helo));
  lines.push_back(header("Queue-Id", queue_id));
  return lines;
}

Result<core::MailTrust> read_answer(std::string_view text, std::string_view from_domain,
                                    bool is_forwarded) {
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return fail(Errc::unavailable, "rspamd answered no JSON");
  const json::object& answer = parsed.as_object();
  const json::value* action = answer.if_contains("action");
  const json::value* symbols = answer.if_contains("symbols");
  if (action == nullptr || !action->is_string() || symbols == nullptr || !symbols->is_object())
    return fail(Errc::unavailable, "rspamd answered without action and symbols");

  const json::object& found = symbols->as_object();
  core::MailTrust trust{.source = core::TrustSource::filter,
                        .spf = result_in(found, kSpf),
                        .dkim = result_in(found, kDkim),
                        .dmarc = result_in(found, kDmarc)};
  trust.aligned = has_option(found, "R_DKIM_ALLOW", from_domain);
  const bool excused = is_forwarded && is_ham_without(weight_of_failures(found), answer);
  const bool spam = is_spam_action(action->as_string()) && !excused;
  trust.spam = spam ? core::SpamVerdict::spam : core::SpamVerdict::ham;
  return trust;
}

}  // namespace lethe::rspamd
