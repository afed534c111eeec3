#include "redact_cells.h"

#include "forward_frame.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/redact.h"
#include "quotes.h"

namespace lethe::app {
namespace {

Result<bool> holds_passage(App& app, const vault::KeyRef& key, const vault::CellRef& where,
                           const std::optional<Ciphertext>& cell, std::string_view passage) {
  LETHE_TRY(const Plaintext text, open(app, key, where, cell));
  return text.reveal().find(passage) != std::string_view::npos;
}

class Reseal {
 public:
  Reseal(App& app, ports::Writing& tx, const CellsOrder& order)
      : app_(app), tx_(tx), order_(order) {}

  Status run() {
    LETHE_CHECK(subject());
    LETHE_CHECK(free_tags());
    LETHE_TRY(const auto messages, tx_.messages().of_ticket(order_.ticket));
    for (const ports::MessageRow& message : messages) {
      LETHE_CHECK(body(message));
      LETHE_CHECK(addressees(message.id));
    }
    LETHE_CHECK(drafts());
    return outgoing();
  }

 private:
  [[nodiscard]] bool touched(core::PersonId person) const { return order_.owners.contains(person); }
  [[nodiscard]] vault::KeyRef key(core::PersonId person) const {
    return body_key(person, order_.ticket);
  }

  // The cell at `to`, with what stood at `from`.
  Result<Ciphertext> moved(core::PersonId person, const vault::CellRef& from,
                           const vault::CellRef& to, const Ciphertext& cell, bool shorten) {
    LETHE_TRY(const Plaintext text, open(app_, key(person), from, cell));
    if (!shorten || order_.passage.empty()) return seal(app_, key(person), to, text.reveal());
    return seal(app_, key(person), to, shortened(text.reveal(), order_.passage).text);
  }

  Status subject() {
    LETHE_TRY(auto row, tx_.tickets().find(order_.ticket));
    if (!row.requester || !row.subject || !touched(*row.requester)) return {};
    const auto from = place(cell::kSubject, row.id.value(), row.cell_version);
    row.cell_version += 1;
    LETHE_TRY(row.subject,
              moved(*row.requester, from, place(cell::kSubject, row.id.value(), row.cell_version),
                    *row.subject, true));
    return tx_.tickets().update(row);
  }

  Status free_tags() {
    LETHE_TRY(auto rows, tx_.tickets().free_tags(order_.ticket));
    if (rows.empty() || !touched(rows.front().person)) return {};
    LETHE_CHECK(tx_.tickets().remove_free_tags(order_.ticket));
    for (ports::FreeTagRow& row : rows) {
      const std::int64_t id = app_.ids.next();
      LETHE_TRY(row.tag, moved(row.person, place(cell::kFreeTag, row.id), place(cell::kFreeTag, id),
                               row.tag, false));
      row.id = id;
      LETHE_CHECK(tx_.tickets().insert_free_tag(row));
    }
    return {};
  }

  Status body(ports::MessageRow row) {
    const bool is_it = row.id == order_.message && !order_.passage.empty();
    std::optional<Shortened> change;
    if (row.person && touched(*row.person)) {
      LETHE_TRY(change, own_cells(row, is_it));
    }
    LETHE_TRY(const bool cut, quotes(row.id, change));
    row.flags.redacted = row.flags.redacted || cut || is_it;
    if (change || cut || is_it) return tx_.messages().update(row);
    return {};
  }

  // Text, snippet, headers and HTML of one message; returns how its text changed.
  Result<std::optional<Shortened>> own_cells(ports::MessageRow& row, bool shorten) {
    const core::PersonId person = *row.person;
    const std::uint32_t old = row.cell_version;
    row.cell_version += 1;
    const auto at = [&](CellName name) { return place(name, row.id.value(), row.cell_version); };
    const auto was = [&](CellName name) { return place(name, row.id.value(), old); };
    LETHE_TRY(const Plaintext text, open(app_, key(person), was(cell::kText), row.text));
    Shortened change = shorten ? shortened(text.reveal(), order_.passage)
                               : Shortened{std::string{text.reveal()}, {}};
    if (row.text) {
      LETHE_TRY(row.text, seal(app_, key(person), at(cell::kText), change.text));
    }
    if (row.snippet) {
      LETHE_TRY(row.snippet, seal(app_, key(person), at(cell::kSnippet), snippet_of(change.text)));
    }
    if (row.headers) {
      LETHE_TRY(row.headers, moved_headers(person, was(cell::kHeaders), at(cell::kHeaders),
                                           *row.headers, shorten));
    }
    if (row.html && shorten) row.html.reset();
    if (row.html) {
      LETHE_TRY(row.html, moved(person, was(cell::kHtml), at(cell::kHtml), *row.html, false));
    }
    return std::optional{std::move(change)};
  }

  // The subject line is the one header that people write; a turned-over mail has more of them.
  Result<Ciphertext> moved_headers(core::PersonId person, const vault::CellRef& from,
                                   const vault::CellRef& to, const Ciphertext& cell, bool shorten) {
    LETHE_TRY(const Plaintext text, open(app_, key(person), from, cell));
    auto headers = parse_object(text.reveal());
    if (shorten && headers.contains("subject")) {
      headers["subject"] = shortened(text_of(headers, "subject"), order_.passage).text;
    }
    if (!order_.passage.empty()) headers.erase({kForwardFrame.data(), kForwardFrame.size()});
    return seal(app_, key(person), to, boost::json::serialize(headers));
  }

  // All quotations of a message are written anew when one of them changes: those at one place
  // follow in order of id. Returns whether a passage went.
  Result<bool> quotes(core::MessageId message, const std::optional<Shortened>& change) {
    LETHE_TRY(auto rows, tx_.messages().quotes(message));
    bool any = false;
    for (const ports::QuoteRow& row : rows) any = any || touched(row.person);
    if (!any && !(change && !change->cuts.empty())) return false;
    bool cut = false;
    for (ports::QuoteRow& row : rows) {
      const std::int64_t id = app_.ids.next();
      const auto from = place(cell::kQuote, row.id);
      if (touched(row.person) && !order_.passage.empty()) {
        LETHE_TRY(const bool holds,
                  holds_passage(app_, key(row.person), from, row.text, order_.passage));
        cut = cut || holds;
      }
      LETHE_TRY(row.text,
                moved(row.person, from, place(cell::kQuote, id), row.text, touched(row.person)));
      LETHE_CHECK(tx_.messages().remove_quote(row.id));
      row.id = id;
      if (change) {
        row.place =
            static_cast<std::int64_t>(change->place_of(static_cast<std::size_t>(row.place)));
      }
      LETHE_CHECK(tx_.messages().insert_quote(row));
    }
    return cut;
  }

  Status addressees(core::MessageId message) {
    LETHE_TRY(auto rows, tx_.messages().addressees(message));
    for (ports::AddresseeRow& row : rows) {
      if (!touched(row.person)) continue;
      const std::int64_t id = app_.ids.next();
      LETHE_TRY(row.mailbox, moved(row.person, place(cell::kMailbox, row.id),
                                   place(cell::kMailbox, id), row.mailbox, false));
      LETHE_CHECK(tx_.messages().remove_addressee(row.id));
      row.id = id;
      LETHE_CHECK(tx_.messages().insert_addressee(row));
    }
    return {};
  }

  // A draft may quote the passage: it loses it as well.
  Status drafts() {
    LETHE_TRY(auto rows, tx_.messages().drafts(order_.ticket));
    for (ports::DraftRow& row : rows) {
      if (!touched(row.person)) continue;
      const auto id = app_.ids.make<core::DraftId>();
      LETHE_TRY(row.text, moved(row.person, place(cell::kDraft, row.id.value(), row.cell_version),
                                place(cell::kDraft, id.value()), row.text, true));
      LETHE_CHECK(tx_.messages().remove_draft(row.id));
      row.id = id;
      row.cell_version = 1;
      LETHE_CHECK(tx_.messages().save_draft(row));
    }
    return {};
  }

  Status outgoing() {
    LETHE_TRY(auto rows, tx_.outbox().of_ticket(order_.ticket));
    for (ports::OutgoingRow& row : rows) {
      if (!row.payload || !touched(row.person)) continue;
      const auto where = place(cell::kPayload, row.id.value());
      LETHE_TRY(row.payload, moved(row.person, where, where, *row.payload, false));
      LETHE_CHECK(tx_.outbox().update(row));
    }
    return {};
  }

  App& app_;
  ports::Writing& tx_;
  const CellsOrder& order_;
};

}  // namespace

std::size_t Shortened::place_of(std::size_t old_place) const {
  std::size_t place = old_place;
  for (const auto& [begin, length] : cuts) {
    if (begin >= old_place) break;
    place = place - std::min(length, old_place - begin) + kRedactionMark.size();
  }
  return place;
}

Shortened shortened(std::string_view text, std::string_view passage) {
  Shortened out;
  std::size_t at = 0;
  for (;;) {
    const auto found = text.find(passage, at);
    if (found == std::string_view::npos) break;
    out.text.append(text.substr(at, found - at)).append(kRedactionMark);
    out.cuts.emplace_back(found, passage.size());
    at = found + passage.size();
  }
  out.text.append(text.substr(at));
  return out;
}

Result<std::set<core::PersonId>> owners_of_passage(App& app, const ports::Reading& tx,
                                                   const ports::MessageRow& message,
                                                   std::string_view passage) {
  std::set<core::PersonId> owners;
  if (!message.person) return owners;
  LETHE_TRY(const bool own,
            holds_passage(app, body_key(*message.person, message.ticket),
                          place(cell::kText, message.id.value(), message.cell_version),
                          message.text, passage));
  if (own) owners.insert(*message.person);
  bool quoted_here = false;
  LETHE_TRY(const auto messages, tx.messages().of_ticket(message.ticket));
  std::set<core::PersonId> quoted;
  for (const ports::MessageRow& other : messages) {
    LETHE_TRY(const auto quotes, tx.messages().quotes(other.id));
    for (const ports::QuoteRow& quote : quotes) {
      LETHE_TRY(const bool holds,
                holds_passage(app, body_key(quote.person, quote.ticket),
                              place(cell::kQuote, quote.id), quote.text, passage));
      if (holds) quoted.insert(quote.person);
      quoted_here = quoted_here || (holds && other.id == message.id);
    }
  }
  if (owners.empty() && !quoted_here) return owners;
  owners.merge(quoted);
  LETHE_TRY(const auto ticket, tx.tickets().find(message.ticket));
  if (!ticket.requester || !ticket.subject) return owners;
  LETHE_TRY(const bool subject,
            holds_passage(app, body_key(*ticket.requester, ticket.id),
                          place(cell::kSubject, ticket.id.value(), ticket.cell_version),
                          ticket.subject, passage));
  if (subject) owners.insert(*ticket.requester);
  return owners;
}

Status reseal_bodies(App& app, ports::Writing& tx, const CellsOrder& order) {
  return Reseal{app, tx, order}.run();
}

Status reseal_file(App& app, ports::Writing& tx, ports::AttachmentRow& row,
                   const vault::KeyRef& was, const vault::KeyRef& now) {
  const auto at = [&](CellName name) { return place(name, row.id.value(), row.cell_version); };
  LETHE_TRY(const Plaintext description,
            open(app, was, at(cell::kFileDescription), row.description));
  LETHE_TRY(const auto key, app.vault.unseal_file_key(was, at(cell::kFileKey), row.file_key));
  row.cell_version += 1;
  LETHE_TRY(row.description, seal(app, now, at(cell::kFileDescription), description.reveal()));
  LETHE_TRY(row.file_key, app.vault.seal_file_key(now, at(cell::kFileKey), key));
  return tx.messages().update_attachment(row);
}

Status reseal_files(App& app, ports::Writing& tx, core::TicketId ticket, core::PersonId person) {
  const vault::KeyRef key = files_key(person, ticket);
  LETHE_TRY(auto rows, tx.messages().attachments(ticket));
  for (ports::AttachmentRow& row : rows) {
    if (row.person == person) LETHE_CHECK(reseal_file(app, tx, row, key, key));
  }
  return {};
}

}  // namespace lethe::app
