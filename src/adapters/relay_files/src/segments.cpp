#include "segments.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <vector>

namespace lethe::relay_files {
namespace {

using durable_files::File;
using durable_files::Path;

constexpr std::string_view kEnding = ".relay";
constexpr std::size_t kFileBytesMax = std::size_t{1} << 32;
constexpr auto kSoon = std::chrono::seconds{1};

std::optional<Hours> hour_named(const Path& path) {
  const std::string name = path.filename().string();
  if (!name.ends_with(kEnding)) return std::nullopt;
  std::int64_t hour = 0;
  const char* end = name.data() + name.size() - kEnding.size();
  const auto [rest, error] = std::from_chars(name.data(), end, hour);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return Hours{std::chrono::hours{hour}};
}

Result<std::vector<Path>> files_of(const Path& directory) {
  std::error_code error;
  std::vector<Path> files;
  for (std::filesystem::directory_iterator it{directory, error}, end; !error && it != end;
       it.increment(error)) {
    if (hour_named(it->path())) files.push_back(it->path());
  }
  if (error) return fail(Errc::unavailable, directory.string() + ": " + error.message());
  std::ranges::sort(files);
  return files;
}

}  // namespace

Segments::~Segments() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

Path Segments::path_of(Hours hour) const {
  return directory_ / (std::to_string(hour.time_since_epoch().count()) + std::string{kEnding});
}

Status Segments::load(const std::function<void(const Record&)>& visit) {
  LETHE_CHECK(durable_files::make_directories(directory_, durable_files::kPrivate.directory));
  LETHE_TRY(const auto files, files_of(directory_));
  for (const Path& file : files) LETHE_CHECK(load_file(file, visit));
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
  return {};
}

Status Segments::load_file(const Path& path, const std::function<void(const Record&)>& visit) {
  LETHE_TRY(const Bytes bytes, durable_files::read_whole(path, kFileBytesMax));
  std::size_t good = 0;
  for (; good + kRecordBytes <= bytes.size(); good += kRecordBytes) {
    const auto record = parse(ByteView{bytes}.subspan(good, kRecordBytes));
    if (!record) break;
    visit(*record);
  }
  if (good == bytes.size()) return {};
  // Appends are in order and flushed before anybody is told: what follows a
  // torn record was promised to nobody.
  if (::truncate(path.c_str(), static_cast<off_t>(good)) != 0) {
    return std::unexpected(durable_files::system_error("cannot cut", path));
  }
  return {};
}

Status Segments::append_durably(const Record& record) {
  std::unique_lock lock{mutex_};
  const auto batch = pending_;
  append(batch->bytes[hour_of(record.at)], record);
  // The first of a batch wakes the flusher; it is awake for the others.
  if (!std::exchange(batch->is_wanted, true)) arrived_.notify_one();
  batch->written.wait(lock, [&] { return batch->is_written; });
  return batch->outcome;
}

void Segments::append_soon(const Record& record) {
  const std::lock_guard lock{mutex_};
  append(pending_->bytes[hour_of(record.at)], record);
}

void Segments::run(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  while (true) {
    arrived_.wait_for(lock, stop, kSoon, [this] { return pending_->is_wanted; });
    if (pending_->bytes.empty()) {
      if (stop.stop_requested()) return;
      continue;
    }
    const auto batch = std::exchange(pending_, std::make_shared<Batch>());
    lock.unlock();
    Status outcome = write_all(batch->bytes);
    lock.lock();
    batch->outcome = std::move(outcome);
    batch->is_written = true;
    batch->written.notify_all();
  }
}

Status Segments::write_all(const std::map<Hours, Bytes>& batch) {
  Status outcome;
  for (const auto& [hour, bytes] : batch) {
    if (Status done = write(hour, bytes); !done) outcome = std::move(done);
  }
  return outcome;
}

Status Segments::write(Hours hour, ByteView bytes) {
  const std::lock_guard lock{files_};
  auto found = open_.find(hour);
  if (found == open_.end()) {
    const Path path = path_of(hour);
    LETHE_TRY(File file, File::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                                    durable_files::kPrivate.file));
    LETHE_CHECK(durable_files::flush_directory(directory_));
    open_.clear();
    found = open_.emplace(hour, std::move(file)).first;
  }
  const File& file = found->second;
  LETHE_TRY(const std::uint64_t before, file.size());
  Status done = file.write_all(bytes);
  if (done && ::fdatasync(file.descriptor()) != 0) {
    done = std::unexpected(durable_files::system_error("cannot flush", path_of(hour)));
  }
  // A part of a record would hide those that follow it.
  if (!done && ::ftruncate(file.descriptor(), static_cast<off_t>(before)) != 0) open_.clear();
  return done;
}

Status Segments::remove_past(Instant now) {
  LETHE_TRY(const auto files, files_of(directory_));
  const std::lock_guard lock{files_};
  for (const Path& path : files) {
    const auto hour = hour_named(path);
    if (!hour || !is_past(*hour, now)) continue;
    open_.erase(*hour);
    LETHE_CHECK(durable_files::remove_durably(path));
  }
  return {};
}

}  // namespace lethe::relay_files
