#include "commands.h"
#include "lethe/app/audit.h"
#include "lethe/app/sign_in.h"

namespace lethe::cli {
namespace {

Result<ports::TokenScope> parse_scope(std::string_view name) {
  if (name == "read") return ports::TokenScope::read;
  if (name == "write") return ports::TokenScope::write;
  if (name == "admin") return ports::TokenScope::admin;
  return fail(Errc::invalid_argument, "--scope is read, write or admin", "scope");
}

}  // namespace

Status token_create(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  LETHE_TRY(const auto address, core::EmailAddress::parse(text_argument(arguments, "agent")));
  LETHE_TRY(const auto agent, app::agent_at(world.app(), address));
  LETHE_TRY(const auto scope, parse_scope(text_argument(arguments, "scope")));
  std::string name = text_argument(arguments, "name");
  if (name.empty()) name = "command line";
  LETHE_TRY(const std::string token, app::create_token(world.app(), {agent, scope, name}));
  LETHE_CHECK(app::note_act(world.app(), {.kind = app::AuditKind::token_made, .whose = agent}));
  return speaker.print(token + "\n");
}

}  // namespace lethe::cli
