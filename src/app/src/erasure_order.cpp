// Ordering an erasure: preview, approval, cancelling, hiding.
#include <algorithm>

#include "credentials.h"
#include "erasure_reach.h"
#include "last_admin.h"
#include "lethe/app/erasure.h"
#include "restored_orders.h"
#include "retention_check.h"

namespace lethe::app {
namespace {

using ports::ErasureMode;
using ports::ErasureScope;
using ports::ErasureState;

constexpr int kGraceDaysMax = 90;
constexpr std::size_t kNumbersShown = 20;

ports::ErasureRow row_of(App& app, const ErasureOrder& order) {
  return {.id = app.ids.make<core::ErasureId>(),
          .scope = order.scope,
          .mode = order.mode,
          .person = order.person,
          .tickets = order.tickets,
          .rule = order.rule,
          .rule_version = order.rule_version,
          .run = order.run,
          .approved_by = order.approved_by,
          .reason = order.reason,
          .created_at = app.clock.now()};
}

// An erasure that waits for the replica has removed the person's row already.
Status find_person(const ports::Reading& tx, core::PersonId id) {
  const auto person = tx.people().find(id);
  if (person || person.error().code != Errc::not_found) {
    return person ? Status{} : std::unexpected(person.error());
  }
  LETHE_TRY(const auto open, tx.retention().erasures_open());
  const bool goes = std::ranges::any_of(open, [&](const ports::ErasureRow& row) {
    return row.person == id && row.scope == ErasureScope::person;
  });
  if (goes) return fail(Errc::conflict, "this is being erased already");
  return std::unexpected(person.error());
}

Status complete(const ports::Reading& tx, ports::ErasureRow& row) {
  LETHE_CHECK(find_person(tx, row.person));
  if (row.scope == ErasureScope::person) {
    LETHE_TRY(row.tickets, tickets_of_person(tx, row.person));
    return {};
  }
  for (const core::TicketId id : row.tickets) {
    LETHE_TRY(const auto ticket, tx.tickets().find(id));
    if (ticket.erased) return fail(Errc::erased, "ticket " + id.to_string() + " is erased");
    if (ticket.requester != row.person) {
      return fail(Errc::invalid_argument, "ticket " + id.to_string() + " is another person's");
    }
  }
  return {};
}

Status refuse_if_held(const std::vector<ports::HoldRow>& holds, Instant now) {
  for (const ports::HoldRow& hold : holds) {
    if (hold.until && *hold.until <= now) continue;
    return fail(Errc::conflict, "a hold (" + hold.ground + ") keeps this; lift it first");
  }
  return {};
}

// Holds on the person and on the tickets concerned; a hold on another of their tickets stops the
// erasure of the person, not that of this ticket.
Result<std::vector<ports::HoldRow>> holds_against(const ports::Reading& tx,
                                                  const ports::ErasureRow& row) {
  LETHE_TRY(auto holds, tx.retention().holds_on(row.person));
  if (row.scope != ErasureScope::person) {
    std::erase_if(holds, [&](const ports::HoldRow& hold) {
      return hold.ticket && std::ranges::find(row.tickets, *hold.ticket) == row.tickets.end();
    });
  }
  return holds;
}

Status refuse_if_open_already(const ports::Reading& tx, const ports::ErasureRow& row) {
  LETHE_TRY(const auto open, tx.retention().erasures_open());
  const bool same = std::ranges::any_of(open, [&](const ports::ErasureRow& other) {
    return other.person == row.person && other.scope == row.scope && other.tickets == row.tickets;
  });
  if (same) return fail(Errc::conflict, "this is being erased already");
  return {};
}

// Files or raw copies of which neither a row nor a key is here any more.
Result<bool> is_gone_already(App& app, const ports::Reading& tx, const ports::ErasureRow& row) {
  if (row.scope != ErasureScope::attachments && row.scope != ErasureScope::raw) return false;
  LETHE_TRY(const auto reach, reach_of(tx, row));
  if (!reach.attachments.empty() || !reach.raw_copies.empty() || !reach.shared.empty()) {
    return false;
  }
  for (const vault::TicketKeys& keys : reach.keys) {
    if (!keys.key_class) return false;
    LETHE_TRY(const bool there,
              app.vault.has_key(vault::KeyRef::of(keys.person, keys.ticket, *keys.key_class)));
    if (there) return false;
  }
  return true;
}

// Hidings of the person that stand: each is a reason of its own.
Result<std::vector<ports::ErasureRow>> hidings_of(const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(auto rows, tx.retention().erasures_of(id));
  std::erase_if(rows, [](const ports::ErasureRow& row) {
    return row.mode != ErasureMode::hide || row.state != ErasureState::done;
  });
  return rows;
}

Status end_hidings(ports::Writing& tx, core::PersonId id) {
  LETHE_TRY(auto rows, hidings_of(tx, id));
  for (ports::ErasureRow& row : rows) {
    row.state = ErasureState::cancelled;
    LETHE_CHECK(tx.retention().save_erasure(row));
  }
  return {};
}

Status hide_person(App& app, ports::Writing& tx, ports::ErasureRow& row) {
  LETHE_TRY(auto person, tx.people().find(row.person));
  // A new ticket brings a person back: what hid them before that is no reason any more.
  if (!person.hidden) LETHE_CHECK(end_hidings(tx, row.person));
  person.hidden = true;
  person.updated_at = app.clock.now();
  row.state = ErasureState::done;
  row.grace_until.reset();
  return tx.people().update(person);
}

Status bring_back(App& app, ports::Writing& tx, core::PersonId id) {
  LETHE_TRY(auto person, tx.people().find(id));
  person.hidden = false;
  person.updated_at = app.clock.now();
  return tx.people().update(person);
}

Status bring_back_unless_hidden_otherwise(App& app, ports::Writing& tx, core::PersonId id) {
  LETHE_TRY(const auto others, hidings_of(tx, id));
  return others.empty() ? bring_back(app, tx, id) : Status{};
}

Status count_mails(const ports::Reading& tx, const ports::ErasureRow& row,
                   ErasurePreview& preview) {
  if (row.scope == ErasureScope::person) {
    LETHE_TRY(preview.sent_mails, tx.outbox().sent_to(row.person));
  }
  for (const core::TicketId ticket : row.tickets) {
    LETHE_TRY(const auto messages, tx.messages().of_ticket(ticket));
    for (const ports::MessageRow& message : messages) {
      LETHE_TRY(const auto mails, tx.outbox().of_message(message.id));
      for (const auto& mail : mails)
        preview.queued_mails += mail.state == ports::OutgoingState::queued;
    }
    if (row.scope == ErasureScope::person) continue;
    LETHE_TRY(const std::int64_t sent, tx.outbox().sent_about(ticket));
    preview.sent_mails += sent;
  }
  return {};
}

Result<ports::ErasureRow> approved_row(App& app, const ErasureOrder& order) {
  if (order.grace_days < 0 || order.grace_days > kGraceDaysMax) {
    return fail(Errc::out_of_range, "grace is 0 to 90 days", "grace_days");
  }
  ports::ErasureRow row = row_of(app, order);
  if (order.grace_days > 0) {
    row.state = ErasureState::grace;
    row.grace_until = row.created_at + Days{order.grace_days};
  }
  return row;
}

// Checks first, writes last.
Status record(App& app, ports::Writing& tx, ports::ErasureRow& row) {
  LETHE_CHECK(complete(tx, row));
  if (row.mode == ErasureMode::hide) {
    if (row.scope != ErasureScope::person) {
      return fail(Errc::out_of_range,
                  "only a person can be hidden, and as a whole; a ticket goes to the trash and "
                  "comes back from it",
                  "mode");
    }
    LETHE_CHECK(refuse_unless_still_due(app, tx, row));
    LETHE_CHECK(hide_person(app, tx, row));
    return tx.retention().save_erasure(row);
  }
  if (row.scope == ErasureScope::person) {
    LETHE_TRY(const auto person, tx.people().find(row.person));
    LETHE_CHECK(keep_one_admin_without(tx, person));
  }
  LETHE_TRY(const auto holds, holds_against(tx, row));
  LETHE_CHECK(refuse_if_held(holds, row.created_at));
  LETHE_CHECK(refuse_if_open_already(tx, row));
  LETHE_TRY(const bool is_gone, is_gone_already(app, tx, row));
  if (is_gone) {
    row.state = ErasureState::done;
    row.grace_until.reset();
  }
  return tx.retention().save_erasure(row);
}

ErasurePreview counted(const ErasureReach& reach) {
  ErasurePreview preview{.tickets = static_cast<std::int64_t>(reach.whole.size()),
                         .shared_tickets = static_cast<std::int64_t>(reach.touched.size()),
                         .messages = static_cast<std::int64_t>(written_in(reach)),
                         .attachments = static_cast<std::int64_t>(reach.attachments.size()),
                         .raw_copies = static_cast<std::int64_t>(reach.raw_copies.size())};
  for (const auto& file : reach.attachments) preview.attachment_bytes += file.file.size;
  for (const ports::TicketRow& ticket : reach.whole) {
    preview.open_tickets += ticket.state.status != core::TicketStatus::closed;
    if (preview.ticket_numbers.size() < kNumbersShown) {
      preview.ticket_numbers.push_back(ticket.number);
    }
  }
  return preview;
}

}  // namespace

Result<ErasurePreview> preview_erasure(App& app, const ErasureOrder& order) {
  ErasurePreview preview;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    ports::ErasureRow row = row_of(app, order);
    LETHE_CHECK(complete(tx, row));
    LETHE_TRY(const auto reach, reach_of(tx, row));
    preview = counted(reach);
    LETHE_CHECK(count_mails(tx, row, preview));
    LETHE_TRY(preview.holds, holds_against(tx, row));
    return {};
  }));
  return preview;
}

Result<core::ErasureId> approve_erasure(App& app, const ErasureOrder& order) {
  LETHE_TRY(ports::ErasureRow row, approved_row(app, order));
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) { return record(app, tx, row); }));
  return row.id;
}

Result<std::vector<std::optional<core::ErasureId>>> approve_erasures(
    App& app, std::span<const ErasureOrder> orders) {
  std::vector<ports::ErasureRow> rows;
  for (const ErasureOrder& order : orders) {
    LETHE_TRY(ports::ErasureRow row, approved_row(app, order));
    rows.push_back(std::move(row));
  }
  std::vector<std::optional<core::ErasureId>> ids;
  if (rows.empty()) return ids;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    ids.clear();
    for (ports::ErasureRow& row : rows) {
      const Status recorded = record(app, tx, row);
      // A conflict is found before anything of the order is written.
      if (!recorded && recorded.error().code != Errc::conflict) return recorded;
      ids.push_back(recorded ? std::optional{row.id} : std::nullopt);
    }
    return {};
  }));
  return ids;
}

Status cancel_erasure(App& app, core::ErasureId id) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(auto row, tx.retention().erasure(id));
    const bool waiting = row.state == ErasureState::approved || row.state == ErasureState::grace;
    const bool hidden = row.mode == ErasureMode::hide && row.state == ErasureState::done;
    if (!waiting && !hidden)
      return fail(Errc::conflict, "this erasure has begun and cannot be cancelled");
    row.state = ErasureState::cancelled;
    LETHE_CHECK(tx.retention().save_erasure(row));
    if (waiting) LETHE_CHECK(note_cancelled(app, row));
    return hidden ? bring_back_unless_hidden_otherwise(app, tx, row.person) : Status{};
  });
}

Status unhide_person(App& app, core::PersonId id) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_CHECK(bring_back(app, tx, id));
    return end_hidings(tx, id);
  });
}

}  // namespace lethe::app
