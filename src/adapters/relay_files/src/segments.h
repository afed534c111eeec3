// The files of a directory, one per hour, and the thread that flushes appends.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "lethe/durable_files/durable_files.h"
#include "record.h"

namespace lethe::relay_files {

using Hours = std::chrono::sys_time<std::chrono::hours>;

[[nodiscard]] inline Hours hour_of(Instant at) {
  return std::chrono::floor<std::chrono::hours>(at);
}
// The first second of an hour is the oldest thing its file can hold.
[[nodiscard]] inline bool is_past(Hours hour, Instant now) {
  return Instant{hour} + ports::kRelayMemory <= now;
}

class Segments {
 public:
  explicit Segments(durable_files::Path directory) : directory_(std::move(directory)) {}
  ~Segments();
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;

  // Reads every record, cuts torn ends off, starts the flushing thread. Once, first.
  [[nodiscard]] Status load(const std::function<void(const Record&)>& visit);
  // Returns when the record is on disk.
  [[nodiscard]] Status append_durably(const Record& record);
  // Goes to disk with the next flush, at the latest when the object dies.
  void append_soon(const Record& record);
  [[nodiscard]] Status remove_past(Instant now);

 private:
  [[nodiscard]] Status load_file(const durable_files::Path& path,
                                 const std::function<void(const Record&)>& visit);
  void run(const std::stop_token& stop);
  [[nodiscard]] Status write_all(const std::map<Hours, Bytes>& batch);
  [[nodiscard]] Status write(Hours hour, ByteView bytes);
  [[nodiscard]] durable_files::Path path_of(Hours hour) const;

  durable_files::Path directory_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  // What is flushed together; those who wait for it hold it, and are woken by
  // it alone: who waits for the next flush sleeps on.
  struct Batch {
    std::map<Hours, Bytes> bytes;
    bool is_wanted = false;  // somebody waits
    bool is_written = false;
    Status outcome = {};
    std::condition_variable written = {};
  };
  std::shared_ptr<Batch> pending_ = std::make_shared<Batch>();

  std::mutex files_;  // held while a file is written or removed
  std::map<Hours, durable_files::File> open_;
  std::jthread thread_;
};

}  // namespace lethe::relay_files
