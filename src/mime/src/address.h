// Address lists with what was wrong in them.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "lethe/mime/message.h"
#include "words.h"

namespace lethe::mime {

struct AddressList {
  std::vector<Mailbox> mailboxes;
  bool truncated = false;
  LineFlaws flaws;
};

// `value` may be folded.
[[nodiscard]] AddressList read_addresses(std::string_view value);

}  // namespace lethe::mime
