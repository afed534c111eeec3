// /metrics for Prometheus on a listener of its own, [http] metrics.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lethe/base/result.h"

namespace lethe::cli {

class Metrics {
 public:
  // `listen` is ADDR:PORT; empty: there is none. `text` (metrics_text.h) is called on a thread of
  // its own, and what it reads must outlive this. Errors: invalid_argument, unavailable (address in
  // use).
  [[nodiscard]] static Result<std::unique_ptr<Metrics>> open(const std::string& listen,
                                                             std::function<std::string()> text);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

 private:
  struct State;
  explicit Metrics(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lethe::cli
