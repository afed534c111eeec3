// Rules about how long tickets stay, their preview, runs, policy, exceptions and holds.
#pragma once

#include "lethe/web/views/common.h"

namespace lethe::web::views {

struct MonthBar {
  Instant month{};         // any instant in it
  std::int64_t count = 0;  // tickets
  bool first_run = false;
  std::int64_t people = 0;  // erased or hidden
};
struct SampleTicket {
  std::string subject;
  Url url;
  Instant since{};  // due
};
struct KeptReason {
  std::string reason;
  std::string count;  // "21 tickets"
};
struct RulePreview {
  std::int64_t tickets = 0;
  std::int64_t people = 0;
  std::int64_t kept = 0;
  std::int64_t looked_at = 0;
  bool is_estimate = false;
  bool can_be_counted = false;   // in the editor: the exact figures follow by themselves
  std::vector<MonthBar> months;  // 12
  std::vector<SampleTicket> sample;
  std::vector<KeptReason> kept_reasons;
  std::string warning;  // A4: a ticket closed yesterday may be old enough
  FormErrors errors;    // the sentence makes no sense yet
};

struct RuleRow {
  std::string id;
  std::string name;
  std::string sentence;  // "Billing · 90 days after close"
  bool enabled = false;
  int position = 1;
  Url url;
  bool first = false;
  bool last = false;
};
struct RunRow {
  std::string id;
  Instant at{};
  std::int64_t tickets = 0;
  std::int64_t people = 0;
  bool dry = false;
  bool stopped = false;
  Url url;
  bool waits = false;  // more is due than was confirmed; nothing was erased
};
struct RetentionRules {
  bool enabled = false;  // the nightly run as a whole
  std::vector<RuleRow> rules;
  std::string policy_sentence;
  std::string exceptions_sentence;
  RulePreview forecast;  // of all rules
  std::vector<RunRow> runs;
  std::optional<Instant> next_run;
  std::int64_t tickets_without_rule = 0;
};

struct RuleEditor {
  std::string id;  // empty: a new rule
  std::string name;
  bool enabled = false;
  Options anchors;
  int days = 90;
  Options units;   // days | years
  Options groups;  // none chosen: every group
  Options types;
  std::string tags;
  Options modes;
  std::string version;
  RulePreview preview;
  FormErrors errors;         // "name", "days"
  std::string confirm_with;  // turning on: the number of tickets to type
};

struct Policy {
  bool keep_contact = true;
  Options deletions;  // hide | erase
  Options delays;     // 0 30 60 90
  int grace_days = 30;
  std::string contact_tags;  // exceptions, one a line
  std::string emails;
  std::string companies;
  std::string agents;
  std::string close_solved_days;  // as typed; 0: at once
  bool resolved_is_closed = false;
  std::string orphan_days;            // as typed; empty: such people stay
  std::vector<std::string> warnings;  // unknown tags
  // More would go at the next run than now: saving wants the number typed. 0: it is not asked.
  std::int64_t items_due = 0;
  std::int64_t tickets_due = 0, people_due = 0;
  FormErrors errors;
};

struct RunLine {
  std::string number;  // "#4821"
  std::string rule;
  std::string verdict;
};
struct Run {
  std::string id;
  bool dry = true;
  Instant at{};
  enum class State { running, done, stopped, waiting };
  State state = State::done;
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::int64_t tickets = 0;
  std::int64_t people = 0;
  std::int64_t kept = 0;
  std::vector<KeptReason> kept_reasons;
  std::vector<RunLine> lines;
  Paging paging;
  Url certificate;
  Url stop;
  Url self;
  Url confirm;  // while it waits for somebody to confirm its figure
  bool can_run_for_real = false;
  std::int64_t shown = 0;  // items that a dry run names; what is run for real keeps to it
};

struct HoldRow {
  std::string id;
  std::string what;
  Url url;
  std::string ground;  // "Art. 17(3)(e), legal claims"
  std::string note;
  std::string by;
  Instant since{};
  std::optional<Instant> until;
};
struct Holds {
  std::vector<HoldRow> rows;
  Paging paging;
};
struct NewHold {
  std::string target;        // "ticket 4821" or "person ..." in words
  std::string target_field;  // hidden: which
  std::string target_id;
  Options grounds;
  std::string note;
  std::string until;  // yyyy-mm-dd
  Url back;
  FormErrors errors;  // "ground", "note", "until"
};

}  // namespace lethe::web::views
