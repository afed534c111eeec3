#include "lethe/base/text.h"
#include "lethe/clamav/clamav.h"

namespace lethe::clamav {
namespace {

constexpr std::size_t kNameBytesMax = 100;

bool is_name_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '_' || c == '-' || c == '/';
}

std::string safe_name(std::string_view name) {
  std::string safe;
  for (const char c : name.substr(0, kNameBytesMax)) safe += is_name_byte(c) ? c : '_';
  return safe.empty() ? "unnamed" : safe;
}

}  // namespace

ports::ScanResult read_answer(std::string_view answer) {
  using enum ports::ScanResult::State;
  constexpr std::string_view kHead = "stream: ";
  constexpr std::string_view kFound = " FOUND";
  answer = trimmed(answer.substr(0, answer.find('\0')));
  if (!answer.starts_with(kHead)) return {};
  const std::string_view said = answer.substr(kHead.size());
  if (said == "OK") return {clean, {}};
  if (!said.ends_with(kFound)) return {};
  return {infected, safe_name(said.substr(0, said.size() - kFound.size()))};
}

}  // namespace lethe::clamav
