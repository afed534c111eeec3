// What is due and what will be: preview and forecast. Nothing here writes.
#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "lethe/app/retention.h"
#include "lethe/base/scrub.h"
#include "retention_play.h"
#include "retention_walk.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;

constexpr int kMonthsMax = 120;
constexpr int kThreads = kWalkersMax;

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
// some 12 MB for each thread. When there are more they are all read again.
constexpr std::size_t kWaitingMax = 25'000;

// What is also told of each person, before they are counted.
using Tell = std::function<void(const rt::Settings&, const RetentionRecord&)>;

// One range of persons: what a thread of its own counts.
struct Share {
  Range range;
  Tally tally;
  Tell tell;
  Nights nights = {};
  std::optional<rt::Settings> judged_by = {};
  std::vector<RetentionRecord> waiting = {};
  bool read_again = false;
  Status status = {};
};

Status count_share(App& app, Instant from, const Alter& alter, Share& share) {
  return walk_range(app, from, share.range, alter,
                    [&](const rt::Settings& settings, RetentionRecord&& person) -> Status {
                      if (share.tell) share.tell(settings, person);
                      if (!only_takes_part(person)) {
                        share.tally.add_person(settings, std::move(person), &share.nights);
                        return {};
                      }
                      if (!share.judged_by) share.judged_by = settings;
                      share.read_again = share.waiting.size() >= kWaitingMax;
                      if (!share.read_again) share.waiting.push_back(std::move(person));
                      return {};
                    });
}

// Those who only took part, now that the nights of all tickets are known.
Status count_last(App& app, Instant from, const Alter& alter, const Nights& nights, Share& share) {
  const auto count = [&](const rt::Settings& settings, RetentionRecord&& person) {
    lose_last_reference(person, nights);
    share.tally.add_person(settings, std::move(person), nullptr);
  };
  if (!share.read_again) {
    for (RetentionRecord& person : share.waiting) count(*share.judged_by, std::move(person));
    return {};
  }
  share.waiting = {};
  return walk_range(app, from, share.range, alter,
                    [&](const rt::Settings& settings, RetentionRecord&& person) -> Status {
                      if (only_takes_part(person)) count(settings, std::move(person));
                      return {};
                    });
}

// Every share on a thread of its own; a single one on the caller's.
void on_threads(std::span<Share> shares, const std::function<Status(Share&)>& work) {
  const auto run = [&work](Share& share) {
    share.status = work(share);
    scrub_stack();
  };
  std::vector<std::jthread> threads;
  for (Share& share : shares.subspan(1)) threads.emplace_back([&run, &share] { run(share); });
  run(shares.front());
}

Status status_of(std::span<const Share> shares) {
  for (const Share& share : shares) LETHE_CHECK(share.status);
  return {};
}

// What happens to tickets decides about those who only took part in them: they come last.
Status count_everybody(App& app, std::span<Share> shares, Instant from, const Alter& alter) {
  on_threads(shares, [&](Share& share) { return count_share(app, from, alter, share); });
  LETHE_CHECK(status_of(shares));
  Nights nights;
  for (Share& share : shares) {
    nights.insert(nights.end(), share.nights.begin(), share.nights.end());
    share.nights = {};
  }
  std::ranges::sort(nights);
  on_threads(shares, [&](Share& share) { return count_last(app, from, alter, nights, share); });
  return status_of(shares);
}

std::vector<rt::Period> periods_of(std::span<Share> shares) {
  std::vector<rt::Period> sum = shares.front().tally.periods();
  for (Share& share : shares.subspan(1)) {
    for (std::size_t n = 0; n < sum.size(); ++n) {
      const rt::Period& more = share.tally.periods()[n];
      sum[n].tickets += more.tickets;
      sum[n].people_hidden += more.people_hidden;
      sum[n].people_erased += more.people_erased;
    }
  }
  return sum;
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
  Explain(Instant at, std::size_t samples) : at_(at), samples_(samples) {}

  void person(const rt::Settings& settings, const RetentionRecord& record) {
    examined_ += 1;
    const rt::Plan plan = rt::plan(settings, record.facts, at_);
    const bool all_go = plan.contact && plan.contact->deletion == rt::Deletion::erase;
    const auto verdicts = rt::judge_tickets(settings, record.facts, at_);
    for (std::size_t n = 0; n < verdicts.size(); ++n) {
      ticket(record, n, verdicts[n], all_go || listed(plan, verdicts[n].ticket));
    }
    contact(record, plan);
  }

  // After what was told to the shares before.
  void add_to(Preview& out) {
    out.people_examined += examined_;
    for (std::size_t reason = 0; reason < stays_.size(); ++reason) {
      if (stays_[reason] > 0) out.stays_because[std::string{name_at(reason)}] += stays_[reason];
    }
    fill(out.goes, sample_goes_);
    fill(out.stays, sample_stays_);
  }

 private:
  // Behind the reasons stands a ticket that is due and waits for another rule to finish.
  static constexpr std::size_t kReasons = static_cast<std::size_t>(rt::Reason::trash) + 1;

  static std::size_t place_of(std::optional<rt::Reason> kept) {
    return kept ? static_cast<std::size_t>(*kept) : kReasons;
  }
  static std::string_view name_at(std::size_t place) {
    return place == kReasons ? "due" : rt::name_of(static_cast<rt::Reason>(place));
  }

  static bool listed(const rt::Plan& plan, core::TicketId id) {
    return std::ranges::any_of(plan.tickets, [&](const rt::EraseTickets& step) {
      return std::ranges::binary_search(step.tickets, id);
    });
  }

  void fill(std::vector<PreviewItem>& list, std::vector<PreviewItem>& more) const {
    for (PreviewItem& item : more) {
      if (list.size() < samples_) list.push_back(std::move(item));
    }
  }

  // Millions are counted and a handful are shown: only those become items.
  void ticket(const RetentionRecord& record, std::size_t n, const rt::TicketVerdict& verdict,
              bool goes) {
    if (!goes) stays_[place_of(verdict.kept)] += 1;
    auto& list = goes ? sample_goes_ : sample_stays_;
    if (list.size() >= samples_) return;
    list.push_back({.person = record.row.id,
                    .ticket = verdict.ticket,
                    .number = record.numbers[n],
                    .verdict = std::string{goes ? "due" : rt::name_of(verdict)},
                    .rule = verdict.rule,
                    .due_at = verdict.due});
  }

  void contact(const RetentionRecord& record, const rt::Plan& plan) {
    if (!plan.contact && rt::has_live_ticket(record.facts)) return;  // explained by their tickets
    if (!plan.contact) stays_[place_of(plan.rest.reason)] += 1;
    auto& list = plan.contact ? sample_goes_ : sample_stays_;
    if (list.size() >= samples_) return;
    PreviewItem item{.person = record.row.id, .ticket = std::nullopt};
    if (plan.contact) {
      item.verdict = plan.contact->deletion == rt::Deletion::erase ? "erase" : "hide";
      item.due_at = plan.contact->due;
    } else {
      item.verdict = rt::name_of(plan.rest.reason);
      item.due_at = plan.rest.until;
    }
    list.push_back(std::move(item));
  }

  Instant at_;
  std::size_t samples_;
  std::int64_t examined_ = 0;
  std::array<std::int64_t, kReasons + 1> stays_{};
  std::vector<PreviewItem> sample_goes_, sample_stays_;
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

Result<Preview> preview(App& app, const PreviewOrder& order) {
  if (order.months < 0 || order.months > kMonthsMax) {
    return fail(Errc::out_of_range, "0 to 120 months", "months");
  }
  Preview out{.at = order.at.value_or(app.clock.now())};
  const bool quick = order.depth == PreviewOrder::Depth::quick;
  std::vector<Instant> months;
  if (order.months > 0) months = rt::month_ends(out.at, order.months);
  const auto ends = ends_of(out.at, months);
  std::vector<Range> ranges{{.limit = kPreviewSample}};
  if (!quick) {
    LETHE_TRY(ranges, everybody_in(app, kThreads));
  }
  std::vector<Explain> explain(ranges.size(), Explain{out.at, order.samples});
  std::vector<Share> shares;
  for (std::size_t n = 0; n < ranges.size(); ++n) {
    shares.push_back({.range = ranges[n],
                      .tally = Tally{out.at, ends},
                      .tell = [&one = explain[n]](const auto& settings, const auto& person) {
                        one.person(settings, person);
                      }});
  }
  const Alter alter = [&](RetentionReader& reader) {
    if (order.policy) reader.use(*order.policy);
    if (order.exceptions) reader.use(*order.exceptions);
    if (order.endings) reader.use(*order.endings);
    return order.rule ? reader.add_rule(*order.rule) : Status{};
  };
  LETHE_CHECK(count_everybody(app, shares, out.at, alter));
  for (Explain& one : explain) one.add_to(out);
  read_tally(out, periods_of(shares), months);
  if (!quick || out.people_examined < kPreviewSample) return out;
  LETHE_TRY(const std::int64_t all, count_people(app));
  if (all > out.people_examined) scale_up(out, all);
  return out;
}

Result<std::vector<rt::Period>> forecast_until(App& app, std::span<const Instant> ends) {
  const Instant from = app.clock.now();
  LETHE_TRY(const auto ranges, everybody_in(app, kThreads));
  std::vector<Share> shares;
  for (const Range& range : ranges) {
    shares.push_back({.range = range, .tally = Tally{from, ends}, .tell = {}});
  }
  LETHE_CHECK(count_everybody(app, shares, from, {}));
  return periods_of(shares);
}

Result<std::vector<rt::Period>> forecast(App& app, int months) {
  if (months < 1 || months > kMonthsMax) {
    return fail(Errc::out_of_range, "1 to 120 months", "months");
  }
  return forecast_until(app, rt::month_ends(app.clock.now(), months));
}

}  // namespace lethe::app
