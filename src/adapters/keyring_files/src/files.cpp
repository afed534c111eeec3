#include "files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace lethe::keyring_files {
namespace {

constexpr mode_t kOthers = 077;

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) noexcept
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

std::unexpected<Error> system_error(const std::string& path) {
  const std::error_code code{errno, std::generic_category()};
  return fail(Errc::unavailable, path + ": " + code.message());
}

Status write_all(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(Errc::unavailable, "a write was refused");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status check_private(const std::string& path, const struct stat& found) {
  if (found.st_uid != ::geteuid()) {
    return fail(Errc::forbidden,
                path +
                    " belongs to another user, and only its owner may hold keys; run "
                    "this as that user");
  }
  if ((found.st_mode & kOthers) != 0) {
    return fail(Errc::forbidden, path + " can be reached by other users; run: chmod go= " + path);
  }
  return {};
}

}  // namespace

Status make_private_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno == EEXIST) return check_private_directory(path);
  return system_error(path);
}

Status check_private_directory(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return system_error(path);
    return fail(Errc::not_found, path + " is missing");
  }
  if (!S_ISDIR(found.st_mode)) return fail(Errc::not_found, path + " is not a directory");
  return check_private(path, found);
}

bool is_empty_directory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir(path.c_str()), ::closedir};
  if (directory == nullptr) return false;
  while (const dirent* const entry = ::readdir(directory.get())) {
    const std::string_view name{entry->d_name};
    if (name != "." && name != "..") return false;
  }
  return true;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::uint64_t inode_of(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

Status make_private_file(const std::string& path) {
  const Descriptor file{path, O_RDWR | O_CREAT};
  if (!file.is_open()) return system_error(path);
  struct stat found{};
  if (::fstat(file.number(), &found) != 0) return system_error(path);
  return check_private(path, found);
}

Status overwrite(const std::string& path, ByteView bytes) {
  const Descriptor file{path, O_WRONLY | O_CREAT};
  if (!file.is_open()) return system_error(path);
  LETHE_CHECK(write_all(file.number(), bytes));
  if (::fsync(file.number()) != 0) return system_error(path);
  return {};
}

bool read_exactly(const std::string& path, std::span<std::uint8_t> into) {
  const Descriptor file{path, O_RDONLY};
  while (file.is_open() && !into.empty()) {
    const ssize_t got = ::read(file.number(), into.data(), into.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return file.is_open();
}

Status sync_directory(const std::string& path) {
  const Descriptor directory{path, O_RDONLY | O_DIRECTORY};
  if (!directory.is_open() || ::fsync(directory.number()) != 0) return system_error(path);
  return {};
}

}  // namespace lethe::keyring_files
