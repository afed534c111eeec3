#include "lethe/app/holds.h"

#include <algorithm>
#include <array>
#include <map>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/ports/bulk.h"
#include "notes.h"

namespace lethe::app {
namespace {

constexpr std::array kGrounds = {"art-17-3-a", "art-17-3-b", "art-17-3-c", "art-17-3-d",
                                 "art-17-3-e"};
constexpr std::size_t kReasonBytesMax = 2'000;

Status note(App& app, NoteKind kind, core::PersonId person, const boost::json::object& text) {
  return app.vault.append_note(static_cast<std::uint16_t>(kind), app.clock.now(), person,
                               Plaintext{boost::json::serialize(text)});
}

boost::json::object note_of(const ports::HoldRow& hold, std::string_view reason) {
  boost::json::object text{{"hold", hold.id.value()},
                           {"ground", hold.ground},
                           {"reason", reason},
                           {"by", hold.by.value()},
                           {"created_at", unix_seconds(hold.created_at)}};
  if (hold.ticket) text["ticket"] = hold.ticket->value();
  if (hold.until) text["until"] = unix_seconds(*hold.until);
  return text;
}

ports::HoldRow hold_from(const boost::json::object& text, core::PersonId person) {
  ports::HoldRow hold{.id = core::HoldId::of(number_of(text, "hold")),
                      .person = person,
                      .ticket = std::nullopt,
                      .ground = text_of(text, "ground"),
                      .reason = std::nullopt,
                      .by = core::AgentId::of(number_of(text, "by")),
                      .created_at = instant_of(number_of(text, "created_at"))};
  if (text.contains("ticket")) {
    hold.ticket = core::TicketId::of(number_of(text, "ticket"));
  }
  if (text.contains("until")) hold.until = instant_of(number_of(text, "until"));
  return hold;
}

// Whose keys and clocks a hold concerns.
Result<core::PersonId> person_held(const ports::Reading& tx, const ports::HoldRow& hold) {
  if (!hold.ticket) return *hold.person;
  LETHE_TRY(const auto ticket, tx.tickets().find(*hold.ticket));
  if (ticket.erased || !ticket.requester) return fail(Errc::erased, "the ticket is erased");
  return *ticket.requester;
}

// The tickets that these holds are on, ascending by id.
Result<std::vector<ports::TicketRow>> tickets_held(const ports::Reading& tx,
                                                   const std::vector<ports::HoldRow>& holds) {
  std::vector<core::TicketId> ids;
  for (const ports::HoldRow& hold : holds) {
    if (hold.ticket) ids.push_back(*hold.ticket);
  }
  return ports::bulk(tx).tickets(ids);
}

// Under whose key its reason is; nobody when the ticket, one of those read before, is erased. A
// hold that is over stays theirs when the ticket is given to somebody else.
std::optional<core::PersonId> key_owner(const std::vector<ports::TicketRow>& tickets,
                                        const ports::HoldRow& hold) {
  if (!hold.ticket) return hold.person;
  const auto found = std::ranges::lower_bound(tickets, *hold.ticket, {}, &ports::TicketRow::id);
  if (found == tickets.end() || found->id != *hold.ticket || found->erased) return std::nullopt;
  return hold.person;
}

Status insert_hold(App& app, ports::Writing& tx, ports::HoldRow hold, core::PersonId person,
                   std::string_view reason) {
  hold.person = person;  // also of a hold on a ticket: the reason is under their key
  if (!reason.empty()) {
    LETHE_TRY(hold.reason,
              seal(app, profile_key(person), place(cell::kHoldReason, hold.id.value()), reason));
  }
  LETHE_CHECK(tx.retention().insert_hold(hold));
  return tx.people().set_next_review(person, app.clock.now());
}

Status check(const HoldOrder& order, Instant now) {
  if (order.person.has_value() == order.ticket.has_value()) {
    return fail(Errc::invalid_argument, "a hold is on a person or on a ticket", "person");
  }
  if (std::ranges::find(kGrounds, order.ground) == kGrounds.end()) {
    return fail(Errc::invalid_argument, "a ground is art-17-3-a to art-17-3-e", "ground");
  }
  if (order.until && *order.until <= now) {
    return fail(Errc::out_of_range, "a hold ends in the future", "until");
  }
  if (order.reason.size() > kReasonBytesMax) {
    return fail(Errc::too_large, "a reason has at most 2,000 bytes", "reason");
  }
  return {};
}

Result<ports::HoldRow> find_hold(const ports::Reading& tx, core::HoldId id) {
  LETHE_TRY(auto holds, tx.retention().holds());
  const auto found = std::ranges::find(holds, id, &ports::HoldRow::id);
  if (found == holds.end()) return fail(Errc::not_found, "there is no such hold");
  return std::move(*found);
}

// What the notes say is so now.
struct Noted {
  struct Hold {
    ports::HoldRow row;
    core::PersonId person;
    std::string reason;
  };
  std::map<std::int64_t, Hold> holds;
  std::vector<std::int64_t> lifted;
  std::map<core::PersonId, bool> frozen;
};

Result<Noted> read_notes(App& app) {
  LETHE_TRY(const auto notes, app.vault.notes_after(std::nullopt));
  Noted noted;
  for (const vault::Vault::Note& entry : notes) {
    if (!entry.person) continue;
    const auto text = parse_object(entry.text.reveal());
    const std::int64_t hold = number_of(text, "hold");
    switch (static_cast<NoteKind>(entry.kind)) {
      case NoteKind::hold_placed:
        noted.holds.insert_or_assign(hold, Noted::Hold{hold_from(text, *entry.person),
                                                       *entry.person, text_of(text, "reason")});
        break;
      case NoteKind::hold_lifted:
        noted.holds.erase(hold);
        noted.lifted.push_back(hold);
        break;
      case NoteKind::frozen:
        noted.frozen.insert_or_assign(*entry.person, true);
        break;
      case NoteKind::unfrozen:
        noted.frozen.insert_or_assign(*entry.person, false);
        break;
      case NoteKind::redacted:  // redaction_notes.h
        break;
      case NoteKind::mail_mark_set:
      case NoteKind::mail_mark_lifted:
        break;  // replay_mail_choices() reads them
      case NoteKind::erasure_cancelled:
        break;  // restored_orders.h
    }
  }
  return noted;
}

bool is_gone(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::erased;
}

Status replay_holds(App& app, ports::Writing& tx, const Noted& noted, Replayed& out) {
  LETHE_TRY(const auto stored, tx.retention().holds());
  for (const ports::HoldRow& hold : stored) {
    if (std::ranges::find(noted.lifted, hold.id.value()) == noted.lifted.end()) continue;
    LETHE_CHECK(tx.retention().remove_hold(hold.id));
    out.holds_lifted += 1;
  }
  for (const auto& [id, hold] : noted.holds) {
    if (std::ranges::find(stored, hold.row.id, &ports::HoldRow::id) != stored.end()) continue;
    const auto person = person_held(tx, hold.row);
    if (!person && is_gone(person.error())) continue;
    if (!person) return std::unexpected(person.error());
    if (!tx.people().find(*person)) continue;
    LETHE_CHECK(insert_hold(app, tx, hold.row, *person, hold.reason));
    out.holds_placed += 1;
  }
  return {};
}

Status replay_freezes(ports::Writing& tx, const Noted& noted, Replayed& out) {
  for (const auto& [person, frozen] : noted.frozen) {
    auto row = tx.people().find(person);
    if (!row && is_gone(row.error())) continue;
    if (!row) return std::unexpected(std::move(row).error());
    if (row->frozen == frozen) continue;
    row->frozen = frozen;
    LETHE_CHECK(tx.people().update(*row));
    out.freezes += 1;
  }
  return {};
}

}  // namespace

Result<core::HoldId> place_hold(App& app, const HoldOrder& order) {
  LETHE_CHECK(check(order, app.clock.now()));
  const ports::HoldRow hold{.id = app.ids.make<core::HoldId>(),
                            .person = order.person,
                            .ticket = order.ticket,
                            .ground = order.ground,
                            .reason = std::nullopt,
                            .by = order.by,
                            .created_at = app.clock.now(),
                            .until = order.until};
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto person, person_held(tx, hold));
    LETHE_TRY(const auto row, tx.people().find(person));
    if (row.erasing) return fail(Errc::erased, "the erasure of this person has begun");
    LETHE_CHECK(insert_hold(app, tx, hold, person, order.reason));
    return note(app, NoteKind::hold_placed, person, note_of(hold, order.reason));
  }));
  return hold.id;
}

Status lift_hold(App& app, core::HoldId id) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto hold, find_hold(tx, id));
    LETHE_CHECK(tx.retention().remove_hold(id));
    const auto person = person_held(tx, hold);
    if (!person) return is_gone(person.error()) ? Status{} : std::unexpected(person.error());
    LETHE_CHECK(tx.people().set_next_review(*person, app.clock.now()));
    return note(app, NoteKind::hold_lifted, *person, {{"hold", id.value()}});
  });
}

Result<std::vector<HoldView>> view_holds(App& app, const ports::Reading& tx,
                                         std::vector<ports::HoldRow> rows) {
  LETHE_TRY(const auto tickets, tickets_held(tx, rows));
  std::vector<HoldView> views;
  for (ports::HoldRow& row : rows) {
    std::string reason;
    if (const auto person = key_owner(tickets, row)) {
      const auto text =
          open(app, profile_key(*person), place(cell::kHoldReason, row.id.value()), row.reason);
      if (!text && text.error().code != Errc::erased) return std::unexpected(text.error());
      if (text) reason = text->reveal();
    }
    views.push_back({std::move(row), std::move(reason)});
  }
  return views;
}

Status set_frozen(App& app, core::PersonId person, Frozen frozen) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.people().find(person));
    if (row.frozen == (frozen == Frozen::yes)) return {};
    row.frozen = frozen == Frozen::yes;
    row.updated_at = app.clock.now();
    row.next_review_at = app.clock.now();
    LETHE_CHECK(tx.people().update(row));
    return note(app, row.frozen ? NoteKind::frozen : NoteKind::unfrozen, person, {});
  });
}

Result<Replayed> replay_notes(App& app) {
  LETHE_TRY(const Noted noted, read_notes(app));
  Replayed replayed;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    replayed = {};
    LETHE_CHECK(replay_holds(app, tx, noted, replayed));
    return replay_freezes(tx, noted, replayed);
  }));
  return replayed;
}

}  // namespace lethe::app
