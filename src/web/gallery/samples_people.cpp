#include "samples.h"

namespace lethe::web::gallery {

std::vector<Sample> people_samples() {
  using Kind = views::Retention::Kind;
  using views::Place;
  const views::PersonRef sofia = someone("Sofia Lindqvist", "sofia.l@mail.example", 1);
  const views::PersonRef thomas = someone("Thomas Brandt", "t.brandt@mail.example", 2);
  views::People people;
  people.rows = {{sofia, "", {"vip"}, 4, minutes_ago(6), {Kind::after_close, {}, "", {}, ""}},
                 {thomas,
                  "Stadtwerke Beispielstadt",
                  {},
                  1,
                  minutes_ago(21),
                  {Kind::due, in_days(40), "General", {}, ""}},
                 {{"", "", {}, 0, true}, "", {}, 0, {}, {Kind::erased, days_ago(3), "", {}, ""}}};
  people.paging = {1, 3, 3, false, {}, {}};

  views::Person person;
  person.id = "1";
  person.panel.person = sofia;
  person.panel.emails = {"sofia.l@mail.example", "sofia@work.example"};
  person.panel.has_phone = true;
  person.panel.phones = {"+46 8 123 456"};
  person.panel.since = days_ago(912);
  person.panel.frozen = true;
  person.panel.export_url = url_for("/people/1/export");
  person.panel.erase_url = url_for("/people/1/erase");
  person.tags = {"vip"};
  person.tickets = {{4821,
                     "Charged twice for the October filter delivery",
                     url_for("/tickets/4821"),
                     views::Status::open,
                     minutes_ago(6),
                     {Kind::after_close, {}, "", {}, ""}},
                    {4402,
                     "Change of delivery week",
                     url_for("/tickets/4402"),
                     views::Status::closed,
                     days_ago(90),
                     {Kind::due, in_days(275), "General, 1 year", {}, ""}}};
  person.tickets_total = 2;
  person.holdings = {{"Messages", 22, "answering questions", "Art. 6(1)(b)", "90 days after close"},
                     {"Files", 4, "answering questions", "Art. 6(1)(b)", "90 days after close"},
                     {"Consents", 2, "proof of consent", "Art. 7(1)", "3 years after withdrawal"}};
  person.looks = {{"Jonas Weber", "phone number", days_ago(2)}};
  person.retention = {Kind::excepted, {}, "", {}, "Tag “vip” protects this person from rules."};
  person.protected_by = {"Tag vip", "Hold: legal claims, until 1 March 2027"};
  person.can_erase = person.can_edit = true;
  views::Person gone;
  gone.id = "3";
  gone.erased = true;
  gone.erased_at = days_ago(3);
  gone.certificate = url_for("/certificates/C-2026-0187");

  views::EditPerson edit;
  edit.id = "1";
  edit.name = "Sofia Lindqvist";
  edit.emails = "sofia.l@mail.example\nsofia@work";
  edit.languages = {{"en", "English", true}, {"sv", "Svenska", false}};
  edit.errors = {{"emails", "The second line is not an address"}};

  views::Search search;
  search.query = "filter";
  search.tickets = {{"Charged twice for the October filter delivery", url_for("/tickets/4821"),
                     sofia, "…two payments for the ", "filter", " delivery in October…",
                     minutes_ago(6), views::Status::open},
                    {"Which filter fits a Grohe Blue tap?", url_for("/tickets/2"), thomas, "Which ",
                     "filter", " fits a Grohe Blue tap?", days_ago(150), views::Status::closed}};
  search.people = {people.rows[0]};
  search.has_more = true;
  search.more = url_for("/search");
  views::Search narrow = search;
  narrow.query = "status:open filter";
  narrow.people.clear();
  narrow.more = {};
  views::Search nothing;
  nothing.query = "Schornstein";
  nothing.index_is_rebuilding = true;
  nothing.is_unknown_status = true;
  return {
      {"people", [people](const PageContext& page) { return render(page, people); }, Place::people},
      {"person", [person](const PageContext& page) { return render(page, person); }, Place::people},
      {"person-erased", [gone](const PageContext& page) { return render(page, gone); },
       Place::people},
      {"edit-person", [edit](const PageContext& page) { return render(page, edit); },
       Place::people},
      {"search", [search](const PageContext& page) { return render(page, search); }, Place::search},
      {"search-narrow", [narrow](const PageContext& page) { return render(page, narrow); },
       Place::search},
      {"search-nothing", [nothing](const PageContext& page) { return render(page, nothing); },
       Place::search}};
}

}  // namespace lethe::web::gallery
