// The steps of an erasure, in their order, each recorded when it is finished.
#include <algorithm>
#include <set>

#include "erasure_certificate.h"
#include "erasure_reach.h"
#include "erasure_removal.h"
#include "json.h"
#include "last_admin.h"
#include "lethe/app/cells.h"
#include "lethe/app/erasure.h"
#include "lethe/app/indexing.h"
#include "lethe/base/fault.h"
#include "redact_cells.h"
#include "redaction_notes.h"
#include "retention_check.h"

namespace lethe::app {
namespace {

using ports::ErasureRow;
using ports::ErasureScope;
using ports::ErasureState;
using ports::ErasureStep;

const FaultPointName kFaults[] = {
    FaultPointName{"erasure.frozen"},    FaultPointName{"erasure.cancelled"},
    FaultPointName{"erasure.unindexed"}, FaultPointName{"erasure.blobs_removed"},
    FaultPointName{"erasure.removed"},   FaultPointName{"erasure.punctured"},
    FaultPointName{"erasure.stated"},    FaultPointName{"erasure.logged"},
    FaultPointName{"erasure.certified"}};

constexpr Seconds kMailPatience{30};

// Reads the row, lets `change` alter it and saves it, in one transaction.
template <class Change>
Status update_row(App& app, core::ErasureId id, Change change) {
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(ErasureRow row, tx.retention().erasure(id));
    LETHE_CHECK(change(tx, row));
    return tx.retention().save_erasure(row);
  });
}

Result<ErasureRow> read_row(App& app, core::ErasureId id) {
  std::optional<ErasureRow> row;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(row, tx.retention().erasure(id));
    return {};
  }));
  return std::move(*row);
}

Result<ErasureReach> read_reach(App& app, const ErasureRow& row) {
  ErasureReach reach;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(reach, reach_of(tx, row));
    return {};
  }));
  return reach;
}

std::string counts_json(const ErasureReach& reach, const ErasureRow& row, std::int64_t sent) {
  boost::json::object counts;
  const auto add = [&](std::string_view name, std::size_t n) {
    if (n != 0) counts[{name.data(), name.size()}] = static_cast<std::int64_t>(n);
  };
  add("persons", row.scope == ErasureScope::person ? 1 : 0);
  add("tickets", reach.whole.size());
  add("messages", written_in(reach));
  add("attachments", reach.attachments.size());
  add("raw_copies", reach.raw_copies.size());
  if (sent != 0) counts["mails_sent"] = sent;
  return boost::json::serialize(counts);
}

Result<std::int64_t> mails_sent(const ports::Reading& tx, const ErasureRow& row) {
  if (row.scope == ErasureScope::person) return tx.outbox().sent_to(row.person);
  std::int64_t sent = 0;
  if (row.scope != ErasureScope::ticket) return sent;
  for (const core::TicketId ticket : row.tickets) {
    LETHE_TRY(const std::int64_t about, tx.outbox().sent_about(ticket));
    sent += about;
  }
  return sent;
}

// A ticket that was given to somebody else since it was ordered is theirs: nobody asked for it, and
// their holds keep it.
Status refuse_if_handed_on(const ports::Reading& tx, const ErasureRow& row) {
  for (const core::TicketId id : row.tickets) {
    LETHE_TRY(const auto ticket, tx.tickets().find(id));
    if (!ticket.requester || ticket.requester == row.person) continue;
    return fail(Errc::conflict, "ticket " + id.to_string() + " became another person's");
  }
  return {};
}

// 1. From here intake, pages and sends treat it as erased; nothing is lost yet.
Status freeze(App& app, core::ErasureId id) {
  return update_row(app, id, [&](ports::Writing& tx, ErasureRow& row) -> Status {
    LETHE_TRY(const auto holds, tx.retention().holds_on(row.person));
    for (const ports::HoldRow& hold : holds) {
      const bool lasts = !hold.until || *hold.until > app.clock.now();
      const bool concerns = !hold.ticket || row.scope == ErasureScope::person ||
                            std::ranges::find(row.tickets, *hold.ticket) != row.tickets.end();
      if (lasts && concerns) return fail(Errc::conflict, "a hold (" + hold.ground + ") came first");
    }
    LETHE_CHECK(refuse_unless_still_due(app, tx, row));
    if (row.scope == ErasureScope::person) {
      LETHE_TRY(auto person, tx.people().find(row.person));
      LETHE_CHECK(keep_one_admin_without(tx, person));
      person.erasing = true;
      LETHE_CHECK(tx.people().update(person));
      LETHE_TRY(row.tickets, tickets_of_person(tx, row.person));
    } else {
      LETHE_CHECK(refuse_if_handed_on(tx, row));
    }
    LETHE_TRY(const auto reach, reach_of(tx, row));
    for (ports::TicketRow ticket : reach.whole) {
      ticket.erased = true;
      LETHE_CHECK(tx.tickets().update(ticket));
    }
    LETHE_TRY(const std::int64_t sent, mails_sent(tx, row));
    row.counts = counts_json(reach, row, sent);
    row.state = ErasureState::running;
    row.step = ErasureStep::frozen;
    row.detail.clear();
    return {};
  });
}

// 2. Queued mail, drafts' sessions: nothing leaves any more.
Status cancel_mail(App& app, core::ErasureId id) {
  return update_row(app, id, [&](ports::Writing& tx, ErasureRow& row) -> Status {
    if (row.scope == ErasureScope::person && !LETHE_LEFT_OUT("erasure.cancel")) {
      LETHE_CHECK(tx.outbox().cancel_for_person(row.person));
      LETHE_TRY(const auto person, tx.people().find(row.person));
      if (person.agent) LETHE_CHECK(tx.agents().remove_sessions_of(*person.agent));
    }
    const bool content = row.scope == ErasureScope::person || row.scope == ErasureScope::ticket;
    if (content && !LETHE_LEFT_OUT("erasure.cancel")) {
      for (const core::TicketId ticket : row.tickets) {
        LETHE_CHECK(tx.outbox().cancel_for_ticket(ticket));
      }
    }
    row.step = ErasureStep::cancelled;
    return {};
  });
}

std::string keys_json(const std::vector<vault::TicketKeys>& keys) {
  boost::json::array array;
  for (const vault::TicketKeys& key : keys) {
    array.push_back(boost::json::array{
        key.person.value(), key.ticket.value(),
        key.key_class ? static_cast<std::int64_t>(*key.key_class) : std::int64_t{0}});
  }
  return boost::json::serialize(array);
}

std::vector<vault::TicketKeys> keys_from(const boost::json::object& evidence) {
  std::vector<vault::TicketKeys> keys;
  const auto* array = evidence.if_contains("keys");
  if (array == nullptr || !array->is_array()) return keys;
  for (const auto& item : array->get_array()) {
    const auto& triple = item.as_array();
    const auto key_class = triple.at(2).as_int64();
    keys.push_back(
        {core::PersonId::of(triple.at(0).as_int64()), core::TicketId::of(triple.at(1).as_int64()),
         key_class == 0 ? std::nullopt : std::optional{static_cast<vault::KeyClass>(key_class)}});
  }
  return keys;
}

std::vector<vault::KeyRef> superseded_in(const boost::json::object& evidence) {
  std::vector<vault::KeyRef> refs;
  const auto* array = evidence.if_contains("superseded");
  if (array == nullptr || !array->is_array()) return refs;
  for (const auto& item : array->get_array()) {
    const auto& triple = item.as_array();
    refs.push_back(vault::KeyRef::of(core::PersonId::of(triple.at(0).as_int64()),
                                     core::TicketId::of(triple.at(1).as_int64()),
                                     static_cast<vault::KeyClass>(triple.at(2).as_int64())));
  }
  return refs;
}

// New keys for what stays in tickets that share backups with the erased (merges and splits).
// Returns the keys that are replaced.
Result<boost::json::array> replace_shared_keys(App& app, ports::Writing& tx,
                                               const ErasureReach& reach) {
  boost::json::array replaced;
  for (const auto& [ticket, person] : reach.shared) {
    const vault::KeyRef keys[] = {body_key(person, ticket), files_key(person, ticket)};
    for (const vault::KeyRef& key : keys) {
      LETHE_TRY(const bool there, app.vault.has_key(key));
      if (!there) continue;
      LETHE_CHECK(app.vault.begin_rekey(key));
      replaced.push_back(boost::json::array{person.value(), ticket.value(),
                                            static_cast<std::int64_t>(key.key_class)});
      const bool body = key.key_class == vault::KeyClass::body;
      LETHE_CHECK(body ? reseal_bodies(app, tx, {ticket, core::MessageId::of(1), {}, {person}})
                       : reseal_files(app, tx, ticket, person));
    }
    LETHE_CHECK(note_redaction(app, tx, ticket, person));
  }
  return replaced;
}

// The keys to destroy are named before the rows go: afterwards nothing tells them.
std::string evidence_of(App& app, const ErasureReach& reach, boost::json::array replaced) {
  boost::json::object evidence;
  evidence["superseded"] = std::move(replaced);
  evidence["generation_before"] = app.vault.generation();
  evidence["keys"] = boost::json::parse(keys_json(reach.keys));
  return boost::json::serialize(evidence);
}

// 4. Blobs first, so that a crash leaves rows that still name what may be left of them.
Status remove_rows(App& app, core::ErasureId id) {
  LETHE_TRY(const ErasureRow row, read_row(app, id));
  LETHE_TRY(const auto reach, read_reach(app, row));
  LETHE_CHECK(remove_blobs(app, reach));
  LETHE_FAULT_POINT("erasure.blobs_removed");
  return update_row(app, id, [&](ports::Writing& tx, ErasureRow& current) -> Status {
    LETHE_TRY(const auto now_reached, reach_of(tx, current));
    LETHE_TRY(auto replaced, replace_shared_keys(app, tx, now_reached));
    current.evidence = evidence_of(app, now_reached, std::move(replaced));
    LETHE_CHECK(remove_rows_of(app, tx, current, now_reached));
    current.step = ErasureStep::removed;
    return {};
  });
}

vault::Puncture puncture_of(App& app, std::span<const ErasureRow> rows) {
  vault::Puncture puncture{.at = app.clock.now()};
  for (const ErasureRow& row : rows) {
    if (row.scope == ErasureScope::person) puncture.persons.push_back(row.person);
    const auto evidence = parse_object(row.evidence);
    for (const auto& keys : keys_from(evidence)) puncture.tickets.push_back(keys);
    for (const auto& key : superseded_in(evidence)) puncture.superseded.push_back(key);
  }
  return puncture;
}

// An erasure that finds no key any more turns the root all the same: the certificate names the
// generations before and after, and between them no older root opens anything.
Status turn_once(App& app, std::span<const ErasureRow> rows) {
  std::uint64_t before = 0;
  for (const ErasureRow& row : rows) {
    const auto named = number_of(parse_object(row.evidence), "generation_before");
    before = std::max(before, static_cast<std::uint64_t>(named));
  }
  LETHE_CHECK(app.vault.puncture(puncture_of(app, rows)));
  if (app.vault.generation() <= before) LETHE_CHECK(app.vault.turn_root());
  return {};
}

// 5. One turn of the root for all of them; on return the replica has confirmed.
Status destroy_keys(App& app, std::span<const core::ErasureId> ids) {
  std::vector<ErasureRow> rows;
  for (const core::ErasureId id : ids) {
    LETHE_TRY(ErasureRow row, read_row(app, id));
    if (row.step == ErasureStep::removed) rows.push_back(std::move(row));
  }
  if (rows.empty()) return {};
  if (!LETHE_LEFT_OUT("erasure.scrub")) LETHE_CHECK(app.store.scrub());
  if (!LETHE_LEFT_OUT("erasure.puncture")) LETHE_CHECK(turn_once(app, rows));
  LETHE_FAULT_POINT("erasure.punctured");
  for (const ErasureRow& done : rows) {
    LETHE_CHECK(update_row(app, done.id, [&](ports::Writing&, ErasureRow& row) -> Status {
      row.step = ErasureStep::replicated;
      row.erased_live_at = app.clock.now();
      row.unrecoverable_from_backups_at = *row.erased_live_at + app.installation.keyring_copies;
      return {};
    }));
  }
  return {};
}

// 6 and 7. The statement is fixed first, so that a repeated step logs the very same one.
Status certify(App& app, core::ErasureId id) {
  LETHE_TRY(ErasureRow row, read_row(app, id));
  if (row.step == ErasureStep::replicated) {
    LETHE_TRY(const Statement statement, make_statement(app, row));
    LETHE_CHECK(update_row(app, id, [&](ports::Writing&, ErasureRow& current) -> Status {
      current.evidence = to_json(statement);
      current.step = ErasureStep::logged;
      return {};
    }));
    LETHE_FAULT_POINT("erasure.stated");
    LETHE_TRY(row, read_row(app, id));
  }
  LETHE_TRY(const ports::CertificateRow certificate, log_statement(app, row));
  LETHE_FAULT_POINT("erasure.logged");
  return update_row(app, id, [&](ports::Writing& tx, ErasureRow& current) -> Status {
    if (current.state == ErasureState::done) return {};
    LETHE_CHECK(tx.retention().insert_certificate(certificate));
    current.certificate = certificate.id;
    current.step = ErasureStep::certified;
    current.state = ErasureState::done;
    current.detail.clear();
    return {};
  });
}

// Runs `step` for each erasure that stands at `from`.
template <class Step>
Status for_each_at(App& app, std::span<const core::ErasureId> ids, ErasureStep from, Step step) {
  for (const core::ErasureId id : ids) {
    LETHE_TRY(const ErasureRow row, read_row(app, id));
    const bool over = row.state == ErasureState::done || row.state == ErasureState::cancelled ||
                      row.state == ErasureState::refused;
    if (!over && row.step == from) LETHE_CHECK(step(app, id));
  }
  return {};
}

// 3. Tokens need the plaintext: before the keys go. A shard that several erasures touch is
// rewritten once, which is most of what this step costs; a crash before that begins the step anew.
Status unindex(App& app, std::span<const core::ErasureId> ids) {
  std::set<core::PersonId> persons;
  LETHE_CHECK(
      for_each_at(app, ids, ErasureStep::cancelled, [&](App&, core::ErasureId id) -> Status {
        LETHE_TRY(const ErasureRow row, read_row(app, id));
        LETHE_TRY(const auto reach, read_reach(app, row));
        if (reach.documents.empty() || LETHE_LEFT_OUT("erasure.unindex")) return {};
        persons.insert(reach.shards.begin(), reach.shards.end());
        return take_out_of_index(app, reach.documents);
      }));
  if (!persons.empty()) LETHE_CHECK(app.search.scrub({persons.begin(), persons.end()}));
  return for_each_at(app, ids, ErasureStep::cancelled, [](App& of, core::ErasureId id) {
    return update_row(of, id, [](ports::Writing&, ErasureRow& row) -> Status {
      row.step = ErasureStep::unindexed;
      return {};
    });
  });
}

// A hold that came first refuses its own erasure; the others of the batch go on.
Status freeze_or_refuse(App& app, core::ErasureId id) {
  const Status frozen = freeze(app, id);
  if (frozen || frozen.error().code != Errc::conflict) return frozen;
  return update_row(app, id, [&](ports::Writing&, ErasureRow& row) -> Status {
    row.state = ErasureState::refused;
    row.detail = frozen.error().detail;
    return {};
  });
}

Status refused_alone(App& app, std::span<const core::ErasureId> ids) {
  if (ids.size() != 1) return {};
  LETHE_TRY(const ErasureRow row, read_row(app, ids.front()));
  return row.state == ErasureState::refused ? fail(Errc::conflict, row.detail) : Status{};
}

Status run_steps(App& app, std::span<const core::ErasureId> ids) {
  LETHE_CHECK(for_each_at(app, ids, ErasureStep::none, freeze_or_refuse));
  LETHE_CHECK(refused_alone(app, ids));
  LETHE_FAULT_POINT("erasure.frozen");
  LETHE_CHECK(for_each_at(app, ids, ErasureStep::frozen, cancel_mail));
  LETHE_FAULT_POINT("erasure.cancelled");
  LETHE_CHECK(unindex(app, ids));
  LETHE_FAULT_POINT("erasure.unindexed");
  LETHE_CHECK(for_each_at(app, ids, ErasureStep::unindexed, remove_rows));
  LETHE_FAULT_POINT("erasure.removed");
  LETHE_CHECK(destroy_keys(app, ids));
  LETHE_CHECK(for_each_at(app, ids, ErasureStep::replicated, certify));
  LETHE_CHECK(for_each_at(app, ids, ErasureStep::logged, certify));
  LETHE_FAULT_POINT("erasure.certified");
  return {};
}

void note_why(App& app, std::span<const core::ErasureId> ids, const Error& error) {
  for (const core::ErasureId id : ids) {
    // Best effort: the erasure itself says the same again when it is tried again.
    static_cast<void>(update_row(app, id, [&](ports::Writing&, ErasureRow& row) -> Status {
      const bool waits = row.state != ErasureState::done && row.state != ErasureState::refused;
      if (waits) row.detail = error.detail;
      return {};
    }));
  }
}

std::vector<core::PersonId> persons_of(App& app, std::span<const core::ErasureId> ids) {
  std::set<core::PersonId> persons;
  for (const core::ErasureId id : ids) {
    if (const auto row = read_row(app, id)) persons.insert(row->person);
  }
  return {persons.begin(), persons.end()};
}

Status run_held_back(App& app, std::span<const core::ErasureId> ids,
                     const std::vector<core::PersonId>& persons) {
  if (!app.in_flight.hold_back(persons, kMailPatience)) {
    return fail(Errc::unavailable,
                "a mail to this person is leaving right now; it goes on by itself");
  }
  const std::scoped_lock lock{app.index_and_erasure};
  return run_steps(app, ids);
}

bool is_due(const ErasureRow& row, Instant now) {
  return row.state != ErasureState::grace || (row.grace_until && *row.grace_until <= now);
}

}  // namespace

Status run_erasures(App& app, std::span<const core::ErasureId> ids) {
  const auto persons = persons_of(app, ids);
  Status status = run_held_back(app, ids, persons);
  app.in_flight.release(persons);
  if (!status) note_why(app, ids, status.error());
  for (const core::ErasureId id : ids) {
    const auto row = read_row(app, id);
    if (!row) continue;
    for (const core::TicketId ticket : row->tickets) {
      app.events.publish({ports::EventKind::ticket_erased, ticket, std::nullopt});
    }
  }
  return status;
}

Result<int> run_due_erasures(App& app) {
  std::vector<ErasureRow> open;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(open, tx.retention().erasures_open());
    return {};
  }));
  int finished = 0;
  for (const ErasureRow& row : open) {
    if (!is_due(row, app.clock.now())) continue;
    const core::ErasureId ids[] = {row.id};
    if (run_erasures(app, ids)) ++finished;
  }
  return finished;
}

}  // namespace lethe::app
