#include "retention_check.h"

#include <algorithm>

#include "retention_reader.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;

bool are_still_due(const rt::Settings& settings, const rt::PersonFacts& person,
                   const ports::ErasureRow& row, Instant at) {
  const auto verdicts = rt::judge_tickets(settings, person, at);
  return std::ranges::all_of(row.tickets, [&](core::TicketId id) {
    const auto found = std::ranges::find(verdicts, id, &rt::TicketVerdict::ticket);
    return found != verdicts.end() && !found->kept;
  });
}

bool is_still_due(const rt::Settings& settings, const rt::PersonFacts& person,
                  const ports::ErasureRow& row, Instant at) {
  if (row.scope != ports::ErasureScope::person) return are_still_due(settings, person, row, at);
  const auto wanted =
      row.mode == ports::ErasureMode::hide ? rt::Deletion::hide : rt::Deletion::erase;
  const rt::Plan plan = rt::plan(settings, person, at);
  return plan.contact && plan.contact->deletion == wanted;
}

}  // namespace

Status refuse_unless_still_due(App& app, const ports::Reading& tx, const ports::ErasureRow& row) {
  if (!row.run) return {};
  LETHE_TRY(const auto run, tx.retention().run(*row.run));
  LETHE_TRY(const auto reader, RetentionReader::begin(app, tx));
  LETHE_TRY(const auto person, reader.read(row.person, run.at));
  if (is_still_due(reader.settings(), person.facts, row, run.at)) return {};
  return fail(Errc::conflict, "something came in between; the next run judges anew");
}

}  // namespace lethe::app
