#include "samples.h"

namespace lethe::web::gallery {

std::vector<Sample> retention_samples() {
  using views::Place;
  views::RetentionRules rules;
  rules.enabled = true;
  rules.rules = {{"1", "Billing, 90 days after close", "Billing · closed 90 days", true, 1,
                  url_for("/retention/rules/1"), true, false},
                 {"2", "Job applications, 6 months", "Group People · closed 180 days", true, 2,
                  url_for("/retention/rules/2"), false, false},
                 {"3", "General, 1 year", "Every group · closed 365 days", false, 3,
                  url_for("/retention/rules/3"), false, true}};
  rules.policy_sentence =
      "When all tickets of a person are gone, the person is erased after 30 days.";
  rules.exceptions_sentence =
      "Rules never touch people with the tag warranty or of the company Stadtwerke Beispielstadt.";
  rules.forecast = sample_preview();
  rules.runs = {{"7", days_ago(1), 41, 12, false, false, url_for("/retention/runs/7")},
                {"6", days_ago(2), 1325, 424, true, false, url_for("/retention/runs/6")}};
  rules.next_run = in_days(1);
  rules.tickets_without_rule = 118;

  views::RuleEditor editor;
  editor.id = "1";
  editor.name = "Billing, 90 days after close";
  editor.anchors = {{"closed", "closed", true},
                    {"created", "created", false},
                    {"updated", "last changed", false},
                    {"last_customer_message", "last written to by the person", false}};
  editor.groups = {{"1", "Billing", true}, {"2", "Refunds", true}, {"3", "Customer care", false}};
  editor.types = types(99);
  editor.modes = {{"each", "Each ticket by its own clock", true},
                  {"all", "Only when every ticket of the person matches", false},
                  {"any", "When at least one matches, only those that match", false}};
  editor.units = {{"days", "days or more", true}, {"years", "full calendar years", false}};
  editor.preview = sample_preview();
  editor.preview.warning =
      "A ticket closed yesterday may already be old enough, because the clock starts when it was "
      "created.";
  editor.errors = {{"days", "Between 1 and 3,650 days"}};

  views::Policy policy;
  policy.keep_contact = false;
  policy.deletions = {{"hide", "hidden, then erased", true}, {"erase", "erased", false}};
  policy.delays = {{"0", "at once", false}, {"30", "30 days", true}, {"60", "60 days", false}};
  policy.contact_tags = "warranty";
  policy.close_solved_days = "7";
  policy.orphan_days = "30";
  policy.warnings = {"No person has the tag “waranty”."};

  views::Policy asking = policy;
  asking.warnings.clear();
  asking.items_due = 436;
  asking.tickets_due = 24;
  asking.people_due = 412;
  asking.close_solved_days = "0";
  asking.resolved_is_closed = true;
  asking.orphan_days = "";
  asking.errors = {{"confirm", "This is not the number."}};

  views::Run dry;
  dry.id = "6";
  dry.at = days_ago(2);
  dry.tickets = 1325;
  dry.people = 424;
  dry.kept = 57;
  dry.kept_reasons = sample_preview().kept_reasons;
  dry.lines = {{"#1021", "Billing, 90 days after close", "erased"},
               {"#1022", "", "kept: person has an open ticket"}};
  dry.paging = {1, 2, 1382, false, {}, url_for("/retention/runs/6")};
  dry.can_run_for_real = true;
  views::Run moving = dry;
  moving.dry = false;
  moving.state = views::Run::State::running;
  moving.done = 812;
  moving.total = 1284;
  moving.self = url_for("/retention/runs/7");
  moving.stop = url_for("/retention/runs/7/stop");

  views::Run waiting = dry;
  waiting.dry = false;
  waiting.state = views::Run::State::waiting;
  waiting.lines.clear();
  waiting.paging = {};
  waiting.can_run_for_real = false;
  waiting.confirm = url_for("/retention/runs/8/confirm");

  views::Holds holds;
  holds.rows = {{"1", "Ticket #4800", url_for("/tickets/4800"), "Legal claims (Art. 17(3)(e))",
                 "File 23/2026", "Amélie Durand", days_ago(12), in_days(101)},
                {"2",
                 "Sofia Lindqvist",
                 url_for("/people/1"),
                 "Tax law (Art. 17(3)(b))",
                 "",
                 "Marta Kowalska",
                 days_ago(40),
                 {}}};
  holds.paging = {1, 2, 2, false, {}, {}};
  views::NewHold hold;
  hold.target = "Ticket #4821";
  hold.target_field = "ticket";
  hold.target_id = "4821";
  hold.grounds = {{"b", "A law asks for it (Art. 17(3)(b))", false},
                  {"e", "Legal claims (Art. 17(3)(e))", true}};
  return {
      {"retention", [rules](const PageContext& page) { return render(page, rules); },
       Place::retention},
      {"rule", [editor](const PageContext& page) { return render(page, editor); },
       Place::retention},
      {"policy", [policy](const PageContext& page) { return render(page, policy); },
       Place::retention},
      {"policy-asking", [asking](const PageContext& page) { return render(page, asking); },
       Place::retention},
      {"run-dry", [dry](const PageContext& page) { return render(page, dry); }, Place::retention},
      {"run-moving", [moving](const PageContext& page) { return render(page, moving); },
       Place::retention},
      {"run-waiting", [waiting](const PageContext& page) { return render(page, waiting); },
       Place::retention},
      {"holds", [holds](const PageContext& page) { return render(page, holds); }, Place::holds},
      {"new-hold", [hold](const PageContext& page) { return render(page, hold); }, Place::holds}};
}

}  // namespace lethe::web::gallery
