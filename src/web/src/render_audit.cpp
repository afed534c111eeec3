#include "dict.h"
#include "lethe/web/audit_page.h"

namespace lethe::web {

std::string render(const PageContext& page, const views::Audit& view) {
  return expand_page("audit.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Audit"));
    dict.options("TOPICS", view.topics).options("AGENTS", view.agents).paging(view.paging);
    dict.show_if(!view.rows.empty(), "HAS_ROWS");
    dict.show_if(view.rows.empty() && view.is_filtered, "NOTHING_FOUND");
    dict.show_if(view.rows.empty() && !view.is_filtered, "IS_EMPTY_LIST");
    for (const views::Audit::Row& row : view.rows) {
      const Dict each = dict.each("ROW");
      each.time("AT", row.at).text("ROW_WHAT", row.what).text("ROW_WHOSE", row.whose);
      each.text("ROW_THING", row.thing.label).url("ROW_URL", row.thing.url);
      const bool is_machine = row.who.name.empty() && !row.who.former;
      each.choose(is_machine, "BY_MACHINE", "BY_AGENT");
      if (!is_machine) each.agent("WHO", row.who);
    }
  });
}

}  // namespace lethe::web
