#include "lethe/app/deliveries.h"

#include <algorithm>

#include "lethe/app/mail_checks.h"
#include "lethe/app/send_mail.h"
#include "lethe/base/text.h"

namespace lethe::app {
namespace {

using ports::OutgoingRow;
using ports::OutgoingState;

constexpr std::int64_t kMinute = 60;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "the server answered 451" says 451; any other number says nothing.
int code_in(std::string_view trouble) {
  for (std::size_t at = 0; at + 3 <= trouble.size(); ++at) {
    const bool begins = at == 0 || !is_digit(trouble[at - 1]);
    const bool ends = at + 3 == trouble.size() || !is_digit(trouble[at + 3]);
    if (!begins || !ends || (trouble[at] != '4' && trouble[at] != '5')) continue;
    if (!is_digit(trouble[at + 1]) || !is_digit(trouble[at + 2])) continue;
    return (trouble[at] - '0') * 100 + (trouble[at + 1] - '0') * 10 + (trouble[at + 2] - '0');
  }
  return 0;
}

// 0 for a ticket that is erased: its number leads nowhere.
Result<std::int64_t> number_of(const ports::Reading& tx, std::optional<core::TicketId> ticket) {
  if (!ticket) return 0;
  const auto row = tx.tickets().find(*ticket);
  if (!row && row.error().code == Errc::not_found) return 0;
  if (!row) return std::unexpected(row.error());
  return row->erased ? 0 : row->number;
}

Result<DeliveryView> view_of(const ports::Reading& tx, const OutgoingRow& row) {
  LETHE_TRY(const std::int64_t number, number_of(tx, row.ticket));
  return DeliveryView{.id = row.id,
                      .kind = row.kind,
                      .state = row.state,
                      .ticket = row.ticket,
                      .ticket_number = number,
                      .attempts = row.attempts,
                      .reply_code = code_in(row.last_error),
                      .trouble = row.last_error,
                      .due_at = row.due_at,
                      .created_at = row.created_at,
                      .sent_at = row.sent_at};
}

}  // namespace

void RefusalCounts::count_reply(ports::Door door, int code, std::string_view enhanced) {
  add({unix_seconds(clock_.now()) / kMinute, door, code, std::string{enhanced.substr(0, 9)},
       ports::reason_of_reply(code, enhanced), 0},
      1);
}

void RefusalCounts::count(ports::Door door, int code, ports::RefusalReason reason,
                          std::int64_t mailbox) {
  add({unix_seconds(clock_.now()) / kMinute, door, code, "", reason, mailbox}, 1);
}

void RefusalCounts::add(Kind kind, std::int64_t count) {
  const std::scoped_lock lock{mutex_};
  if (waiting_.size() >= kKindsMax && !waiting_.contains(kind)) {
    kind = {std::get<0>(kind), std::get<1>(kind), 0, "", ports::RefusalReason::other, 0};
  }
  waiting_[std::move(kind)] += count;
}

Status RefusalCounts::flush(App& app) {
  std::map<Kind, std::int64_t> writing;
  {
    const std::scoped_lock lock{mutex_};
    writing.swap(waiting_);
  }
  if (writing.empty()) return {};
  const Status written = app.store.write([&](ports::Writing& tx) -> Status {
    for (const auto& [kind, count] : writing) {
      const auto& [minute, door, code, enhanced, reason, mailbox] = kind;
      LETHE_CHECK(ports::operations(tx).add_refusals({.at = instant_of(minute * kMinute),
                                                      .door = door,
                                                      .code = code,
                                                      .enhanced = enhanced,
                                                      .reason = reason,
                                                      .mailbox = mailbox,
                                                      .count = count}));
    }
    return ports::operations(tx).trim_refusals(app.clock.now() - kRefusalsKept, kRefusalRowsMax);
  });
  if (!written) {
    for (const auto& [kind, count] : writing) add(kind, count);
  }
  return written;
}

Result<std::vector<DeliveryView>> last_deliveries(const ports::Reading& tx, int limit) {
  std::vector<DeliveryView> views;
  for (const auto state : {OutgoingState::failed, OutgoingState::queued, OutgoingState::sent}) {
    LETHE_TRY(const auto rows, ports::operations(tx).outgoing(state, limit));
    for (const OutgoingRow& row : rows) {
      LETHE_TRY(auto view, view_of(tx, row));
      views.push_back(std::move(view));
    }
  }
  return views;
}

Result<std::vector<QuarantinedView>> quarantined_files(App& app, const ports::Reading& tx,
                                                       int limit) {
  std::vector<QuarantinedView> views;
  LETHE_TRY(const auto rows, ports::operations(tx).quarantined(limit));
  for (const ports::QuarantinedRow& row : rows) {
    const auto file = tx.messages().attachment(row.file);
    if (!file && file.error().code == Errc::not_found) continue;
    if (!file) return std::unexpected(file.error());
    auto marks = file_marks(app, *file);
    if (!marks && marks.error().code == Errc::erased) continue;
    if (!marks) return std::unexpected(marks.error());
    if (!marks->is_locked()) continue;
    LETHE_TRY(const std::int64_t number, number_of(tx, row.ticket));
    views.push_back({row.file, row.ticket, number, std::move(marks->quarantine), row.at});
  }
  return views;
}

Status deliver_now(App& app, core::OutgoingId id) {
  std::optional<core::TicketId> ticket;
  bool failed = false;
  LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(OutgoingRow row, tx.outbox().find(id));
    ticket = row.ticket;
    failed = row.state == OutgoingState::failed;
    if (failed) return {};
    if (row.state != OutgoingState::queued) {
      return fail(Errc::conflict, "only a mail that waits or failed can be tried again");
    }
    row.due_at = std::min(row.due_at, app.clock.now());
    return tx.outbox().update(row);
  }));
  if (failed) LETHE_CHECK(try_again(app, id));
  if (ticket) app.events.publish({ports::EventKind::ticket_changed, *ticket, std::nullopt});
  return {};
}

}  // namespace lethe::app
