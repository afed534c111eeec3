#include "init.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "lethe/app/sign_in.h"
#include "world.h"

namespace lethe::cli {
namespace {

std::string read_password() {
  if (::isatty(STDIN_FILENO) != 0) return {};
  std::string line;
  std::getline(std::cin, line);
  return line;
}

Status make_admin(app::App& app, const core::EmailAddress& address, std::string password) {
  const std::string name{address.display().substr(0, address.display().find('@'))};
  app::NewAgent admin{.address = address, .name = name, .role = ports::Role::admin};
  const bool with_link = password.empty();
  if (!with_link) admin.password = Password{Secret{std::string_view{password}}};
  wipe(password);
  LETHE_TRY(const auto id, app::create_agent(app, std::move(admin)));
  if (!with_link) return {};
  LETHE_TRY(const std::string token,
            app::make_link(app, id, ports::LinkPurpose::first_run, app::kInvitationLasts));
  std::printf("%s/join/%s\n", app.installation.public_url.c_str(), token.c_str());
  return {};
}

}  // namespace

Status init(const std::string& data, const std::string& organisation, const std::string& admin) {
  LETHE_TRY(const Config config, read_config(data, ""));
  LETHE_TRY(const auto address, core::EmailAddress::parse(admin));
  if (is_initialised(config)) {
    return fail(Errc::already_exists,
                config.data + " is a data directory already; nothing was changed");
  }
  if (organisation.size() > 200) {
    return fail(Errc::invalid_argument,
                "an organisation's name has at most 200 bytes; nothing was made");
  }
  std::string password = read_password();
  if (!password.empty() && password.size() < app::kPasswordCharsMin) {
    return fail(Errc::invalid_argument, "a password has at least 10 characters; nothing was made");
  }
  LETHE_CHECK(World::create(config, organisation));
  LETHE_TRY(auto world, World::open(config, app::ConfirmSweep::no));
  return make_admin(world->app(), address, std::move(password));
}

}  // namespace lethe::cli
