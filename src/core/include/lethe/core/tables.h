// The tables of Lethe, annotated (core/schema.h says what the annotations mean).
//
// One definition serves the DDL of both engines, the associated data of sealed
// cells, the record of processing, the subject export and the erasure plan.
// Numbers of tables and columns are part of the format: they never change.
#pragma once

#include <span>

#include "lethe/core/schema.h"

namespace lethe::core {

// Every table, in an order in which they can be made.
[[nodiscard]] std::span<const Table> all_tables() noexcept;

namespace tables {

// Shorthands for the columns that occur in every table; they annotate in full.
consteval Column workspace() {
  return {1,
          "workspace_id",
          ColumnType::id,
          Nulls::refused,
          Personal::no,
          Category::none,
          Purpose::operation,
          LegalBasis::none,
          Retention::installation,
          KeyOwner::none};
}
consteval Column plain(std::uint16_t number, std::string_view name, ColumnType type, Nulls nulls,
                       Retention until) {
  return {number,
          name,
          type,
          nulls,
          Personal::no,
          Category::none,
          Purpose::operation,
          LegalBasis::none,
          until,
          KeyOwner::none};
}
// The random id of the person whose erasure takes the row along, or cuts the reference.
consteval Column person(std::uint16_t number, std::string_view name, Nulls nulls, Category told,
                        Retention until) {
  return {number,
          name,
          ColumnType::id,
          nulls,
          Personal::reference,
          told,
          Purpose::answering,
          LegalBasis::declared,
          until,
          KeyOwner::none};
}
consteval Column sealed(std::uint16_t number, std::string_view name, Nulls nulls, Category told,
                        Purpose why, Retention until, KeyOwner key) {
  return {number, name, ColumnType::cell,     nulls, Personal::yes,
          told,   why,  LegalBasis::declared, until, key};
}
consteval Column keyed(std::uint16_t number, std::string_view name, Category told, Purpose why,
                       LegalBasis ground, Retention until) {
  return {number, name,  ColumnType::digest, Nulls::refused, Personal::yes, told, why,
          ground, until, KeyOwner::none};
}

using enum ColumnType;
inline constexpr auto kRefused = Nulls::refused;
inline constexpr auto kAllowed = Nulls::allowed;
inline constexpr auto kWithTicket = Retention::with_ticket;
inline constexpr auto kWithPerson = Retention::with_person;
inline constexpr auto kWithAgent = Retention::with_agent;
inline constexpr auto kForever = Retention::installation;
inline constexpr auto kMeta = Category::correspondence_metadata;
inline constexpr std::span<const Index> kNoIndexes{};

// ---- installation ----
inline constexpr Column kSettingsColumns[] = {workspace(),
                                              plain(2, "name", text_plain, kRefused, kForever),
                                              plain(3, "value", text_plain, kRefused, kForever)};
inline constexpr Table kSettings{
    1, "settings", Storage::narrow, kSettingsColumns, "workspace_id, name", kNoIndexes};

inline constexpr Column kNamedColumns[] = {workspace(), plain(2, "id", id, kRefused, kForever),
                                           plain(3, "kind", integer, kRefused, kForever),
                                           plain(4, "name", text_plain, kRefused, kForever)};
inline constexpr Index kNamedIndexes[] = {
    {"named_by_name", Uniqueness::unique, "workspace_id, kind, name", ""}};
inline constexpr Table kNamed{
    2, "named", Storage::narrow, kNamedColumns, "workspace_id, id", kNamedIndexes};

// The organisation's own addresses are not personal data.
inline constexpr Column kMailboxColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kForever),
    plain(3, "address", text_plain, kRefused, kForever),
    plain(4, "display_name", text_plain, kRefused, kForever),
    plain(5, "group_id", id, kAllowed, kForever),
    plain(6, "type_id", id, kAllowed, kForever)};
inline constexpr Index kMailboxIndexes[] = {
    {"mailboxes_by_address", Uniqueness::unique, "workspace_id, address", ""}};
inline constexpr Table kMailboxes{
    3, "mailboxes", Storage::narrow, kMailboxColumns, "workspace_id, id", kMailboxIndexes};

// ---- persons ----
inline constexpr Column kPersonColumns[] = {
    workspace(),
    person(2, "id", kRefused, Category::identity, kWithPerson),
    sealed(3, "profile", kAllowed, Category::identity, Purpose::answering, kWithPerson,
           KeyOwner::person_profile),
    plain(4, "cell_version", integer, kRefused, kWithPerson),
    plain(5, "created_at", instant, kRefused, kWithPerson),
    plain(6, "updated_at", instant, kRefused, kWithPerson),
    plain(7, "frozen", boolean, kRefused, kWithPerson),
    plain(8, "hidden", boolean, kRefused, kWithPerson),
    plain(9, "agent_id", id, kAllowed, kWithPerson),
    plain(10, "tickets_erased_at", instant, kAllowed, kWithPerson),
    plain(11, "next_review_at", instant, kAllowed, kWithPerson),
    plain(12, "erasing", boolean, kRefused, kWithPerson),
    plain(13, "unreferenced_since", instant, kAllowed, kWithPerson)};
inline constexpr Index kPersonIndexes[] = {
    {"persons_by_creation", Uniqueness::none, "workspace_id, created_at DESC, id DESC", ""},
    {"persons_by_review", Uniqueness::none, "workspace_id, next_review_at, id",
     "next_review_at IS NOT NULL"}};
inline constexpr Table kPersons{
    4, "persons", Storage::wide, kPersonColumns, "workspace_id, id", kPersonIndexes};

inline constexpr Column kAddressColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kWithPerson),
    person(3, "person_id", kRefused, Category::identity, kWithPerson),
    sealed(4, "address", kRefused, Category::contact_details, Purpose::answering, kWithPerson,
           KeyOwner::person_profile),
    plain(5, "cell_version", integer, kRefused, kWithPerson),
    plain(6, "is_primary", boolean, kRefused, kWithPerson)};
inline constexpr Index kAddressIndexes[] = {
    {"addresses_by_person", Uniqueness::none, "workspace_id, person_id, id", ""}};
inline constexpr Table kAddresses{
    5, "addresses", Storage::wide, kAddressColumns, "workspace_id, id", kAddressIndexes};

inline constexpr Column kPersonTagColumns[] = {
    workspace(), person(2, "person_id", kRefused, Category::preferences, kWithPerson),
    plain(3, "tag_id", id, kRefused, kWithPerson)};
inline constexpr Table kPersonTags{
    6,         "person_tags", Storage::narrow, kPersonTagColumns, "workspace_id, person_id, tag_id",
    kNoIndexes};

// ---- agents and access ----
inline constexpr Column kAgentColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kForever),
    person(3, "person_id", kRefused, Category::agent_account, kWithAgent),
    plain(4, "role", integer, kRefused, kWithAgent),
    plain(5, "state", integer, kRefused, kWithAgent),
    plain(6, "password_hash", text_plain, kAllowed, kWithAgent),
    plain(7, "language", text_plain, kRefused, kWithAgent),
    plain(8, "created_at", instant, kRefused, kWithAgent),
    plain(9, "failed_sign_ins", integer, kRefused, kWithAgent),
    plain(10, "locked_until", instant, kAllowed, kWithAgent)};
inline constexpr Index kAgentIndexes[] = {
    {"agents_by_person", Uniqueness::unique, "workspace_id, person_id", ""}};
inline constexpr Table kAgents{
    7, "agents", Storage::narrow, kAgentColumns, "workspace_id, id", kAgentIndexes};

inline constexpr Column kSessionColumns[] = {
    workspace(),
    keyed(2, "digest", Category::credential, Purpose::access_control,
          LegalBasis::legitimate_interest, Retention::session),
    plain(3, "agent_id", id, kRefused, Retention::session),
    keyed(4, "csrf", Category::credential, Purpose::access_control, LegalBasis::legitimate_interest,
          Retention::session),
    plain(5, "created_at", instant, kRefused, Retention::session),
    plain(6, "seen_at", instant, kRefused, Retention::session)};
inline constexpr Index kSessionIndexes[] = {
    {"sessions_by_agent", Uniqueness::none, "workspace_id, agent_id", ""}};
inline constexpr Table kSessions{
    8, "sessions", Storage::narrow, kSessionColumns, "workspace_id, digest", kSessionIndexes};

inline constexpr Column kTokenColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kWithAgent),
    keyed(3, "digest", Category::credential, Purpose::access_control,
          LegalBasis::legitimate_interest, kWithAgent),
    plain(4, "agent_id", id, kRefused, kWithAgent),
    plain(5, "scope", integer, kRefused, kWithAgent),
    plain(6, "name", text_plain, kRefused, kWithAgent),
    plain(7, "created_at", instant, kRefused, kWithAgent),
    plain(8, "used_at", instant, kAllowed, kWithAgent)};
inline constexpr Index kTokenIndexes[] = {
    {"tokens_by_digest", Uniqueness::unique, "workspace_id, digest", ""}};
inline constexpr Table kTokens{
    9, "tokens", Storage::narrow, kTokenColumns, "workspace_id, id", kTokenIndexes};

inline constexpr Column kLinkColumns[] = {
    workspace(),
    keyed(2, "digest", Category::credential, Purpose::access_control,
          LegalBasis::legitimate_interest, Retention::session),
    plain(3, "agent_id", id, kRefused, Retention::session),
    plain(4, "purpose", integer, kRefused, Retention::session),
    plain(5, "expires_at", instant, kRefused, Retention::session)};
inline constexpr Table kLinks{
    10, "links", Storage::narrow, kLinkColumns, "workspace_id, digest", kNoIndexes};

inline constexpr Column kViewColumns[] = {
    workspace(), plain(2, "id", id, kRefused, kWithAgent),
    plain(3, "agent_id", id, kRefused, kWithAgent),
    person(4, "person_id", kRefused, Category::agent_activity, kWithAgent),
    sealed(5, "definition", kRefused, Category::agent_activity, Purpose::access_control, kWithAgent,
           KeyOwner::person_profile)};
inline constexpr Index kViewIndexes[] = {
    {"views_by_agent", Uniqueness::none, "workspace_id, agent_id, id", ""}};
inline constexpr Table kViews{11,          "views", Storage::wide, kViewColumns, "workspace_id, id",
                              kViewIndexes};

// ---- tickets ----
// What stays after an erasure (the shell) is annotated `installation`.
inline constexpr Column kTicketColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kForever),
    plain(3, "number", integer, kRefused, kForever),
    person(4, "requester_id", kAllowed, kMeta, kWithTicket),
    plain(5, "assignee_id", id, kAllowed, kWithTicket),
    plain(6, "group_id", id, kAllowed, kForever),
    plain(7, "type_id", id, kAllowed, kForever),
    plain(8, "status", integer, kRefused, kForever),
    plain(9, "spam", boolean, kRefused, kForever),
    plain(10, "trash", boolean, kRefused, kForever),
    plain(11, "erased", boolean, kRefused, kForever),
    plain(12, "channel", integer, kRefused, kForever),
    plain(13, "created_at", instant, kRefused, kForever),
    plain(14, "updated_at", instant, kRefused, kForever),
    plain(15, "status_updated_at", instant, kRefused, kForever),
    plain(17, "closed_at", instant, kAllowed, kForever),
    plain(18, "reopened_at", instant, kAllowed, kForever),
    plain(19, "last_customer_message_at", instant, kAllowed, kForever),
    plain(20, "message_count", integer, kRefused, kForever),
    plain(21, "last_message_id", id, kAllowed, kWithTicket),
    sealed(22, "subject", kAllowed, Category::message_content, Purpose::answering, kWithTicket,
           KeyOwner::ticket_body),
    plain(23, "cell_version", integer, kRefused, kForever),
    plain(24, "follows_id", id, kAllowed, kWithTicket),
    plain(25, "acknowledged", boolean, kRefused, kWithTicket),
    plain(26, "version", integer, kRefused, kForever)};
inline constexpr Index kTicketIndexes[] = {
    {"tickets_by_number", Uniqueness::unique, "workspace_id, number", ""},
    {"tickets_by_update", Uniqueness::none,
     "workspace_id, erased, spam, trash, updated_at DESC, id DESC", ""},
    {"tickets_by_status", Uniqueness::none,
     "workspace_id, erased, spam, trash, status, updated_at DESC, id DESC", ""},
    {"tickets_by_assignee", Uniqueness::none,
     "workspace_id, assignee_id, erased, spam, trash, status, updated_at DESC, id DESC", ""},
    {"tickets_by_group", Uniqueness::none,
     "workspace_id, group_id, erased, spam, trash, status, updated_at DESC, id DESC", ""},
    {"tickets_by_requester", Uniqueness::none, "workspace_id, requester_id, id",
     "requester_id IS NOT NULL"},
    {"tickets_solved", Uniqueness::none, "workspace_id, status_updated_at, id", "status = 4"}};
inline constexpr Table kTickets{
    12, "tickets", Storage::wide, kTicketColumns, "workspace_id, id", kTicketIndexes};

// Kept beside the tickets so that counts above a list cost nothing.
inline constexpr Column kTicketCountColumns[] = {workspace(),
                                                 plain(2, "bucket", text_plain, kRefused, kForever),
                                                 plain(3, "n", integer, kRefused, kForever)};
inline constexpr Table kTicketCounts{
    13, "ticket_counts", Storage::narrow, kTicketCountColumns, "workspace_id, bucket", kNoIndexes};

inline constexpr Column kTicketTagColumns[] = {workspace(),
                                               plain(2, "ticket_id", id, kRefused, kForever),
                                               plain(3, "tag_id", id, kRefused, kForever)};
inline constexpr Index kTicketTagIndexes[] = {
    {"ticket_tags_by_tag", Uniqueness::none, "workspace_id, tag_id, ticket_id DESC", ""}};
inline constexpr Table kTicketTags{14,
                                   "ticket_tags",
                                   Storage::narrow,
                                   kTicketTagColumns,
                                   "workspace_id, ticket_id, tag_id",
                                   kTicketTagIndexes};

inline constexpr Column kFreeTagColumns[] = {
    workspace(), plain(2, "id", id, kRefused, kWithTicket),
    plain(3, "ticket_id", id, kRefused, kWithTicket),
    person(4, "person_id", kRefused, kMeta, kWithTicket),
    sealed(5, "tag", kRefused, Category::message_content, Purpose::answering, kWithTicket,
           KeyOwner::ticket_body)};
inline constexpr Index kFreeTagIndexes[] = {
    {"free_tags_by_ticket", Uniqueness::none, "workspace_id, ticket_id, id", ""},
    {"free_tags_by_person", Uniqueness::none, "workspace_id, person_id", ""}};
inline constexpr Table kFreeTags{
    15, "free_tags", Storage::wide, kFreeTagColumns, "workspace_id, id", kFreeTagIndexes};

inline constexpr Column kParticipantColumns[] = {
    workspace(), plain(2, "ticket_id", id, kRefused, kWithTicket),
    person(3, "person_id", kRefused, kMeta, kWithTicket),
    plain(4, "role", integer, kRefused, kWithTicket)};
inline constexpr Index kParticipantIndexes[] = {
    {"participants_by_person", Uniqueness::none, "workspace_id, person_id, ticket_id", ""}};
inline constexpr Table kParticipants{16,
                                     "participants",
                                     Storage::narrow,
                                     kParticipantColumns,
                                     "workspace_id, ticket_id, person_id",
                                     kParticipantIndexes};

inline constexpr Column kHandlerColumns[] = {workspace(),
                                             plain(2, "ticket_id", id, kRefused, kWithTicket),
                                             plain(3, "agent_id", id, kRefused, kWithTicket)};
inline constexpr Table kHandlers{
    17,        "handlers", Storage::narrow, kHandlerColumns, "workspace_id, ticket_id, agent_id",
    kNoIndexes};

inline constexpr Column kReadColumns[] = {workspace(),
                                          plain(2, "ticket_id", id, kRefused, kWithTicket),
                                          plain(3, "agent_id", id, kRefused, kWithTicket),
                                          plain(4, "read_at", instant, kRefused, kWithTicket)};
inline constexpr Table kReads{
    18, "reads", Storage::narrow, kReadColumns, "workspace_id, ticket_id, agent_id", kNoIndexes};

// ---- messages ----
inline constexpr Column kMessageColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kWithTicket),
    plain(3, "ticket_id", id, kRefused, kWithTicket),
    person(4, "person_id", kAllowed, kMeta, kWithTicket),
    plain(5, "author_id", id, kAllowed, kWithTicket),
    plain(6, "kind", integer, kRefused, kWithTicket),
    plain(7, "flags", integer, kRefused, kWithTicket),
    plain(8, "created_at", instant, kRefused, kWithTicket),
    plain(9, "event", text_plain, kRefused, kWithTicket),
    sealed(10, "text", kAllowed, Category::message_content, Purpose::answering, kWithTicket,
           KeyOwner::ticket_body),
    sealed(11, "html", kAllowed, Category::message_content, Purpose::answering, kWithTicket,
           KeyOwner::ticket_body),
    sealed(12, "snippet", kAllowed, Category::message_content, Purpose::answering, kWithTicket,
           KeyOwner::ticket_body),
    sealed(13, "headers", kAllowed, kMeta, Purpose::delivery, kWithTicket, KeyOwner::ticket_body),
    plain(14, "cell_version", integer, kRefused, kWithTicket)};
inline constexpr Index kMessageIndexes[] = {
    {"messages_by_ticket", Uniqueness::none, "workspace_id, ticket_id, id", ""},
    {"messages_by_person", Uniqueness::none, "workspace_id, person_id, id",
     "person_id IS NOT NULL"}};
inline constexpr Table kMessages{
    19, "messages", Storage::wide, kMessageColumns, "workspace_id, id", kMessageIndexes};

// A passage that somebody else wrote first: sealed under that person's key, so it goes with them.
inline constexpr Column kQuoteColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kWithTicket),
    plain(3, "message_id", id, kRefused, kWithTicket),
    plain(4, "ticket_id", id, kRefused, kWithTicket),
    person(5, "person_id", kRefused, kMeta, kWithTicket),
    plain(6, "place", integer, kRefused, kWithTicket),
    sealed(7, "text", kRefused, Category::message_content, Purpose::answering, kWithTicket,
           KeyOwner::ticket_body)};
inline constexpr Index kQuoteIndexes[] = {
    {"quotes_by_message", Uniqueness::none, "workspace_id, message_id, id", ""},
    {"quotes_by_person", Uniqueness::none, "workspace_id, person_id, id", ""},
    {"quotes_by_ticket", Uniqueness::none, "workspace_id, ticket_id, id", ""}};
inline constexpr Table kQuotes{
    20, "quotes", Storage::wide, kQuoteColumns, "workspace_id, id", kQuoteIndexes};

inline constexpr Column kAddresseeColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kWithTicket),
    plain(3, "message_id", id, kRefused, kWithTicket),
    plain(4, "ticket_id", id, kRefused, kWithTicket),
    person(5, "person_id", kRefused, kMeta, kWithTicket),
    plain(6, "field", integer, kRefused, kWithTicket),
    sealed(7, "mailbox", kRefused, Category::contact_details, Purpose::delivery, kWithTicket,
           KeyOwner::ticket_body)};
inline constexpr Index kAddresseeIndexes[] = {
    {"addressees_by_message", Uniqueness::none, "workspace_id, message_id, id", ""},
    {"addressees_by_person", Uniqueness::none, "workspace_id, person_id, id", ""},
    {"addressees_by_ticket", Uniqueness::none, "workspace_id, ticket_id, id", ""}};
inline constexpr Table kAddressees{
    21, "addressees", Storage::wide, kAddresseeColumns, "workspace_id, id", kAddresseeIndexes};

inline constexpr Column kAttachmentColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kWithTicket),
    plain(3, "message_id", id, kRefused, kWithTicket),
    plain(4, "ticket_id", id, kRefused, kWithTicket),
    person(5, "person_id", kRefused, kMeta, kWithTicket),
    sealed(6, "description", kRefused, Category::attachment_content, Purpose::answering,
           kWithTicket, KeyOwner::ticket_attachments),
    sealed(7, "file_key", kRefused, Category::attachment_content, Purpose::answering, kWithTicket,
           KeyOwner::ticket_attachments),
    sealed(8, "sealed_bytes", kAllowed, Category::attachment_content, Purpose::answering,
           kWithTicket, KeyOwner::ticket_attachments),
    plain(9, "blob", text_plain, kAllowed, kWithTicket),
    plain(10, "size", integer, kRefused, kWithTicket),
    plain(11, "shown_inline", boolean, kRefused, kWithTicket),
    plain(12, "cell_version", integer, kRefused, kWithTicket)};
inline constexpr Index kAttachmentIndexes[] = {
    {"attachments_by_ticket", Uniqueness::none, "workspace_id, ticket_id, id", ""},
    {"attachments_by_message", Uniqueness::none, "workspace_id, message_id, id", ""},
    {"attachments_by_blob", Uniqueness::none, "workspace_id, blob", "blob IS NOT NULL"}};
inline constexpr Table kAttachments{
    22, "attachments", Storage::wide, kAttachmentColumns, "workspace_id, id", kAttachmentIndexes};

inline constexpr Column kRawCopyColumns[] = {
    workspace(),
    plain(2, "message_id", id, kRefused, Retention::raw_copy),
    plain(3, "ticket_id", id, kRefused, Retention::raw_copy),
    person(4, "person_id", kRefused, kMeta, Retention::raw_copy),
    sealed(5, "file_key", kRefused, Category::message_content, Purpose::answering,
           Retention::raw_copy, KeyOwner::ticket_raw),
    sealed(6, "sealed_bytes", kAllowed, Category::message_content, Purpose::answering,
           Retention::raw_copy, KeyOwner::ticket_raw),
    plain(7, "blob", text_plain, kAllowed, Retention::raw_copy),
    plain(8, "size", integer, kRefused, Retention::raw_copy),
    plain(9, "expires_at", instant, kRefused, Retention::raw_copy)};
inline constexpr Index kRawCopyIndexes[] = {
    {"raw_copies_by_ticket", Uniqueness::none, "workspace_id, ticket_id", ""},
    {"raw_copies_by_expiry", Uniqueness::none, "workspace_id, expires_at", ""},
    {"raw_copies_by_blob", Uniqueness::none, "workspace_id, blob", "blob IS NOT NULL"}};
inline constexpr Table kRawCopies{
    23, "raw_copies", Storage::wide, kRawCopyColumns, "workspace_id, message_id", kRawCopyIndexes};

inline constexpr Column kDraftColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, Retention::draft),
    plain(3, "ticket_id", id, kRefused, Retention::draft),
    person(4, "person_id", kRefused, kMeta, Retention::draft),
    plain(5, "agent_id", id, kRefused, Retention::draft),
    plain(6, "kind", integer, kRefused, Retention::draft),
    sealed(7, "text", kRefused, Category::message_content, Purpose::answering, Retention::draft,
           KeyOwner::ticket_body),
    plain(8, "cell_version", integer, kRefused, Retention::draft),
    plain(9, "updated_at", instant, kRefused, Retention::draft)};
inline constexpr Index kDraftIndexes[] = {
    {"drafts_by_ticket", Uniqueness::unique, "workspace_id, ticket_id, agent_id, kind", ""},
    {"drafts_by_age", Uniqueness::none, "workspace_id, updated_at", ""}};
inline constexpr Table kDrafts{
    24, "drafts", Storage::wide, kDraftColumns, "workspace_id, id", kDraftIndexes};

inline constexpr Column kThreadColumns[] = {
    workspace(), keyed(2, "digest", kMeta, Purpose::delivery, LegalBasis::declared, kWithTicket),
    plain(3, "ticket_id", id, kRefused, kWithTicket),
    plain(4, "message_id", id, kRefused, kWithTicket),
    person(5, "person_id", kRefused, kMeta, kWithTicket)};
inline constexpr Index kThreadIndexes[] = {
    {"threads_by_ticket", Uniqueness::none, "workspace_id, ticket_id", ""},
    {"threads_by_person", Uniqueness::none, "workspace_id, person_id", ""}};
inline constexpr Table kThreads{25,
                                "threads",
                                Storage::narrow,
                                kThreadColumns,
                                "workspace_id, digest, ticket_id, message_id",
                                kThreadIndexes};

inline constexpr Column kMailDigestColumns[] = {
    workspace(), keyed(2, "digest", kMeta, Purpose::delivery, LegalBasis::declared, kWithTicket),
    plain(3, "ticket_id", id, kRefused, kWithTicket),
    plain(4, "message_id", id, kRefused, kWithTicket)};
inline constexpr Index kMailDigestIndexes[] = {
    {"mail_digests_by_ticket", Uniqueness::none, "workspace_id, ticket_id", ""},
    {"mail_digests_by_message", Uniqueness::none, "workspace_id, message_id", ""}};
inline constexpr Table kMailDigests{26,
                                    "mail_digests",
                                    Storage::narrow,
                                    kMailDigestColumns,
                                    "workspace_id, digest",
                                    kMailDigestIndexes};

// ---- mail that leaves ----
inline constexpr Column kOutgoingColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kWithTicket),
    plain(3, "kind", integer, kRefused, kWithTicket),
    plain(4, "state", integer, kRefused, kWithTicket),
    person(5, "person_id", kRefused, kMeta, kWithTicket),
    plain(6, "ticket_id", id, kAllowed, kWithTicket),
    plain(7, "message_id", id, kAllowed, kWithTicket),
    sealed(8, "payload", kAllowed, Category::contact_details, Purpose::delivery,
           Retention::until_sent, KeyOwner::ticket_body),
    plain(9, "due_at", instant, kRefused, kWithTicket),
    plain(10, "attempts", integer, kRefused, kWithTicket),
    plain(11, "last_error", text_plain, kRefused, kWithTicket),
    plain(12, "created_at", instant, kRefused, kWithTicket),
    plain(13, "sent_at", instant, kAllowed, kWithTicket)};
inline constexpr Index kOutgoingIndexes[] = {
    {"outgoing_due", Uniqueness::none, "workspace_id, due_at, id", "state = 1"},
    {"outgoing_by_message", Uniqueness::none, "workspace_id, message_id", "message_id IS NOT NULL"},
    {"outgoing_by_ticket", Uniqueness::none, "workspace_id, ticket_id", "ticket_id IS NOT NULL"},
    {"outgoing_by_person", Uniqueness::none, "workspace_id, person_id", ""},
    {"outgoing_failed", Uniqueness::none, "workspace_id, id DESC", "state = 3"}};
inline constexpr Table kOutgoing{
    27, "outgoing", Storage::wide, kOutgoingColumns, "workspace_id, id", kOutgoingIndexes};

// ---- retention, erasure, proof ----
inline constexpr Column kRuleColumns[] = {workspace(), plain(2, "id", id, kRefused, kForever),
                                          plain(3, "position", integer, kRefused, kForever),
                                          plain(4, "version", integer, kRefused, kForever),
                                          plain(5, "definition", text_plain, kRefused, kForever)};
inline constexpr Table kRules{28,        "rules", Storage::narrow, kRuleColumns, "workspace_id, id",
                              kNoIndexes};

inline constexpr Column kHoldColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, Retention::legal_record),
    person(3, "person_id", kAllowed, Category::rights_request, Retention::legal_record),
    plain(4, "ticket_id", id, kAllowed, Retention::legal_record),
    plain(5, "ground", text_plain, kRefused, Retention::legal_record),
    sealed(6, "reason", kAllowed, Category::rights_request, Purpose::rights_of_persons,
           Retention::legal_record, KeyOwner::person_profile),
    plain(7, "by_agent_id", id, kRefused, Retention::legal_record),
    plain(8, "created_at", instant, kRefused, Retention::legal_record),
    plain(9, "until", instant, kAllowed, Retention::legal_record)};
inline constexpr Index kHoldIndexes[] = {
    {"holds_by_person", Uniqueness::none, "workspace_id, person_id", "person_id IS NOT NULL"},
    {"holds_by_ticket", Uniqueness::none, "workspace_id, ticket_id", "ticket_id IS NOT NULL"}};
inline constexpr Table kHolds{29,          "holds", Storage::wide, kHoldColumns, "workspace_id, id",
                              kHoldIndexes};

inline constexpr Column kRunColumns[] = {workspace(),
                                         plain(2, "id", id, kRefused, kForever),
                                         plain(3, "state", integer, kRefused, kForever),
                                         plain(4, "judged_at", instant, kRefused, kForever),
                                         plain(5, "started_at", instant, kRefused, kForever),
                                         plain(6, "finished_at", instant, kAllowed, kForever),
                                         plain(7, "people", integer, kRefused, kForever),
                                         plain(8, "tickets", integer, kRefused, kForever),
                                         plain(9, "examined", integer, kRefused, kForever),
                                         plain(10, "detail", text_plain, kRefused, kForever)};
inline constexpr Table kRuns{30,        "runs", Storage::narrow, kRunColumns, "workspace_id, id",
                             kNoIndexes};

// Outlives the person: a random id that nothing explains any more.
inline constexpr Column kErasureColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kForever),
    plain(3, "scope", integer, kRefused, kForever),
    plain(4, "mode", integer, kRefused, kForever),
    plain(5, "state", integer, kRefused, kForever),
    plain(6, "step", integer, kRefused, kForever),
    person(7, "person_id", kRefused, Category::rights_request, kForever),
    plain(8, "tickets", text_plain, kRefused, kForever),
    plain(9, "rule_id", id, kAllowed, kForever),
    plain(10, "rule_version", integer, kRefused, kForever),
    plain(11, "run_id", id, kAllowed, kForever),
    plain(12, "approved_by_id", id, kAllowed, kForever),
    plain(13, "reason", text_plain, kRefused, kForever),
    plain(14, "created_at", instant, kRefused, kForever),
    plain(15, "grace_until", instant, kAllowed, kForever),
    plain(16, "counts", text_plain, kRefused, kForever),
    plain(17, "evidence", text_plain, kRefused, kForever),
    plain(18, "detail", text_plain, kRefused, kForever),
    plain(19, "erased_live_at", instant, kAllowed, kForever),
    plain(20, "unrecoverable_at", instant, kAllowed, kForever),
    plain(21, "certificate_id", id, kAllowed, kForever)};
inline constexpr Index kErasureIndexes[] = {
    {"erasures_open", Uniqueness::none, "workspace_id, id", "state < 4"},
    {"erasures_by_person", Uniqueness::none, "workspace_id, person_id, id", ""},
    {"erasures_by_run", Uniqueness::none, "workspace_id, run_id, id", "run_id IS NOT NULL"}};
inline constexpr Table kErasures{
    31, "erasures", Storage::wide, kErasureColumns, "workspace_id, id", kErasureIndexes};

inline constexpr Column kCertificateColumns[] = {
    workspace(),
    plain(2, "id", id, kRefused, kForever),
    plain(3, "erasure_id", id, kRefused, kForever),
    plain(4, "certificate", bytes_plain, kRefused, kForever),
    plain(5, "salt", bytes_plain, kRefused, kForever),
    plain(6, "log_index", integer, kRefused, kForever),
    plain(7, "file", bytes_plain, kRefused, kForever),
    plain(8, "created_at", instant, kRefused, kForever)};
inline constexpr Index kCertificateIndexes[] = {
    {"certificates_by_erasure", Uniqueness::unique, "workspace_id, erasure_id", ""}};
inline constexpr Table kCertificates{32,
                                     "certificates",
                                     Storage::wide,
                                     kCertificateColumns,
                                     "workspace_id, id",
                                     kCertificateIndexes};

// ---- work lists ----
inline constexpr Column kIndexQueueColumns[] = {
    workspace(), plain(2, "id", id, kRefused, Retention::until_processed),
    plain(3, "kind", integer, kRefused, Retention::until_processed),
    plain(4, "document_id", id, kRefused, Retention::until_processed),
    person(5, "person_id", kRefused, kMeta, Retention::until_processed)};
inline constexpr Index kIndexQueueIndexes[] = {
    {"index_queue_by_person", Uniqueness::none, "workspace_id, person_id", ""}};
inline constexpr Table kIndexQueue{
    33, "index_queue", Storage::narrow, kIndexQueueColumns, "workspace_id, id", kIndexQueueIndexes};

inline constexpr Column kIdempotencyColumns[] = {
    workspace(), plain(2, "request", bytes_plain, kRefused, Retention::log),
    plain(3, "body", bytes_plain, kRefused, Retention::log),
    plain(4, "resource", text_plain, kRefused, Retention::log),
    plain(5, "expires_at", instant, kRefused, Retention::log)};
inline constexpr Index kIdempotencyIndexes[] = {
    {"idempotency_by_expiry", Uniqueness::none, "workspace_id, expires_at", ""}};
inline constexpr Table kIdempotency{34,
                                    "idempotency",
                                    Storage::narrow,
                                    kIdempotencyColumns,
                                    "workspace_id, request",
                                    kIdempotencyIndexes};

inline constexpr Column kCounterColumns[] = {
    workspace(),
    keyed(2, "digest", kMeta, Purpose::abuse_prevention, LegalBasis::legitimate_interest,
          Retention::log),
    plain(3, "window_start", integer, kRefused, Retention::log),
    plain(4, "n", integer, kRefused, Retention::log)};
inline constexpr Index kCounterIndexes[] = {
    {"counters_by_window", Uniqueness::none, "workspace_id, window_start", ""}};
inline constexpr Table kCounters{35,
                                 "counters",
                                 Storage::narrow,
                                 kCounterColumns,
                                 "workspace_id, digest, window_start",
                                 kCounterIndexes};

// ---- what an address asked for, and what came back from it ----
// By keyed digest of the address. `ticket_id` is 0 but for the conversations that were left.
inline constexpr Column kMailMarkColumns[] = {
    workspace(),
    keyed(2, "digest", Category::contact_details, Purpose::delivery,
          LegalBasis::legitimate_interest, kWithPerson),
    person(3, "person_id", kRefused, Category::preferences, kWithPerson),
    plain(4, "kind", integer, kRefused, kWithPerson),
    plain(5, "ticket_id", integer, kRefused, kWithPerson),
    plain(6, "n", integer, kRefused, kWithPerson),
    plain(7, "reason", text_plain, kRefused, kWithPerson),
    plain(8, "at", instant, kRefused, kWithPerson),
    plain(9, "until", instant, kAllowed, kWithPerson)};
inline constexpr Index kMailMarkIndexes[] = {
    {"mail_marks_by_person", Uniqueness::none, "workspace_id, person_id", ""},
    {"mail_marks_by_end", Uniqueness::none, "workspace_id, until", "until IS NOT NULL"}};
inline constexpr Table kMailMarks{36,
                                  "mail_marks",
                                  Storage::narrow,
                                  kMailMarkColumns,
                                  "workspace_id, digest, kind, ticket_id",
                                  kMailMarkIndexes};

}  // namespace tables
}  // namespace lethe::core
