#include "lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "lethe/base/text.h"

namespace lethe::sqlite {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

class LockFile final : public sql::Ownership {
 public:
  explicit LockFile(Descriptor file) : file_(std::move(file)) {}
  // The name goes before the lock does, so that nobody reads a stale one.
  ~LockFile() override { std::ignore = ::ftruncate(file_.get(), 0); }
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  bool still_held() override { return true; }

 private:
  Descriptor file_;
};

std::string owner_written_in(int file) {
  std::array<char, 256> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  if (size <= 0) return "another process";
  return squeezed(to_valid_utf8({text.data(), static_cast<std::size_t>(size)}));
}

std::unexpected<Error> system_failure(const std::string& path) {
  return fail(Errc::unavailable, path + ": " + std::strerror(errno));
}

}  // namespace

Result<std::unique_ptr<sql::Ownership>> take_lock_file(const std::string& path,
                                                       std::string_view who) {
  Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (file.get() < 0) return system_failure(path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(path);
    return fail(Errc::busy, path + " is held by " + owner_written_in(file.get()));
  }
  const auto size = static_cast<ssize_t>(who.size());
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), who.data(), who.size(), 0) != size) {
    return system_failure(path);
  }
  return std::make_unique<LockFile>(std::move(file));
}

}  // namespace lethe::sqlite
