#include "standing_notes.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "json.h"
#include "lethe/base/encoding.h"
#include "notes.h"

namespace lethe::app {
namespace {

using vault::Vault;

// Before the first of its 13 months' end, also when a night is missed.
constexpr Days kRenewAfter{365};

enum class Matter : std::uint8_t { none, hold, freeze, mail };

Matter matter_of(const Vault::Note& note) {
  switch (static_cast<NoteKind>(note.kind)) {
    case NoteKind::hold_placed:
    case NoteKind::hold_lifted:
      return Matter::hold;
    case NoteKind::frozen:
    case NoteKind::unfrozen:
      return Matter::freeze;
    case NoteKind::mail_mark_set:
    case NoteKind::mail_mark_lifted:
      return Matter::mail;
    case NoteKind::redacted:  // opens no backup that is older
    case NoteKind::erasure_cancelled:
      return Matter::none;
  }
  return Matter::none;
}

// What a later note about the same replaces.
using Subject = std::tuple<Matter, std::int64_t, std::int64_t, std::string, std::int64_t>;

Subject subject_of(const Vault::Note& note, const boost::json::object& text) {
  return {matter_of(note), note.person->value(),
          number_of(text, "hold") + number_of(text, "kind"),  // each has one of the two at most
          text_of(text, "digest"), number_of(text, "ticket")};
}

Result<bool> hold_stands(const ports::Reading& tx, const boost::json::object& text, Instant now) {
  LETHE_TRY(const auto holds, tx.retention().holds());
  return std::ranges::any_of(holds, [&](const ports::HoldRow& hold) {
    return hold.id.value() == number_of(text, "hold") && (!hold.until || *hold.until > now);
  });
}

Result<bool> mark_stands(const ports::Reading& tx, core::PersonId person,
                         const boost::json::object& text) {
  LETHE_TRY(const auto marks, tx.outbox().marks_of(person));
  return std::ranges::any_of(marks, [&](const ports::MailMarkRow& mark) {
    const std::int64_t ticket = mark.ticket ? mark.ticket->value() : 0;
    return to_hex(mark.digest) == text_of(text, "digest") && ticket == number_of(text, "ticket") &&
           static_cast<std::int64_t>(mark.kind) == number_of(text, "kind");
  });
}

Result<bool> stands(const ports::Reading& tx, const Vault::Note& note, Instant now) {
  const auto text = parse_object(note.text.reveal());
  switch (static_cast<NoteKind>(note.kind)) {
    case NoteKind::hold_placed:
      return hold_stands(tx, text, now);
    case NoteKind::mail_mark_set:
      return mark_stands(tx, *note.person, text);
    case NoteKind::frozen: {
      const auto person = tx.people().find(*note.person);
      return person && person->frozen;
    }
    default:
      return false;
  }
}

// The date of what is noted stays the first one.
Status note_again(App& app, const Vault::Note& note) {
  auto text = parse_object(note.text.reveal());
  if (!text.contains(kNotedSince)) text[kNotedSince] = unix_seconds(note.at);
  return app.vault.append_note(note.kind, app.clock.now(), note.person,
                               Plaintext{boost::json::serialize(text)});
}

// The last note about each subject, where it is old.
std::vector<const Vault::Note*> old_ones(const std::vector<Vault::Note>& notes, Instant now) {
  std::map<Subject, const Vault::Note*> last;
  for (const Vault::Note& note : notes) {
    if (!note.person || matter_of(note) == Matter::none) continue;
    last.insert_or_assign(subject_of(note, parse_object(note.text.reveal())), &note);
  }
  std::vector<const Vault::Note*> old;
  for (const auto& [subject, note] : last) {
    if (note->at + kRenewAfter <= now) old.push_back(note);
  }
  return old;
}

}  // namespace

Status renew_standing_notes(App& app) {
  const Instant now = app.clock.now();
  LETHE_TRY(const auto notes, app.vault.notes_after(std::nullopt));
  const auto old = old_ones(notes, now);
  if (old.empty()) return {};
  return app.store.write([&](ports::Writing& tx) -> Status {
    for (const Vault::Note* note : old) {
      LETHE_TRY(const bool still, stands(tx, *note, now));
      if (still) LETHE_CHECK(note_again(app, *note));
    }
    return {};
  });
}

}  // namespace lethe::app
