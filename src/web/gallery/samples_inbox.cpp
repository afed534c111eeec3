#include "samples.h"

namespace lethe::web::gallery {
namespace {

using Kind = views::Retention::Kind;

views::TicketRow row(std::int64_t number, views::PersonRef person, const char* subject,
                     const char* snippet, Instant at) {
  views::TicketRow row;
  row.id = std::to_string(number);
  row.number = number;
  row.url = url_for("/tickets/{id}", {row.id});
  row.person = std::move(person);
  row.subject = subject;
  row.snippet = snippet;
  row.updated_at = at;
  row.retention.kind = Kind::after_close;
  return row;
}

std::vector<views::TicketRow> rows() {
  std::vector<views::TicketRow> out;
  out.push_back(row(4821, someone("Sofia Lindqvist", "sofia.l@mail.example", 1),
                    "Charged twice for the October filter delivery",
                    "Hello, my bank shows two payments of €39.00 on 14 November, both with the "
                    "reference BW-20417",
                    minutes_ago(6)));
  out.back().tags = {"refund"};
  out.back().unread = true;
  out.back().presence = "Jonas is replying";
  out.back().assignee = agent("Jonas Weber");
  out.push_back(row(4814, someone("Thomas Brandt", "t.brandt@mail.example", 2),
                    "Wohin mit der alten Kartusche?",
                    "Guten Tag, ich möchte die gebrauchte Kartusche zurückschicken, finde aber "
                    "kein Rücksendeetikett",
                    minutes_ago(21)));
  out.back().unread = true;
  out.push_back(row(4807, someone("Camille Laurent", "camille.l@mail.example", 3),
                    "Supprimer mon compte et toutes mes données",
                    "Bonjour, je ne suis plus cliente depuis mars. Merci de supprimer toutes les "
                    "données me concernant",
                    minutes_ago(48)));
  out.back().unread = true;
  out.back().assignee = agent("Marta Kowalska");
  out.push_back(row(
      4800, someone("Luca Moretti", "luca@mail.example", 5),
      "Leak at the under-sink connector after two weeks",
      "Thanks for the photos, Luca. The white ring is seated upside down, here is how to turn it",
      minutes_ago(72)));
  out.back().snippet_is_ours = true;
  out.back().tags = {"warranty"};
  out.back().retention.kind = Kind::on_hold;
  out.back().assignee = agent("Amélie Durand");
  out.push_back(row(4793, someone("Hanna Virtanen", "hanna.v@mail.example", 4),
                    "Move my delivery to the office address",
                    "Perfect, thank you! One more thing, can the courier leave it with reception?",
                    minutes_ago(121)));
  out.back().status = views::Status::pending;
  out.push_back(row(
      4786, someone("Pieter de Vries", "p.devries@firm.example", 6), "Invoice without VAT number",
      "Our accountant needs the VAT number on invoice 2026-11873, please issue a corrected one",
      minutes_ago(180)));
  out.back().tags = {"billing", "business"};
  out.back().retention.kind = Kind::excepted;
  out.push_back(
      row(4779, someone("Aoife Byrne", "aoife@mail.example", 7),
          "Pause my subscription over the winter",
          "Done, your next delivery is now 2 March. You can restart it any time from your account",
          minutes_ago(300)));
  out.back().snippet_is_ours = true;
  out.back().status = views::Status::closed;
  out.back().retention = {Kind::due, in_days(365), "General, 1 year", url_for("/retention"), ""};
  out.back().assignee = agent("Marta Kowalska");
  out.push_back(
      row(4772, someone("Marek Nowak", "marek@mail.example", 8),
          "App does not pair with the new tap sensor",
          "Android 15, Pixel 8. It finds the sensor, then says “try again later” every time",
          days_ago(1)));
  out.back().tags = {"app"};
  out.back().retention.kind = Kind::no_rule;
  out.push_back(row(4758, {}, "", "", days_ago(3)));
  out.back().person.erased = true;
  out.back().status = views::Status::closed;
  out.back().retention = {Kind::erased, days_ago(3), "", {}, ""};
  out.push_back(
      row(4751,
          someone("", "a.very.long.address.without.any.name.at.all@subdomain.of.a.long.example", 9),
          "Falsche Filtergröße geliefert, obwohl ich ausdrücklich die "
          "Donaudampfschifffahrtsgesellschaftsgröße bestellt hatte",
          "", days_ago(9)));
  out.back().status = views::Status::spam;
  return out;
}

views::Inbox full_inbox() {
  views::Inbox view;
  const Url here = url_for("/inbox");
  view.tabs = {{"Unassigned", here, 8, false}, {"Mine", here, 12, false},
               {"Open", here, 37, false},      {"Waiting", here, 21, false},
               {"Solved", here, 104, false},   {"All", here, 2318, true}};
  view.chips = {{"Group", "Customer care", here}, {"Tag", "refund", here}};
  view.filters = {{"group", "Group", groups(1)}, {"assignee", "Assignee", agents(0)}};
  view.kept_query.add("status", "any");
  view.sorts = {{"newest", "Newest message", true},
                {"waiting", "Waiting longest", false},
                {"erased", "Erased soonest", false}};
  view.rows = rows();
  view.paging = {1, 10, 2318, false, {}, url_for("/inbox")};
  view.agents = agents(1);
  view.matching = 2318;
  view.presence_stream = url_for("/events/inbox");
  view.can_erase = true;
  return view;
}

}  // namespace

std::vector<Sample> inbox_samples() {
  views::Inbox first_day;
  first_day.installation_is_empty = true;
  first_day.first_mail_to = "help@brightwater.example";
  first_day.sorts = full_inbox().sorts;
  views::Inbox nothing_found = full_inbox();
  nothing_found.rows.clear();
  nothing_found.paging = {};
  nothing_found.query = "Kartusche";
  views::NewTicket ticket;
  ticket.groups = groups(1);
  ticket.types = types(0);
  ticket.assignees = agents(1);
  ticket.email = "sofia.l@mail";
  ticket.errors = {{"email", "Add the part after the last dot, for example mail.example"},
                   {"text", "Write at least one word"}};
  views::SaveView save;
  save.chips = full_inbox().chips;
  using views::Place;
  return {
      {"inbox", [view = full_inbox()](const PageContext& page) { return render(page, view); },
       Place::inbox},
      {"inbox-first-day", [first_day](const PageContext& page) { return render(page, first_day); },
       Place::inbox},
      {"inbox-nothing",
       [nothing_found](const PageContext& page) { return render(page, nothing_found); },
       Place::inbox},
      {"new-ticket", [ticket](const PageContext& page) { return render(page, ticket); },
       Place::inbox},
      {"save-view", [save](const PageContext& page) { return render(page, save); }, Place::inbox}};
}

}  // namespace lethe::web::gallery
