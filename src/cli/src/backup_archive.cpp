#include "backup_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 256 * 1024;

struct FreeWriter {
  void operator()(archive* writer) const noexcept { ::archive_write_free(writer); }
};
struct FreeReader {
  void operator()(archive* reader) const noexcept { ::archive_read_free(reader); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const noexcept { ::archive_entry_free(entry); }
};

bool leads_out(const fs::path& name) {
  if (name.empty() || name.is_absolute()) return true;
  for (const fs::path& part : name) {
    if (part == "..") return true;
  }
  return false;
}

Status write_entry(archive* reader, const fs::path& target) {
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  std::ofstream file{target, std::ios::binary};
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  for (;;) {
    const int status = ::archive_read_data_block(reader, &block, &size, &offset);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) return fail(Errc::corrupt, "the backup is damaged or cut off");
    file.seekp(offset);
    file.write(static_cast<const char*>(block), static_cast<std::streamsize>(size));
  }
  file.flush();
  if (!file) return fail(Errc::unavailable, "cannot write " + target.string());
  return {};
}

}  // namespace

struct ArchiveWriter::State {
  std::unique_ptr<archive, FreeWriter> writer{::archive_write_new()};
  int fd = -1;
  ~State() {
    writer.reset();
    if (fd >= 0) ::close(fd);
  }
};

ArchiveWriter::ArchiveWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArchiveWriter::~ArchiveWriter() = default;

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(const std::string& path) {
  auto state = std::make_unique<State>();
  state->fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (state->fd < 0) {
    const bool there = errno == EEXIST;
    return fail(there ? Errc::already_exists : Errc::unavailable,
                there ? path + " exists already" : "cannot write " + path);
  }
  ::archive_write_set_format_pax_restricted(state->writer.get());
  if (::archive_write_open_fd(state->writer.get(), state->fd) != ARCHIVE_OK) {
    return fail(Errc::unavailable, "cannot write " + path);
  }
  return std::unique_ptr<ArchiveWriter>(new ArchiveWriter(std::move(state)));
}

Status ArchiveWriter::add(const std::string& source, const std::string& name) {
  std::error_code error;
  const auto size = fs::file_size(source, error);
  std::ifstream file{source, std::ios::binary};
  if (error || !file) return fail(Errc::unavailable, "cannot read " + source);
  const std::unique_ptr<archive_entry, FreeEntry> entry{::archive_entry_new()};
  ::archive_entry_set_pathname(entry.get(), name.c_str());
  ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  ::archive_entry_set_filetype(entry.get(), AE_IFREG);
  ::archive_entry_set_perm(entry.get(), 0600);
  bool good = ::archive_write_header(state_->writer.get(), entry.get()) == ARCHIVE_OK;
  std::string block(kBlock, '\0');
  while (good && file) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    const auto read = static_cast<std::size_t>(file.gcount());
    if (read == 0) break;
    good = ::archive_write_data(state_->writer.get(), block.data(), read) ==
           static_cast<la_ssize_t>(read);
  }
  if (!good) return fail(Errc::unavailable, "the disk is full or " + source + " changed meanwhile");
  return {};
}

Status ArchiveWriter::finish() {
  const bool closed = ::archive_write_close(state_->writer.get()) == ARCHIVE_OK;
  if (!closed || ::fsync(state_->fd) != 0) return fail(Errc::unavailable, "the disk is full");
  return {};
}

Status extract_archive(const std::string& path, const std::string& into) {
  const std::unique_ptr<archive, FreeReader> reader{::archive_read_new()};
  ::archive_read_support_format_tar(reader.get());
  std::error_code error;
  if (!fs::exists(path, error)) return fail(Errc::not_found, "there is no backup " + path);
  if (::archive_read_open_filename(reader.get(), path.c_str(), kBlock) != ARCHIVE_OK) {
    return fail(Errc::corrupt, path + " is not a backup of Lethe");
  }
  archive_entry* entry = nullptr;
  int files = 0;
  for (;; ++files) {
    const int status = ::archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK)
      return fail(Errc::corrupt, path + " is damaged or not a backup of Lethe");
    const fs::path name{::archive_entry_pathname(entry)};
    if (leads_out(name) || ::archive_entry_filetype(entry) != AE_IFREG) {
      return fail(Errc::corrupt, path + " holds something that is no part of a backup");
    }
    LETHE_CHECK(write_entry(reader.get(), fs::path{into} / name));
  }
  if (files == 0) return fail(Errc::corrupt, path + " is empty");
  return {};
}

}  // namespace lethe::cli
