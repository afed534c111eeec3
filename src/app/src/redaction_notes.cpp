#include "redaction_notes.h"

#include <algorithm>
#include <map>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/base/encoding.h"
#include "notes.h"
#include "sealed_files.h"

namespace lethe::app {
namespace {

using boost::json::array;
using boost::json::object;

boost::json::value written(const std::optional<Ciphertext>& cell) {
  if (!cell) return nullptr;
  return boost::json::string(to_base64(cell->bytes()));
}

// The cell that stands in a note; none when it is absent or not readable.
std::optional<Ciphertext> cell_in(const object& note, std::string_view member,
                                  core::PersonId owner) {
  auto bytes = parse_base64(text_of(note, member));
  if (!bytes || bytes->empty()) return std::nullopt;
  return Ciphertext{std::move(*bytes), owner};
}

// They stand in `note`, which outlives them.
std::vector<const object*> objects_in(const object& note, std::string_view member) {
  std::vector<const object*> all;
  const auto* list = note.if_contains(member);
  if (list == nullptr || !list->is_array()) return all;
  for (const auto& item : list->get_array()) {
    if (item.is_object()) all.push_back(&item.get_object());
  }
  return all;
}

using ById = std::map<std::int64_t, const object*>;

ById by_id(const object& note, std::string_view member) {
  ById all;
  for (const object* noted : objects_in(note, member)) all.emplace(number_of(*noted, "id"), noted);
  return all;
}

std::uint32_t version_in(const object& note) {
  return static_cast<std::uint32_t>(number_of(note, "version"));
}

// Under a key that was destroyed: this row is from before a redaction.
Result<bool> is_lost(App& app, const vault::KeyRef& key, const vault::CellRef& where,
                     const Ciphertext& cell) {
  const auto text = app.vault.unseal(key, where, cell);
  if (text) return false;
  if (text.error().code == Errc::erased) return true;
  return std::unexpected(text.error());
}

// --- writing ---

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

// --- reading ---

class Replay {
 public:
  Replay(App& app, ports::Writing& tx, core::PersonId owner, const object& note,
         std::int64_t& changed)
      : app_(app),
        tx_(tx),
        owner_(owner),
        note_(note),
        ticket_(core::TicketId::of(number_of(note, "ticket"))),
        messages_(by_id(note, "messages")),
        files_(by_id(note, "files")),
        changed_(changed) {}

  Status run() {
    auto ticket = tx_.tickets().find(ticket_);
    if (!ticket && ticket.error().code == Errc::not_found) return {};
    if (!ticket) return std::unexpected(std::move(ticket).error());
    if (ticket->erased) return {};
    LETHE_CHECK(subject(*ticket));
    LETHE_CHECK(tags(*ticket));
    // Before the messages, whose version tells that their quotations are old as well.
    for (const object* noted : objects_in(note_, "quoting")) LETHE_CHECK(quotes(*noted));
    for (const auto& [id, noted] : messages_) LETHE_CHECK(message(*noted));
    LETHE_CHECK(addressees());
    return files();
  }

 private:
  Status subject(ports::TicketRow& row) {
    auto cell = cell_in(note_, "subject", owner_);
    if (!cell || row.requester != owner_ || row.cell_version >= version_in(note_)) return {};
    row.subject = std::move(cell);
    row.cell_version = version_in(note_);
    ++changed_;
    return tx_.tickets().update(row);
  }

  Status tags(const ports::TicketRow& row) {
    if (row.requester != owner_) return {};
    LETHE_TRY(const auto held, tx_.tickets().free_tags(ticket_));
    if (held.empty()) return {};
    LETHE_TRY(const bool lost, is_lost(app_, body_key(owner_, ticket_),
                                       place(cell::kFreeTag, held.front().id), held.front().tag));
    if (!lost) return {};
    LETHE_CHECK(tx_.tickets().remove_free_tags(ticket_));
    for (const object* noted : objects_in(note_, "tags")) {
      auto cell = cell_in(*noted, "tag", owner_);
      if (!cell) continue;
      LETHE_CHECK(tx_.tickets().insert_free_tag(
          {number_of(*noted, "id"), ticket_, owner_, std::move(*cell)}));
    }
    return {};
  }

  // The row of a message that is still there.
  Result<std::optional<ports::MessageRow>> held(const object& noted) {
    auto row = tx_.messages().find(core::MessageId::of(number_of(noted, "id")));
    if (row) return std::optional{std::move(*row)};
    if (row.error().code == Errc::not_found) return std::nullopt;
    return std::unexpected(std::move(row).error());
  }

  Status message(const object& noted) {
    LETHE_TRY(auto row, held(noted));
    if (!row || row->person != owner_ || row->cell_version >= version_in(noted)) return {};
    row->cell_version = version_in(noted);
    row->flags.redacted = flag_of(noted, "redacted");
    row->text = cell_in(noted, "text", owner_);
    row->html = cell_in(noted, "html", owner_);
    row->snippet = cell_in(noted, "snippet", owner_);
    row->headers = cell_in(noted, "headers", owner_);
    ++changed_;
    return tx_.messages().update(*row);
  }

  // Its text, and with it the places of quotations, is older than the note.
  bool text_is_older(const ports::MessageRow& row) {
    const auto noted = messages_.find(row.id.value());
    return noted != messages_.end() && row.cell_version < version_in(*noted->second);
  }

  Result<bool> quotes_are_older(const ports::MessageRow& row,
                                const std::vector<ports::QuoteRow>& quotes) {
    if (text_is_older(row)) return true;
    for (const ports::QuoteRow& quote : quotes) {
      if (quote.person != owner_) continue;
      LETHE_TRY(const bool lost, is_lost(app_, body_key(owner_, ticket_),
                                         place(cell::kQuote, quote.id), quote.text));
      if (lost) return true;
    }
    return false;
  }

  Status quotes(const object& noted) {
    LETHE_TRY(auto row, held(noted));
    if (!row) return {};
    LETHE_TRY(const auto old, tx_.messages().quotes(row->id));
    LETHE_TRY(const bool older, quotes_are_older(*row, old));
    if (!older) return {};
    for (const ports::QuoteRow& quote : old) LETHE_CHECK(tx_.messages().remove_quote(quote.id));
    for (const object* quote : objects_in(noted, "quotes")) LETHE_CHECK(put_quote(*row, *quote));
    if (!flag_of(noted, "redacted") || row->flags.redacted) return {};
    row->flags.redacted = true;
    return tx_.messages().update(*row);
  }

  Status put_quote(const ports::MessageRow& row, const object& noted) {
    const std::int64_t id = number_of(noted, "id");
    const auto person = core::PersonId::of(number_of(noted, "person"));
    auto cell = cell_in(noted, "text", person);
    if (!cell) return {};
    LETHE_TRY(const bool lost,
              is_lost(app_, body_key(person, ticket_), place(cell::kQuote, id), *cell));
    if (lost) return {};  // of somebody erased since
    return tx_.messages().insert_quote(
        {id, row.id, ticket_, person, number_of(noted, "place"), std::move(*cell)});
  }

  Status addressees() {
    std::map<std::int64_t, std::vector<const object*>> by_message;
    for (const object* noted : objects_in(note_, "addressees")) {
      by_message[number_of(*noted, "message")].push_back(noted);
    }
    for (const auto& [id, noted] : by_message) {
      LETHE_CHECK(addressees_of(core::MessageId::of(id), noted));
    }
    return {};
  }

  Status addressees_of(core::MessageId message, const std::vector<const object*>& noted) {
    LETHE_TRY(const auto rows, tx_.messages().addressees(message));
    bool older = false;
    for (const ports::AddresseeRow& row : rows) {
      if (row.person != owner_) continue;
      LETHE_TRY(const bool lost, is_lost(app_, body_key(owner_, ticket_),
                                         place(cell::kMailbox, row.id), row.mailbox));
      if (!lost) continue;
      older = true;
      LETHE_CHECK(tx_.messages().remove_addressee(row.id));
    }
    if (!older) return {};
    for (const object* each : noted) {
      auto cell = cell_in(*each, "mailbox", owner_);
      if (!cell) continue;
      LETHE_CHECK(tx_.messages().insert_addressee(
          {number_of(*each, "id"), message, ticket_, owner_,
           static_cast<ports::AddresseeField>(number_of(*each, "field")), std::move(*cell)}));
    }
    return {};
  }

  Status files() {
    LETHE_TRY(const auto held, tx_.messages().attachments(ticket_));
    for (ports::AttachmentRow row : held) {
      if (row.person != owner_) continue;
      LETHE_CHECK(file(row));
    }
    return {};
  }

  Status file(ports::AttachmentRow& row) {
    const auto found = files_.find(row.id.value());
    if (found == files_.end()) return drop_if_lost(row);
    const object& noted = *found->second;
    auto description = cell_in(noted, "description", owner_);
    auto key = cell_in(noted, "key", owner_);
    if (!description || !key || row.cell_version >= version_in(noted)) return {};
    row.cell_version = version_in(noted);
    row.description = std::move(*description);
    row.file_key = std::move(*key);
    ++changed_;
    return tx_.messages().update_attachment(row);
  }

  // The redacted one itself.
  Status drop_if_lost(const ports::AttachmentRow& row) {
    LETHE_TRY(const bool lost,
              is_lost(app_, files_key(owner_, ticket_),
                      place(cell::kFileKey, row.id.value(), row.cell_version), row.file_key));
    if (!lost) return {};
    LETHE_CHECK(remove_blob_of(app_, row.file));
    LETHE_CHECK(tx_.messages().remove_attachment(row.id));
    LETHE_TRY(auto message, tx_.messages().find(row.message));
    message.flags.redacted = true;
    ++changed_;
    return tx_.messages().update(message);
  }

  App& app_;
  ports::Writing& tx_;
  core::PersonId owner_;
  const object& note_;
  core::TicketId ticket_;
  ById messages_, files_;
  std::int64_t& changed_;
};

}  // namespace

Status note_redaction(App& app, const ports::Reading& tx, core::TicketId ticket,
                      core::PersonId owner) {
  LETHE_TRY(const object note, (Writer{tx, ticket, owner}.run()));
  return app.vault.append_note(static_cast<std::uint16_t>(NoteKind::redacted), app.clock.now(),
                               owner, Plaintext{boost::json::serialize(note)});
}

Result<std::int64_t> replay_redactions(App& app) {
  LETHE_TRY(const auto notes, app.vault.notes_after(std::nullopt));
  std::int64_t changed = 0;
  for (const vault::Vault::Note& entry : notes) {
    if (!entry.person || static_cast<NoteKind>(entry.kind) != NoteKind::redacted) continue;
    const object note = parse_object(entry.text.reveal());
    if (number_of(note, "ticket") <= 0) continue;
    LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
      return Replay{app, tx, *entry.person, note, changed}.run();
    }));
  }
  return changed;
}

}  // namespace lethe::app
