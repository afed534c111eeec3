#include "commands.h"
#include "lethe/app/audit.h"
#include "lethe/app/retention.h"

namespace lethe::cli {
namespace {

Result<std::optional<Instant>> at_argument(const boost::json::object& arguments) {
  const std::string text = text_argument(arguments, "at");
  if (text.empty()) return std::nullopt;
  LETHE_TRY(const Instant at, parse_rfc3339(text));
  return at;
}

std::string line(const char* when, const app::RetentionCounts& counts) {
  return std::string{when} + std::to_string(counts.tickets) + " tickets, " +
         std::to_string(counts.people_erased) + " people erased, " +
         std::to_string(counts.people_hidden) + " people hidden\n";
}

}  // namespace

Status retention_preview(World& world, const boost::json::object& arguments,
                         const Speaker& speaker) {
  app::PreviewOrder order;
  LETHE_TRY(order.at, at_argument(arguments));
  LETHE_TRY(const auto preview, app::preview(world.app(), order));
  LETHE_CHECK(speaker.print(
      "as of " + to_rfc3339(preview.at) + "\n" + line("now:        ", preview.now) +
      line("in 30 days: ", preview.in_30_days) + line("in 90 days: ", preview.in_90_days)));
  for (const auto& [reason, count] : preview.stays_because) {
    LETHE_CHECK(speaker.print("stays, " + reason + ": " + std::to_string(count) + "\n"));
  }
  return {};
}

Status retention_run(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  app::RunOrder order;
  LETHE_TRY(order.at, at_argument(arguments));
  order.progress = [&](const ports::RunRow& run) {
    speaker.progress(run.examined, 0, "people examined");
  };
  LETHE_TRY(const auto run, app::run_retention(world.app(), order));
  LETHE_CHECK(app::note_act(world.app(), {.kind = app::AuditKind::run_started,
                                          .path = "/retention/runs/" + run.id.to_string()}));
  const std::string figures =
      std::to_string(run.tickets) + " tickets and " + std::to_string(run.people) + " people";
  if (run.state == ports::RunState::needs_confirmation) {
    return fail(Errc::needs_confirmation, "this run would erase " + figures +
                                              ", more than was confirmed; confirm it on its page");
  }
  if (run.state == ports::RunState::stopped) {
    return fail(Errc::unavailable, "stopped after " + figures + ": " + run.detail);
  }
  return speaker.print("erased " + figures + "\n");
}

}  // namespace lethe::cli
