// A mail becomes a ticket, or joins one.
//
// prepare_mail() does what is heavy, on any thread: parse, minimise, classify,
// seal the files. take_in() runs inside the store's transaction: find the
// persons, find the thread, seal the small cells, insert. A mail is answered
// 250 only after that transaction is durable (DESIGN promise 1).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lethe/app/app.h"
#include "lethe/app/mail_checks.h"
#include "lethe/ports/mail_intake.h"

namespace lethe::app {

// Seals, blobs and parsed text of one mail; wiped when it dies.
struct PreparedMail;
struct PreparedMailDeleter {
  void operator()(PreparedMail* mail) const noexcept;
};
using PreparedMailPtr = std::unique_ptr<PreparedMail, PreparedMailDeleter>;

enum class MailSource : std::uint8_t {
  door,      // live mail: acknowledged, dated now
  imported,  // dated by its Date header, never acknowledged; tombstones stop it from a sender
             // who was erased, and leave out such addressees
};

struct TakenIn {
  core::TicketId ticket;
  core::MessageId message;
  bool duplicate = false;  // known already: nothing was written
  bool new_ticket = false;
};

// Errors: out_of_range (it loops between servers), unavailable (disk full).
// `checks` are asked for live mail only; pictures lose their location either way.
[[nodiscard]] Result<PreparedMailPtr> prepare_mail(App& app, ports::Delivery&& delivery,
                                                   MailSource source,
                                                   const MailChecks& checks = {});

// Errors: erased (imported mail of an erased person), busy (somebody concerned is being erased;
// field ports::kPersonBeingErased), and those of the store.
[[nodiscard]] Result<TakenIn> take_in(App& app, ports::Writing& tx, const PreparedMail& mail);

// prepare_mail(), one transaction, clean-up of what was not needed. `done` is called once.
void take_in_mail(App& app, ports::Delivery&& delivery, MailSource source,
                  std::function<void(Result<TakenIn>)> done, const MailChecks& checks = {});

// The doors' side of it.
class TakeInMail final : public ports::MailIntake {
 public:
  explicit TakeInMail(App& app) : app_(app) {}
  // `checks` outlives the doors.
  TakeInMail(App& app, const MailChecks& checks) : app_(app), checks_(&checks) {}
  // Without any mailbox configured every address is ours.
  [[nodiscard]] Result<ports::RcptVerdict> check_recipient(const ports::Envelope& so_far,
                                                           std::string_view recipient) override;
  void take_in(ports::Delivery&& delivery, std::function<void(Status)> done) override;

 private:
  App& app_;
  const MailChecks* checks_ = nullptr;
};

}  // namespace lethe::app
