// The store: durable rows, one writer, many readers.
//
// Calls are ordinary and blocking; nothing here is a coroutine. A write use
// case hands in an `Apply`, which runs on a store thread inside a savepoint of
// its own: if it fails, it rolls back alone. Applies that arrive together are
// committed together; `done` is called once, from a store thread, after the
// group is durable (data and keyring), or with the error. An Apply may run more
// than once (PostgreSQL serialisation retry), so it must only touch its
// transaction and values it makes itself.
#pragma once

#include <functional>

#include "lethe/ports/agents.h"
#include "lethe/ports/catalog.h"
#include "lethe/ports/index_queue.h"
#include "lethe/ports/messages.h"
#include "lethe/ports/outbox.h"
#include "lethe/ports/people.h"
#include "lethe/ports/retention_store.h"
#include "lethe/ports/tickets.h"

namespace lethe::ports {

// A consistent snapshot. References live as long as the call that got it.
class Reading {
 public:
  virtual ~Reading() = default;
  [[nodiscard]] virtual const People& people() const = 0;
  [[nodiscard]] virtual const Tickets& tickets() const = 0;
  [[nodiscard]] virtual const Messages& messages() const = 0;
  [[nodiscard]] virtual const Agents& agents() const = 0;
  [[nodiscard]] virtual const Catalog& catalog() const = 0;
  [[nodiscard]] virtual const Outbox& outbox() const = 0;
  [[nodiscard]] virtual const RetentionStore& retention() const = 0;
  [[nodiscard]] virtual const IndexQueue& index_queue() const = 0;
};

// A transaction; it reads its own writes.
class Writing : public Reading {
 public:
  [[nodiscard]] virtual People& people() = 0;
  [[nodiscard]] virtual Tickets& tickets() = 0;
  [[nodiscard]] virtual Messages& messages() = 0;
  [[nodiscard]] virtual Agents& agents() = 0;
  [[nodiscard]] virtual Catalog& catalog() = 0;
  [[nodiscard]] virtual Outbox& outbox() = 0;
  [[nodiscard]] virtual RetentionStore& retention() = 0;
  [[nodiscard]] virtual IndexQueue& index_queue() = 0;
  using Reading::agents;
  using Reading::catalog;
  using Reading::index_queue;
  using Reading::messages;
  using Reading::outbox;
  using Reading::people;
  using Reading::retention;
  using Reading::tickets;
};

class Store {
 public:
  using Apply = std::function<Status(Writing&)>;
  using Look = std::function<Status(const Reading&)>;
  using Finished = std::function<void(Status)>;

  virtual ~Store() = default;

  [[nodiscard]] virtual core::WorkspaceId workspace() const = 0;

  // Runs `look` now, on this thread, on a snapshot of its own.
  [[nodiscard]] virtual Status read(const Look& look) = 0;

  virtual void submit(Apply apply, Finished done) = 0;
  // submit() and wait. Never call it from inside an Apply or a Finished.
  [[nodiscard]] virtual Status write(Apply apply) = 0;

  // The keyring sequence the data was last written with (DESIGN section 4); 0 when never.
  [[nodiscard]] virtual Result<std::uint64_t> keyring_sequence() = 0;

  // Leaves no freed page, log frame or temporary copy behind: after erasures.
  // busy when a reader would not end in time.
  [[nodiscard]] virtual Status scrub() = 0;
  // A consistent copy of the data at `path` (must not exist). Errors: unavailable, already_exists.
  [[nodiscard]] virtual Status back_up_to(const std::string& path) = 0;
  // Reads every page. corrupt when it finds damage.
  [[nodiscard]] virtual Status check() = 0;
};

}  // namespace lethe::ports
