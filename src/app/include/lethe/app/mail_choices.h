// Whom our mail may reach: what an address asked for, and what came back from it.
//
// Sources: RFC 8058 (one-click unsubscribe), RFC 3464 and 5965 (bounces, complaints), DESIGN
// section 8 ("everybody's preferences by address"). Everything here is by keyed digest of the
// normalised address, goes with the person, and wishes survive a restore of older data (they are
// noted beside the keyring). Answers to one's own question are never held back: who unsubscribes
// still gets answers, and an agent who writes to an address that bounces is warned, not stopped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/app/app.h"
#include "lethe/core/address.h"
#include "lethe/core/mail_bounce.h"

namespace lethe::app {

// Soft bounces in a row until an address counts as bouncing, and how long bounces are remembered.
inline constexpr std::int64_t kSoftBouncesMax = 5;
inline constexpr Days kSoftBounceKept{30};
inline constexpr Days kHardBounceKept{180};

// "hard_bounce", "left_ticket" ... constant names.
[[nodiscard]] std::string_view name_of(ports::MailMarkKind kind) noexcept;

[[nodiscard]] Bytes mail_digest_of(App& app, const core::EmailAddress& address);

// --- May a mail leave? ---

enum class MailPurpose : std::uint8_t {
  answer,           // to who asked: always
  copy,             // of a conversation, to who was put on Cc and called none of our mails spam
  acknowledgement,  // automatic
  notification,     // automatic, also invitations
};
// The mark that holds such a mail back; nothing when it may leave.
[[nodiscard]] Result<std::optional<ports::MailMarkRow>> held_back(
    App& app, const ports::Reading& tx, const core::EmailAddress& address, MailPurpose purpose,
    std::optional<core::TicketId> ticket);

// The mark that says mail to this address comes back (a hard bounce, a complaint, or
// kSoftBouncesMax soft ones), for the warning beside a reply and on the contact.
[[nodiscard]] Result<std::optional<ports::MailMarkRow>> bounces(App& app, const ports::Reading& tx,
                                                                const core::EmailAddress& address,
                                                                Instant now);

[[nodiscard]] Result<bool> has_left(const ports::Reading& tx, core::PersonId person,
                                    core::TicketId ticket);
// A person who left wrote in the conversation again: they take part as before. False, and nothing
// changed, when they had not left.
[[nodiscard]] Result<bool> come_back(App& app, ports::Writing& tx, core::PersonId person,
                                     const core::EmailAddress& address, core::TicketId ticket);

// --- What came back ---

// Records one report about `address`. A report that names no failure changes nothing; a delivery
// forgets the soft ones.
[[nodiscard]] Status note_report(App& app, ports::Writing& tx, core::PersonId person,
                                 const core::EmailAddress& address,
                                 const core::RecipientReport& report);
// An agent says that the address works again: bounces and complaints of the person are forgotten.
[[nodiscard]] Status lift_bounces(App& app, core::PersonId person);

// --- The signed link in every mail ---

// What one click in a mail's List-Unsubscribe means, and which mail the link came by.
enum class ChoiceSubject : std::uint8_t { acknowledgements = 1, notifications, thread, none };

// Base64url, 67 characters. Holds no address; valid while the person and the address exist.
[[nodiscard]] std::string choices_token(App& app, core::PersonId person,
                                        const core::EmailAddress& address,
                                        std::optional<core::TicketId> ticket,
                                        ChoiceSubject subject);

struct MailChoices {
  std::string address;  // as people read it
  ChoiceSubject subject = ChoiceSubject::none;
  bool acknowledgements = true;
  bool notifications = true;
  bool in_thread = false;  // the link came by a conversation that can be left: a copy of it
  bool left = false;
};
// Errors: not_found for a token that is not ours or whose person or address is gone.
[[nodiscard]] Result<MailChoices> read_choices(App& app, std::string_view token);

struct NewChoices {
  bool acknowledgements = true;
  bool notifications = true;
  bool left = false;
};
[[nodiscard]] Status save_choices(App& app, std::string_view token, const NewChoices& choices);
// RFC 8058: turns off what the mail of this link was about. Idempotent.
[[nodiscard]] Status unsubscribe(App& app, std::string_view token);

// An agent asks for mail about tickets again. For use inside an Apply.
[[nodiscard]] Status want_notifications(App& app, ports::Writing& tx, core::PersonId person,
                                        const core::EmailAddress& address);

// After a restore of older data: what was asked for since is so again.
[[nodiscard]] Status replay_mail_choices(App& app);

}  // namespace lethe::app
