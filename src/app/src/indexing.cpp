#include "lethe/app/indexing.h"

#include <algorithm>

#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/people.h"
#include "lethe/core/search_words.h"
#include "search_tokens.h"

namespace lethe::app {
namespace {

using ports::Document;
using ports::DocumentKey;
using ports::DocumentKind;

std::vector<ports::Token> tokens_of(App& app, WordOf holder,
                                    std::span<const core::SearchField> fields) {
  std::vector<ports::Token> tokens;
  for (const core::SearchWord& word : core::search_words(fields)) {
    tokens.push_back(search_token(app, holder, word));
  }
  return tokens;
}

using MaybeDocument = Result<std::optional<Document>>;

MaybeDocument message_document(App& app, const ports::Reading& tx, core::MessageId id) {
  LETHE_TRY(const auto row, tx.messages().find(id));
  if (!row.person) return std::nullopt;
  const vault::KeyRef key = body_key(*row.person, row.ticket);
  LETHE_TRY(const Plaintext text,
            open(app, key, place(cell::kText, id.value(), row.cell_version), row.text));
  LETHE_TRY(const Plaintext headers,
            open(app, key, place(cell::kHeaders, id.value(), row.cell_version), row.headers));
  const auto head = parse_object(headers.reveal());
  const std::string from = text_of(head, "from_name") + " " + text_of(head, "from");
  const core::SearchField fields[] = {{core::SearchFieldKind::name, from},
                                      {core::SearchFieldKind::body, text.reveal()}};
  return Document{{DocumentKind::message, id.value()},
                  *row.person,
                  row.ticket,
                  tokens_of(app, WordOf::ticket, fields)};
}

MaybeDocument ticket_document(App& app, const ports::Reading& tx, core::TicketId id) {
  LETHE_TRY(const auto row, tx.tickets().find(id));
  if (!row.requester || !row.subject) return std::nullopt;
  LETHE_TRY(const Plaintext subject,
            open(app, body_key(*row.requester, id),
                 place(cell::kSubject, id.value(), row.cell_version), row.subject));
  const core::SearchField fields[] = {{core::SearchFieldKind::subject, subject.reveal()}};
  return Document{{DocumentKind::ticket, id.value()},
                  *row.requester,
                  id,
                  tokens_of(app, WordOf::ticket, fields)};
}

MaybeDocument person_document(App& app, const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const PersonView person, view_person(app, tx, id));
  std::vector<core::SearchField> fields{{core::SearchFieldKind::name, person.profile.name},
                                        {core::SearchFieldKind::name, person.profile.company}};
  for (const std::string& email : person.emails) {
    fields.push_back({core::SearchFieldKind::address, email});
  }
  return Document{
      {DocumentKind::person, id.value()}, id, std::nullopt, tokens_of(app, WordOf::person, fields)};
}

bool is_gone(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::erased;
}

ports::SearchIndex::Made made_now(App& app) {
  return {static_cast<int>(core::kTokeniserVersion), app.vault.search_epoch(), 0};
}

Result<bool> is_current(App& app) {
  LETHE_TRY(const auto made, app.search.made());
  const auto now = made_now(app);
  return made && made->tokeniser_version == now.tokeniser_version && made->epoch == now.epoch;
}

// Its tokens cannot be named any more.
Result<bool> is_of_another_key(App& app) {
  LETHE_TRY(const auto made, app.search.made());
  return made && made->epoch != app.vault.search_epoch();
}

// The newest key's predecessor lives until its turn is finished.
bool turn_is_unfinished(App& app) {
  const std::uint32_t epoch = app.vault.search_epoch();
  return epoch > 0 && app.vault.search_token(epoch - 1, vault::TokenKind::word, {}).has_value();
}

// An erasure that has begun may have taken it out already: it must not come back behind it.
Result<bool> is_being_erased(const ports::Reading& tx, const Document& document) {
  const auto person = tx.people().find(document.person);
  if (!person && is_gone(person.error())) return true;
  if (!person) return std::unexpected(person.error());
  if (person->erasing || !document.ticket) return person->erasing;
  LETHE_TRY(const auto ticket, tx.tickets().find(*document.ticket));
  return ticket.erased;
}

enum class Purpose : std::uint8_t { take_out, put_in };

Result<std::vector<Document>> documents_of(App& app, const std::vector<DocumentKey>& keys,
                                           Purpose purpose) {
  std::vector<Document> documents;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    for (const DocumentKey& key : keys) {
      auto document = document_of(app, tx, key);
      // One whose cells are damaged is not found by its words; the others are.
      const bool damaged = !document && document.error().code == Errc::corrupt;
      if (damaged && purpose == Purpose::put_in) continue;
      if (!document) return std::unexpected(std::move(document).error());
      if (!*document) continue;
      if (purpose == Purpose::put_in) {
        LETHE_TRY(const bool going, is_being_erased(tx, **document));
        if (going) continue;
      }
      documents.push_back(std::move(**document));
    }
    return {};
  }));
  return documents;
}

// Queues every document with an id above the last one, kind after kind.
Status queue_everything(App& app) {
  constexpr int kStep = 500;
  for (std::int64_t last = 0;;) {
    std::size_t found = 0;
    LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
      LETHE_TRY(const auto people, tx.people().ids_after(last, kStep));
      found = people.size();
      for (const core::PersonId id : people) {
        LETHE_CHECK(tx.index_queue().push({DocumentKind::person, id.value()}, id));
        LETHE_TRY(const auto tickets, tx.tickets().of_requester(id));
        for (const ports::TicketRow& ticket : tickets) {
          LETHE_CHECK(tx.index_queue().push({DocumentKind::ticket, ticket.id.value()}, id));
        }
      }
      if (!people.empty()) last = people.back().value();
      return {};
    }));
    if (found == 0) break;
  }
  for (std::int64_t last = 0;;) {
    std::size_t found = 0;
    LETHE_CHECK(app.store.write([&](ports::Writing& tx) -> Status {
      LETHE_TRY(const auto messages, tx.messages().after(last, kStep));
      found = messages.size();
      for (const ports::MessageRow& message : messages) {
        if (!message.person) continue;
        LETHE_CHECK(
            tx.index_queue().push({DocumentKind::message, message.id.value()}, *message.person));
      }
      if (!messages.empty()) last = messages.back().id.value();
      return {};
    }));
    if (found == 0) return {};
  }
}

// The caller holds App::index_and_erasure.
Status begin_anew(App& app) {
  LETHE_CHECK(app.search.reset());
  LETHE_CHECK(queue_everything(app));
  return app.search.set_made(made_now(app));
}

}  // namespace

MaybeDocument document_of(App& app, const ports::Reading& tx, const DocumentKey& key) {
  const auto made = [&]() -> MaybeDocument {
    switch (key.kind) {
      case DocumentKind::message:
        return message_document(app, tx, core::MessageId::of(key.id));
      case DocumentKind::ticket:
        return ticket_document(app, tx, core::TicketId::of(key.id));
      case DocumentKind::person:
        return person_document(app, tx, core::PersonId::of(key.id));
    }
    return std::nullopt;
  }();
  if (!made && is_gone(made.error())) return std::nullopt;
  return made;
}

Result<int> index_queued(App& app, int limit) {
  const std::scoped_lock lock{app.index_and_erasure};
  std::vector<ports::IndexQueueRow> queued;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(queued, tx.index_queue().oldest(limit));
    return {};
  }));
  if (queued.empty()) return 0;
  std::vector<DocumentKey> keys;
  for (const ports::IndexQueueRow& row : queued) {
    if (std::ranges::find(keys, row.document) == keys.end()) keys.push_back(row.document);
  }
  LETHE_TRY(const auto documents, documents_of(app, keys, Purpose::put_in));
  LETHE_CHECK(app.search.apply({}, documents));
  LETHE_CHECK(app.store.write(
      [&](ports::Writing& tx) { return tx.index_queue().remove_up_to(queued.back().id); }));
  return static_cast<int>(queued.size());
}

Status rebuild_index(App& app) {
  {
    const std::scoped_lock lock{app.index_and_erasure};
    LETHE_CHECK(app.search.reset());
  }
  // Erasures do not wait for this: what they have begun to erase is not indexed again.
  LETHE_CHECK(queue_everything(app));
  return app.search.set_made(made_now(app));
}

Status begin_search_epoch(App& app) {
  if (turn_is_unfinished(app)) return {};
  // Whoever makes tokens to add or to take out has them all of one key.
  const std::scoped_lock lock{app.index_and_erasure};
  LETHE_CHECK(app.vault.begin_search_epoch());
  return {};
}

Status finish_search_epoch(App& app) {
  if (!turn_is_unfinished(app)) return {};
  LETHE_TRY(const bool current, is_current(app));
  if (!current) LETHE_CHECK(rebuild_index(app));
  return app.vault.end_search_epochs_before(app.vault.search_epoch());
}

Status prepare_index(App& app) {
  LETHE_TRY(const bool current, is_current(app));
  return current ? Status{} : rebuild_index(app);
}

Status take_out_of_index(App& app, const std::vector<DocumentKey>& keys) {
  LETHE_TRY(const bool foreign, is_of_another_key(app));
  if (foreign) return begin_anew(app);
  const auto documents = documents_of(app, keys, Purpose::take_out);
  if (documents) return app.search.apply(*documents, {});
  // Words that nobody can read any more cannot be taken out one by one.
  if (documents.error().code == Errc::corrupt) return begin_anew(app);
  return std::unexpected(documents.error());
}

Status remove_from_index(App& app, const std::vector<DocumentKey>& keys,
                         const std::vector<core::PersonId>& persons) {
  LETHE_CHECK(take_out_of_index(app, keys));
  return app.search.scrub(persons);
}

}  // namespace lethe::app
