#include "lethe/blobs_files/blobs_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "lethe/base/fault.h"
#include "lethe/durable_files/durable_files.h"

namespace lethe::blobs_files {
namespace {

namespace fs = std::filesystem;
using durable_files::File;
using durable_files::kPrivate;

const FaultPointName appended_point{"blobs_files.appended"};
const FaultPointName flushed_point{"blobs_files.flushed"};
const FaultPointName linked_point{"blobs_files.linked"};

// Named by their first digits, so that no directory grows large.
fs::path place_of(const fs::path& root, const ports::BlobName& name) {
  const std::string& text = name.text();
  return root / text.substr(0, 2) / text.substr(2, 2) / text;
}

class Writer : public ports::BlobWriter {
 public:
  Writer(const fs::path& root, ports::BlobName name, fs::path growing, File file)
      : root_(root), name_(std::move(name)), growing_(std::move(growing)), file_(std::move(file)) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Committed or not, the name in tmp/ goes.
  ~Writer() override { ::unlink(growing_.c_str()); }

  Status append(ByteView sealed) override {
    LETHE_CHECK(file_.write_all(sealed));
    LETHE_FAULT_POINT("blobs_files.appended");
    return {};
  }

  Result<ports::BlobName> commit() override {
    const fs::path place = place_of(root_, name_);
    LETHE_CHECK(file_.flush());
    LETHE_FAULT_POINT("blobs_files.flushed");
    LETHE_CHECK(durable_files::make_directories(place.parent_path(), kPrivate.directory));
    // A link, unlike a rename, never replaces a blob of the same name.
    if (::link(growing_.c_str(), place.c_str()) != 0) {
      return std::unexpected(durable_files::system_error("make", place));
    }
    LETHE_FAULT_POINT("blobs_files.linked");
    const Status flushed = durable_files::flush_directory(place.parent_path());
    if (!flushed) {
      ::unlink(place.c_str());
      return std::unexpected(flushed.error());
    }
    return name_;
  }

 private:
  fs::path root_;
  ports::BlobName name_;
  fs::path growing_;
  File file_;
};

class Reader : public ports::BlobReader {
 public:
  Reader(File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> buffer) override {
    if (offset >= size_) return std::size_t{0};
    return file_.read_at(offset, buffer);
  }

 private:
  File file_;
  std::uint64_t size_;
};

class Store : public ports::Blobs {
 public:
  Store(fs::path root, ports::Random& random) : root_(std::move(root)), random_(random) {}

  Result<std::unique_ptr<ports::BlobWriter>> begin() override {
    std::array<std::uint8_t, 16> bytes{};
    random_.fill(bytes);
    auto name = ports::BlobName::of(bytes);
    fs::path growing = root_ / "tmp" / name.text();
    LETHE_TRY(File file, File::open(growing, O_WRONLY | O_CREAT | O_EXCL, kPrivate.file));
    return std::make_unique<Writer>(root_, std::move(name), std::move(growing), std::move(file));
  }

  Result<std::unique_ptr<ports::BlobReader>> open(const ports::BlobName& name) override {
    LETHE_TRY(File file, File::open(place_of(root_, name), O_RDONLY));
    LETHE_TRY(const std::uint64_t size, file.size());
    return std::make_unique<Reader>(std::move(file), size);
  }

  Status remove(const ports::BlobName& name) override {
    return durable_files::remove_durably(place_of(root_, name));
  }

  Status for_each(
      const std::function<Status(const ports::BlobName&, std::uint64_t)>& visit) override {
    std::error_code error;
    for (fs::recursive_directory_iterator at{root_, error}, end; !error && at != end;
         at.increment(error)) {
      const auto name = ports::BlobName::parse(at->path().filename().string());
      // Not ours, or still growing.
      if (!name || at->path() != place_of(root_, *name)) continue;
      std::error_code gone;
      const std::uint64_t bytes = at->file_size(gone);
      if (gone) continue;  // removed while we walk
      LETHE_CHECK(visit(*name, bytes));
    }
    if (!error) return {};
    return fail(Errc::unavailable, "cannot list the blobs: " + error.message());
  }

 private:
  fs::path root_;
  ports::Random& random_;
};

Status empty_tmp(const fs::path& tmp) {
  std::error_code error;
  fs::remove_all(tmp, error);
  if (error)
    return fail(Errc::unavailable, "cannot empty " + tmp.string() + ": " + error.message());
  return durable_files::make_directories(tmp, kPrivate.directory);
}

}  // namespace

Result<std::unique_ptr<ports::Blobs>> open(fs::path directory, ports::Random& random) {
  directory = fs::absolute(directory);
  LETHE_CHECK(durable_files::make_directories(directory, kPrivate.directory));
  LETHE_CHECK(empty_tmp(directory / "tmp"));
  return std::make_unique<Store>(std::move(directory), random);
}

}  // namespace lethe::blobs_files
