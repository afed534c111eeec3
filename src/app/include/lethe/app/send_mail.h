// Mail leaves: replies, the one acknowledgement, invitations.
//
// Sealed while it waits; composed at the last moment; the payload is dropped
// once the server took it. At-least-once with a constant Message-ID: a crash
// between the server's answer and our commit sends the same mail again.
//
// Several workers send side by side. No domain takes more than kLanesPerDomain of them, and one
// that keeps failing is left alone for a while, so that a domain that hangs holds up no other.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "lethe/app/app.h"
#include "lethe/core/address.h"
#include "lethe/ports/outbound_mail.h"

namespace lethe::app {

inline constexpr int kLanesPerDomain = 2;
inline constexpr unsigned kTroublesMax = 3;  // in a row, until a domain is left alone
inline constexpr Seconds kDomainRestMax{15 * 60};
// After a refused sign-in nothing is sent for so long: trying on, mail by mail, locks accounts.
inline constexpr Seconds kSignInRest{5 * 60};

// Which mails are leaving at this moment, by domain; shared by the workers. Thread-safe. In memory:
// after a restart every domain is tried anew.
class MailLanes {
 public:
  enum class Entry : std::uint8_t { open, busy, resting };
  // `open`: the mail is this worker's until leave().
  [[nodiscard]] Entry enter(core::OutgoingId id, const std::string& domain, Instant now);
  // `trouble`: the domain (or the way to it) failed, whatever the mail.
  void leave(core::OutgoingId id, const std::string& domain, bool trouble, Instant now);
  // The server refused our user or password, whatever the mail and the domain.
  void sign_in_refused(Instant now);
  // When a resting domain is tried again.
  [[nodiscard]] Instant opens_at(const std::string& domain) const;

 private:
  struct Lane {
    int leaving = 0;
    unsigned troubles = 0;
    Instant rests_until;
  };
  mutable std::mutex mutex_;
  Instant signs_in_again_at_;
  std::set<core::OutgoingId> leaving_;
  std::map<std::string, Lane> lanes_;
};

// Sends what is due, at most `limit`; returns how many were tried. Behind many mails that wait for
// one slow domain it looks further, up to kLookAheadMax. One failing mail waits with
// back-off and holds up no other; after kAttemptsMax or a final refusal it is shown as failed. What
// its recipient no longer wants is cancelled (app/mail_choices.h).
inline constexpr std::int64_t kAttemptsMax = 20;
inline constexpr int kLookAheadMax = 12'800;
[[nodiscard]] Result<int> send_due_mail(App& app, ports::OutboundMail& outbound, int limit,
                                        MailLanes& lanes);
// With lanes of its own: for one worker.
[[nodiscard]] Result<int> send_due_mail(App& app, ports::OutboundMail& outbound, int limit);

// The mail as it would leave; nothing for a notification that is no longer news. Errors: not_found,
// erased.
[[nodiscard]] Result<std::optional<ports::OutgoingMail>> compose_outgoing(
    App& app, const ports::Reading& tx, const ports::OutgoingRow& row);

// The address it goes to. Errors: erased, corrupt.
[[nodiscard]] Result<core::EmailAddress> address_of_mail(App& app, const ports::OutgoingRow& row);

// Queues a failed mail again. Errors: not_found, conflict (it did not fail).
[[nodiscard]] Status try_again(App& app, core::OutgoingId id);
// The same for every failed mail of one message.
[[nodiscard]] Status try_message_again(App& app, core::MessageId message);

// Queues mail to an agent that carries one link. For use inside an Apply.
struct LinkMail {
  ports::OutgoingKind kind = ports::OutgoingKind::invitation;
  core::PersonId person;
  std::string address, name, link;
};
[[nodiscard]] Status queue_link_mail(App& app, ports::Writing& tx, const LinkMail& mail);

}  // namespace lethe::app
