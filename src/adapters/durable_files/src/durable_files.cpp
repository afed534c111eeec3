#include "lethe/durable_files/durable_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "lethe/base/disk_full.h"
#include "lethe/base/fault.h"

namespace lethe::durable_files {
namespace {

const FaultPointName flushed_point{"durable_files.flushed"};
const FaultPointName renamed_point{"durable_files.renamed"};
const FaultPointName removed_point{"durable_files.removed"};

Status done_or(int status, const char* what, const Path& path) {
  if (status == 0) return {};
  return std::unexpected(system_error(what, path));
}

bool names_directory(const Path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Error system_error(const char* what, const Path& path) {
  const int number = errno;
  const Errc code = number == ENOENT ? Errc::not_found : Errc::unavailable;
  return {code,
          std::string{"cannot "} + what + " " + path.string() + ": " +
              std::generic_category().message(number),
          std::string{number == ENOSPC || number == EDQUOT ? kDiskFull : ""}};
}

Result<File> File::open(const Path& path, int flags, mode_t mode) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return std::unexpected(system_error("open", path));
  return File{fd};
}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::uint64_t> File::size() const {
  struct stat status{};
  if (::fstat(fd_, &status) != 0) return std::unexpected(system_error("look at", "a file"));
  return static_cast<std::uint64_t>(status.st_size);
}

Status File::write_all(ByteView bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(system_error("write", "a file"));
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<std::uint8_t> buffer) const {
  std::size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t count =
        ::pread(fd_, buffer.data() + done, buffer.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(system_error("read", "a file"));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

Status File::flush() const { return done_or(::fsync(fd_), "flush", "a file"); }

Status flush_directory(const Path& directory) {
  LETHE_TRY(const File file, File::open(directory, O_RDONLY | O_DIRECTORY));
  return file.flush();
}

Status make_directories(const Path& directory, mode_t mode) {
  if (names_directory(directory)) return {};
  const Path parent = directory.parent_path();
  if (!parent.empty() && parent != directory) LETHE_CHECK(make_directories(parent, mode));
  if (::mkdir(directory.c_str(), mode) != 0 && !(errno == EEXIST && names_directory(directory))) {
    return std::unexpected(system_error("make", directory));
  }
  return flush_directory(parent.empty() ? Path{"."} : parent);
}

Status rename_durably(const Path& from, const Path& to) {
  LETHE_CHECK(done_or(::rename(from.c_str(), to.c_str()), "rename", to));
  LETHE_FAULT_POINT("durable_files.renamed");
  return flush_directory(to.parent_path());
}

Status write_durably(const Path& path, ByteView content, Modes modes) {
  LETHE_CHECK(make_directories(path.parent_path(), modes.directory));
  Path beside = path;
  beside += ".tmp";
  {
    LETHE_TRY(const File file, File::open(beside, O_WRONLY | O_CREAT | O_TRUNC, modes.file));
    const Status written = file.write_all(content);
    const Status flushed = written ? file.flush() : written;
    if (!flushed) {
      ::unlink(beside.c_str());  // a full disk is not made fuller
      return std::unexpected(Error{flushed.error()}.within(path.string()));
    }
  }
  LETHE_FAULT_POINT("durable_files.flushed");
  return rename_durably(beside, path);
}

Status remove_durably(const Path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    return std::unexpected(system_error("remove", path));
  }
  LETHE_FAULT_POINT("durable_files.removed");
  return flush_directory(path.parent_path());
}

Result<Bytes> read_whole(const Path& path, std::size_t bytes_max) {
  LETHE_TRY(const File file, File::open(path, O_RDONLY));
  LETHE_TRY(const std::uint64_t size, file.size());
  if (size > bytes_max) return fail(Errc::too_large, path.string() + " is too large");
  Bytes bytes(static_cast<std::size_t>(size));
  LETHE_TRY(const std::size_t count, file.read_at(0, bytes));
  bytes.resize(count);
  return bytes;
}

}  // namespace lethe::durable_files
