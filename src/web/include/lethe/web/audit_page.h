// The audit: who did what, when, newest first, by topic and by agent.
#pragma once

#include <string>
#include <vector>

#include "lethe/web/pages.h"

namespace lethe::web::views {

struct Audit {
  struct Row {
    Instant at;
    AgentRef who;       // without a name: the command line
    std::string what;   // "added a retention rule"
    std::string whose;  // the agent it was done to
    Link thing;         // what it was done to: "the ticket"
  };
  std::vector<Row> rows;
  Options topics, agents;
  bool is_filtered = false;
  Paging paging;
};

}  // namespace lethe::web::views

namespace lethe::web {

[[nodiscard]] std::string render(const PageContext& page, const views::Audit& view);

}  // namespace lethe::web
