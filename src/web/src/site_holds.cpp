// Holds: the list, a new one, lifting.
#include <array>
#include <map>
#include <span>

#include "lethe/app/holds.h"
#include "lethe/base/text.h"
#include "lethe/ports/bulk.h"
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

// What the holds of a list are on and who placed them, each asked once for all of them.
class Named {
 public:
  static Result<Named> read(Visit& visit, const ports::Reading& tx,
                            std::span<const app::HoldView> holds) {
    std::vector<core::TicketId> tickets;
    std::vector<core::PersonId> people;
    Named named;
    for (const app::HoldView& hold : holds) {
      if (hold.row.ticket) tickets.push_back(*hold.row.ticket);
      if (!hold.row.ticket) people.push_back(*hold.row.person);
      if (named.agents_.contains(hold.row.by)) continue;
      const auto who = app::agent_in_few_words(visit.app, tx, hold.row.by);
      named.agents_.emplace(hold.row.by, who ? who->name : "");
    }
    LETHE_TRY(const auto rows, ports::bulk(tx).tickets(tickets));
    for (const auto& row : rows) named.tickets_.emplace(row.id, row.number);
    LETHE_TRY(const auto persons,
              app::view_people(visit.app, tx, std::span<const core::PersonId>{people}));
    for (const auto& person : persons) named.people_.emplace(person.id, app::shown_name(person));
    return named;
  }

  [[nodiscard]] std::string target(const Text& words, const ports::HoldRow& hold) const {
    if (hold.ticket) {
      const auto number = tickets_.find(*hold.ticket);
      return number == tickets_.end() ? words("A ticket")
                                      : words.with("Ticket #{}", std::to_string(number->second));
    }
    const auto name = people_.find(*hold.person);
    return name == people_.end() ? words("Deleted person") : name->second;
  }
  [[nodiscard]] const std::string& by(const ports::HoldRow& hold) const {
    return agents_.at(hold.by);
  }

 private:
  std::map<core::TicketId, std::int64_t> tickets_;
  std::map<core::PersonId, std::string> people_;
  std::map<core::AgentId, std::string> agents_;
};

constexpr std::int64_t kHoldsOnPage = 50;

// The page's part of all `count`; "from" of the address is the first, 1-based.
views::Paging paging_of(const Fields& query, std::int64_t count) {
  const std::int64_t asked = parse_id_digits(query.get("from")).value_or(1);
  const std::int64_t first = asked < 1 || asked > count ? 1 : asked;
  const auto at = [](std::int64_t from) {
    Fields fields;
    fields.add("from", std::to_string(from));
    return url_for("/holds", {}, fields);
  };
  views::Paging paging{.first = count > 0 ? first : 0,
                       .last = std::min(first + kHoldsOnPage - 1, count),
                       .total = count};
  if (first > 1) paging.previous = at(std::max<std::int64_t>(first - kHoldsOnPage, 1));
  if (paging.last < count) paging.next = at(paging.last + 1);
  return paging;
}

Result<views::Holds> holds_view(Visit& visit, const ports::Reading& tx) {
  views::Holds view;
  LETHE_TRY(auto rows, tx.retention().holds());
  view.paging = paging_of(visit.request.query(), std::ssize(rows));
  rows.erase(rows.begin() + view.paging.last, rows.end());
  rows.erase(rows.begin(), rows.begin() + std::max<std::int64_t>(view.paging.first - 1, 0));
  LETHE_TRY(const auto holds, app::view_holds(visit.app, tx, std::move(rows)));
  LETHE_TRY(const auto named, Named::read(visit, tx, holds));
  for (const auto& hold : holds) {
    const Url url = hold.row.ticket ? url_for("/tickets/{id}", {hold.row.ticket->to_string()})
                                    : url_for("/people/{id}", {hold.row.person->to_string()});
    view.rows.push_back({hold.row.id.to_string(), named.target(visit.words(), hold.row), url,
                         ground_words(visit.words(), hold.row.ground), hold.reason,
                         named.by(hold.row), hold.row.created_at, hold.row.until});
  }
  return view;
}

Answer list_page(Visit& visit) {
  visit.page.shell.place = Place::holds;
  LETHE_TRY(const auto view, read_from<views::Holds>(visit.app, [&](const ports::Reading& tx) {
              return holds_view(visit, tx);
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
