#include "find_thread.h"

#include <algorithm>

#include "lethe/app/threading.h"
#include "mail_settings.h"

namespace lethe::app {
namespace {

// Each costs a look into the store. The newest say what is answered, the oldest begin the thread.
constexpr std::size_t kAnsweredMax = 10;
constexpr std::size_t kOldestMax = 10;
constexpr std::size_t kReferencesMax = 50;

// A live ticket, the one it was merged into, or nothing: erased and unknown ones look the same from
// outside.
Result<std::optional<ports::TicketRow>> live_ticket(const ports::Reading& tx, core::TicketId id) {
  LETHE_TRY(const core::TicketId now, current_ticket(tx, id));
  auto row = tx.tickets().find(now);
  if (!row && row.error().code == Errc::not_found) return std::nullopt;
  if (!row) return std::unexpected(std::move(row).error());
  if (row->erased) return std::nullopt;
  return std::optional{std::move(*row)};
}

std::vector<std::string_view> all_recipients(const PreparedMail& mail) {
  std::vector<std::string_view> addresses{mail.envelope.recipients.begin(),
                                          mail.envelope.recipients.end()};
  for (const auto* field : {&mail.mail.to, &mail.mail.cc}) {
    for (const mime::Mailbox& mailbox : *field) addresses.push_back(mailbox.address);
  }
  return addresses;
}

std::optional<core::TicketId> ticket_by_address(App& app, const PreparedMail& mail) {
  for (const std::string_view address : all_recipients(mail)) {
    if (const auto ticket = ticket_of_token(app, signed_token_of(address))) return ticket;
  }
  return std::nullopt;
}

// A message that moved has taken its answers along: `now` is where it is.
struct OurMail {
  core::TicketId signed_for;
  core::TicketId now;
};

// All that is named, newest first. Proving one is a matter of microseconds, and its length tells
// most apart, so that ids of others, however many, hide none of ours.
std::vector<std::string> named_ids(const mime::Message& mail) {
  std::vector<std::string> ids = mail.in_reply_to;
  ids.insert(ids.end(), mail.references.rbegin(), mail.references.rend());
  return ids;
}

std::optional<OurMail> mail_by_our_id(App& app, const ports::Reading& tx,
                                      const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const auto target = app.vault.verify_message_id(std::string_view{id}.substr(0, id.find('@')));
    if (!target) continue;
    const auto message = tx.messages().find(target->message);
    return OurMail{target->ticket, message ? message->ticket : target->ticket};
  }
  return std::nullopt;
}

// The address names the ticket; of one that was split, the mail that is answered names the part.
std::optional<core::TicketId> proven_ticket(App& app, const ports::Reading& tx,
                                            const PreparedMail& mail,
                                            const std::vector<std::string>& ids) {
  const auto by_address = ticket_by_address(app, mail);
  auto by_id = mail_by_our_id(app, tx, ids);
  if (by_address) {
    return by_id && by_id->signed_for == *by_address ? by_id->now : *by_address;
  }
  if (!by_id && !mail.verdict.original_message_id.empty()) {
    by_id = mail_by_our_id(app, tx, {mail.verdict.original_message_id});
  }
  return by_id ? std::optional{by_id->now} : std::nullopt;
}

Result<std::optional<Thread>> thread_by_known_id(App& app, const ports::Reading& tx,
                                                 const std::vector<std::string>& ids,
                                                 core::PersonId sender) {
  for (const std::string& id : ids) {
    LETHE_TRY(const auto rows, tx.messages().threads(message_id_digest(app, id)));
    for (const ports::ThreadRow& row : rows) {
      LETHE_TRY(const bool part, takes_part(tx, row.ticket, sender));
      if (!part) continue;
      LETHE_TRY(auto ticket, live_ticket(tx, row.ticket));
      if (ticket) return Thread{std::move(*ticket), false};
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> referenced_ids(const mime::Message& mail) {
  std::vector<std::string> ids = mail.in_reply_to;
  if (ids.size() > kAnsweredMax) ids.resize(kAnsweredMax);
  ids.insert(ids.end(), mail.references.rbegin(), mail.references.rend());
  if (ids.size() > kReferencesMax) {
    ids.erase(ids.begin() + (kReferencesMax - kOldestMax), ids.end() - kOldestMax);
  }
  return ids;
}

Bytes message_id_digest(App& app, std::string_view message_id) {
  const auto digest = app.vault.digest(vault::DigestPurpose::message_id, as_bytes(message_id));
  return {digest.begin(), digest.end()};
}

Result<bool> takes_part(const ports::Reading& tx, core::TicketId ticket, core::PersonId person) {
  LETHE_TRY(const auto rows, tx.tickets().participants(ticket));
  return std::ranges::any_of(rows, [&](const ports::ParticipantRow& row) {
    return row.person == person && row.role != ports::ParticipantRole::stranger;
  });
}

Result<std::optional<Thread>> find_thread(App& app, const ports::Writing& tx,
                                          const PreparedMail& mail,
                                          std::optional<core::PersonId> sender) {
  if (const auto proven = proven_ticket(app, tx, mail, named_ids(mail.mail))) {
    LETHE_TRY(auto ticket, live_ticket(tx, *proven));
    if (ticket) return Thread{std::move(*ticket), true};
  }
  if (!sender) return std::nullopt;
  return thread_by_known_id(app, tx, referenced_ids(mail.mail), *sender);
}

}  // namespace lethe::app
