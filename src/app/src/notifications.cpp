#include "lethe/app/notifications.h"

#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/people.h"
#include "mail_settings.h"
#include "notice_mail.h"

namespace lethe::app {
namespace {

using ports::NoticeEvent;
using ports::OutgoingKind;
using ports::OutgoingRow;

constexpr Seconds kHour{3600};

std::int64_t bit(NoticeEvent event) { return static_cast<std::int64_t>(event); }

bool watches(const NoticeWishes& wishes, const ports::TicketRow& ticket) {
  return ticket.group && std::ranges::find(wishes.groups, *ticket.group) != wishes.groups.end();
}

// Of the agent's own tickets.
std::int64_t own_bits(const NoticeWishes& wishes) {
  return (wishes.assigned ? bit(NoticeEvent::assigned) : 0) |
         (wishes.answered ? bit(NoticeEvent::answered) : 0);
}

// The events that this agent is told of when they happen to this ticket.
std::int64_t wished_bits(const NoticeWishes& wishes, const ports::TicketRow& ticket) {
  return own_bits(wishes) | (watches(wishes, ticket) ? bit(NoticeEvent::arrived) : 0);
}

NoticeWishes wishes_of(const std::optional<ports::NoticeWishRow>& row) {
  NoticeWishes wishes;
  if (!row) return wishes;
  wishes.assigned = (row->events & bit(NoticeEvent::assigned)) != 0;
  wishes.answered = (row->events & bit(NoticeEvent::answered)) != 0;
  wishes.groups = row->groups;
  wishes.wait = row->wait;
  return wishes;
}

struct Recipient {
  core::EmailAddress address;
  std::string name;
};

// Nothing when no mail may go there. An agent whose name cannot be read is being erased.
Result<std::optional<Recipient>> recipient_of(App& app, const ports::Reading& tx,
                                              const ports::AgentRow& agent) {
  const auto person = view_person(app, tx, agent.person);
  if (!person || person->emails.empty()) return std::nullopt;
  auto address = core::EmailAddress::parse(person->emails.front());
  if (!address) return std::nullopt;
  // Mail to an address of ours would come in as a ticket.
  LETHE_TRY(const bool ours, is_own_address(app, tx, address->normalised()));
  if (ours) return std::nullopt;
  LETHE_TRY(const auto mark, held_back(app, tx, *address, MailPurpose::notification, std::nullopt));
  if (mark) return std::nullopt;
  return Recipient{std::move(*address), person->profile.name};
}

Result<Notice> read_notice(App& app, const OutgoingRow& row) {
  LETHE_TRY(const Plaintext text, open(app, mail_key(row.person, row.ticket),
                                       place(cell::kPayload, row.id.value()), row.payload));
  const auto object = parse_object(text.reveal());
  return Notice{number_of(object, "events"), number_of(object, "more"),
                instant_of(number_of(object, "last"))};
}

// Makes the mails of one event.
class Telling {
 public:
  Telling(App& app, ports::Writing& tx, const ports::TicketRow& ticket, const Doer& by)
      : app_(app), tx_(tx), ticket_(ticket), by_(by), now_(app.clock.now()) {}

  Status tell(core::AgentId id, const NoticeWishes& wishes, NoticeEvent event) {
    const bool wished = (wished_bits(wishes, ticket_) & bit(event)) != 0;
    if (!wished || by_.agent == id) return {};
    const auto agent = tx_.agents().find(id);
    if (!agent || agent->state != ports::AgentState::active || by_.person == agent->person) {
      return {};
    }
    LETHE_TRY(const auto recipient, recipient_of(app_, tx_, *agent));
    if (!recipient) return {};
    LETHE_TRY(auto waiting, ports::notices(tx_).waiting(agent->person, ticket_.id, now_));
    if (waiting) return add_to(*waiting, *recipient, {bit(event), 0, now_});
    LETHE_TRY(const auto made, ports::notices(tx_).made_after(agent->person, now_ - kHour));
    if (made >= kNoticesPerHour) return sum_up(*agent, *recipient);
    return queue(*agent, *recipient, ticket_.id, {bit(event), 0, now_}, wishes.wait);
  }

 private:
  Status sum_up(const ports::AgentRow& agent, const Recipient& recipient) {
    LETHE_TRY(auto waiting, ports::notices(tx_).waiting(agent.person, std::nullopt, now_));
    if (waiting) return add_to(*waiting, recipient, {0, 1, now_});
    return queue(agent, recipient, std::nullopt, {0, 1, now_}, kHour);
  }

  // Nothing when the agent's key is gone: an erasure runs, and no mail of a ticket waits for it.
  std::optional<Ciphertext> sealed(const OutgoingRow& row, const Recipient& recipient,
                                   const Notice& notice) {
    const std::string payload =
        boost::json::serialize(boost::json::object{{"address", recipient.address.display()},
                                                   {"name", recipient.name},
                                                   {"events", notice.events},
                                                   {"more", notice.more},
                                                   {"last", unix_seconds(notice.last)}});
    auto cell = seal(app_, mail_key(row.person, row.ticket), place(cell::kPayload, row.id.value()),
                     payload);
    if (!cell) return std::nullopt;
    return std::move(*cell);
  }

  Status add_to(OutgoingRow& row, const Recipient& recipient, const Notice& news) {
    auto notice = read_notice(app_, row);
    if (!notice) return {};
    notice->events |= news.events;
    notice->more += news.more;
    notice->last = news.last;
    row.payload = sealed(row, recipient, *notice);
    return row.payload ? tx_.outbox().update(row) : Status{};
  }

  Status queue(const ports::AgentRow& agent, const Recipient& recipient,
               std::optional<core::TicketId> ticket, const Notice& notice, Seconds wait) {
    OutgoingRow row{.id = app_.ids.make<core::OutgoingId>(),
                    .kind = OutgoingKind::notification,
                    .person = agent.person,
                    .ticket = ticket,
                    .message = std::nullopt,
                    .payload = std::nullopt,
                    .due_at = now_ + wait,
                    .created_at = now_};
    row.payload = sealed(row, recipient, notice);
    return row.payload ? tx_.outbox().insert(row) : Status{};
  }

  App& app_;
  ports::Writing& tx_;
  const ports::TicketRow& ticket_;
  const Doer& by_;
  Instant now_;
};

Status tell_assignee(App& app, ports::Writing& tx, const ports::TicketRow& ticket, const Doer& by,
                     NoticeEvent event) {
  if (!ticket.assignee) return {};
  LETHE_TRY(const auto row, ports::notices(tx).of(*ticket.assignee));
  return Telling{app, tx, ticket, by}.tell(*ticket.assignee, wishes_of(row), event);
}

// The agent looked at the ticket since; who looked in the same second may have been too early.
Result<bool> has_seen(const ports::Reading& tx, core::AgentId agent, core::TicketId ticket,
                      Instant since) {
  LETHE_TRY(const auto times, tx.tickets().read_times(agent, {ticket}));
  return !times.empty() && times.front() && *times.front() > since;
}

Status check_wishes(const ports::Reading& tx, const NoticeWishes& wishes) {
  if (wishes.wait < Seconds{0} || wishes.wait > kNoticeWaitMax) {
    return fail(Errc::out_of_range, "Mails about your tickets wait one hour at most.", "wait");
  }
  if (wishes.groups.size() > kWatchedGroupsMax) {
    return fail(Errc::out_of_range, "Choose fewer groups.", "group");
  }
  LETHE_TRY(const auto named, tx.catalog().named(ports::NamedKind::group));
  for (const core::GroupId group : wishes.groups) {
    if (std::ranges::find(named, group.value(), &ports::CatalogRow::id) == named.end()) {
      return fail(Errc::invalid_argument, "there is no such group", "group");
    }
  }
  return {};
}

}  // namespace

Result<NoticeWishes> notice_wishes(App& app, const ports::Reading& tx, core::AgentId agent) {
  LETHE_TRY(const auto account, tx.agents().find(agent));
  LETHE_TRY(const auto row, ports::notices(tx).of(agent));
  NoticeWishes wishes = wishes_of(row);
  LETHE_TRY(const auto recipient, recipient_of(app, tx, account));
  wishes.stopped = !recipient;
  return wishes;
}

Status save_notice_wishes(App& app, core::AgentId agent, const NoticeWishes& wishes) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto account, tx.agents().find(agent));
    LETHE_CHECK(check_wishes(tx, wishes));
    const std::int64_t events = own_bits(wishes);
    LETHE_CHECK(ports::notices(tx).save({agent, events, wishes.groups, wishes.wait}));
    if (events == 0 && wishes.groups.empty()) return {};
    LETHE_TRY(const auto person, view_person(app, tx, account.person));
    if (person.emails.empty()) return {};
    LETHE_TRY(const auto address, core::EmailAddress::parse(person.emails.front()));
    return want_notifications(app, tx, account.person, address);
  });
}

Status tell_assigned(App& app, ports::Writing& tx, const ports::TicketRow& ticket, const Doer& by) {
  return tell_assignee(app, tx, ticket, by, NoticeEvent::assigned);
}

Status tell_answered(App& app, ports::Writing& tx, const ports::TicketRow& ticket, const Doer& by) {
  return tell_assignee(app, tx, ticket, by, NoticeEvent::answered);
}

Status tell_arrived(App& app, ports::Writing& tx, const ports::TicketRow& ticket, const Doer& by) {
  if (!ticket.group) return {};
  LETHE_TRY(const auto rows, ports::notices(tx).all());
  for (const ports::NoticeWishRow& row : rows) {
    LETHE_CHECK(
        (Telling{app, tx, ticket, by}.tell(row.agent, wishes_of(row), NoticeEvent::arrived)));
  }
  return {};
}

Result<std::optional<Notice>> still_news(App& app, const ports::Reading& tx,
                                         const OutgoingRow& row) {
  LETHE_TRY(Notice notice, read_notice(app, row));
  const auto agent = tx.agents().of_person(row.person);
  if (!agent || agent->state != ports::AgentState::active) return std::nullopt;
  LETHE_TRY(const auto chosen, ports::notices(tx).of(agent->id));
  const NoticeWishes wishes = wishes_of(chosen);
  if (!row.ticket) {
    const bool wants_any = wishes.assigned || wishes.answered || !wishes.groups.empty();
    return wants_any ? std::optional{notice} : std::nullopt;
  }
  const auto ticket = tx.tickets().find(*row.ticket);
  if (!ticket || ticket->erased || ticket->state.spam || ticket->state.trashed) return std::nullopt;
  std::int64_t left = notice.events & wished_bits(wishes, *ticket);
  const std::int64_t mine = bit(NoticeEvent::assigned) | bit(NoticeEvent::answered);
  if (ticket->assignee != agent->id) left &= ~mine;
  if (ticket->assignee && ticket->assignee != agent->id) left &= ~bit(NoticeEvent::arrived);
  LETHE_TRY(const bool seen, has_seen(tx, agent->id, *row.ticket, notice.last));
  if (left == 0 || seen) return std::nullopt;
  notice.events = left;
  return notice;
}

}  // namespace lethe::app
