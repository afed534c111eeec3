#include "log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace lethe::cli {

void log_line(std::string_view line) {
  static const auto kLogger = [] {
    auto logger = spdlog::stderr_logger_mt("lethe");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S%z %v");
    return logger;
  }();
  kLogger->info("{}", line);
}

}  // namespace lethe::cli
