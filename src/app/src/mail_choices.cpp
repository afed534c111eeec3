#include "lethe/app/mail_choices.h"

#include <algorithm>
#include <array>

#include "json.h"
#include "lethe/app/people.h"
#include "lethe/app/threading.h"
#include "lethe/base/encoding.h"
#include "lethe/base/secret.h"
#include "notes.h"

namespace lethe::app {
namespace {

using ports::MailMarkKind;
using ports::MailMarkRow;

// --- The token: version, subject, person, ticket, digest of the address, authentication ---

constexpr std::size_t kTokenBody = 2 + 8 + 8 + 16;
constexpr std::size_t kTokenSize = kTokenBody + 16;
constexpr std::uint8_t kTokenVersion = 1;

struct Target {
  core::PersonId person;
  std::optional<core::TicketId> ticket;
  Bytes digest;
  ChoiceSubject subject = ChoiceSubject::none;
};

vault::Digest proof_of(App& app, ByteView body) {
  const std::string_view context = "mail-choices:";
  Bytes bytes{context.begin(), context.end()};
  bytes.insert(bytes.end(), body.begin(), body.end());
  return app.vault.digest(vault::DigestPurpose::credential, bytes);
}

std::int64_t number_at(ByteView bytes, std::size_t offset) {
  return static_cast<std::int64_t>(read_u64(bytes.subspan(offset).first<8>()));
}

std::unexpected<Error> no_such_link() {
  return fail(Errc::not_found, "This link is not of ours, or what it was about has been erased.");
}

Result<Target> parse_token(App& app, std::string_view token) {
  const auto bytes = parse_base64url(token);
  if (!bytes || bytes->size() != kTokenSize || bytes->front() != kTokenVersion) {
    return no_such_link();
  }
  const ByteView view{*bytes};
  const vault::Digest proof = proof_of(app, view.first(kTokenBody));
  const Secret expected{Bytes{proof.begin(), proof.end()}};
  if (!expected.equals(view.subspan(kTokenBody))) return no_such_link();
  Target target{.person = core::PersonId::of(number_at(view, 2)),
                .ticket = std::nullopt,
                .digest = Bytes{bytes->begin() + 18, bytes->begin() + kTokenBody},
                .subject = static_cast<ChoiceSubject>(view[1])};
  const std::int64_t ticket = number_at(view, 10);
  if (ticket != 0) target.ticket = core::TicketId::of(ticket);
  return target;
}

// The conversation is where its words are now: a mail from before a merge is about the whole.
Target followed(const ports::Reading& tx, Target target) {
  if (!target.ticket) return target;
  const auto now = current_ticket(tx, *target.ticket);
  if (now) target.ticket = *now;
  return target;
}

// The person's address that the token is about. Errors: not_found when it is gone.
Result<core::EmailAddress> address_of(App& app, const ports::Reading& tx, const Target& target) {
  const auto person = view_person(app, tx, target.person);
  if (!person) return no_such_link();
  for (const std::string& email : person->emails) {
    auto address = core::EmailAddress::parse(email);
    if (address && mail_digest_of(app, *address) == target.digest) return std::move(*address);
  }
  return no_such_link();
}

const MailMarkRow* find_mark(const std::vector<MailMarkRow>& marks, MailMarkKind kind,
                             std::optional<core::TicketId> ticket = std::nullopt) {
  const auto found = std::ranges::find_if(
      marks, [&](const MailMarkRow& mark) { return mark.kind == kind && mark.ticket == ticket; });
  return found == marks.end() ? nullptr : &*found;
}

// A copy of the conversation came by this link, or would come again.
Result<bool> can_leave(const ports::Reading& tx, const Target& target) {
  if (!target.ticket) return false;
  const auto ticket = tx.tickets().find(*target.ticket);
  if (!ticket || ticket->erased) return false;
  return ticket->requester != target.person;
}

// --- Wishes, set and lifted, with the note that survives a restore ---

Status note_wish(App& app, NoteKind kind, const MailMarkRow& mark) {
  boost::json::object text{{"digest", to_hex(mark.digest)},
                           {"kind", static_cast<std::int64_t>(mark.kind)}};
  if (mark.ticket) text["ticket"] = mark.ticket->value();
  return app.vault.append_note(static_cast<std::uint16_t>(kind), mark.at, mark.person,
                               Plaintext{boost::json::serialize(text)});
}

Status apply_wish(ports::Writing& tx, const MailMarkRow& mark) {
  LETHE_CHECK(tx.outbox().save_mark(mark));
  if (mark.kind != MailMarkKind::left_ticket || !mark.ticket) return {};
  const auto ticket = tx.tickets().find(*mark.ticket);
  if (!ticket || ticket->requester == mark.person) return {};
  return tx.tickets().remove_participant(*mark.ticket, mark.person);
}

Status set_wish(App& app, ports::Writing& tx, const Target& target, MailMarkKind kind,
                bool wanted) {
  MailMarkRow mark{.digest = target.digest,
                   .person = target.person,
                   .kind = kind,
                   .ticket = std::nullopt,
                   .reason = {},
                   .at = app.clock.now(),
                   .until = std::nullopt};
  if (kind == MailMarkKind::left_ticket) mark.ticket = target.ticket;
  LETHE_TRY(const auto marks, tx.outbox().marks_at(target.digest));
  const bool is_so = find_mark(marks, kind, mark.ticket) != nullptr;
  if (is_so == wanted) return {};
  if (wanted) {
    LETHE_CHECK(apply_wish(tx, mark));
    return note_wish(app, NoteKind::mail_mark_set, mark);
  }
  LETHE_CHECK(tx.outbox().remove_mark(mark.digest, kind, mark.ticket));
  if (kind == MailMarkKind::left_ticket) {
    LETHE_CHECK(
        tx.tickets().add_participant({*mark.ticket, mark.person, ports::ParticipantRole::cc}));
  }
  return note_wish(app, NoteKind::mail_mark_lifted, mark);
}

// Whom the replay took off a conversation: only they are put back when they came back.
using TakenOff = std::vector<ports::ParticipantRow>;

Status leave_again(ports::Writing& tx, const MailMarkRow& mark, TakenOff& taken_off) {
  if (mark.ticket) {
    LETHE_TRY(const auto participants, tx.tickets().participants(*mark.ticket));
    const auto found = std::ranges::find(participants, mark.person, &ports::ParticipantRow::person);
    if (found != participants.end()) taken_off.push_back(*found);
  }
  return apply_wish(tx, mark);
}

Status lift_again(ports::Writing& tx, const MailMarkRow& mark, TakenOff& taken_off) {
  LETHE_CHECK(tx.outbox().remove_mark(mark.digest, mark.kind, mark.ticket));
  if (mark.kind != MailMarkKind::left_ticket) return {};
  const auto found = std::ranges::find_if(taken_off, [&](const ports::ParticipantRow& row) {
    return row.person == mark.person && row.ticket == mark.ticket;
  });
  if (found == taken_off.end()) return {};
  LETHE_CHECK(tx.tickets().add_participant(*found));
  taken_off.erase(found);
  return {};
}

Result<bool> replay(ports::Writing& tx, const vault::Vault::Note& entry, TakenOff& taken_off) {
  const auto kind = static_cast<NoteKind>(entry.kind);
  const bool set = kind == NoteKind::mail_mark_set;
  if (!entry.person || (!set && kind != NoteKind::mail_mark_lifted)) return false;
  if (!tx.people().find(*entry.person)) return false;
  const auto text = parse_object(entry.text.reveal());
  LETHE_TRY(Bytes digest, parse_hex(text_of(text, "digest")));
  MailMarkRow mark{.digest = std::move(digest),
                   .person = *entry.person,
                   .kind = static_cast<MailMarkKind>(number_of(text, "kind")),
                   .ticket = std::nullopt,
                   .reason = {},
                   .at = entry.at,
                   .until = std::nullopt};
  if (text.contains("ticket")) mark.ticket = core::TicketId::of(number_of(text, "ticket"));
  if (text.contains(kNotedSince)) mark.at = instant_of(number_of(text, kNotedSince));
  LETHE_CHECK(set ? leave_again(tx, mark, taken_off) : lift_again(tx, mark, taken_off));
  return true;
}

bool is_over(const MailMarkRow& mark, Instant now) { return mark.until && *mark.until <= now; }

const MailMarkRow* bouncing(const std::vector<MailMarkRow>& marks, Instant now) {
  for (const MailMarkRow& mark : marks) {
    if (is_over(mark, now)) continue;
    const bool final =
        mark.kind == MailMarkKind::hard_bounce || mark.kind == MailMarkKind::complaint;
    const bool often = mark.kind == MailMarkKind::soft_bounces && mark.count >= kSoftBouncesMax;
    if (final || often) return &mark;
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(MailMarkKind kind) noexcept {
  switch (kind) {
    case MailMarkKind::hard_bounce:
      return "hard_bounce";
    case MailMarkKind::complaint:
      return "complaint";
    case MailMarkKind::soft_bounces:
      return "soft_bounces";
    case MailMarkKind::no_acknowledgements:
      return "no_acknowledgements";
    case MailMarkKind::no_notifications:
      return "no_notifications";
    case MailMarkKind::left_ticket:
      return "left_ticket";
  }
  return "";
}

Bytes mail_digest_of(App& app, const core::EmailAddress& address) {
  const std::string text = "mail-mark:" + address.normalised();
  const auto digest = app.vault.digest(vault::DigestPurpose::thread, as_bytes(text));
  return {digest.begin(), digest.end()};
}

Result<std::optional<MailMarkRow>> held_back(App& app, const ports::Reading& tx,
                                             const core::EmailAddress& address, MailPurpose purpose,
                                             std::optional<core::TicketId> ticket) {
  if (purpose == MailPurpose::answer) return std::nullopt;
  LETHE_TRY(const auto marks, tx.outbox().marks_at(mail_digest_of(app, address)));
  const MailMarkRow* mark = nullptr;
  if (purpose == MailPurpose::copy) {
    mark = find_mark(marks, MailMarkKind::left_ticket, ticket);
    if (mark == nullptr) mark = find_mark(marks, MailMarkKind::complaint);
  }
  if (purpose == MailPurpose::acknowledgement) {
    mark = find_mark(marks, MailMarkKind::no_acknowledgements);
  }
  if (purpose == MailPurpose::notification) mark = find_mark(marks, MailMarkKind::no_notifications);
  if (mark == nullptr && purpose != MailPurpose::copy) mark = bouncing(marks, app.clock.now());
  return mark == nullptr ? std::nullopt : std::optional{*mark};
}

Result<bool> has_left(const ports::Reading& tx, core::PersonId person, core::TicketId ticket) {
  LETHE_TRY(const auto marks, tx.outbox().marks_of(person));
  return find_mark(marks, MailMarkKind::left_ticket, ticket) != nullptr;
}

Result<bool> come_back(App& app, ports::Writing& tx, core::PersonId person,
                       const core::EmailAddress& address, core::TicketId ticket) {
  LETHE_TRY(const bool left, has_left(tx, person, ticket));
  if (!left) return false;
  LETHE_CHECK(set_wish(app, tx, {person, ticket, mail_digest_of(app, address)},
                       MailMarkKind::left_ticket, false));
  return true;
}

Result<std::optional<MailMarkRow>> bounces(App& app, const ports::Reading& tx,
                                           const core::EmailAddress& address, Instant now) {
  LETHE_TRY(const auto marks, tx.outbox().marks_at(mail_digest_of(app, address)));
  const MailMarkRow* mark = bouncing(marks, now);
  return mark == nullptr ? std::nullopt : std::optional{*mark};
}

Status note_report(App& app, ports::Writing& tx, core::PersonId person,
                   const core::EmailAddress& address, const core::RecipientReport& report) {
  const Bytes digest = mail_digest_of(app, address);
  const Instant now = app.clock.now();
  MailMarkRow mark{.digest = digest,
                   .person = person,
                   .kind = MailMarkKind::soft_bounces,
                   .ticket = std::nullopt,
                   .reason = std::string{name_of(report.reason)},
                   .at = now,
                   .until = now + kSoftBounceKept};
  if (report.action == core::DeliveryAction::delivered) {
    return tx.outbox().remove_mark(digest, MailMarkKind::soft_bounces, std::nullopt);
  }
  if (report.reason == core::BounceReason::complaint) {
    mark.kind = MailMarkKind::complaint;
    mark.until.reset();
    LETHE_CHECK(note_wish(app, NoteKind::mail_mark_set, mark));
    return tx.outbox().save_mark(mark);
  }
  if (report.action == core::DeliveryAction::delayed) return {};
  if (report.hard) {
    mark.kind = MailMarkKind::hard_bounce;
    mark.until = now + kHardBounceKept;
    return tx.outbox().save_mark(mark);
  }
  LETHE_TRY(const auto marks, tx.outbox().marks_at(digest));
  const MailMarkRow* before = find_mark(marks, MailMarkKind::soft_bounces);
  if (before != nullptr && !is_over(*before, now)) mark.count = before->count + 1;
  return tx.outbox().save_mark(mark);
}

Status lift_bounces(App& app, core::PersonId person) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto marks, tx.outbox().marks_of(person));
    for (MailMarkRow mark : marks) {
      const bool wish = mark.kind == MailMarkKind::no_acknowledgements ||
                        mark.kind == MailMarkKind::no_notifications ||
                        mark.kind == MailMarkKind::left_ticket;
      if (wish) continue;
      LETHE_CHECK(tx.outbox().remove_mark(mark.digest, mark.kind, mark.ticket));
      if (mark.kind != MailMarkKind::complaint) continue;
      mark.at = app.clock.now();
      LETHE_CHECK(note_wish(app, NoteKind::mail_mark_lifted, mark));
    }
    return {};
  });
}

std::string choices_token(App& app, core::PersonId person, const core::EmailAddress& address,
                          std::optional<core::TicketId> ticket, ChoiceSubject subject) {
  Bytes bytes{kTokenVersion, static_cast<std::uint8_t>(subject)};
  append_u64(bytes, static_cast<std::uint64_t>(person.value()));
  append_u64(bytes, static_cast<std::uint64_t>(ticket ? ticket->value() : 0));
  const Bytes digest = mail_digest_of(app, address);
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  const vault::Digest proof = proof_of(app, bytes);
  bytes.insert(bytes.end(), proof.begin(), proof.end());
  return to_base64url(bytes);
}

Result<MailChoices> read_choices(App& app, std::string_view token) {
  LETHE_TRY(const Target named, parse_token(app, token));
  MailChoices choices{.address = {}, .subject = named.subject};
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    const Target target = followed(tx, named);
    LETHE_TRY(const auto address, address_of(app, tx, target));
    LETHE_TRY(const auto marks, tx.outbox().marks_at(target.digest));
    choices.address = address.display();
    choices.acknowledgements = find_mark(marks, MailMarkKind::no_acknowledgements) == nullptr;
    choices.notifications = find_mark(marks, MailMarkKind::no_notifications) == nullptr;
    LETHE_TRY(choices.in_thread, can_leave(tx, target));
    choices.left =
        choices.in_thread && find_mark(marks, MailMarkKind::left_ticket, target.ticket) != nullptr;
    return {};
  }));
  return choices;
}

Status save_choices(App& app, std::string_view token, const NewChoices& choices) {
  LETHE_TRY(const Target named, parse_token(app, token));
  return app.store.write([&](ports::Writing& tx) -> Status {
    const Target target = followed(tx, named);
    LETHE_CHECK(address_of(app, tx, target));
    LETHE_CHECK(
        set_wish(app, tx, target, MailMarkKind::no_acknowledgements, !choices.acknowledgements));
    LETHE_CHECK(set_wish(app, tx, target, MailMarkKind::no_notifications, !choices.notifications));
    LETHE_TRY(const bool leavable, can_leave(tx, target));
    if (!leavable) return {};
    return set_wish(app, tx, target, MailMarkKind::left_ticket, choices.left);
  });
}

Status unsubscribe(App& app, std::string_view token) {
  LETHE_TRY(const Target named, parse_token(app, token));
  return app.store.write([&](ports::Writing& tx) -> Status {
    const Target target = followed(tx, named);
    LETHE_CHECK(address_of(app, tx, target));
    switch (target.subject) {
      case ChoiceSubject::acknowledgements:
        return set_wish(app, tx, target, MailMarkKind::no_acknowledgements, true);
      case ChoiceSubject::notifications:
        return set_wish(app, tx, target, MailMarkKind::no_notifications, true);
      case ChoiceSubject::thread: {
        LETHE_TRY(const bool leavable, can_leave(tx, target));
        return leavable ? set_wish(app, tx, target, MailMarkKind::left_ticket, true) : Status{};
      }
      case ChoiceSubject::none:
        return {};
    }
    return {};
  });
}

Status want_notifications(App& app, ports::Writing& tx, core::PersonId person,
                          const core::EmailAddress& address) {
  return set_wish(app, tx, {person, std::nullopt, mail_digest_of(app, address)},
                  MailMarkKind::no_notifications, false);
}

Status replay_mail_choices(App& app) {
  LETHE_TRY(const auto notes, app.vault.notes_after(std::nullopt));
  return app.store.write([&](ports::Writing& tx) -> Status {
    TakenOff taken_off;
    for (const vault::Vault::Note& entry : notes) LETHE_CHECK(replay(tx, entry, taken_off));
    return {};
  });
}

}  // namespace lethe::app
