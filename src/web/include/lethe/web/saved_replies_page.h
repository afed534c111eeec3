// Saved replies in the settings: the list, and one of them with its preview.
#pragma once

#include <string>
#include <vector>

#include "lethe/web/pages.h"

namespace lethe::web::views {

struct SavedReplies {
  struct Row {
    std::string title, group, language;  // empty: all groups, any language
    Url page;
  };
  struct Change {
    Instant at;
    std::string what;  // "Refund text added"
    std::string by;    // empty: the command line
  };
  std::vector<Row> rows;
  Paging paging;
  std::vector<Change> changes;
};

struct SavedReplyEditor {
  struct Placeholder {
    std::string written, what;  // "{{customer.name}}", "the person's name"
  };
  std::string id;       // empty: a new one
  std::string version;  // what was loaded; stops a save when someone was faster
  std::string title, text;
  Options groups, languages;
  std::vector<Placeholder> placeholders;
  std::optional<RichText> preview;  // with invented facts
  FormErrors errors;                // "title", "text", "group", "language"
};

}  // namespace lethe::web::views

namespace lethe::web {

[[nodiscard]] std::string render(const PageContext& page, const views::SavedReplies& view);
[[nodiscard]] std::string render(const PageContext& page, const views::SavedReplyEditor& view);

}  // namespace lethe::web
