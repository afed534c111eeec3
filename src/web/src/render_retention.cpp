// Rules, their preview, runs, policy and holds.
#include "dict.h"
#include "lethe/web/pages.h"
#include "render_panels.h"

namespace lethe::web {
namespace {

void fill_rules(const Dict& dict, const views::RetentionRules& view) {
  for (const views::RuleRow& rule : view.rules) {
    dict.each("RULE")
        .text("RULE_NAME", rule.name)
        .text("RULE_SENTENCE", rule.sentence)
        .url("RULE_URL", rule.url)
        .url("MOVE_URL", url_for("/retention/rules/{id}/move", {rule.id}))
        .choose(rule.enabled, "RULE_ON", "RULE_OFF")
        .show_if(rule.first, "IS_FIRST")
        .show_if(rule.last, "IS_LAST");
  }
  dict.choose(view.rules.empty(), "NO_RULES", "HAS_RULES");
  if (view.tickets_without_rule == 0) return;
  dict.text("UNCOVERED",
            dict.words().plural("No rule covers one ticket.", "No rule covers {} tickets.",
                                view.tickets_without_rule));
}

void fill_runs(const Dict& dict, const views::RetentionRules& view) {
  for (const views::RunRow& run : view.runs) {
    dict.each("RUN")
        .text("RUN_AT", dict.words().short_date(run.at) + ", " + dict.words().clock(run.at))
        .url("RUN_URL", run.url)
        .number("RUN_TICKETS", run.tickets)
        .number("RUN_PEOPLE", run.people)
        .choose(run.dry, "RUN_DRY", "RUN_REAL")
        .show_if(run.stopped, "RUN_STOPPED")
        .show_if(run.waits, "RUN_WAITS");
  }
  dict.choose(view.runs.empty(), "NO_RUNS", "HAS_RUNS");
}

bool any_chosen(const views::Options& options) {
  for (const views::Option& option : options) {
    if (option.chosen) return true;
  }
  return false;
}

std::string sentence_of(const Text& words, const views::Run& run) {
  if (run.dry) return words("What the rules would do now. Nothing was changed.");
  if (run.state == views::Run::State::waiting) return words("Nothing was erased yet.");
  return words("What the rules did, and why the rest stayed.");
}

}  // namespace

std::string render(const PageContext& page, const views::RetentionRules& view) {
  return expand_page("retention.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Retention")).choose(view.enabled, "RUNS_ON", "RUNS_OFF");
    if (view.next_run) dict.text("NEXT_RUN", dict.words().full(*view.next_run));
    fill_rules(dict, view);
    fill_runs(dict, view);
    dict.text("POLICY_SENTENCE", view.policy_sentence)
        .text("EXCEPTIONS_SENTENCE", view.exceptions_sentence);
    fill_rule_preview(dict.each("FORECAST"), view.forecast);
  });
}

std::string render(const PageContext& page, const views::RuleEditor& view) {
  return expand_page("rule.tpl", page, [&](const Dict& dict) {
    const std::string title = view.name.empty() ? dict.words()("New rule") : view.name;
    dict.text("PAGE_TITLE", title).text("RULE_TITLE", title).text("RULE_NAME", view.name);
    dict.url("ACTION_URL", view.id.empty() ? url_for("/retention/rules")
                                           : url_for("/retention/rules/{id}", {view.id}));
    dict.choose(view.enabled, "RULE_ON", "RULE_OFF").show_if(!view.id.empty(), "CAN_DELETE");
    dict.errors(view.errors).text("VERSION", view.version).digits("DAYS", view.days);
    dict.options("UNITS", view.units).text("RULE_ID", view.id);
    dict.options("ANCHORS", view.anchors).options("MODES", view.modes).text("TAGS", view.tags);
    dict.options("GROUPS", view.groups).options("TYPES", view.types);
    dict.choose(any_chosen(view.groups), "SOME_GROUPS", "ALL_GROUPS");
    dict.choose(any_chosen(view.types), "SOME_TYPES", "ALL_TYPES");
    fill_rule_preview(dict.each("FORECAST"), view.preview);
  });
}

std::string render(const PageContext& page, const views::RulePreview& view) {
  return expand_page("rule_preview_page.tpl", page,
                     [&](const Dict& dict) { fill_rule_preview(dict.each("FORECAST"), view); });
}

std::string render(const PageContext& page, const views::Policy& view) {
  return expand_page("policy.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("People and exceptions")).errors(view.errors);
    for (const std::string& warning : view.warnings)
      dict.each("WARNING_LINE").text("WARNING", warning);
    dict.choose(view.keep_contact, "KEEPS", "ERASES").digits("GRACE_DAYS", view.grace_days);
    dict.options("DELETIONS", view.deletions).options("DELAYS", view.delays);
    dict.text("CONTACT_TAGS", view.contact_tags).text("FORM_EMAILS", view.emails);
    dict.text("COMPANIES", view.companies).text("FORM_AGENTS", view.agents);
    dict.text("CLOSE_SOLVED_DAYS", view.close_solved_days).text("ORPHAN_DAYS", view.orphan_days);
    dict.show_if(view.resolved_is_closed, "RESOLVED_IS_CLOSED");
    if (view.items_due > 0) {
      const Text& words = dict.words();
      dict.text("MORE_DUE",
                words.with("With this the next run erases or hides {}.",
                           tickets_and_people(words, view.tickets_due, view.people_due)));
      dict.text("ITEMS_DUE", words.number(view.items_due));
    }
  });
}

std::string render(const PageContext& page, const views::Run& view) {
  return expand_page("run.tpl", page, [&](const Dict& dict) {
    const Text& words = dict.words();
    dict.text("PAGE_TITLE", view.dry ? words("Dry run") : words("Retention run"));
    dict.text("RUN_AT", words.full(view.at)).choose(view.dry, "RUN_DRY", "RUN_REAL");
    const bool waits = view.state == views::Run::State::waiting;
    dict.text("RUN_SENTENCE", sentence_of(words, view)).show_if(waits, "IS_WAITING");
    dict.choose(view.dry || waits, "WOULD", "DID").digits("SHOWN", view.shown);
    dict.url("CONFIRM_URL", view.confirm);
    dict.show_if(view.state == views::Run::State::running, "IS_MOVING");
    dict.show_if(view.state == views::Run::State::stopped, "IS_STOPPED");
    dict.show_if(view.can_run_for_real, "CAN_RUN");
    dict.url("SELF_URL", view.self)
        .url("STOP_URL", view.stop)
        .url("CERTIFICATE_URL", view.certificate);
    dict.number("TICKETS", view.tickets)
        .number("PEOPLE", view.people)
        .number("KEPT_COUNT", view.kept);
    fill_progress(dict, view.done, view.total, std::nullopt);
    fill_kept_reasons(dict, view.kept_reasons);
    for (const views::RunLine& line : view.lines) {
      dict.each("LINE")
          .text("LINE_NUMBER", line.number)
          .text("LINE_RULE", line.rule)
          .text("LINE_VERDICT", line.verdict);
    }
    dict.show_if(view.state == views::Run::State::done &&
                     view.tickets + view.people + view.kept == 0 && view.lines.empty(),
                 "NOTHING_DUE");
    dict.show_if(!view.lines.empty(), "HAS_LINES").paging(view.paging);
  });
}

std::string render(const PageContext& page, const views::Holds& view) {
  return expand_page("holds.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Holds"));
    for (const views::HoldRow& row : view.rows) {
      const Dict each = dict.each("ROW");
      each.text("ROW_WHAT", row.what).url("ROW_URL", row.url).text("ROW_GROUND", row.ground);
      each.text("ROW_NOTE", row.note).text("ROW_BY", row.by).time_ago("SINCE", row.since);
      each.url("LIFT_URL", url_for("/holds/{id}/lift", {row.id}));
      each.show_if(!row.until, "NO_UNTIL").date_if("UNTIL", row.until);
    }
    dict.choose(view.rows.empty(), "IS_EMPTY_LIST", "HAS_ROWS").paging(view.paging);
  });
}

std::string render(const PageContext& page, const views::NewHold& view) {
  return expand_page("new_hold.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Put on hold")).errors(view.errors);
    dict.text("TARGET", view.target)
        .text("TARGET_FIELD", view.target_field)
        .text("TARGET_ID", view.target_id);
    dict.options("GROUNDS", view.grounds).text("NOTE", view.note).text("UNTIL", view.until);
    dict.url("BACK_URL", view.back.empty() ? url_for("/holds") : view.back);
  });
}

}  // namespace lethe::web
