// The list of tickets and what is made from it.
#include "dict.h"
#include "lethe/web/pages.h"

namespace lethe::web {
namespace {

void fill_filters(const Dict& dict, const views::Inbox& view) {
  for (const views::Tab& tab : view.tabs) {
    dict.each("TAB")
        .text("TAB_LABEL", tab.label)
        .url("TAB_URL", tab.url)
        .number("TAB_COUNT", tab.count)
        .show_if(tab.current, "TAB_CURRENT");
  }
  for (const views::FilterChip& chip : view.chips) {
    dict.each("CHIP")
        .text("CHIP_FIELD", chip.field)
        .text("CHIP_VALUE", chip.value)
        .url("CHIP_URL", chip.remove);
  }
  for (const views::FilterField& field : view.filters) {
    dict.each("FILTER_FIELD")
        .text("FIELD_NAME", field.name)
        .text("FIELD_LABEL", field.label)
        .options("FIELD_OPTIONS", field.options);
  }
  dict.show_if(!view.filters.empty(), "HAS_FILTER_FIELDS");
  dict.text("QUERY", view.query).options("SORTS", view.sorts).hidden_fields(view.kept_query);
  dict.show_if(view.query.empty(), "NO_QUERY");
}

void fill_row(const Dict& dict, const views::TicketRow& row) {
  const bool is_shell = row.subject.empty() && row.retention.kind == views::Retention::Kind::erased;
  dict.text("ROW_ID", row.id).url("ROW_URL", row.url).person("WHO", row.person);
  dict.show_if(is_shell, "ROW_IS_SHELL");
  dict.text("ROW_SUBJECT", is_shell
                               ? dict.words().with("Erased ticket #{}", std::to_string(row.number))
                           : row.subject.empty() ? dict.words()("(no subject)")
                                                 : row.subject);
  dict.text("SNIPPET", row.snippet).show_if(row.snippet_is_ours, "SNIPPET_IS_OURS");
  dict.texts("ROW_TAG", "TAG", row.tags).status(row.status).retention(row.retention);
  dict.show_if(row.unread, "UNREAD").text("PRESENCE", row.presence);
  dict.show_if(row.presence.empty(), "NO_PRESENCE");
  dict.choose(row.assignee.has_value(), "HAS_ASSIGNEE", "NO_ASSIGNEE");
  if (row.assignee) dict.agent("ASSIGNEE", *row.assignee);
  dict.time("UPDATED", row.updated_at);
}

void fill_list(const Dict& dict, const views::Inbox& view) {
  const Text& words = dict.words();
  const bool is_new = view.rows.empty() && view.installation_is_empty;
  if (is_new) {
    dict.show("IS_NEW_INSTALLATION").text("FIRST_MAIL_TO", view.first_mail_to);
  } else {
    dict.choose(view.rows.empty(), "IS_EMPTY_LIST", "HAS_ROWS");
  }
  for (const views::TicketRow& row : view.rows) fill_row(dict.each("ROW"), row);
  dict.paging(view.paging).show("LIST_KEYS");
  dict.options("BULK_AGENTS", view.agents).show_if(view.can_erase, "CAN_ERASE");
  dict.text("ALL_MATCHING",
            words.plural("Select the one that matches", "Select all {} that match", view.matching));
}

}  // namespace

std::string render(const PageContext& page, const views::Inbox& view) {
  return expand_page("inbox.tpl", page, [&](const Dict& dict) {
    const std::string title = view.title.empty() ? dict.words()("Inbox") : view.title;
    dict.text("PAGE_TITLE", title).text("INBOX_TITLE", title);
    web_protocol::Fields whole = view.kept_query;
    if (!view.query.empty()) whole.add("q", view.query);
    dict.url("SAVE_VIEW_URL", url_for("/views/new", {}, whole));
    dict.url("PRESENCE_URL", view.presence_stream).url("LIST_URL", view.self);
    fill_filters(dict, view);
    fill_list(dict, view);
  });
}

std::string render(const PageContext& page, const views::NewTicket& view) {
  return expand_page("new_ticket.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("New ticket")).errors(view.errors);
    dict.text("EMAIL", view.email).text("NAME", view.name).text("TAGS", view.tags);
    dict.text("FORM_SUBJECT", view.subject).text("FORM_TEXT", view.text);
    dict.options("GROUPS", view.groups)
        .options("TYPES", view.types)
        .options("ASSIGNEES", view.assignees);
    dict.choose(view.can_send, "CAN_SEND", "CANNOT_SEND");
  });
}

std::string render(const PageContext& page, const views::SaveView& view) {
  return expand_page("save_view.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Save view")).errors(view.errors);
    dict.text("NAME", view.name).text("VIEW_QUERY", view.query);
    for (const views::FilterChip& chip : view.chips) {
      dict.each("CHIP").text("CHIP_FIELD", chip.field).text("CHIP_VALUE", chip.value);
    }
    dict.show_if(!view.chips.empty(), "HAS_CHIPS");
  });
}

}  // namespace lethe::web
