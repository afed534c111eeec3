// Reads what redaction_notes.cpp wrote.
#include <map>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/base/encoding.h"
#include "notes.h"
#include "redaction_notes.h"
#include "sealed_files.h"

namespace lethe::app {
namespace {

using boost::json::object;

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

enum class Cell : std::uint8_t { readable, erased, damaged };

Result<Cell> look_at(App& app, const vault::KeyRef& key, const vault::CellRef& where,
                     const Ciphertext& cell) {
  const auto text = app.vault.unseal(key, where, cell);
  if (text) return Cell::readable;
  if (text.error().code == Errc::erased) return Cell::erased;
  if (text.error().code == Errc::corrupt) return Cell::damaged;
  return std::unexpected(text.error());
}

// Nobody can read it: mostly this row is from before a redaction, and its key was destroyed.
Result<bool> is_lost(App& app, const vault::KeyRef& key, const vault::CellRef& where,
                     const Ciphertext& cell) {
  LETHE_TRY(const Cell seen, look_at(app, key, where, cell));
  return seen != Cell::readable;
}

class Replay {
 public:
  Replay(App& app, ports::Writing& tx, core::PersonId owner, const object& note, Replace replace,
         std::int64_t& changed)
      : app_(app),
        tx_(tx),
        owner_(owner),
        note_(note),
        replace_(replace),
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
    LETHE_TRY(const bool goes,
              may_go(body_key(owner_, ticket_),
                     place(cell::kSubject, ticket_.value(), row.cell_version), row.subject));
    if (!goes) return {};
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
    if (!row || row->person != owner_) return {};
    LETHE_TRY(const bool older, is_older(*row, noted));
    if (!older) return {};
    row->cell_version = version_in(noted);
    row->flags.redacted = flag_of(noted, "redacted");
    row->text = cell_in(noted, "text", owner_);
    row->html = cell_in(noted, "html", owner_);
    row->snippet = cell_in(noted, "snippet", owner_);
    row->headers = cell_in(noted, "headers", owner_);
    ++changed_;
    return tx_.messages().update(*row);
  }

  // What stands there may be replaced: always, or only when nobody can read it.
  Result<bool> may_go(const vault::KeyRef& key, const vault::CellRef& where,
                      const std::optional<Ciphertext>& cell) {
    if (replace_ == Replace::older) return true;
    if (!cell) return false;
    return is_lost(app_, key, where, *cell);
  }

  Result<bool> is_older(const ports::MessageRow& row, const object& noted) {
    if (row.cell_version >= version_in(noted)) return false;
    const bool has_text = row.text.has_value();
    return may_go(body_key(owner_, ticket_),
                  place(has_text ? cell::kText : cell::kHeaders, row.id.value(), row.cell_version),
                  has_text ? row.text : row.headers);
  }

  // Its text, and with it the places of quotations, is older than the note.
  Result<bool> text_is_older(const ports::MessageRow& row) {
    const auto noted = messages_.find(row.id.value());
    if (noted == messages_.end()) return false;
    return is_older(row, *noted->second);
  }

  Result<bool> quotes_are_older(const ports::MessageRow& row,
                                const std::vector<ports::QuoteRow>& quotes) {
    LETHE_TRY(const bool text_older, text_is_older(row));
    if (text_older) return true;
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
    LETHE_TRY(const bool goes,
              may_go(files_key(owner_, ticket_),
                     place(cell::kFileKey, row.id.value(), row.cell_version), row.file_key));
    if (!goes) return {};
    row.cell_version = version_in(noted);
    row.description = std::move(*description);
    row.file_key = std::move(*key);
    ++changed_;
    return tx_.messages().update_attachment(row);
  }

  // The redacted one itself.
  Status drop_if_lost(const ports::AttachmentRow& row) {
    LETHE_TRY(const Cell seen,
              look_at(app_, files_key(owner_, ticket_),
                      place(cell::kFileKey, row.id.value(), row.cell_version), row.file_key));
    if (seen != Cell::erased) return {};
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
  Replace replace_;
  core::TicketId ticket_;
  ById messages_, files_;
  std::int64_t& changed_;
};

}  // namespace

Result<std::int64_t> replay_redactions(App& app, Replace replace) {
  LETHE_TRY(const auto notes, app.vault.notes_after(std::nullopt));
  std::int64_t changed = 0;
  for (const vault::Vault::Note& entry : notes) {
    if (!entry.person || static_cast<NoteKind>(entry.kind) != NoteKind::redacted) continue;
    const object note = parse_object(entry.text.reveal());
    if (number_of(note, "ticket") <= 0) continue;
    LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
      return Replay{app, tx, *entry.person, note, replace, changed}.run();
    }));
  }
  return changed;
}

}  // namespace lethe::app
