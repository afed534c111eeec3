// What every use case is given: the ports, the vault and the log.
//
// A use case is a free function `verb(App&, ...)`. Those that write are two
// functions where the work is heavy: `prepare_` on any thread and an `apply`
// inside the store's transaction (DESIGN section 3).
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "lethe/base/time.h"
#include "lethe/core/ids.h"
#include "lethe/ledger/log.h"
#include "lethe/ports/blobs.h"
#include "lethe/ports/clock.h"
#include "lethe/ports/events.h"
#include "lethe/ports/random.h"
#include "lethe/ports/search_index.h"
#include "lethe/ports/store.h"
#include "lethe/vault/vault.h"

namespace lethe::app {

// The part of lethe.toml and of `init` that use cases ask for; fixed while the process runs.
struct Installation {
  std::string organisation;  // the controller's name, on mails and certificates
  std::string public_url;    // without a slash at the end
  std::string mail_from;     // "support@example.org": From of answers, domain of our Message-IDs
  Days keyring_copies{30};   // longest life of any copy of the keyring
  bool keyring_copies_declared = false;
  std::string keyring_path;  // said whenever a backup is made
  std::string replica_path;  // empty: none
};

// Makes ids: 42 bits of milliseconds and 21 that are random but rise within a
// millisecond, so ids made by one process sort by time. Thread-safe.
class IdMaker {
 public:
  IdMaker(ports::Clock& clock, ports::Random& random) : clock_(clock), random_(random) {}
  template <class Id>
  [[nodiscard]] Id make() {
    return Id::of(next());
  }
  // Person ids say nothing: 63 random bits.
  [[nodiscard]] core::PersonId make_person();
  // The smallest id made at or after `at`, for imports that carry their own times.
  [[nodiscard]] std::int64_t next();

 private:
  ports::Clock& clock_;
  ports::Random& random_;
  std::atomic<std::int64_t> last_{0};
};

// Mails that are leaving at this moment: an erasure waits for them, so that none is sent after it.
class MailInFlight {
 public:
  // False when the person is being erased: do not send.
  [[nodiscard]] bool begin(core::PersonId person);
  void end(core::PersonId person);
  // Keeps new mails of these persons back and waits for those that are leaving.
  // False when one did not end within `patience`.
  [[nodiscard]] bool hold_back(const std::vector<core::PersonId>& persons, Seconds patience);
  void release(const std::vector<core::PersonId>& persons);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multiset<core::PersonId> leaving_;
  std::multiset<core::PersonId> held_;
};

struct App {
  ports::Store& store;
  vault::Vault& vault;
  ports::Blobs& blobs;
  ports::SearchIndex& search;
  ledger::Log& ledger;
  ports::Clock& clock;
  ports::Random& random;
  ports::Events& events;
  IdMaker& ids;
  Installation& installation;
  // One erasure, redaction or indexing step at a time: they read plaintext, write the index and
  // destroy keys, in that order (DESIGN section 4).
  std::mutex& index_and_erasure;
  MailInFlight& in_flight;
};

}  // namespace lethe::app
