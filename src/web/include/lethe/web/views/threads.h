// The page on which a ticket is merged, split or given to another person, and proposals about it
// are decided.
#pragma once

#include <string>
#include <vector>

#include "lethe/web/views/common.h"

namespace lethe::web::views {

struct Threads {
  std::string id;
  std::int64_t number = 0;
  std::string subject;
  struct Proposal {
    std::string id;
    std::string text;
    Url other;  // empty when there is none
    std::string other_label;
    bool can_accept = false;  // else it can only be put away
  };
  std::vector<Proposal> proposals;
  struct Merged {
    std::string id;
    std::string label;
  };
  std::vector<Merged> merged;
  struct Choice {
    std::string id;
    std::string author;
    std::string snippet;
    Instant at;
  };
  std::vector<Choice> messages;
  std::string requester_email;  // as they were typed
  std::string requester_name;
  FormErrors errors;
};

}  // namespace lethe::web::views

namespace lethe::web {
[[nodiscard]] std::string render(const views::PageContext& page, const views::Threads& view);
}  // namespace lethe::web
