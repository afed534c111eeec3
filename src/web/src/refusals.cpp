#include "refusals.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace lethe::web {
namespace {

constexpr std::string_view kPlace = "{}";

// Sentences that are not one literal in a use case; the catalogues take those from there
// (script/translations).
constexpr std::array kSentences{
    marked("a hold ({}) keeps this; lift it first"),
    marked("a hold ({}) came first"),
    marked("ticket {} is erased"),
    marked("ticket {} is another person's"),
    marked("ticket {} became another person's"),
    marked("Ticket #{} is merged into ticket #{} (id {}). Change that one, or undo the merge."),
    marked("The files are {} MB together; a mail carries at most 18 MB. Leave one out, or send it "
           "in a second answer."),
    marked("The file is quarantined ({}). An administrator may release it."),
    marked("The scanner still finds {} in it."),
    marked("There is no placeholder {}."),
    marked("a rule's age is 1 to {} days"),
    marked("at most {} rules, disabled ones included"),
    // Why an erasure waits.
    marked("a mail to this person is leaving right now; it goes on by itself"),
    marked("the replica cannot be reached: {}"),
    marked("the replica cannot be brought up to date: {}"),
    // What layers below refuse, and what is put together of words alone.
    marked("the address belongs to another person"),
    marked("the password is too long"),
    marked("there is no such type"),
    // What the program's settings and forms refuse.
    marked("Mail to this address comes in already."),
    marked("A path without quotation marks, backslashes and line breaks."),
    marked("The second copy must not lie in the data directory."),
    marked("The keyring itself lies there."),
    marked("The folder around it does not exist or cannot be written."),
    marked("This is a file. Say an empty folder, or one that does not exist yet."),
    marked("This folder holds other files. Say an empty one, or one that does not exist "
           "yet."),
    marked("Say the folder."),
    marked("Say your name."),
    marked("Say the name."),
    marked("One of the addresses is none."),
    marked("At most 20 files at once."),
    marked("Say in a few words what it is about."),
    marked("Write the message."),
    marked("No outgoing mail server is set up."),
};

// What stands at the places of `pattern`; nothing when `detail` was not made from it.
std::optional<std::vector<std::string_view>> values_in(std::string_view detail,
                                                       std::string_view pattern) {
  std::vector<std::string_view> values;
  const std::size_t first = std::min(pattern.find(kPlace), pattern.size());
  if (!detail.starts_with(pattern.substr(0, first))) return std::nullopt;
  detail.remove_prefix(first);
  pattern.remove_prefix(first);
  while (!pattern.empty()) {
    pattern.remove_prefix(kPlace.size());
    const std::string_view behind = pattern.substr(0, pattern.find(kPlace));
    const std::size_t end = behind.empty() ? detail.size() : detail.find(behind);
    if (end == std::string_view::npos) return std::nullopt;
    values.push_back(detail.substr(0, end));
    detail.remove_prefix(end + behind.size());
    pattern.remove_prefix(behind.size());
  }
  return detail.empty() ? std::optional{std::move(values)} : std::nullopt;
}

// A value may hold "{}" itself: what was filled in is not looked at again.
std::string filled(std::string_view sentence, const std::vector<std::string_view>& values) {
  std::string out;
  for (const std::string_view value : values) {
    const std::size_t place = sentence.find(kPlace);
    if (place == std::string_view::npos) break;
    out.append(sentence.substr(0, place)).append(value);
    sentence.remove_prefix(place + kPlace.size());
  }
  return out.append(sentence);
}

}  // namespace

std::string refusal_words(const Text& words, std::string_view detail) {
  for (const std::string_view pattern : kSentences) {
    if (const auto values = values_in(detail, pattern)) return filled(words(pattern), *values);
  }
  return words(detail);
}

}  // namespace lethe::web
