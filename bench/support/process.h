// Programs under measurement: started, watched in /proc, ended by their own id.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace lethe::bench {

struct Outcome {
  int code = -1;
  std::string out;
};
// Runs to the end with `input` on standard input; standard error is ours.
[[nodiscard]] Outcome run(const std::vector<std::string>& command, const std::string& input = {});

class Process {
 public:
  // Returns when the program printed a line that starts with `ready`; its output goes on unread to
  // `log`. Gives up when it ends before.
  Process(const std::vector<std::string>& command, const std::string& ready,
          const std::string& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] double milliseconds_to_ready() const noexcept { return to_ready_; }
  // Of /proc/PID/status, in bytes.
  [[nodiscard]] std::int64_t resident() const { return status_of("VmRSS:"); }
  [[nodiscard]] std::int64_t resident_peak() const { return status_of("VmHWM:"); }
  // Forgets the former peak.
  void start_peak() const;
  // User and system time so far, in seconds.
  [[nodiscard]] double cpu_seconds() const;
  // SIGTERM and wait.
  void end();

 private:
  [[nodiscard]] std::int64_t status_of(const std::string& field) const;
  pid_t pid_ = -1;
  double to_ready_ = 0;
};

}  // namespace lethe::bench
