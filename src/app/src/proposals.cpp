#include "proposals.h"

#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/requester.h"
#include "lethe/app/threading.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/core/subject.h"

namespace lethe::app {
namespace {

using ports::ProposalKind;
using ports::ProposalRow;
using ports::ProposalState;

// MS-OXOMSG 2.2.1.3: 1 reserved byte, 5 of time, 16 of GUID; then 5 for each answer.
constexpr std::size_t kThreadIndexHeader = 22;
constexpr std::size_t kThreadIndexGuid = 6;
constexpr std::size_t kMessagesCompared = 20;

class Proposals {
 public:
  Proposals(App& app, ports::Writing& tx, const PreparedMail& mail, core::TicketId ticket,
            core::MessageId message)
      : app_(app), tx_(tx), mail_(mail), ticket_(ticket), message_(message) {}

  Status same_id() {
    if (mail_.mail.message_id.empty()) return {};
    LETHE_TRY(const auto rows,
              tx_.messages().threads(message_id_digest(app_, mail_.mail.message_id)));
    for (const ports::ThreadRow& row : rows) {
      if (row.message != message_) return save(ProposalKind::same_id, row.ticket);
    }
    return {};
  }

  Status join() {
    LETHE_TRY(auto other, by_known_id());
    if (!other) {
      LETHE_TRY(other, by_number());
    }
    if (!other) {
      LETHE_TRY(other, by_outlook());
    }
    return other ? save(ProposalKind::join, *other) : Status{};
  }

  Status split() {
    LETHE_TRY(const auto ticket, tx_.tickets().find(ticket_));
    if (!ticket.requester) return {};
    const auto subject =
        open(app_, body_key(*ticket.requester, ticket_),
             place(cell::kSubject, ticket_.value(), ticket.cell_version), ticket.subject);
    if (!subject || !core::says_something_else(mail_.mail.subject, subject->reveal())) return {};
    LETHE_TRY(const bool known, said_before());
    return known ? Status{} : save(ProposalKind::split, std::nullopt);
  }

 private:
  Status save(ProposalKind kind, std::optional<core::TicketId> other) {
    return ports::threading(tx_).save_proposal({.id = app_.ids.next(),
                                                .ticket = ticket_,
                                                .message = message_,
                                                .kind = kind,
                                                .other = other,
                                                .at = app_.clock.now()});
  }

  // Alive and another one, wherever its words are now.
  Result<std::optional<core::TicketId>> other(core::TicketId id) {
    LETHE_TRY(const core::TicketId now, current_ticket(tx_, id));
    const auto row = tx_.tickets().find(now);
    if (!row || row->erased || now == ticket_) return std::nullopt;
    return now;
  }

  Result<std::optional<core::TicketId>> first_alive(const std::vector<ports::ThreadRow>& rows) {
    for (const ports::ThreadRow& row : rows) {
      LETHE_TRY(const auto found, other(row.ticket));
      if (found) return found;
    }
    return std::nullopt;
  }

  Result<std::optional<core::TicketId>> by_known_id() {
    for (const std::string& id : referenced_ids(mail_.mail)) {
      LETHE_TRY(const auto rows, tx_.messages().threads(message_id_digest(app_, id)));
      LETHE_TRY(const auto found, first_alive(rows));
      if (found) return found;
    }
    return std::nullopt;
  }

  Result<std::optional<core::TicketId>> by_number() {
    for (const std::int64_t number : core::numbers_in_subject(mail_.mail.subject)) {
      const auto row = tx_.tickets().find_number(number);
      if (!row) continue;
      LETHE_TRY(const auto found, other(row->id));
      if (found) return found;
    }
    return std::nullopt;
  }

  Result<std::optional<core::TicketId>> by_outlook() {
    const Bytes digest = outlook_thread_digest(app_, mail_.mail);
    if (digest.empty()) return std::nullopt;
    LETHE_TRY(const auto rows, tx_.messages().threads(digest));
    return first_alive(rows);
  }

  // An earlier message of the ticket had this subject: the change was seen already.
  Result<bool> said_before() {
    LETHE_TRY(auto rows, tx_.messages().of_ticket(ticket_));
    std::erase_if(rows, [&](const auto& row) { return row.id == message_ || !row.headers; });
    if (rows.size() > kMessagesCompared) rows.erase(rows.begin(), rows.end() - kMessagesCompared);
    const std::string said_now = core::bare_subject(mail_.mail.subject);
    return std::ranges::any_of(rows, [&](const ports::MessageRow& row) {
      if (!row.person) return false;
      const auto headers =
          open(app_, body_key(*row.person, ticket_),
               place(cell::kHeaders, row.id.value(), row.cell_version), row.headers);
      if (!headers) return false;
      return core::bare_subject(text_of(parse_object(headers->reveal()), "subject")) == said_now;
    });
  }

  App& app_;
  ports::Writing& tx_;
  const PreparedMail& mail_;
  core::TicketId ticket_;
  core::MessageId message_;
};

// The message and what its person wrote after it.
Result<std::vector<core::MessageId>> from_message_on(const ports::Reading& tx,
                                                     const ProposalRow& row) {
  LETHE_TRY(const auto first, tx.messages().find(row.message));
  LETHE_TRY(const auto rows, tx.messages().of_ticket(first.ticket));
  std::vector<core::MessageId> ids;
  for (const ports::MessageRow& message : rows) {
    if (message.person && message.person == first.person && message.id >= first.id) {
      ids.push_back(message.id);
    }
  }
  return ids;
}

Result<core::TicketId> carry_out(App& app, const ProposalRow& row,
                                 std::optional<core::AgentId> by) {
  if (row.kind == ProposalKind::join && row.other) {
    LETHE_CHECK(merge_tickets(app, row.ticket, *row.other, by));
    return *row.other;
  }
  if (row.kind == ProposalKind::forwarded) {
    LETHE_CHECK(turn_over(app, row, by));
    return row.ticket;
  }
  if (row.kind != ProposalKind::split) return row.ticket;
  std::vector<core::MessageId> ids;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(ids, from_message_on(tx, row));
    return {};
  }));
  return split_ticket(app, row.ticket, ids, by);
}

}  // namespace

Bytes outlook_thread_digest(App& app, const mime::Message& mail) {
  const auto header = mail.header("Thread-Index");
  if (!header) return {};
  const auto bytes = parse_base64(trimmed(*header));
  if (!bytes || bytes->size() < kThreadIndexHeader) return {};
  // A line break keeps it apart from every Message-ID.
  std::string name = "thread-index\n";
  name.append(bytes->begin() + kThreadIndexGuid, bytes->begin() + kThreadIndexHeader);
  return message_id_digest(app, name);
}

Status propose_for(App& app, ports::Writing& tx, const PreparedMail& mail, core::TicketId ticket,
                   core::MessageId message, bool joined) {
  if (mail.automatic()) return {};
  Proposals proposals{app, tx, mail, ticket, message};
  LETHE_CHECK(proposals.same_id());
  return joined ? proposals.split() : proposals.join();
}

Status propose_forwarded(App& app, ports::Writing& tx, core::TicketId ticket,
                         core::MessageId message) {
  return ports::threading(tx).save_proposal({.id = app.ids.next(),
                                             .ticket = ticket,
                                             .message = message,
                                             .kind = ProposalKind::forwarded,
                                             .other = std::nullopt,
                                             .at = app.clock.now()});
}

Result<core::TicketId> decide_proposal(App& app, std::int64_t proposal, Decision decision,
                                       std::optional<core::AgentId> by) {
  std::optional<ProposalRow> row;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, ports::threading(tx).proposal(proposal));
    return {};
  }));
  if (row->state != ProposalState::open) return fail(Errc::conflict, "this is decided already");
  core::TicketId next = row->ticket;
  if (decision == Decision::accept) {
    LETHE_TRY(next, carry_out(app, *row, by));
  }
  row->state = decision == Decision::accept ? ProposalState::accepted : ProposalState::dismissed;
  LETHE_CHECK(app.store.write(
      [&](ports::Writing& tx) { return ports::threading(tx).save_proposal(*row); }));
  return next;
}

}  // namespace lethe::app
