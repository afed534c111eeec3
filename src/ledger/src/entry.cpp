#include "lethe/ledger/entry.h"

#include <array>
#include <utility>

namespace lethe::ledger {
namespace {

using TypeName = std::pair<EntryType, std::string_view>;
constexpr std::array<TypeName, 7> kTypes{{{EntryType::erasure, "erasure"},
                                          {EntryType::retention_run, "retention_run"},
                                          {EntryType::breach, "breach"},
                                          {EntryType::policy_change, "policy_change"},
                                          {EntryType::key_turn, "key_turn"},
                                          {EntryType::audit, "audit"},
                                          {EntryType::relay_counts, "relay_counts"}}};
constexpr std::string_view kBegin = R"({"v":1,"type":")";
constexpr std::string_view kCommitment = R"(","c":")";
constexpr std::string_view kHour = R"(","t":")";

std::string_view name_of_type(EntryType type) {
  for (const auto& [known, name] : kTypes) {
    if (known == type) return name;
  }
  return {};
}

// Takes what stands before `mark` off `rest`, and the mark.
Result<std::string_view> taken_until(std::string_view& rest, std::string_view mark) {
  const auto at = rest.find(mark);
  if (at == std::string_view::npos) return fail(Errc::invalid_argument, "not an entry of the log");
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + mark.size());
  return taken;
}

Result<EntryType> parse_type(std::string_view text) {
  for (const auto& [type, name] : kTypes) {
    if (name == text) return type;
  }
  return fail(Errc::invalid_argument, "an entry of an unknown type");
}

}  // namespace

Hash commitment_of(const Salt& salt, ByteView statement) { return sha256({salt, statement}); }

std::string compose(const Entry& entry) {
  const Instant hour = std::chrono::floor<std::chrono::hours>(entry.hour);
  std::string text{kBegin};
  text.append(name_of_type(entry.type)).append(kCommitment).append(to_base64(entry.commitment));
  return text.append(kHour).append(to_rfc3339(hour)).append("\"}");
}

Result<Entry> parse_entry(std::string_view text) {
  std::string_view rest = text;
  Entry entry;
  LETHE_TRY(const auto before, taken_until(rest, kBegin));
  LETHE_TRY(const auto type, taken_until(rest, kCommitment));
  LETHE_TRY(entry.type, parse_type(type));
  LETHE_TRY(const auto commitment, taken_until(rest, kHour));
  LETHE_TRY(entry.commitment, parse_hash(commitment));
  LETHE_TRY(const auto hour, taken_until(rest, "\"}"));
  LETHE_TRY(entry.hour, parse_rfc3339(hour));
  // Written again it must be the same: one statement has one spelling.
  if (!before.empty() || compose(entry) != text) {
    return fail(Errc::invalid_argument, "not an entry of the log");
  }
  return entry;
}

}  // namespace lethe::ledger
