#include "init.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <set>
#include <vector>

#include "lethe/app/sign_in.h"
#include "lethe/base/text.h"
#include "lethe/vault/password.h"
#include "world.h"

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kOrganisationBytesMax = 200;

std::string read_password() {
  if (::isatty(STDIN_FILENO) != 0) return {};
  std::string line;
  std::getline(std::cin, line);
  // Nobody types a carriage return into the sign-in form.
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Status check_password(std::string_view password) {
  if (password.empty()) return {};
  if (password.size() < app::kPasswordCharsMin) {
    return fail(Errc::invalid_argument, "a password has at least 10 characters; nothing was made");
  }
  if (password.size() > vault::kPasswordBytesMax) {
    return fail(Errc::invalid_argument, "a password has at most 1,024 bytes; nothing was made");
  }
  return {};
}

Status check_organisation(std::string_view name) {
  const bool fits = !name.empty() && name.size() <= kOrganisationBytesMax && is_valid_utf8(name);
  const bool one_line = std::ranges::none_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (fits && one_line) return {};
  return fail(Errc::invalid_argument,
              "--organisation is a name of 1 to 200 bytes of UTF-8 in one line; nothing was made");
}

// A directory as it is before init; undo() takes away what came into it since.
class Before {
 public:
  explicit Before(std::string directory) : directory_(std::move(directory)) {
    std::error_code error;
    existed_ = fs::exists(directory_, error);
    for (fs::directory_iterator at{directory_, error}, end; !error && at != end;
         at.increment(error)) {
      names_.insert(at->path().filename().string());
    }
  }
  void undo() const {
    std::error_code ignored;
    if (!existed_) fs::remove_all(directory_, ignored);
    std::vector<fs::path> added;
    for (fs::directory_iterator at{directory_, ignored}, end; !ignored && at != end;
         at.increment(ignored)) {
      if (!names_.contains(at->path().filename().string())) added.push_back(at->path());
    }
    for (const fs::path& path : added) fs::remove_all(path, ignored);
  }

 private:
  std::string directory_;
  bool existed_ = false;
  std::set<std::string> names_;
};

// Of two that run at once, only one makes it.
Status set_mark(const Config& config) {
  std::error_code error;
  fs::create_directories(config.data, error);
  if (error) {
    return fail(Errc::unavailable,
                "cannot make the directory " + config.data + ": " + error.message());
  }
  const std::string path = unfinished_mark(config);
  const int mark = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (mark >= 0) {
    ::close(mark);
    return {};
  }
  if (errno == EEXIST) return refuse_unfinished(config);
  return fail(Errc::unavailable, "cannot make " + path + ": " + std::strerror(errno));
}

Status refuse_initialised(const Config& config) {
  if (!is_initialised(config)) return {};
  return fail(Errc::already_exists,
              config.data + " is a data directory already; nothing was changed");
}

// The path of `/join/...`, empty when the admin has a password.
Result<std::string> make_admin(app::App& app, const core::EmailAddress& address,
                               std::string password) {
  const std::string name{address.display().substr(0, address.display().find('@'))};
  app::NewAgent admin{.address = address, .name = name, .role = ports::Role::admin};
  const bool with_link = password.empty();
  if (!with_link) admin.password = Password{Secret{std::string_view{password}}};
  wipe(password);
  LETHE_TRY(const auto id, app::create_agent(app, std::move(admin)));
  if (!with_link) return std::string{};
  LETHE_TRY(const std::string token,
            app::make_link(app, id, ports::LinkPurpose::first_run, app::kInvitationLasts));
  return "/join/" + token;
}

Result<std::string> make_all(const Config& config, const std::string& organisation,
                             const core::EmailAddress& admin, std::string password) {
  LETHE_CHECK(World::create(config, organisation));
  LETHE_TRY(auto world, World::open(config, app::ConfirmSweep::no));
  return make_admin(world->app(), admin, std::move(password));
}

}  // namespace

Status init(const std::string& data, const std::string& organisation, const std::string& admin) {
  LETHE_TRY(const Config config, read_config(data, ""));
  LETHE_TRY(const auto address, core::EmailAddress::parse(admin));
  LETHE_CHECK(refuse_unfinished(config));
  LETHE_CHECK(refuse_initialised(config));
  LETHE_CHECK(check_organisation(organisation));
  std::string password = read_password();
  LETHE_CHECK(check_password(password));
  const Before before[] = {Before{config.data}, Before{config.keyring_path},
                           Before{config.keyring_replica}};
  LETHE_CHECK(set_mark(config));
  const Status fresh = refuse_initialised(config);  // another may have finished meanwhile
  auto link = fresh ? make_all(config, organisation, address, std::move(password))
                    : Result<std::string>{std::unexpected(fresh.error())};
  if (!link && fresh) {
    for (const Before& directory : before) directory.undo();
  }
  std::error_code ignored;
  fs::remove(unfinished_mark(config), ignored);
  if (!link) return std::unexpected(std::move(link).error());
  if (!link->empty()) std::printf("%s%s\n", config.http_public_url.c_str(), link->c_str());
  return {};
}

}  // namespace lethe::cli
