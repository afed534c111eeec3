#include "commands.h"
#include "lethe/app/recovery.h"
#include "lethe/app/second_step.h"

namespace lethe::cli {

Status agent_link(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  LETHE_TRY(const auto address, core::EmailAddress::parse(text_argument(arguments, "address")));
  LETHE_TRY(const std::string link, app::renew_link(world.app(), address));
  return speaker.print(link + "\n");
}

Status agent_reset_two_step(World& world, const boost::json::object& arguments,
                            const Speaker& speaker) {
  LETHE_TRY(const auto address, core::EmailAddress::parse(text_argument(arguments, "address")));
  LETHE_TRY(const core::AgentId agent, app::agent_at(world.app(), address));
  LETHE_CHECK(app::reset_second_step(world.app(), agent, std::nullopt));
  return speaker.print("two-step sign-in is off for this agent; every session has ended\n");
}

}  // namespace lethe::cli
