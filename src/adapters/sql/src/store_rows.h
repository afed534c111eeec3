// One interface of the store each, over one connection: a snapshot or a transaction.
#pragma once

#include <algorithm>
#include <string>

#include "lethe/ports/store.h"
#include "lethe/sql/driver.h"

namespace lethe::sql {

// What every part is given.
struct Scope {
  Connection& connection;
  core::WorkspaceId workspace;
};

class SqlPeople final : public ports::People {
 public:
  explicit SqlPeople(Scope scope) : s_(scope) {}
  Result<ports::PersonRow> find(core::PersonId id) const override;
  Result<std::vector<ports::EmailRow>> addresses(core::PersonId id) const override;
  Result<std::vector<core::TagId>> tags(core::PersonId id) const override;
  Result<std::vector<ports::PersonRow>> list(const Page& page) const override;
  Result<std::int64_t> count() const override;
  Result<std::vector<core::PersonId>> ids_after(std::int64_t after, int limit) const override;
  Result<std::vector<core::PersonId>> due_for_review(Instant now, int limit) const override;
  Status insert(const ports::PersonRow& row) override;
  Status update(const ports::PersonRow& row) override;
  Status set_next_review(core::PersonId id, std::optional<Instant> at) override;
  Status review_everybody(Instant now) override;
  Status insert_address(const ports::EmailRow& row) override;
  Status remove_address(std::int64_t id) override;
  Status set_tags(core::PersonId id, const std::vector<core::TagId>& tags) override;
  Status remove(core::PersonId id) override;

 private:
  Scope s_;
};

class SqlTickets final : public ports::Tickets {
 public:
  explicit SqlTickets(Scope scope) : s_(scope) {}
  Result<ports::TicketRow> find(core::TicketId id) const override;
  Result<ports::TicketRow> find_number(std::int64_t number) const override;
  Result<std::vector<ports::TicketRow>> list(const ports::TicketQuery& query) const override;
  Result<ports::TicketCounts> counts(std::optional<core::AgentId> mine) const override;
  Result<std::vector<core::TagId>> tags(core::TicketId id) const override;
  Result<std::vector<ports::FreeTagRow>> free_tags(core::TicketId id) const override;
  Result<std::vector<ports::ParticipantRow>> participants(core::TicketId id) const override;
  Result<std::vector<ports::ParticipantRow>> participations(core::PersonId id) const override;
  Result<std::vector<ports::TicketRow>> of_requester(core::PersonId id) const override;
  Result<std::vector<core::AgentId>> handlers(core::TicketId id) const override;
  Result<std::vector<core::TicketId>> solved_until(Instant until, int limit) const override;
  Result<std::vector<std::optional<Instant>>> read_times(
      core::AgentId agent, const std::vector<core::TicketId>& ids) const override;
  Result<std::int64_t> take_number() override;
  Status insert(const ports::TicketRow& row) override;
  Status update(const ports::TicketRow& row) override;
  Status set_tags(core::TicketId id, const std::vector<core::TagId>& tags) override;
  Status insert_free_tag(const ports::FreeTagRow& row) override;
  Status remove_free_tags(core::TicketId id) override;
  Status add_participant(const ports::ParticipantRow& row) override;
  Status remove_participant(core::TicketId ticket, core::PersonId person) override;
  Status add_handler(core::TicketId id, core::AgentId agent) override;
  Status mark_read(core::TicketId id, core::AgentId agent, std::optional<Instant> at) override;

 private:
  Result<std::vector<ports::TicketRow>> select(const std::string& rest,
                                               const std::vector<Param>& params) const;
  Status count(const ports::TicketRow& row, int change);
  Status count_bucket(const std::string& bucket, int change);
  Scope s_;
};

class SqlMessages final : public ports::Messages {
 public:
  explicit SqlMessages(Scope scope) : s_(scope) {}
  Result<ports::MessageRow> find(core::MessageId id) const override;
  Result<std::vector<ports::MessageRow>> of_ticket(core::TicketId id) const override;
  Result<std::vector<ports::MessageRow>> page(core::TicketId id, std::int64_t after_id,
                                              int limit) const override;
  Result<std::vector<ports::AddresseeRow>> addressees(core::MessageId id) const override;
  Result<std::vector<ports::AttachmentRow>> attachments(core::TicketId id) const override;
  Result<ports::AttachmentRow> attachment(core::AttachmentId id) const override;
  Result<std::optional<ports::RawCopyRow>> raw_copy(core::MessageId id) const override;
  Result<std::vector<ports::RawCopyRow>> raw_copies(core::TicketId id) const override;
  Result<std::vector<core::MessageId>> raw_copies_expired(Instant now, int limit) const override;
  Result<std::vector<ports::QuoteRow>> quotes(core::MessageId id) const override;
  Result<std::vector<ports::DraftRow>> drafts(core::TicketId id) const override;
  Result<std::vector<ports::ThreadRow>> threads(ByteView digest) const override;
  Result<std::optional<ports::MailDigestRow>> mail_digest(ByteView digest) const override;
  Result<std::vector<ports::MessageRow>> after(std::int64_t after_id, int limit) const override;
  Result<std::vector<core::MessageId>> of_person(core::PersonId id) const override;
  Result<std::vector<ports::BlobName>> blobs_after(std::string_view after,
                                                   int limit) const override;
  Status insert(const ports::MessageRow& row) override;
  Status update(const ports::MessageRow& row) override;
  Status insert_addressee(const ports::AddresseeRow& row) override;
  Status insert_attachment(const ports::AttachmentRow& row) override;
  Status update_attachment(const ports::AttachmentRow& row) override;
  Status insert_raw_copy(const ports::RawCopyRow& row) override;
  Status insert_quote(const ports::QuoteRow& row) override;
  Status remove_quote(std::int64_t id) override;
  Status remove_addressee(std::int64_t id) override;
  Status save_draft(const ports::DraftRow& row) override;
  Status remove_draft(core::DraftId id) override;
  Status remove_drafts_before(Instant at) override;
  Status insert_thread(const ports::ThreadRow& row) override;
  Status insert_mail_digest(const ports::MailDigestRow& row) override;
  Status remove_message(core::MessageId id) override;
  Status remove_attachment(core::AttachmentId id) override;
  Status remove_raw_copy(core::MessageId id) override;
  Status remove_traces_of(core::PersonId id) override;
  Status remove_content_of(core::TicketId id) override;

 private:
  Scope s_;
};

class SqlAgents final : public ports::Agents {
 public:
  explicit SqlAgents(Scope scope) : s_(scope) {}
  Result<ports::AgentRow> find(core::AgentId id) const override;
  Result<ports::AgentRow> of_person(core::PersonId id) const override;
  Result<std::vector<ports::AgentRow>> all() const override;
  Result<ports::SessionRow> session(ByteView digest) const override;
  Result<ports::TokenRow> token(ByteView digest) const override;
  Result<std::vector<ports::TokenRow>> tokens() const override;
  Result<ports::LinkRow> link(ByteView digest) const override;
  Result<std::vector<ports::ViewRow>> views(core::AgentId id) const override;
  Result<std::optional<ports::SecondStepRow>> second_step(core::AgentId id) const override;
  Result<std::vector<core::AgentId>> with_second_step() const override;
  Result<std::vector<ports::AccessEventRow>> access_events(int limit) const override;
  Result<std::vector<ports::AccessEventRow>> access_events(
      const ports::AccessEventQuery& query) const override;
  Status insert(const ports::AgentRow& row) override;
  Status update(const ports::AgentRow& row) override;
  Status insert_session(const ports::SessionRow& row) override;
  Status touch_session(ByteView digest, Instant seen_at) override;
  Status remove_session(ByteView digest) override;
  Status remove_sessions_of(core::AgentId id) override;
  Status remove_sessions_idle_since(Instant seen_before, Instant made_before) override;
  Status insert_token(const ports::TokenRow& row) override;
  Status touch_token(std::int64_t id, Instant at) override;
  Status remove_token(std::int64_t id) override;
  Status insert_link(const ports::LinkRow& row) override;
  Status remove_link(ByteView digest) override;
  Status remove_links_of(core::AgentId id) override;
  Status save_view(const ports::ViewRow& row) override;
  Status remove_view(core::ViewId id) override;
  Status save_second_step(const ports::SecondStepRow& row) override;
  Status remove_second_step(core::AgentId id) override;
  Status insert_access_event(const ports::AccessEventRow& row) override;
  Status remove_all_access() override;

 private:
  Scope s_;
};

class SqlCatalog final : public ports::Catalog {
 public:
  explicit SqlCatalog(Scope scope) : s_(scope) {}
  Result<std::vector<ports::CatalogRow>> named(ports::NamedKind kind) const override;
  Result<std::vector<ports::MailboxRow>> mailboxes() const override;
  Result<std::optional<std::string>> setting(std::string_view key) const override;
  Result<std::optional<ports::IdempotencyRow>> idempotency(ByteView key) const override;
  Status save_named(const ports::CatalogRow& row) override;
  Status remove_named(std::int64_t id) override;
  Status save_mailbox(const ports::MailboxRow& row) override;
  Status remove_mailbox(std::int64_t id) override;
  Status set_setting(std::string_view key, std::string_view value) override;
  Status insert_idempotency(const ports::IdempotencyRow& row) override;
  Status remove_idempotency_before(Instant at) override;
  Result<std::int64_t> count_up(ByteView digest, std::int64_t window) override;
  Status remove_counters_before(std::int64_t window) override;

 private:
  Scope s_;
};

class SqlOutbox final : public ports::Outbox {
 public:
  explicit SqlOutbox(Scope scope) : s_(scope) {}
  Result<ports::OutgoingRow> find(core::OutgoingId id) const override;
  Result<std::vector<ports::OutgoingRow>> due(Instant now, int limit) const override;
  Result<std::optional<Instant>> next_due() const override;
  Result<std::vector<ports::OutgoingRow>> of_message(core::MessageId id) const override;
  Result<std::vector<ports::OutgoingRow>> of_ticket(core::TicketId id) const override;
  Result<std::int64_t> sent_to(core::PersonId id) const override;
  Result<std::int64_t> sent_about(core::TicketId id) const override;
  Result<std::int64_t> count_failed() const override;
  // Waiting ones by when they leave, others from the newest.
  Result<std::vector<ports::OutgoingRow>> of_state(ports::OutgoingState state, int limit) const;
  Result<std::optional<ports::OutgoingRow>> waiting_notice(core::PersonId person,
                                                           std::optional<core::TicketId> ticket,
                                                           Instant now) const;
  Result<std::vector<ports::MailMarkRow>> marks_at(ByteView digest) const override;
  Result<std::vector<ports::MailMarkRow>> marks_of(core::PersonId id) const override;
  Status save_mark(const ports::MailMarkRow& row) override;
  Status remove_mark(ByteView digest, ports::MailMarkKind kind,
                     std::optional<core::TicketId> ticket) override;
  Status remove_marks_ended(Instant now) override;
  Status insert(const ports::OutgoingRow& row) override;
  Status update(const ports::OutgoingRow& row) override;
  Result<std::int64_t> cancel_for_person(core::PersonId id) override;
  Result<std::int64_t> cancel_for_ticket(core::TicketId id) override;
  Status remove_for_person(core::PersonId id) override;
  Status remove_for_ticket(core::TicketId id) override;

 private:
  Result<std::vector<ports::OutgoingRow>> select(const std::string& rest,
                                                 const std::vector<Param>& params) const;
  Scope s_;
};

class SqlRetention final : public ports::RetentionStore {
 public:
  explicit SqlRetention(Scope scope) : s_(scope) {}
  Result<std::vector<ports::RuleRow>> rules() const override;
  Result<std::vector<ports::HoldRow>> holds() const override;
  Result<std::vector<ports::HoldRow>> holds_on(core::PersonId id) const override;
  Result<ports::FactRows> facts(const ports::FactsQuery& query) const override;
  Result<ports::RunRow> run(core::RunId id) const override;
  Result<std::vector<ports::RunRow>> runs(int limit) const override;
  Result<ports::ErasureRow> erasure(core::ErasureId id) const override;
  Result<std::vector<ports::ErasureRow>> erasures_open() const override;
  Result<std::vector<ports::ErasureRow>> erasures(std::optional<core::ErasureId> before,
                                                  int limit) const override;
  Result<std::vector<ports::ErasureRow>> erasures_of(core::PersonId id) const override;
  Result<std::vector<ports::ErasureRow>> erasures_of_run(core::RunId id) const override;
  Result<ports::CertificateRow> certificate(core::CertificateId id) const override;
  Result<std::vector<ports::CertificateRow>> certificates(std::optional<core::CertificateId> before,
                                                          int limit) const override;
  Status save_rule(const ports::RuleRow& row) override;
  Status remove_rule(core::RuleId id) override;
  Status insert_hold(const ports::HoldRow& row) override;
  Status remove_hold(core::HoldId id) override;
  Status save_run(const ports::RunRow& row) override;
  Status save_erasure(const ports::ErasureRow& row) override;
  Status insert_certificate(const ports::CertificateRow& row) override;

 private:
  Scope s_;
};

class SqlIndexQueue final : public ports::IndexQueue {
 public:
  explicit SqlIndexQueue(Scope scope) : s_(scope) {}
  Result<std::vector<ports::IndexQueueRow>> oldest(int limit) const override;
  Result<std::int64_t> length() const override;
  Status push(const ports::DocumentKey& document, core::PersonId person) override;
  Status remove_up_to(std::int64_t id) override;
  Status remove_of_person(core::PersonId person) override;

 private:
  Scope s_;
};

// A sealed cell of a row, owned by `owner`.
[[nodiscard]] inline Ciphertext cell_at(const Row& row, int column, OwnerId owner) {
  return {row.bytes(column), owner};
}
[[nodiscard]] inline std::optional<Ciphertext> optional_cell_at(const Row& row, int column,
                                                                std::optional<OwnerId> owner) {
  if (row.is_null(column) || !owner) return std::nullopt;
  return cell_at(row, column, *owner);
}
template <class Enum>
[[nodiscard]] Enum enum_at(const Row& row, int column) {
  return static_cast<Enum>(row.int64(column));
}
template <class Enum>
[[nodiscard]] std::int64_t number_of(Enum value) {
  return static_cast<std::int64_t>(value);
}

// Of "id, at, kind, by_agent_id, agent_id, detail".
[[nodiscard]] inline ports::AccessEventRow access_event_at(const Row& row) {
  return {row.int64(0),
          row.instant(1),
          enum_at<ports::AccessEventKind>(row, 2),
          row.optional_id<core::AgentId>(3),
          row.optional_id<core::AgentId>(4),
          row.string(5)};
}

// The one row, or not_found with `what` (an id, never a name).
template <class T>
[[nodiscard]] Result<T> found(Result<std::optional<T>>&& row, std::string_view what) {
  if (!row) return std::unexpected(std::move(row).error());
  if (!*row) return fail(Errc::not_found, "there is no such " + std::string{what});
  return std::move(**row);
}

}  // namespace lethe::sql
