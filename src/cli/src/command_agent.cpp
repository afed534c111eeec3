#include "commands.h"
#include "lethe/app/recovery.h"

namespace lethe::cli {

Status agent_link(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  LETHE_TRY(const auto address, core::EmailAddress::parse(text_argument(arguments, "address")));
  LETHE_TRY(const std::string link, app::renew_link(world.app(), address));
  return speaker.print(link + "\n");
}

}  // namespace lethe::cli
