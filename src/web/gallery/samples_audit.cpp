#include "lethe/web/audit_page.h"
#include "samples.h"

namespace lethe::web::gallery {
namespace {

views::Audit list() {
  const views::AgentRef marta = agent("Marta Kowalska");
  const views::AgentRef jonas = agent("Jonas Weber");
  views::Audit view;
  view.topics = {{"", "Everything", true},
                 {"access", "Access", false},
                 {"retention", "Retention", false},
                 {"erasing", "Erasing and holds", false}};
  view.agents = {
      {"", "Everybody", true}, {"1", "Marta Kowalska", false}, {"2", "Jonas Weber", false}};
  view.rows = {
      {minutes_ago(4), marta, "ordered an erasure", "", {"the erasure", url_for("/erasures/311")}},
      {minutes_ago(26),
       jonas,
       "looked at a contact’s phone number",
       "",
       {"the contact", url_for("/people/7")}},
      {minutes_ago(90), marta, "changed an account", "Amélie Durand", {}},
      {days_ago(1), {"", 9, true}, "signed in", "", {}},
      {days_ago(2), {}, "made a backup", "", {}},
      {days_ago(3),
       marta,
       "changed a retention rule",
       "",
       {"the rule", url_for("/retention/rules/3")}}};
  view.paging.first = 1;
  view.paging.last = view.paging.total = 6;
  view.paging.total_is_unknown = true;
  view.paging.next = url_for("/audit");
  return view;
}

}  // namespace

std::vector<Sample> audit_samples() {
  views::Audit nothing = list();
  nothing.rows.clear();
  nothing.paging = {};
  nothing.is_filtered = true;
  return {{"audit", [v = list()](const PageContext& page) { return render(page, v); },
           views::Place::audit},
          {"audit-nothing", [nothing](const PageContext& page) { return render(page, nothing); },
           views::Place::audit}};
}

}  // namespace lethe::web::gallery
