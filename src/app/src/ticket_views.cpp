// What agents and API clients read of a ticket.
#include <algorithm>
#include <map>
#include <span>

#include "gate_checks.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/housekeeping.h"
#include "lethe/app/people.h"
#include "lethe/app/tickets.h"
#include "lethe/ports/bulk.h"
#include "quotes.h"
#include "sealed_files.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

Result<AttachmentView> view_attachment(App& app, const ports::AttachmentRow& row) {
  LETHE_TRY(const Plaintext text,
            open_to_show(app, files_key(row.person, row.ticket),
                         place(cell::kFileDescription, row.id.value(), row.cell_version),
                         row.description));
  const auto object = parse_object(text.reveal());
  return AttachmentView{.id = row.id,
                        .message = row.message,
                        .name = object.empty() ? std::string{kDamaged} : text_of(object, "name"),
                        .type = text_of(object, "type"),
                        .content_id = text_of(object, "content_id"),
                        .sha256 = text_of(object, "sha256"),
                        .size = row.file.size,
                        .shown_inline = row.shown_inline,
                        .marks = marks_in(text.reveal())};
}

// The rows that belong to messages of one ticket, each kind of them asked once for all.
class MessageParts {
 public:
  static Result<MessageParts> read(App& app, const ports::Reading& tx,
                                   std::span<const ports::MessageRow> messages) {
    MessageParts parts;
    std::vector<core::MessageId> ids;
    std::vector<core::PersonId> persons;
    for (const ports::MessageRow& row : messages) {
      ids.push_back(row.id);
      if (row.person && row.kind == ports::MessageKind::customer) persons.push_back(*row.person);
      if (!row.author || parts.agents_.contains(*row.author)) continue;
      LETHE_TRY(auto agent, agent_in_few_words(app, tx, *row.author));
      parts.agents_.emplace(*row.author, std::move(agent));
    }
    const ports::Bulk& bulk = ports::bulk(tx);
    LETHE_TRY(parts.quotes_, bulk.quotes(ids));
    LETHE_TRY(parts.addressees_, bulk.addressees(ids));
    LETHE_TRY(parts.outgoing_, bulk.outgoing(ids));
    LETHE_TRY(const auto people, view_people(app, tx, std::span<const core::PersonId>{persons}));
    for (const PersonView& person : people) {
      parts.people_.emplace(person.id, in_few_words(person.id.value(), person));
    }
    return parts;
  }

  [[nodiscard]] auto quotes(core::MessageId id) const {
    return std::ranges::equal_range(quotes_, id, {}, &ports::QuoteRow::message);
  }
  [[nodiscard]] auto addressees(core::MessageId id) const {
    return std::ranges::equal_range(addressees_, id, {}, &ports::AddresseeRow::message);
  }
  [[nodiscard]] auto outgoing(core::MessageId id) const {
    return std::ranges::equal_range(outgoing_, std::optional{id}, {}, &ports::OutgoingRow::message);
  }
  [[nodiscard]] const Who& agent(core::AgentId id) const { return agents_.at(id); }
  [[nodiscard]] std::optional<Who> person(core::PersonId id) const {
    const auto found = people_.find(id);
    return found == people_.end() ? std::nullopt : std::optional{found->second};
  }

 private:
  std::vector<ports::QuoteRow> quotes_;
  std::vector<ports::AddresseeRow> addressees_;
  std::vector<ports::OutgoingRow> outgoing_;
  std::map<core::AgentId, Who> agents_;
  std::map<core::PersonId, Who> people_;
};

Status add_headers(App& app, const ports::MessageRow& row, MessageView& view) {
  LETHE_TRY(const std::string text,
            text_to_show(app, body_key(*row.person, row.ticket),
                         place(cell::kHeaders, row.id.value(), row.cell_version), row.headers));
  const auto object = parse_object(text);
  view.message_id = text_of(object, "message_id");
  view.from_name = text_of(object, "from_name");
  view.from_address = text_of(object, "from");
  view.trust = trust_in(text);
  return {};
}

Status add_addressees(App& app, const MessageParts& parts, const ports::MessageRow& row,
                      MessageView& view) {
  for (const ports::AddresseeRow& addressee : parts.addressees(row.id)) {
    LETHE_TRY(const std::string text,
              text_to_show(app, body_key(addressee.person, addressee.ticket),
                           place(cell::kMailbox, addressee.id), addressee.mailbox));
    const auto object = parse_object(text);
    if (object.empty()) continue;
    auto& list = addressee.field == ports::AddresseeField::cc ? view.cc : view.to;
    list.push_back({text_of(object, "name"), text_of(object, "address")});
  }
  return {};
}

void add_delivery(const MessageParts& parts, MessageView& view) {
  if (view.kind != ports::MessageKind::agent) return;
  using Delivery = MessageView::Delivery;
  for (const ports::OutgoingRow& mail : parts.outgoing(view.id)) {
    Delivery state = Delivery::sent;
    if (mail.state == ports::OutgoingState::queued) state = Delivery::waiting;
    if (mail.state == ports::OutgoingState::failed) state = Delivery::failed;
    if (mail.state == ports::OutgoingState::cancelled) state = Delivery::cancelled;
    if (state == Delivery::waiting) view.leaves_at = mail.due_at;
    const bool worse = view.delivery == Delivery::none || state == Delivery::failed ||
                       (state == Delivery::waiting && view.delivery != Delivery::failed);
    if (worse) view.delivery = state;
  }
}

Result<MessageView> view_row(App& app, const MessageParts& parts, const ports::MessageRow& row) {
  MessageView view{.id = row.id,
                   .kind = row.kind,
                   .flags = row.flags,
                   .created_at = row.created_at,
                   .event = row.event,
                   .has_html = row.html.has_value()};
  if (row.author) view.agent = parts.agent(*row.author);
  if (!row.person) return view;
  if (row.kind == ports::MessageKind::customer) view.person = parts.person(*row.person);
  auto text = whole_text(app, row, parts.quotes(row.id));
  if (!text && is_damaged(text.error())) text = std::string{kDamaged};
  LETHE_TRY(view.text, std::move(text));
  LETHE_CHECK(add_headers(app, row, view));
  LETHE_CHECK(add_addressees(app, parts, row, view));
  add_delivery(parts, view);
  return view;
}

Result<std::vector<MessageView>> view_rows(App& app, const ports::Reading& tx,
                                           std::span<const ports::MessageRow> rows) {
  LETHE_TRY(const auto parts, MessageParts::read(app, tx, rows));
  std::vector<MessageView> views;
  for (const ports::MessageRow& row : rows) {
    LETHE_TRY(auto view, view_row(app, parts, row));
    views.push_back(std::move(view));
  }
  return views;
}

Status add_attachments(App& app, const ports::Reading& tx, core::TicketId ticket,
                       std::vector<MessageView>& messages) {
  LETHE_TRY(const auto rows, tx.messages().attachments(ticket));
  for (const ports::AttachmentRow& row : rows) {
    const auto message = std::ranges::find(messages, row.message, &MessageView::id);
    if (message == messages.end()) continue;
    auto view = view_attachment(app, row);
    if (!view && view.error().code == Errc::erased) continue;
    if (!view) return std::unexpected(std::move(view).error());
    message->attachments.push_back(std::move(*view));
  }
  return {};
}

Status add_drafts(App& app, const ports::Reading& tx, TicketView& view, core::AgentId asking) {
  LETHE_TRY(const auto drafts, tx.messages().drafts(view.summary.row.id));
  for (const ports::DraftRow& draft : drafts) {
    if (draft.agent != asking) continue;
    LETHE_TRY(auto text,
              text_to_show(app, body_key(draft.person, draft.ticket),
                           place(cell::kDraft, draft.id.value(), draft.cell_version), draft.text));
    auto& where = draft.kind == ports::MessageKind::note ? view.draft_note : view.draft_reply;
    where = std::move(text);
    if (view.draft && *view.draft > draft.id) continue;
    view.draft = draft.id;
    view.draft_kind = draft.kind;
    view.draft_at = draft.updated_at;
  }
  return {};
}

Status add_cc(App& app, const ports::Reading& tx, TicketView& view) {
  LETHE_TRY(const auto participants, tx.tickets().participants(view.summary.row.id));
  std::vector<core::PersonId> persons;
  for (const ports::ParticipantRow& participant : participants) {
    if (participant.role != ports::ParticipantRole::cc) continue;
    persons.push_back(participant.person);
  }
  LETHE_TRY(const auto people, view_people(app, tx, std::span<const core::PersonId>{persons}));
  for (const PersonView& person : people) {
    view.cc.push_back(in_few_words(person.id.value(), person));
  }
  return {};
}

}  // namespace

Result<std::string> whole_text(App& app, const ports::MessageRow& row,
                               std::span<const ports::QuoteRow> quotes) {
  LETHE_TRY(const std::string own,
            text_or_nothing(app, body_key(*row.person, row.ticket),
                            place(cell::kText, row.id.value(), row.cell_version), row.text));
  std::vector<QuotedPassage> passages;
  for (const ports::QuoteRow& quote : quotes) {
    LETHE_TRY(auto text, text_or_nothing(app, body_key(quote.person, quote.ticket),
                                         place(cell::kQuote, quote.id), quote.text));
    passages.push_back({quote.person, static_cast<std::size_t>(quote.place), std::move(text)});
  }
  return with_passages(own, passages);
}

Result<TicketView> view_ticket(App& app, const ports::Reading& tx, core::TicketId id,
                               std::optional<core::AgentId> asking) {
  LETHE_TRY(const auto row, tx.tickets().find(id));
  LETHE_TRY(auto summary, summarise_ticket(app, tx, row, asking));
  TicketView view{.summary = std::move(summary)};
  if (row.erased) return view;
  LETHE_TRY(const auto messages, tx.messages().of_ticket(id));
  LETHE_TRY(view.messages, view_rows(app, tx, messages));
  LETHE_CHECK(add_attachments(app, tx, id, view.messages));
  LETHE_CHECK(add_cc(app, tx, view));
  if (asking) LETHE_CHECK(add_drafts(app, tx, view, *asking));
  return view;
}

Result<MessageView> view_message(App& app, const ports::Reading& tx, core::MessageId id) {
  LETHE_TRY(const auto row, tx.messages().find(id));
  LETHE_TRY(auto one, view_rows(app, tx, std::span{&row, 1}));
  LETHE_CHECK(add_attachments(app, tx, row.ticket, one));
  return std::move(one.front());
}

Result<Plaintext> message_html(App& app, core::MessageId id) {
  std::optional<Plaintext> html;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().find(id));
    if (!row.person || !row.html) return fail(Errc::not_found, "this message has no HTML");
    LETHE_TRY(html, open(app, body_key(*row.person, row.ticket),
                         place(cell::kHtml, id.value(), row.cell_version), row.html));
    return {};
  }));
  return std::move(*html);
}

Result<FileView> read_attachment(App& app, core::AttachmentId id) {
  std::optional<FileView> file;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().attachment(id));
    LETHE_TRY(auto about, view_attachment(app, row));
    if (about.marks.is_locked()) {
      return fail(Errc::forbidden, "The file is quarantined (" + about.marks.quarantine +
                                       "). An administrator may release it.");
    }
    LETHE_TRY(auto bytes, open_file(app, files_key(row.person, row.ticket),
                                    place(cell::kFileKey, id.value(), row.cell_version),
                                    row.file_key, row.file));
    file = FileView{std::move(about), std::move(bytes)};
    return {};
  }));
  return std::move(*file);
}

Result<Plaintext> read_raw_copy(App& app, core::MessageId id) {
  std::optional<Plaintext> raw;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto row, tx.messages().raw_copy(id));
    bool kept = row && row->expires_at > app.clock.now();
    if (row && !kept) {
      LETHE_TRY(kept, waits_for_resolution(tx, id));
    }
    if (!kept) return fail(Errc::not_found, "the raw copy is no longer kept");
    LETHE_TRY(raw, open_file(app, raw_key(row->person, row->ticket),
                             place(cell::kRawKey, id.value()), row->file_key, row->file));
    return {};
  }));
  return std::move(*raw);
}

}  // namespace lethe::app
