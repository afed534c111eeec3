#include "returned_mail.h"

#include <algorithm>

#include "lethe/app/mail_choices.h"
#include "lethe/app/people.h"

namespace lethe::app {
namespace {

using Rows = std::vector<ports::OutgoingRow>;

Result<Rows> row_named(const ports::Reading& tx, core::MessageId id) {
  auto row = tx.outbox().find(core::OutgoingId::of(id.value()));
  if (row) return Rows{std::move(*row)};
  if (row.error().code == Errc::not_found) return Rows{};
  return std::unexpected(std::move(row).error());
}

// One row when the envelope address says which recipient; all of the message by its Message-ID.
Result<Rows> mails_reported(App& app, const ports::Reading& tx, const PreparedMail& mail) {
  for (const std::string& recipient : mail.envelope.recipients) {
    const auto target = app.vault.verify_message_id(signed_token_of(recipient));
    if (!target) continue;
    LETHE_TRY(auto rows, row_named(tx, target->message));
    if (!rows.empty()) return rows;
  }
  const std::string_view id = mail.verdict.original_message_id;
  const auto target = app.vault.verify_message_id(id.substr(0, id.find('@')));
  if (!target) return Rows{};
  LETHE_TRY(auto rows, tx.outbox().of_message(target->message));
  if (!rows.empty()) return rows;
  return row_named(tx, target->message);
}

// The person's address that the report is about. A forwarder reports the address behind it: then it
// is the one address of a person with one.
std::optional<core::EmailAddress> address_in(const PersonView& person, const std::string& reported,
                                             bool only_mail) {
  const auto wanted = core::EmailAddress::parse(reported);
  for (const std::string& email : person.emails) {
    auto address = core::EmailAddress::parse(email);
    if (!address) continue;
    if (wanted && *wanted == *address) return std::move(*address);
    if (only_mail && person.emails.size() == 1) return std::move(*address);
  }
  return std::nullopt;
}

}  // namespace

Status note_returned_mail(App& app, ports::Writing& tx, const PreparedMail& mail) {
  using enum core::MailKind;
  const core::MailKind kind = mail.verdict.kind;
  const bool reports = kind == bounce || kind == delivery_report || kind == abuse_report;
  if (!reports || mail.source != MailSource::door) return {};
  LETHE_TRY(const Rows rows, mails_reported(app, tx, mail));
  for (const ports::OutgoingRow& row : rows) {
    const auto person = view_person(app, tx, row.person);
    if (!person) continue;  // erased meanwhile
    for (const core::RecipientReport& report : mail.verdict.recipients) {
      const auto address = address_in(*person, report.address, rows.size() == 1);
      if (!address) continue;
      LETHE_CHECK(note_report(app, tx, row.person, *address, report));
      break;
    }
  }
  return {};
}

}  // namespace lethe::app
