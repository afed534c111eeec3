// What is due and what will be: verdicts, preview, forecast. Nothing here writes.
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "lethe/app/retention.h"
#include "retention_play.h"
#include "retention_walk.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;

constexpr int kMonthsMax = 120;

void add(rt::Period& period, const rt::PersonFacts& before, const rt::Plan& plan) {
  std::size_t tickets = 0;
  for (const rt::EraseTickets& step : plan.tickets) tickets += step.tickets.size();
  if (plan.contact && plan.contact->deletion == rt::Deletion::erase) {
    period.people_erased += 1;
    tickets = before.tickets.size();  // those in spam and trash go along
  } else if (plan.contact) {
    period.people_hidden += 1;
  }
  period.tickets += tickets;
}

// Counts by period; the same nights serve the forecast and the preview.
class Tally {
 public:
  Tally(Instant from, std::span<const Instant> ends) : from_(from) {
    for (const Instant end : ends) periods_.push_back({.ends = end});
  }

  void add_person(const rt::Settings& settings, RetentionRecord person, Nights* nights) {
    if (periods_.empty()) return;
    play(settings, std::move(person), from_, periods_.back().ends,
         [&](Instant night, const rt::PersonFacts& before, const rt::Plan& plan) {
           add(*std::ranges::lower_bound(periods_, night, {}, &rt::Period::ends), before, plan);
           if (nights != nullptr) note_nights(*nights, night, before, plan);
         });
  }
  [[nodiscard]] std::vector<rt::Period>& periods() { return periods_; }

 private:
  Instant from_;
  std::vector<rt::Period> periods_;
};

bool only_takes_part(const RetentionRecord& person) {
  return person.facts.tickets.empty() && !person.takes_part_in.empty() &&
         !person.facts.tickets_deleted_at;
}

// Persons who only take part in tickets of others, kept until it is known what becomes of those:
// some 25 MB. When there are more they are all read again.
constexpr std::size_t kWaitingMax = 50'000;

// What is also told of each person, before they are counted.
using Tell = std::function<void(const rt::Settings&, const RetentionRecord&)>;

// What happens to tickets decides about those who only took part in them: they come last.
Status count_everybody(App& app, Tally& tally, Instant from, std::int64_t limit, const Alter& alter,
                       const Tell& tell) {
  Nights nights;
  std::optional<rt::Settings> judged_by;
  std::vector<RetentionRecord> waiting;
  bool read_again = false;
  const auto count_last = [&](const rt::Settings& settings, RetentionRecord&& person) {
    lose_last_reference(person, nights);
    tally.add_person(settings, std::move(person), nullptr);
  };
  LETHE_CHECK(walk_everybody(app, from, limit, alter,
                             [&](const rt::Settings& settings, RetentionRecord&& person) -> Status {
                               if (tell) tell(settings, person);
                               if (!only_takes_part(person)) {
                                 tally.add_person(settings, std::move(person), &nights);
                                 return {};
                               }
                               if (!judged_by) judged_by = settings;
                               read_again = waiting.size() >= kWaitingMax;
                               if (!read_again) waiting.push_back(std::move(person));
                               return {};
                             }));
  if (!read_again) {
    for (RetentionRecord& person : waiting) count_last(*judged_by, std::move(person));
    return {};
  }
  waiting = {};
  return walk_everybody(app, from, limit, alter,
                        [&](const rt::Settings& settings, RetentionRecord&& person) -> Status {
                          if (only_takes_part(person)) count_last(settings, std::move(person));
                          return {};
                        });
}

RetentionCounts operator+(const RetentionCounts& sum, const rt::Period& period) {
  return {.tickets = sum.tickets + static_cast<std::int64_t>(period.tickets),
          .people_hidden = sum.people_hidden + static_cast<std::int64_t>(period.people_hidden),
          .people_erased = sum.people_erased + static_cast<std::int64_t>(period.people_erased)};
}

// Those whose ends lie after `from` and not after `to`.
rt::Period sum_of(std::span<const rt::Period> periods, Instant from, Instant to) {
  rt::Period sum{.ends = to};
  for (const rt::Period& period : periods) {
    if (period.ends <= from || period.ends > to) continue;
    sum.tickets += period.tickets;
    sum.people_hidden += period.people_hidden;
    sum.people_erased += period.people_erased;
  }
  return sum;
}

template <class Counts>
void scale(Counts& counts, std::int64_t all, std::int64_t examined) {
  for (auto* count : {&counts.tickets, &counts.people_hidden, &counts.people_erased}) {
    *count = *count * static_cast<std::remove_pointer_t<decltype(count)>>(all) /
             static_cast<std::remove_pointer_t<decltype(count)>>(examined);
  }
}

// The ends that a preview counts by, ascending: its three horizons and the months.
std::vector<Instant> ends_of(Instant at, std::span<const Instant> months) {
  std::vector<Instant> ends{at, at + Days{30}, at + Days{90}};
  ends.insert(ends.end(), months.begin(), months.end());
  std::ranges::sort(ends);
  const auto twice = std::ranges::unique(ends);
  ends.erase(twice.begin(), twice.end());
  return ends;
}

void read_tally(Preview& out, std::span<const rt::Period> periods,
                std::span<const Instant> months) {
  const auto until = [&](Days days) {
    return RetentionCounts{} + sum_of(periods, Instant::min(), out.at + days);
  };
  out.now = until(Days{0});
  out.in_30_days = until(Days{30});
  out.in_90_days = until(Days{90});
  Instant from = Instant::min();
  for (const Instant end : months) {
    out.months.push_back(sum_of(periods, std::exchange(from, end), end));
  }
}

void scale_up(Preview& out, std::int64_t all) {
  out.estimate = true;
  for (RetentionCounts* counts : {&out.now, &out.in_30_days, &out.in_90_days}) {
    scale(*counts, all, out.people_examined);
  }
  for (rt::Period& month : out.months) scale(month, all, out.people_examined);
  for (auto& [reason, count] : out.stays_because) count = count * all / out.people_examined;
}

// Samples and reasons of a preview.
class Explain {
 public:
  Explain(Preview& out, std::size_t samples) : out_(out), samples_(samples) {}

  void person(const rt::Settings& settings, const RetentionRecord& record) {
    out_.people_examined += 1;
    const rt::Plan plan = rt::plan(settings, record.facts, out_.at);
    const bool all_go = plan.contact && plan.contact->deletion == rt::Deletion::erase;
    for (const rt::TicketVerdict& verdict : rt::judge_tickets(settings, record.facts, out_.at)) {
      ticket(record, verdict, all_go || listed(plan, verdict.ticket));
    }
    contact(record, plan);
  }

 private:
  static bool listed(const rt::Plan& plan, core::TicketId id) {
    return std::ranges::any_of(plan.tickets, [&](const rt::EraseTickets& step) {
      return std::ranges::find(step.tickets, id) != step.tickets.end();
    });
  }

  void ticket(const RetentionRecord& record, const rt::TicketVerdict& verdict, bool goes) {
    PreviewItem item{.person = record.row.id,
                     .ticket = verdict.ticket,
                     .number = record.numbers.at(verdict.ticket.value()),
                     .verdict = std::string{goes ? "due" : rt::name_of(verdict)},
                     .rule = verdict.rule,
                     .due_at = verdict.due};
    note(std::move(item), goes);
  }

  void contact(const RetentionRecord& record, const rt::Plan& plan) {
    PreviewItem item{.person = record.row.id, .ticket = std::nullopt};
    if (plan.contact) {
      item.verdict = plan.contact->deletion == rt::Deletion::erase ? "erase" : "hide";
      item.due_at = plan.contact->due;
      return note(std::move(item), true);
    }
    if (rt::has_live_ticket(record.facts)) return;  // explained by their tickets
    item.verdict = rt::name_of(plan.rest.reason);
    item.due_at = plan.rest.until;
    note(std::move(item), false);
  }

  void note(PreviewItem item, bool goes) {
    if (!goes) out_.stays_because[item.verdict] += 1;
    auto& list = goes ? out_.goes : out_.stays;
    if (list.size() < samples_) list.push_back(std::move(item));
  }

  Preview& out_;
  std::size_t samples_;
};

Result<std::int64_t> count_people(App& app) {
  std::int64_t count = 0;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(count, tx.people().count());
    return {};
  }));
  return count;
}

}  // namespace

struct TicketVerdicts::Inside {
  RetentionReader reader;
  Instant now;
  std::unordered_map<std::int64_t, TicketRetention> known = {};
  std::unordered_set<std::int64_t> read = {};  // requesters

  void judge(const RetentionRecord& record) {
    read.insert(record.row.id.value());
    for (const rt::TicketVerdict& verdict :
         rt::judge_tickets(reader.settings(), record.facts, now)) {
      known.emplace(verdict.ticket.value(),
                    TicketRetention{std::string{rt::name_of(verdict)}, verdict.rule, verdict.due});
    }
  }
};

TicketVerdicts::TicketVerdicts(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
TicketVerdicts::TicketVerdicts(TicketVerdicts&&) noexcept = default;
TicketVerdicts::~TicketVerdicts() = default;

Result<TicketVerdicts> TicketVerdicts::begin(App& app, const ports::Reading& tx) {
  LETHE_TRY(auto reader, RetentionReader::begin(app, tx));
  return TicketVerdicts{std::make_unique<Inside>(std::move(reader), app.clock.now())};
}

Status TicketVerdicts::read_ahead(std::span<const core::PersonId> requesters) {
  LETHE_TRY(const auto records, inside_->reader.read_all(requesters, inside_->now));
  for (const RetentionRecord& record : records) inside_->judge(record);
  return {};
}

Result<TicketRetention> TicketVerdicts::of(const ports::TicketRow& ticket) {
  const TicketRetention erased{.verdict = "erased", .rule = std::nullopt, .due_at = std::nullopt};
  if (ticket.erased || !ticket.requester) return erased;
  if (!inside_->read.contains(ticket.requester->value())) {
    LETHE_TRY(const auto record, inside_->reader.read(*ticket.requester, inside_->now));
    inside_->judge(record);
  }
  const auto found = inside_->known.find(ticket.id.value());
  return found == inside_->known.end() ? erased : found->second;
}

Result<TicketRetention> retention_of_ticket(App& app, const ports::Reading& tx,
                                            const ports::TicketRow& ticket) {
  LETHE_TRY(auto verdicts, TicketVerdicts::begin(app, tx));
  return verdicts.of(ticket);
}

Result<rt::PersonFacts> facts_of(App& app, const ports::Reading& tx, core::PersonId person) {
  LETHE_TRY(const auto reader, RetentionReader::begin(app, tx));
  LETHE_TRY(auto record, reader.read(person, app.clock.now()));
  return std::move(record.facts);
}

Result<Preview> preview(App& app, const PreviewOrder& order) {
  if (order.months < 0 || order.months > kMonthsMax) {
    return fail(Errc::out_of_range, "0 to 120 months", "months");
  }
  Preview out{.at = order.at.value_or(app.clock.now())};
  const bool quick = order.depth == PreviewOrder::Depth::quick;
  std::vector<Instant> months;
  if (order.months > 0) months = rt::month_ends(out.at, order.months);
  const auto ends = ends_of(out.at, months);
  Tally tally{out.at, ends};
  Explain explain{out, order.samples};
  const Alter alter = [&](RetentionReader& reader) {
    return order.rule ? reader.add_rule(*order.rule) : Status{};
  };
  LETHE_CHECK(count_everybody(app, tally, out.at, quick ? kPreviewSample : 0, alter,
                              [&](const rt::Settings& settings, const RetentionRecord& person) {
                                explain.person(settings, person);
                              }));
  read_tally(out, tally.periods(), months);
  if (!quick || out.people_examined < kPreviewSample) return out;
  LETHE_TRY(const std::int64_t all, count_people(app));
  if (all > out.people_examined) scale_up(out, all);
  return out;
}

Result<std::vector<rt::Period>> forecast_until(App& app, std::span<const Instant> ends) {
  const Instant from = app.clock.now();
  Tally tally{from, ends};
  LETHE_CHECK(count_everybody(app, tally, from, 0, {}, {}));
  return std::move(tally.periods());
}

Result<std::vector<rt::Period>> forecast(App& app, int months) {
  if (months < 1 || months > kMonthsMax) {
    return fail(Errc::out_of_range, "1 to 120 months", "months");
  }
  return forecast_until(app, rt::month_ends(app.clock.now(), months));
}

}  // namespace lethe::app
