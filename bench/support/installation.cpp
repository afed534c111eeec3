#include "installation.h"

#include <cstdlib>
#include <filesystem>

#include "report.h"
#include "socket.h"

namespace lethe::bench {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string program() {
  const char* set = std::getenv("LETHE_BIN");
  return set != nullptr ? set : LETHE_BINARY;
}

std::string on_loopback(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

std::string bench_directory() {
  const char* set = std::getenv("LETHE_BENCH_DIR");
  const fs::path path = set != nullptr ? fs::path{set} : fs::temp_directory_path() / "lethe-bench";
  fs::create_directories(path);
  return path.string();
}

std::string make_installation(const std::string& name) {
  const std::string data = bench_directory() + "/" + name;
  fs::remove_all(data);
  fs::remove_all(data + ".keyring");
  const auto made =
      run({program(), "init", "--data", data, "--organisation", "Bench", "--admin", kAdmin},
          std::string{kPassword} + "\n");
  if (made.code != 0) give_up("lethe init failed");
  return data;
}

Server::Server(const std::string& data) : http_(free_port()), smtp_(free_port()) {
  process_ = std::make_unique<Process>(
      std::vector<std::string>{program(), "serve", "--data", data, "--http", on_loopback(http_),
                               "--smtp", on_loopback(smtp_)},
      "Mail:", data + ".log");
}

}  // namespace lethe::bench
