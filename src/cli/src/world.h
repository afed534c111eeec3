// Everything together: the one place that names both a port and its adapter.
#pragma once

#include <memory>
#include <string>

#include "config.h"
#include "lethe/app/app.h"
#include "lethe/app/sweep.h"

namespace lethe::cli {

// Forwards to whoever is listening; nobody before the server runs.
class EventRelay final : public ports::Events {
 public:
  void publish(const ports::Event& event) override;
  void forward_to(ports::Events* listener) { listener_ = listener; }

 private:
  std::atomic<ports::Events*> listener_{nullptr};
};

class World {
 public:
  // Makes a data directory and its keyring. Errors: already_exists, unavailable.
  [[nodiscard]] static Status create(const Config& config, const std::string& organisation);
  // Takes the lock, opens everything, refuses a stale or foreign keyring, sweeps what a restore
  // brought back, goes on with interrupted erasures. Errors: not_found (not initialised), busy (a
  // server runs), stale_keyring, needs_confirmation, unsupported, corrupt, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<World>> open(const Config& config,
                                                           app::ConfirmSweep confirm);
  // Whether the keyring of `config` goes with the rows in `database`, an SQLite file that nobody
  // uses; brings them to this version. Errors: as open(), conflict (another installation's).
  [[nodiscard]] static Status check(const Config& config, const std::string& database);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] app::App& app() noexcept;
  [[nodiscard]] const Config& config() const noexcept;
  [[nodiscard]] EventRelay& events() noexcept;
  [[nodiscard]] const app::SweepReport& swept() const noexcept;
  // Why the replica is behind; empty when it is not.
  [[nodiscard]] std::string replica_trouble() const;
  // Brings a replica that was away up to date; cheap when it is. Errors: unavailable, conflict.
  [[nodiscard]] Status settle_keyring();

 private:
  struct Parts;
  explicit World(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

[[nodiscard]] bool is_initialised(const Config& config);

// Stands in the directory while `lethe init` makes it, so that one that was killed is known.
[[nodiscard]] std::string unfinished_mark(const Config& config);
// Errors: conflict, with what to do.
[[nodiscard]] Status refuse_unfinished(const Config& config);

}  // namespace lethe::cli
