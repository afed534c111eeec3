#include "error_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lethe::web {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

// The layers below speak to operators too. Named here, the translator finds them.
constexpr std::array kWords{
    Words{"this address is an agent's already", marked("An agent has this address already.")},
    Words{"the present password is wrong", marked("This is not your present password.")},
    Words{"write something first", marked("Write something first.")},
    Words{"at most 100 addresses", marked("At most 100 addresses.")},
    Words{"lethe.toml cannot be written", marked("The file lethe.toml cannot be written.")},
    Words{"", marked("Mail to this address comes in already.")},
    Words{"", marked("Say the whole path, beginning with a slash.")},
    Words{"", marked("A path without quotation marks, backslashes and line breaks.")},
    Words{"", marked("The second copy must not lie in the data directory.")},
    Words{"", marked("The keyring itself lies there.")},
    Words{"", marked("The folder around it does not exist or cannot be written.")},
    Words{"", marked("This is a file. Say an empty folder, or one that does not exist yet.")},
    Words{"", marked("This folder holds other files. Say an empty one, or one that does not exist "
                     "yet.")},
    Words{"", marked("Say the folder.")},
    Words{"", marked("Say your name.")},
    Words{"", marked("Say the name.")},
    Words{"", marked("One of the addresses is none.")},
    Words{"", marked("At most 20 files at once.")},
    Words{"", marked("Say in a few words what it is about.")},
    Words{"", marked("Write the message.")},
    Words{"", marked("No outgoing mail server is set up.")},
    Words{"", marked("One of the people on Cc has left this conversation. Take the address out.")},
};

}  // namespace

std::string error_words(const Text& words, std::string_view detail) {
  const auto known = std::ranges::find(kWords, detail, &Words::first);
  return words(known != kWords.end() && !detail.empty() ? known->second : detail);
}

}  // namespace lethe::web
