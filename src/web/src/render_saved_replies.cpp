#include "dict.h"
#include "lethe/web/saved_replies_page.h"

namespace lethe::web {

std::string render(const PageContext& page, const views::SavedReplies& view) {
  return expand_page("settings_replies.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Saved replies")).show("TAB_REPLIES");
    dict.choose(view.rows.empty(), "IS_EMPTY_LIST", "HAS_ROWS").paging(view.paging);
    for (const views::SavedReplies::Row& row : view.rows) {
      dict.each("ROW")
          .text("ROW_TITLE", row.title)
          .text("ROW_GROUP", row.group.empty() ? dict.words()("all groups") : row.group)
          .text("ROW_LANGUAGE", row.language.empty() ? dict.words()("any language") : row.language)
          .url("ROW_URL", row.page);
    }
    dict.show_if(!view.changes.empty(), "HAS_CHANGES");
    for (const views::SavedReplies::Change& change : view.changes) {
      dict.each("CHANGE")
          .time_ago("CHANGED", change.at)
          .text("CHANGE_WHAT", change.what)
          .text("CHANGE_BY", change.by);
    }
  });
}

std::string render(const PageContext& page, const views::SavedReplyEditor& view) {
  return expand_page("settings_reply.tpl", page, [&](const Dict& dict) {
    const bool is_new = view.id.empty();
    const std::string heading =
        is_new ? dict.words()("New saved reply") : dict.words()("Change a saved reply");
    dict.text("PAGE_TITLE", heading).text("HEADING", heading).show("TAB_REPLIES");
    dict.url("REPLY_URL",
             is_new ? url_for("/settings/replies") : url_for("/settings/replies/{id}", {view.id}));
    dict.errors(view.errors).text("VERSION", view.version).show_if(!is_new, "CAN_REMOVE");
    dict.text("REPLY_TITLE", view.title).text("REPLY_TEXT", view.text);
    dict.options("GROUPS", view.groups).options("LANGUAGES", view.languages);
    for (const views::SavedReplyEditor::Placeholder& each : view.placeholders) {
      dict.each("PLACEHOLDER").text("WRITTEN", each.written).text("MEANS", each.what);
    }
    if (view.preview) dict.each("PREVIEW").rich_text("BLOCKS", *view.preview);
  });
}

}  // namespace lethe::web
