#include "redaction_notes.h"

#include <algorithm>

#include "json.h"
#include "lethe/base/encoding.h"
#include "notes.h"

namespace lethe::app {
namespace {

using boost::json::array;
using boost::json::object;

boost::json::value written(const std::optional<Ciphertext>& cell) {
  if (!cell) return nullptr;
  return boost::json::string(to_base64(cell->bytes()));
}

object message_note(const ports::MessageRow& row) {
  return {{"id", row.id.value()},           {"version", row.cell_version},
          {"redacted", row.flags.redacted}, {"text", written(row.text)},
          {"html", written(row.html)},      {"snippet", written(row.snippet)},
          {"headers", written(row.headers)}};
}

object quote_note(const ports::QuoteRow& row) {
  return {{"id", row.id},
          {"person", row.person.value()},
          {"place", row.place},
          {"text", written(row.text)}};
}

object addressee_note(const ports::AddresseeRow& row) {
  return {{"id", row.id},
          {"message", row.message.value()},
          {"field", static_cast<int>(row.field)},
          {"mailbox", written(row.mailbox)}};
}

object file_note(const ports::AttachmentRow& row) {
  return {{"id", row.id.value()},
          {"version", row.cell_version},
          {"description", written(row.description)},
          {"key", written(row.file_key)}};
}

class Writer {
 public:
  Writer(const ports::Reading& tx, core::TicketId ticket, core::PersonId owner)
      : tx_(tx), ticket_(ticket), owner_(owner) {}

  Result<object> run() {
    note_ = {{"ticket", ticket_.value()}};
    LETHE_CHECK(subject_and_tags());
    LETHE_TRY(const auto messages, tx_.messages().of_ticket(ticket_));
    for (const ports::MessageRow& message : messages) LETHE_CHECK(add(message));
    note_["messages"] = std::move(messages_);
    note_["quoting"] = std::move(quoting_);
    note_["addressees"] = std::move(addressees_);
    LETHE_TRY(const auto files, tx_.messages().attachments(ticket_));
    array noted;
    for (const ports::AttachmentRow& file : files) {
      if (file.person == owner_) noted.push_back(file_note(file));
    }
    note_["files"] = std::move(noted);
    return std::move(note_);
  }

 private:
  Status subject_and_tags() {
    LETHE_TRY(const auto row, tx_.tickets().find(ticket_));
    if (row.requester != owner_) return {};
    note_["version"] = row.cell_version;
    note_["subject"] = written(row.subject);
    LETHE_TRY(const auto tags, tx_.tickets().free_tags(ticket_));
    array noted;
    for (const ports::FreeTagRow& tag : tags) {
      noted.push_back(object{{"id", tag.id}, {"tag", written(tag.tag)}});
    }
    note_["tags"] = std::move(noted);
    return {};
  }

  Status add(const ports::MessageRow& message) {
    if (message.person == owner_) messages_.push_back(message_note(message));
    LETHE_TRY(const auto quotes, tx_.messages().quotes(message.id));
    const bool quoted = std::ranges::find(quotes, owner_, &ports::QuoteRow::person) != quotes.end();
    if (quoted || (message.person == owner_ && !quotes.empty())) {
      array all;
      for (const ports::QuoteRow& quote : quotes) all.push_back(quote_note(quote));
      quoting_.push_back(object{{"id", message.id.value()},
                                {"redacted", message.flags.redacted},
                                {"quotes", std::move(all)}});
    }
    LETHE_TRY(const auto addressees, tx_.messages().addressees(message.id));
    for (const ports::AddresseeRow& row : addressees) {
      if (row.person == owner_) addressees_.push_back(addressee_note(row));
    }
    return {};
  }

  const ports::Reading& tx_;
  core::TicketId ticket_;
  core::PersonId owner_;
  object note_;
  array messages_, quoting_, addressees_;
};

}  // namespace

Status note_redaction(App& app, const ports::Reading& tx, core::TicketId ticket,
                      core::PersonId owner) {
  LETHE_TRY(const object note, (Writer{tx, ticket, owner}.run()));
  return app.vault.append_note(static_cast<std::uint16_t>(NoteKind::redacted), app.clock.now(),
                               owner, Plaintext{boost::json::serialize(note)});
}

}  // namespace lethe::app
