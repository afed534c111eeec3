// A data directory of the real program, and the real program serving it on loopback.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "process.h"

namespace lethe::bench {

inline constexpr const char* kAdmin = "admin@bench.example";
inline constexpr const char* kPassword = "correct horse battery";

// LETHE_BENCH_DIR, default a directory below the system's for temporary files. Worlds of one run
// stay there; script/bench removes it.
[[nodiscard]] std::string bench_directory();

// The program under measurement: LETHE_BIN, default the one that was built beside this.
[[nodiscard]] std::string program();
[[nodiscard]] std::string on_loopback(std::uint16_t port);  // 127.0.0.1:PORT

// `lethe init` of bench_directory()/name; an older one of this name is removed.
[[nodiscard]] std::string make_installation(const std::string& name);

// `lethe serve` of a data directory.
class Server {
 public:
  explicit Server(const std::string& data);
  [[nodiscard]] Process& process() noexcept { return *process_; }
  [[nodiscard]] std::uint16_t http() const noexcept { return http_; }
  [[nodiscard]] std::uint16_t smtp() const noexcept { return smtp_; }

 private:
  std::uint16_t http_;
  std::uint16_t smtp_;
  std::unique_ptr<Process> process_;
};

}  // namespace lethe::bench
