// People: list, page, export, hidden values.
#include "site_people.h"

#include <algorithm>
#include <map>
#include <span>

#include "lethe/app/erasure.h"
#include "lethe/app/export_person.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/search.h"
#include "lethe/base/text.h"
#include "pulled_document.h"
#include "site_ticket.h"

namespace lethe::web {

Result<app::PersonView> person_of(Visit& visit, core::PersonId id) {
  return read_from<app::PersonView>(
      visit.app, [&](const ports::Reading& tx) { return app::view_person(visit.app, tx, id); });
}

namespace {

constexpr int kPageRows = 50;
constexpr int kTicketsShown = 100;

// --- List ---

struct Asked {
  std::int64_t tickets = 0;
  const ports::TicketRow* last = nullptr;  // changed last
};

// How many tickets each person has and which changed last, of `facts`.
std::map<core::PersonId, Asked> asked_by(const ports::FactRows& facts) {
  std::map<core::PersonId, Asked> all;
  for (const ports::TicketRow& ticket : facts.tickets) {
    Asked& asked = all[*ticket.requester];
    asked.tickets += 1;
    if (asked.last == nullptr || ticket.updated_at > asked.last->updated_at) asked.last = &ticket;
  }
  return all;
}

}  // namespace

Result<std::vector<views::PersonRow>> person_rows(const ports::Reading& tx, Fates& fates,
                                                  const std::vector<app::PersonView>& people,
                                                  const Lists& lists) {
  std::vector<views::PersonRow> rows;
  if (people.empty()) return rows;
  ports::FactsQuery query;
  for (const app::PersonView& person : people) query.only.push_back(person.id);
  LETHE_TRY(const auto facts, tx.retention().facts(query));
  const auto asked = asked_by(facts);
  std::vector<const ports::TicketRow*> last;
  for (const auto& [person, one] : asked) last.push_back(one.last);
  LETHE_CHECK(fates.read_ahead(last));
  for (const app::PersonView& person : people) {
    views::PersonRow& row = rows.emplace_back();
    row.person = person_ref(person);
    row.company = person.profile.company;
    for (const core::TagId tag : person.tags) row.tags.push_back(lists.tag(tag));
    const auto found = asked.find(person.id);
    if (found == asked.end()) continue;
    row.tickets = found->second.tickets;
    row.last_seen = found->second.last->updated_at;
    row.retention = fates.of(*found->second.last);
  }
  return rows;
}

namespace {

Result<std::vector<app::PersonView>> people_of_page(Visit& visit, const ports::Reading& tx,
                                                    views::Paging& paging) {
  ports::People::Page page;
  page.limit = kPageRows + 1;
  const auto parts = split(visit.request.query().get("before"), ':');
  std::int64_t first = 1;
  if (parts.size() == 3) {
    const auto at = parse_id_digits(parts[0]);
    const auto id = core::PersonId::parse(parts[1]);
    const auto from = parse_id_digits(parts[2]);
    if (at && id && from) {
      page.before = {{instant_of(*at), *id}};
      first = *from;
      paging.previous = url_for("/people");
    }
  }
  LETHE_TRY(auto rows, tx.people().list(page));
  const bool more = std::ssize(rows) > kPageRows;
  if (more) rows.pop_back();
  LETHE_TRY(auto people, app::view_people(visit.app, tx, std::span<const ports::PersonRow>{rows}));
  if (people.empty()) return people;
  paging.first = first;
  paging.last = first + std::ssize(rows) - 1;
  // A count would read every person there is; the last page knows it anyway.
  paging.total = paging.last;
  paging.total_is_unknown = more;
  if (more) {
    Fields fields;
    fields.add("before", std::to_string(unix_seconds(rows.back().created_at)) + ":" +
                             rows.back().id.to_string() + ":" + std::to_string(paging.last + 1));
    paging.next = url_for("/people", {}, fields);
  }
  return people;
}

Result<std::vector<app::PersonView>> people_found(Visit& visit, const ports::Reading& tx,
                                                  const std::string& query) {
  LETHE_TRY(auto found, app::search(visit.app, tx, query, visit.me(), 200));
  return std::move(found.people);
}

Answer people_page(Visit& visit) {
  visit.page.shell.place = Place::people;
  const std::string query{trimmed(visit.request.query().get("q"))};
  LETHE_TRY(
      const auto view,
      read_from<views::People>(visit.app, [&](const ports::Reading& tx) -> Result<views::People> {
        views::People people;
        people.query = query;
        LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
        LETHE_TRY(auto fates, Fates::read(visit.app, tx, visit.words(), lists));
        LETHE_TRY(const auto found, query.empty() ? people_of_page(visit, tx, people.paging)
                                                  : people_found(visit, tx, query));
        LETHE_TRY(people.rows, person_rows(tx, fates, found, lists));
        return people;
      }));
  return show(visit, view);
}

// --- One person ---

std::vector<views::Holding> holdings_view(Visit& visit, const app::Holdings& held) {
  const Text& words = visit.words();
  const std::string by_rule = words("with the tickets, by rule or at request");
  const std::string service = words("Answering the request");
  const std::string contract = "Art. 6(1)(b)";
  std::vector<views::Holding> rows;
  const auto add = [&](std::string what, std::int64_t count, std::string until) {
    if (count > 0) {
      rows.push_back({std::move(what), count, service, contract, std::move(until)});
    }
  };
  add(words("Tickets"), held.tickets, by_rule);
  add(words("Tickets of others, as participant"), held.shared_tickets, by_rule);
  add(words("Messages"), held.messages, by_rule);
  add(words("Files"), held.attachments, by_rule);
  add(words("Original mails"), held.raw_copies, words("as long as Settings, Mail says"));
  add(words("Addresses"), held.addresses, words("as long as the person"));
  return rows;
}

Result<views::Person> person_view(Visit& visit, const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const auto person, app::view_person(visit.app, tx, id));
  LETHE_TRY(const auto lists, Lists::read(visit.app, tx));
  LETHE_TRY(auto fates, Fates::read(visit.app, tx, visit.words(), lists));
  views::Person view;
  view.id = id.to_string();
  view.panel = person_panel(visit, person);
  LETHE_CHECK(fill_bounces(visit, tx, person, view.panel));
  for (const core::TagId tag : person.tags) view.tags.push_back(lists.tag(tag));
  ports::TicketQuery query;
  query.participant = id;
  query.with_spam_and_trash = true;
  query.limit = kTicketsShown;
  LETHE_TRY(const auto tickets, app::list_tickets(visit.app, tx, query, visit.me()));
  LETHE_CHECK(fates.read_ahead(tickets));
  for (const auto& ticket : tickets) {
    view.tickets.push_back({ticket.row.number, subject_in_list(visit.words(), ticket.subject),
                            url_for("/tickets/{id}", {ticket.row.id.to_string()}),
                            status_of(ticket.row.state), ticket.row.updated_at,
                            fates.of(ticket.row)});
  }
  LETHE_TRY(const auto held, app::holdings_of(visit.app, tx, id));
  view.tickets_total = held.tickets + held.shared_tickets;
  view.holdings = holdings_view(visit, held);
  if (!view.tickets.empty()) view.retention = view.tickets.front().retention;
  LETHE_TRY(const auto holds, tx.retention().holds_on(id));
  for (const auto& hold : holds) {
    view.protected_by.push_back(
        visit.words().with("Hold: {}", ground_words(visit.words(), hold.ground)));
  }
  view.can_erase = visit.is_officer() && !person.agent;
  view.can_edit = true;
  return view;
}

Result<views::Person> person_view_of(Visit& visit) {
  visit.page.shell.place = Place::people;
  LETHE_TRY(const auto id, path_id<core::PersonId>(visit.request));
  return read_from<views::Person>(
      visit.app, [&](const ports::Reading& tx) { return person_view(visit, tx, id); });
}

Answer person_page(Visit& visit) {
  LETHE_TRY(const auto view, person_view_of(visit));
  return show(visit, view);
}

Answer show_phone(Visit& visit, const MultipartForm&) {
  LETHE_TRY(auto view, person_view_of(visit));
  LETHE_TRY(const auto id, path_id<core::PersonId>(visit.request));
  LETHE_TRY(const auto person, person_of(visit, id));
  view.panel.phones = person.profile.phones;
  visit.notice(views::Tone::info, visit.words()("Shown for this once."));
  return show(visit, view);
}

// Sent while it is written: at most one file is in memory at a time.
Answer export_file(Visit& visit) {
  LETHE_TRY(const auto id, path_id<core::PersonId>(visit.request));
  LETHE_TRY(auto document, pulled([&app = visit.app, id](const PieceSink& sink) {
              return app::export_person(app, id, sink);
            }));
  Response response =
      attachment_response("person-" + id.to_string() + ".json", "application/json", {});
  response.more = std::move(document);
  return response;
}

Answer lift_bounces(Visit& visit, const MultipartForm&) {
  LETHE_TRY(const auto id, path_id<core::PersonId>(visit.request));
  LETHE_CHECK(app::lift_bounces(visit.app, id));
  return go_to(url_for("/people/{id}", {id.to_string()}), "bounces-lifted");
}

Answer unhide(Visit& visit, const MultipartForm&) {
  LETHE_TRY(const auto id, path_id<core::PersonId>(visit.request));
  LETHE_CHECK(app::unhide_person(visit.app, id));
  return go_to(url_for("/people/{id}", {id.to_string()}), "unhidden");
}

}  // namespace

void add_people_routes(SiteRoutes& routes) {
  routes.page("/people", ports::Role::agent, people_page);
  routes.page("/people/{id}", ports::Role::agent, person_page);
  routes.form("/people/{id}/phone", ports::Role::agent, show_phone);
  routes.page("/people/{id}/export", ports::Role::privacy_officer, export_file);
  routes.form("/people/{id}/bounces", ports::Role::agent, lift_bounces);
  routes.form("/people/{id}/unhide", ports::Role::privacy_officer, unhide);
  add_correction_routes(routes);
}

}  // namespace lethe::web
