#include "backup_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "lethe/base/encoding.h"

namespace lethe::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 256 * 1024;
// The last entry: of each one before it, in order, its SHA-256 and name as `sha256sum -c` reads
// them. Most of a backup is ciphertext, in which neither tar nor the database sees a changed bit.
constexpr const char* kSums = "SHA256SUMS";

class Sum {
 public:
  Sum() { ::crypto_hash_sha256_init(&state_); }
  void add(std::string_view bytes) {
    ::crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                bytes.size());
  }
  // Once, at the end.
  [[nodiscard]] std::string line(const std::string& name) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    ::crypto_hash_sha256_final(&state_, hash.data());
    return to_hex(ByteView{hash}) + "  " + name + "\n";
  }

 private:
  crypto_hash_sha256_state state_{};
};

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

std::unexpected<Error> damaged() { return fail(Errc::corrupt, "the backup is damaged or cut off"); }

// Hands the entry's bytes to `take`, block by block and in order: ours have no holes.
template <class Take>
Status read_entry(archive* reader, Take take) {
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  la_int64_t expected = 0;
  for (;;) {
    const int status = ::archive_read_data_block(reader, &block, &size, &offset);
    if (status == ARCHIVE_EOF) return {};
    if (status != ARCHIVE_OK || offset != expected) return damaged();
    take(std::string_view{static_cast<const char*>(block), size});
    expected += static_cast<la_int64_t>(size);
  }
}

// Its line for kSums.
Result<std::string> write_entry(archive* reader, const fs::path& into, const fs::path& name) {
  const fs::path target = into / name;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  std::ofstream file{target, std::ios::binary};
  Sum sum;
  LETHE_CHECK(read_entry(reader, [&](std::string_view block) {
    sum.add(block);
    file.write(block.data(), static_cast<std::streamsize>(block.size()));
  }));
  file.flush();
  if (!file) return fail(Errc::unavailable, "cannot write " + target.string());
  return sum.line(name.string());
}

bool write_header(archive* writer, const char* name, std::uintmax_t size) {
  const std::unique_ptr<archive_entry, FreeEntry> entry{::archive_entry_new()};
  ::archive_entry_set_pathname(entry.get(), name);
  ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  ::archive_entry_set_filetype(entry.get(), AE_IFREG);
  ::archive_entry_set_perm(entry.get(), 0600);
  return ::archive_write_header(writer, entry.get()) == ARCHIVE_OK;
}

bool write_data(archive* writer, std::string_view bytes) {
  return ::archive_write_data(writer, bytes.data(), bytes.size()) ==
         static_cast<la_ssize_t>(bytes.size());
}

}  // namespace

struct ArchiveWriter::State {
  std::unique_ptr<archive, FreeWriter> writer{::archive_write_new()};
  std::string sums;
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
    return fail(
        there ? Errc::already_exists : Errc::unavailable,
        there ? path + " exists already" : "cannot write " + path + ": " + std::strerror(errno));
  }
  ::archive_write_set_format_pax_restricted(state->writer.get());
  if (::archive_write_open_fd(state->writer.get(), state->fd) != ARCHIVE_OK) {
    return fail(Errc::unavailable, "cannot write " + path);
  }
  return std::unique_ptr<ArchiveWriter>(new ArchiveWriter(std::move(state)));
}

Status ArchiveWriter::add(const std::string& source, const std::string& name) {
  // The size of what is open: another file may take this name meanwhile.
  errno = 0;
  std::ifstream file{source, std::ios::binary | std::ios::ate};
  if (!file) {
    return fail(errno == ENOENT ? Errc::not_found : Errc::unavailable,
                "cannot read " + source + ": " + std::strerror(errno));
  }
  const auto size = static_cast<std::uintmax_t>(file.tellg());
  file.seekg(0);
  bool good = write_header(state_->writer.get(), name.c_str(), size);
  std::uintmax_t added = 0;
  Sum sum;
  std::string block(kBlock, '\0');
  while (good && file) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    const auto read = std::string_view{block}.substr(0, static_cast<std::size_t>(file.gcount()));
    if (read.empty()) break;
    sum.add(read);
    added += read.size();
    good = write_data(state_->writer.get(), read);
  }
  state_->sums += sum.line(name);
  if (!good || added != size)
    return fail(Errc::unavailable, "the disk is full or " + source + " changed meanwhile");
  return {};
}

Status ArchiveWriter::finish() {
  archive* const writer = state_->writer.get();
  const bool summed =
      write_header(writer, kSums, state_->sums.size()) && write_data(writer, state_->sums);
  const bool closed = summed && ::archive_write_close(writer) == ARCHIVE_OK;
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
  std::string sums;                 // as they should be
  std::optional<std::string> said;  // as the archive's last entry has them
  for (;;) {
    const int status = ::archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK)
      return fail(Errc::corrupt, path + " is damaged or not a backup of Lethe");
    const fs::path name{::archive_entry_pathname(entry)};
    if (leads_out(name) || ::archive_entry_filetype(entry) != AE_IFREG) {
      return fail(Errc::corrupt, path + " holds something that is no part of a backup");
    }
    if (said) return damaged();
    if (name == kSums) {
      said.emplace();
      LETHE_CHECK(read_entry(reader.get(), [&](std::string_view block) { *said += block; }));
      continue;
    }
    LETHE_TRY(const std::string line, write_entry(reader.get(), into, name));
    sums += line;
  }
  if (said != sums) return damaged();
  return {};
}

}  // namespace lethe::cli
