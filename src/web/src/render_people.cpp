// People and search results.
#include "dict.h"
#include "lethe/web/pages.h"
#include "render_panels.h"

namespace lethe::web {
namespace {

void fill_person_tickets(const Dict& dict, const views::Person& view) {
  for (const views::PersonTicket& ticket : view.tickets) {
    dict.each("TICKET_ROW")
        .text("TICKET_SUBJECT",
              ticket.subject.empty() ? dict.words()("(no subject)") : ticket.subject)
        .digits("TICKET_NUMBER", ticket.number)
        .url("TICKET_URL", ticket.url)
        .status(ticket.status)
        .time("UPDATED", ticket.updated_at)
        .retention(ticket.retention);
  }
  dict.choose(view.tickets.empty(), "NO_TICKETS", "HAS_TICKETS")
      .number("TICKETS_TOTAL", view.tickets_total);
}

void fill_holdings(const Dict& dict, const views::Person& view) {
  for (const views::Holding& holding : view.holdings) {
    dict.each("HOLDING")
        .text("HOLDING_WHAT", holding.what)
        .number("HOLDING_COUNT", holding.count)
        .text("HOLDING_PURPOSE", holding.purpose)
        .text("HOLDING_BASIS", holding.basis)
        .text("HOLDING_UNTIL", holding.until);
  }
  for (const views::Look& look : view.looks) {
    dict.each("LOOK")
        .text("LOOK_AGENT", look.agent)
        .text("LOOK_WHAT", look.what)
        .time_ago("AT", look.at);
  }
  dict.choose(view.looks.empty(), "NO_LOOKS", "HAS_LOOKS");
  dict.texts("PROTECTION", "PROTECTION_TEXT", view.protected_by);
}

}  // namespace

std::string render(const PageContext& page, const views::People& view) {
  return expand_page("people.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("People")).text("QUERY", view.query);
    for (const views::PersonRow& row : view.rows) {
      const Dict each = dict.each("ROW");
      each.person("WHO", row.person)
          .text("ROW_COMPANY", row.company)
          .texts("ROW_TAG", "TAG", row.tags);
      each.number("ROW_TICKETS", row.tickets).retention(row.retention);
      if (row.last_seen) each.time("LAST_SEEN", *row.last_seen);
    }
    dict.choose(view.rows.empty(), "IS_EMPTY_LIST", "HAS_ROWS").paging(view.paging);
  });
}

std::string render(const PageContext& page, const views::Person& view) {
  return expand_page("person.tpl", page, [&](const Dict& dict) {
    const views::PersonRef& person = view.panel.person;
    const std::string name = view.erased           ? dict.words()("Deleted person")
                             : person.name.empty() ? person.address
                                                   : person.name;
    dict.text("PAGE_TITLE", name).text("TITLE_NAME", name);
    dict.choose(view.erased, "ERASED_PERSON", "LIVE_PERSON")
        .url("CERTIFICATE_URL", view.certificate);
    if (view.erased_at) dict.text("ERASED_DATE", dict.words().date(*view.erased_at));
    if (view.erased) return;
    web_protocol::Fields hold;
    hold.add("person", view.id);
    dict.url("PERSON_HOLD_URL", url_for("/holds/new", {}, hold))
        .show_if(view.can_erase, "CAN_HOLD_PERSON");
    dict.url("EDIT_URL", url_for("/people/{id}/edit", {view.id}))
        .show_if(view.can_edit, "CAN_EDIT");
    dict.texts("PERSON_TAG", "TAG", view.tags);
    fill_person_tickets(dict, view);
    fill_holdings(dict, view);
    fill_person_panel(dict.each("PANEL"), view.panel);
    fill_retention_panel(dict.each("OWN"), view.retention, {});
  });
}

std::string render(const PageContext& page, const views::EditPerson& view) {
  return expand_page("edit_person.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Correct the data")).errors(view.errors);
    dict.url("BACK_URL", url_for("/people/{id}", {view.id}));
    dict.url("ACTION_URL", url_for("/people/{id}/edit", {view.id}));
    dict.text("FORM_NAME", view.name)
        .text("FORM_EMAILS", view.emails)
        .text("FORM_PHONES", view.phones);
    dict.text("FORM_COMPANY", view.company).text("FORM_TAGS", view.tags);
    dict.options("LANGUAGES", view.languages);
  });
}

std::string render(const PageContext& page, const views::Search& view) {
  return expand_page("search.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Search")).text("QUERY", view.query);
    dict.show_if(view.index_is_rebuilding, "INDEX_REBUILDING");
    for (const views::PersonRow& row : view.people) {
      dict.each("PERSON_HIT")
          .person("WHO", row.person)
          .text("HIT_TICKETS", dict.words().plural("{} ticket", "{} tickets", row.tickets));
    }
    for (const views::SearchHit& hit : view.tickets) {
      dict.each("HIT")
          .text("HIT_TITLE", hit.title.empty() ? dict.words()("(no subject)") : hit.title)
          .url("HIT_URL", hit.url)
          .person("WHO", hit.person)
          .text("HIT_BEFORE", hit.before)
          .text("HIT_MATCHED", hit.matched)
          .text("HIT_AFTER", hit.after)
          .status(hit.status)
          .time("AT", hit.at);
    }
    dict.show_if(!view.people.empty(), "HAS_PEOPLE").show_if(!view.tickets.empty(), "HAS_TICKETS");
    const std::string total = dict.words().number(std::ssize(view.tickets));
    dict.text("TICKETS_TOTAL", view.has_more ? dict.words().with("{} or more", total) : total);
    dict.url("MORE_URL", view.more);
    dict.show_if(view.has_more && view.more.text().empty(), "NARROW_IT");
    dict.show_if(view.is_unknown_status, "UNKNOWN_STATUS");
    const bool found_nothing = view.people.empty() && view.tickets.empty();
    dict.show_if(view.query.empty(), "NO_QUERY");
    dict.show_if(!view.query.empty() && found_nothing, "IS_EMPTY_LIST");
  });
}

}  // namespace lethe::web
