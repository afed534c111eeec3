#include "erasure_reach.h"

#include <algorithm>

#include "lethe/ports/threading.h"
#include "move_messages.h"

namespace lethe::app {
namespace {

using ports::DocumentKind;
using ports::ErasureScope;

class Reach {
 public:
  Reach(const ports::Reading& tx, const ports::ErasureRow& row) : tx_(tx), row_(row) {}

  Result<ErasureReach> run() {
    switch (row_.scope) {
      case ErasureScope::person:
        LETHE_CHECK(whole_tickets());
        LETHE_CHECK(parts_in_other_tickets());
        out_.documents.push_back({DocumentKind::person, row_.person.value()});
        out_.shards.insert(row_.person);
        break;
      case ErasureScope::ticket:
        LETHE_CHECK(whole_tickets());
        break;
      case ErasureScope::attachments:
        LETHE_CHECK(files_of_tickets());
        break;
      case ErasureScope::raw:
        LETHE_CHECK(raw_copies_of_tickets());
        break;
      case ErasureScope::redaction:
        break;
    }
    return std::move(out_);
  }

 private:
  // A ticket takes along those that were merged into it: their words are its own.
  Status find_whole() {
    whole_ = row_.tickets;
    for (std::size_t at = 0; at < whole_.size(); ++at) {
      LETHE_TRY(const auto moves, ports::threading(tx_).moves(whole_[at]));
      for (const ports::MoveRow& move : moves) {
        const bool here = move.kind == ports::MoveKind::merge && !move.undone;
        if (here && move.to == whole_[at] && !is_whole(move.from)) whole_.push_back(move.from);
      }
    }
    return {};
  }

  // Words of `ticket` that backups hold under keys of tickets that stay.
  Status add_shared(core::TicketId ticket, const std::set<core::PersonId>& voices) {
    LETHE_TRY(const auto holders, all_holders(tx_, ticket));
    for (const core::TicketId holder : holders) {
      if (is_whole(holder)) continue;
      LETHE_CHECK(share(holder, voices));
    }
    return add_raw_of_holders(ticket);
  }

  // The keys of `persons` and of former requesters in a ticket that stays.
  Status share(core::TicketId holder, std::set<core::PersonId> persons) {
    LETHE_TRY(const auto former, ports::threading(tx_).former_requesters(holder));
    persons.insert(former.begin(), former.end());
    for (const core::PersonId person : persons) {
      const bool all_go = row_.scope == ErasureScope::person && person == row_.person;
      if (!all_go) out_.shared.emplace(holder, person);
    }
    return {};
  }

  // A ticket that stays, and those it came from: the person's words were under keys of others.
  Status share_former(core::TicketId ticket) {
    LETHE_CHECK(share(ticket, {}));
    LETHE_TRY(const auto holders, all_holders(tx_, ticket));
    for (const core::TicketId holder : holders) {
      if (!is_whole(holder)) LETHE_CHECK(share(holder, {}));
    }
    return {};
  }

  Status whole_tickets() {
    LETHE_CHECK(find_whole());
    for (const core::TicketId id : whole_) {
      LETHE_TRY(auto ticket, tx_.tickets().find(id));
      out_.documents.push_back({DocumentKind::ticket, id.value()});
      out_.whole.push_back(std::move(ticket));
      LETHE_CHECK(add_files(id));
      std::set<core::PersonId> voices;
      LETHE_CHECK(add_messages_of(id, voices));
      for (const core::PersonId person : voices) {
        out_.keys.push_back({person, id, std::nullopt});
        out_.shards.insert(person);
      }
      LETHE_CHECK(add_told(id, voices));
      LETHE_CHECK(add_shared(id, voices));
    }
    return {};
  }

  // Agents who were told of the ticket have keys in it as well, and nothing in the index.
  Status add_told(core::TicketId ticket, const std::set<core::PersonId>& voices) {
    std::set<core::PersonId> told;
    LETHE_TRY(const auto mails, tx_.outbox().of_ticket(ticket));
    for (const auto& mail : mails) {
      if (!voices.contains(mail.person)) told.insert(mail.person);
    }
    for (const core::PersonId person : told) out_.keys.push_back({person, ticket, std::nullopt});
    return {};
  }

  // Everybody with words in the ticket: authors, addressees, the quoted, participants.
  Status add_messages_of(core::TicketId ticket, std::set<core::PersonId>& voices) {
    voices.insert(row_.person);
    LETHE_TRY(const auto participants, tx_.tickets().participants(ticket));
    for (const auto& participant : participants) voices.insert(participant.person);
    // Backups hold its words under their keys.
    LETHE_TRY(const auto former, ports::threading(tx_).former_requesters(ticket));
    voices.insert(former.begin(), former.end());
    LETHE_TRY(const auto messages, tx_.messages().of_ticket(ticket));
    for (const ports::MessageRow& message : messages) {
      add_message(message);
      if (message.person) voices.insert(*message.person);
      LETHE_TRY(const auto addressees, tx_.messages().addressees(message.id));
      for (const auto& addressee : addressees) voices.insert(addressee.person);
      LETHE_TRY(const auto quotes, tx_.messages().quotes(message.id));
      for (const auto& quote : quotes) voices.insert(quote.person);
    }
    return {};
  }

  void add_message(const ports::MessageRow& message) {
    out_.messages.push_back(message.id);
    if (message.person) out_.documents.push_back({DocumentKind::message, message.id.value()});
  }

  Status add_files(core::TicketId ticket) {
    LETHE_TRY(auto files, tx_.messages().attachments(ticket));
    std::ranges::move(files, std::back_inserter(out_.attachments));
    return add_raw_copies(ticket);
  }

  Status add_raw_copies(core::TicketId ticket) {
    LETHE_TRY(auto copies, tx_.messages().raw_copies(ticket));
    for (ports::RawCopyRow& copy : copies) {
      const bool known = std::ranges::any_of(
          out_.raw_copies, [&](const auto& row) { return row.message == copy.message; });
      if (!known) out_.raw_copies.push_back(std::move(copy));
    }
    return {};
  }

  bool is_whole(core::TicketId ticket) const {
    return std::ranges::find(whole_, ticket) != whole_.end();
  }

  // A raw copy names everybody in its headers: it falls when any participant goes.
  Status parts_in_other_tickets() {
    std::set<core::TicketId> touched;
    LETHE_TRY(const auto participations, tx_.tickets().participations(row_.person));
    for (const auto& participation : participations) touched.insert(participation.ticket);
    LETHE_CHECK(add_handed_on(touched));
    LETHE_TRY(const auto messages, tx_.messages().of_person(row_.person));
    for (const core::MessageId id : messages) {
      LETHE_TRY(const auto message, tx_.messages().find(id));
      if (is_whole(message.ticket)) continue;
      touched.insert(message.ticket);
      add_message(message);
      LETHE_CHECK(add_attachments_of(message));
    }
    for (const core::TicketId ticket : touched) {
      if (is_whole(ticket)) continue;
      out_.touched.push_back(ticket);
      LETHE_CHECK(share_former(ticket));
      LETHE_CHECK(add_raw_copies(ticket));
      LETHE_CHECK(add_raw_keys(ticket));
      LETHE_CHECK(add_raw_of_holders(ticket));
    }
    return {};
  }

  // Tickets that are another person's now and still hold a raw copy of a mail of theirs.
  Status add_handed_on(std::set<core::TicketId>& touched) {
    LETHE_TRY(const auto once, ports::threading(tx_).once_requested_by(row_.person));
    for (const core::TicketId ticket : once) {
      LETHE_TRY(const auto copies, tx_.messages().raw_copies(ticket));
      const auto own = std::ranges::find(copies, row_.person, &ports::RawCopyRow::person);
      if (own != copies.end()) touched.insert(ticket);
    }
    return {};
  }

  // A raw copy stays in the ticket its mail came to when the message moves on.
  Status add_raw_of_holders(core::TicketId ticket) {
    LETHE_TRY(const auto holders, all_holders(tx_, ticket));
    for (const core::TicketId holder : holders) {
      if (is_whole(holder)) continue;
      LETHE_CHECK(add_raw_copies(holder));
      LETHE_CHECK(add_raw_keys(holder));
    }
    return {};
  }

  Status add_attachments_of(const ports::MessageRow& message) {
    LETHE_TRY(auto files, tx_.messages().attachments(message.ticket));
    for (ports::AttachmentRow& file : files) {
      if (file.message == message.id) out_.attachments.push_back(std::move(file));
    }
    return {};
  }

  Status add_raw_keys(core::TicketId ticket) {
    LETHE_TRY(const auto copies, tx_.messages().raw_copies(ticket));
    std::set<core::PersonId> owners;
    for (const auto& copy : copies) owners.insert(copy.person);
    for (const core::PersonId owner : owners) {
      out_.keys.push_back({owner, ticket, vault::KeyClass::raw});
    }
    return {};
  }

  Status files_of_tickets() {
    for (const core::TicketId ticket : row_.tickets) {
      LETHE_CHECK(add_files(ticket));
      std::set<core::PersonId> owners;
      for (const auto& file : out_.attachments) owners.insert(file.person);
      LETHE_TRY(const auto former, ports::threading(tx_).former_requesters(ticket));
      owners.insert(former.begin(), former.end());
      owners.insert(row_.person);
      for (const core::PersonId owner : owners) {
        out_.keys.push_back({owner, ticket, vault::KeyClass::attachments});
      }
      LETHE_CHECK(add_raw_keys(ticket));
      LETHE_CHECK(add_shared(ticket, owners));
    }
    return {};
  }

  Status raw_copies_of_tickets() {
    for (const core::TicketId ticket : row_.tickets) {
      LETHE_CHECK(add_raw_copies(ticket));
      LETHE_CHECK(add_raw_keys(ticket));
      LETHE_CHECK(add_raw_of_holders(ticket));
    }
    return {};
  }

  const ports::Reading& tx_;
  const ports::ErasureRow& row_;
  std::vector<core::TicketId> whole_;  // to be shells
  ErasureReach out_;
};

}  // namespace

std::size_t written_in(const ErasureReach& reach) {
  return static_cast<std::size_t>(
      std::ranges::count(reach.documents, ports::DocumentKind::message, &ports::DocumentKey::kind));
}

Result<ErasureReach> reach_of(const ports::Reading& tx, const ports::ErasureRow& row) {
  return Reach{tx, row}.run();
}

Result<std::vector<core::TicketId>> tickets_of_person(const ports::Reading& tx,
                                                      core::PersonId person) {
  LETHE_TRY(const auto rows, tx.tickets().of_requester(person));
  std::vector<core::TicketId> ids;
  for (const ports::TicketRow& row : rows) ids.push_back(row.id);
  return ids;
}

}  // namespace lethe::app
