// Holds: the list, a new one, lifting.
#include <array>
#include <charconv>

#include "lethe/app/holds.h"
#include "lethe/base/text.h"
#include "site_rows.h"

namespace lethe::web {
namespace {

std::string target_words(Visit& visit, const ports::Reading& tx, const ports::HoldRow& hold) {
  if (hold.ticket) {
    const auto row = tx.tickets().find(*hold.ticket);
    return row ? visit.words().with("Ticket #{}", std::to_string(row->number))
               : visit.words()("A ticket");
  }
  const auto person = app::view_person(visit.app, tx, *hold.person);
  return person ? app::shown_name(*person) : visit.words()("Deleted person");
}

Answer list_page(Visit& visit) {
  visit.page.shell.place = Place::holds;
  LETHE_TRY(
      const auto view,
      read_from<views::Holds>(visit.app, [&](const ports::Reading& tx) -> Result<views::Holds> {
        views::Holds holds;
        LETHE_TRY(const auto rows, app::list_holds(visit.app, tx));
        for (const auto& hold : rows) {
          const auto who = app::agent_in_few_words(visit.app, tx, hold.row.by);
          const Url url = hold.row.ticket ? url_for("/tickets/{id}", {hold.row.ticket->to_string()})
                                          : url_for("/people/{id}", {hold.row.person->to_string()});
          holds.rows.push_back({hold.row.id.to_string(), target_words(visit, tx, hold.row), url,
                                ground_words(visit.words(), hold.row.ground), hold.reason,
                                who ? who->name : "", hold.row.created_at, hold.row.until});
        }
        const auto count = std::ssize(holds.rows);
        holds.paging = {count > 0 ? 1 : 0, count, count, false, {}, {}};
        return holds;
      }));
  return show(visit, view);
}

// "ticket" or "person" with its id, from the address or the form.
Result<views::NewHold> new_hold_view(Visit& visit, const Fields& fields) {
  ports::HoldRow target{.id = core::HoldId::of(1), .by = visit.me()};
  views::NewHold view;
  view.target_field = fields.has("ticket") ? "ticket" : "person";
  view.target_id = fields.get(view.target_field);
  if (view.target_field == "ticket") {
    LETHE_TRY(target.ticket, core::TicketId::parse(view.target_id));
    view.back = url_for("/tickets/{id}", {view.target_id});
  } else {
    LETHE_TRY(target.person, core::PersonId::parse(view.target_id));
    view.back = url_for("/people/{id}", {view.target_id});
  }
  LETHE_TRY(view.target, read_from<std::string>(visit.app, [&](const ports::Reading& tx) {
              return Result<std::string>{target_words(visit, tx, target)};
            }));
  for (const char* ground :
       {"art-17-3-a", "art-17-3-b", "art-17-3-c", "art-17-3-d", "art-17-3-e"}) {
    view.grounds.push_back(
        {ground, ground_words(visit.words(), ground), fields.get("ground") == ground});
  }
  view.note = fields.get("note");
  view.until = fields.get("until");
  return view;
}

Answer new_page(Visit& visit) {
  visit.page.shell.place = Place::holds;
  LETHE_TRY(const auto view, new_hold_view(visit, visit.request.query()));
  return show(visit, view);
}

Result<core::HoldId> place(Visit& visit, const Fields& fields) {
  app::HoldOrder order{.ground = std::string{fields.get("ground")},
                       .reason = std::string{trimmed(fields.get("note"))},
                       .by = visit.me()};
  if (fields.has("ticket")) {
    LETHE_TRY(order.ticket, core::TicketId::parse(fields.get("ticket")));
  } else {
    LETHE_TRY(order.person, core::PersonId::parse(fields.get("person")));
  }
  if (const auto until = trimmed(fields.get("until")); !until.empty()) {
    const auto day = parse_rfc3339(std::string{until} + "T23:59:59Z");
    if (!day) return fail(Errc::invalid_argument, "Write the date as 2027-02-18.", "until");
    order.until = *day;
  }
  return app::place_hold(visit.app, order);
}

Answer create(Visit& visit, const MultipartForm& form) {
  const auto hold = place(visit, form.fields);
  if (hold) {
    const bool is_ticket = form.fields.has("ticket");
    const std::string_view id = form.fields.get(is_ticket ? "ticket" : "person");
    return go_to(url_for(is_ticket ? "/tickets/{id}" : "/people/{id}", {id}), "hold-placed");
  }
  visit.page.shell.place = Place::holds;
  LETHE_TRY(auto view, new_hold_view(visit, form.fields));
  view.errors = form_errors(visit, hold.error(), "note");
  if (view.errors.front().field == "reason") view.errors.front().field = "note";
  return show(visit, view, 422);
}

Answer lift(Visit& visit, const MultipartForm&) {
  LETHE_TRY(const auto id, path_id<core::HoldId>(visit.request));
  LETHE_CHECK(app::lift_hold(visit.app, id));
  return go_to(url_for("/holds"), "hold-lifted");
}

}  // namespace

void add_hold_routes(SiteRoutes& routes) {
  constexpr auto kOfficer = ports::Role::privacy_officer;
  routes.page("/holds", kOfficer, list_page);
  routes.page("/holds/new", kOfficer, new_page);
  routes.form("/holds", kOfficer, create);
  routes.form("/holds/{id}/lift", kOfficer, lift);
}

}  // namespace lethe::web
