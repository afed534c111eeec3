#include "lethe/app/export_person.h"

#include <algorithm>
#include <set>

#include "erasure_reach.h"
#include "export_ticket.h"
#include "export_writer.h"
#include "json.h"
#include "lethe/app/cells.h"
#include "lethe/app/mail_choices.h"
#include "lethe/app/mail_design.h"
#include "lethe/app/notifications.h"
#include "lethe/app/people.h"
#include "ticket_words.h"

namespace lethe::app {
namespace {

namespace json = boost::json;

// Numbers are the format's: documents of former versions stay readable.
constexpr std::string_view kFormat = "lethe-person-export-1";

json::value time_or_null(const std::optional<Instant>& at) {
  return at ? json::value(to_rfc3339(*at)) : json::value(nullptr);
}

Result<json::array> tag_names(const ports::Reading& tx, const std::vector<core::TagId>& tags) {
  LETHE_TRY(const auto rows, tx.catalog().named(ports::NamedKind::tag));
  json::array names;
  for (const core::TagId tag : tags) {
    const auto row = std::ranges::find(rows, tag.value(), &ports::CatalogRow::id);
    if (row != rows.end()) names.emplace_back(row->name);
  }
  return names;
}

Result<json::object> person_json(App& app, const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const PersonView person, view_person(app, tx, id));
  LETHE_TRY(const auto row, tx.people().find(id));
  LETHE_TRY(auto tags, tag_names(tx, person.tags));
  json::object out{{"id", id.to_string()},
                   {"name", person.profile.name},
                   {"company", person.profile.company},
                   {"language", person.profile.language},
                   {"phones", array_of(person.profile.phones)},
                   {"emails", array_of(person.emails)},
                   {"tags", std::move(tags)},
                   {"created_at", to_rfc3339(row.created_at)},
                   {"updated_at", to_rfc3339(row.updated_at)},
                   {"frozen", row.frozen},
                   {"hidden", row.hidden},
                   {"reviewed_for_erasure_at", time_or_null(row.next_review_at)}};
  out["agent"] = row.agent ? json::value(row.agent->to_string()) : json::value(nullptr);
  return out;
}

Result<json::array> holds_json(App& app, const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const auto rows, tx.retention().holds_on(id));
  json::array out;
  for (const ports::HoldRow& hold : rows) {
    LETHE_TRY(
        const Plaintext reason,
        open_to_show(app, profile_key(id), place(cell::kHoldReason, hold.id.value()), hold.reason));
    out.push_back(json::object{{"ground", hold.ground},
                               {"reason", reason.reveal()},
                               {"since", to_rfc3339(hold.created_at)},
                               {"until", time_or_null(hold.until)}});
  }
  return out;
}

Result<json::array> erasures_json(const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const auto rows, tx.retention().erasures_of(id));
  json::array out;
  for (const ports::ErasureRow& row : rows) {
    out.push_back(json::object{{"ordered_at", to_rfc3339(row.created_at)},
                               {"reason", row.reason},
                               {"counts", parse_object(row.counts)},
                               {"erased_at", time_or_null(row.erased_live_at)}});
  }
  return out;
}

Result<json::array> views_json(App& app, const ports::Reading& tx, core::PersonId id) {
  json::array out;
  LETHE_TRY(const auto person, tx.people().find(id));
  if (!person.agent) return out;
  LETHE_TRY(const auto rows, tx.agents().views(*person.agent));
  for (const ports::ViewRow& row : rows) {
    LETHE_TRY(const Plaintext text,
              open_to_show(app, profile_key(row.person), place(cell::kView, row.id.value()),
                           row.definition));
    out.push_back(parse_object(text.reveal()));
  }
  return out;
}

// What an agent wants to be told of by mail; null of everybody else.
Result<json::value> notifications_json(App& app, const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const auto person, tx.people().find(id));
  if (!person.agent) return json::value(nullptr);
  LETHE_TRY(const auto wishes, notice_wishes(app, tx, *person.agent));
  LETHE_TRY(const auto named, tx.catalog().named(ports::NamedKind::group));
  json::array groups;
  for (const ports::CatalogRow& group : named) {
    const bool watched =
        std::ranges::find(wishes.groups, group.id, &core::GroupId::value) != wishes.groups.end();
    if (watched) groups.push_back(json::value(group.name));
  }
  return json::value(json::object{{"assigned", wishes.assigned},
                                  {"answered", wishes.answered},
                                  {"groups", std::move(groups)},
                                  {"wait_seconds", wishes.wait.count()},
                                  {"stopped", wishes.stopped}});
}

Result<std::vector<core::TicketId>> tickets_with(const ports::Reading& tx, core::PersonId id) {
  std::set<core::TicketId> tickets;
  LETHE_TRY(const auto own, tx.tickets().of_requester(id));
  for (const ports::TicketRow& row : own) {
    if (!row.erased) tickets.insert(row.id);
  }
  LETHE_TRY(const auto parts, tx.tickets().participations(id));
  for (const auto& part : parts) tickets.insert(part.ticket);
  LETHE_TRY(const auto messages, tx.messages().of_person(id));
  for (const core::MessageId message : messages) {
    LETHE_TRY(const auto row, tx.messages().find(message));
    tickets.insert(row.ticket);
  }
  return std::vector<core::TicketId>{tickets.begin(), tickets.end()};
}

// What their addresses asked for, and what came back from them.
Result<json::array> mail_choices_json(const ports::Reading& tx, core::PersonId id) {
  LETHE_TRY(const auto marks, tx.outbox().marks_of(id));
  json::array out;
  for (const ports::MailMarkRow& mark : marks) {
    json::object line{{"kind", std::string{name_of(mark.kind)}},
                      {"since", to_rfc3339(mark.at)},
                      {"until", time_or_null(mark.until)}};
    if (!mark.reason.empty()) line["reason"] = mark.reason;
    if (mark.ticket) line["ticket"] = mark.ticket->to_string();
    out.push_back(std::move(line));
  }
  return out;
}

struct Head {
  std::string controller;
  json::object person;
  json::object rest;
  std::vector<core::TicketId> tickets;
};

Result<Head> read_head(App& app, core::PersonId id) {
  Head head;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    head.controller = organisation_of(app, tx);
    LETHE_TRY(head.person, person_json(app, tx, id));
    LETHE_TRY(head.tickets, tickets_with(tx, id));
    LETHE_TRY(head.rest["holds"], holds_json(app, tx, id));
    LETHE_TRY(head.rest["erasures"], erasures_json(tx, id));
    LETHE_TRY(head.rest["views"], views_json(app, tx, id));
    LETHE_TRY(head.rest["notifications"], notifications_json(app, tx, id));
    LETHE_TRY(head.rest["mails_sent"], tx.outbox().sent_to(id));
    LETHE_TRY(head.rest["mail_choices"], mail_choices_json(tx, id));
    return {};
  }));
  return head;
}

}  // namespace

Status export_person(App& app, core::PersonId person, const ExportSink& sink) {
  LETHE_TRY(const Head head, read_head(app, person));
  ExportWriter out{sink};
  LETHE_CHECK(out.open('{'));
  LETHE_CHECK(out.members({{"format", kFormat},
                           {"controller", head.controller},
                           {"exported_at", to_rfc3339(app.clock.now())},
                           {"person", head.person}}));
  LETHE_CHECK(out.open('[', "tickets"));
  for (const core::TicketId ticket : head.tickets) {
    LETHE_CHECK(export_ticket(app, ticket, person, out));
  }
  LETHE_CHECK(out.close());
  LETHE_CHECK(out.members(head.rest));
  return out.close();
}

Result<Holdings> holdings_of(App&, const ports::Reading& tx, core::PersonId person) {
  LETHE_TRY(const auto row, tx.people().find(person));
  ports::ErasureRow all{.id = core::ErasureId::of(1),
                        .person = person,
                        .rule = std::nullopt,
                        .run = std::nullopt,
                        .approved_by = std::nullopt};
  LETHE_TRY(all.tickets, tickets_of_person(tx, person));
  LETHE_TRY(const auto reach, reach_of(tx, all));
  Holdings held{.tickets = static_cast<std::int64_t>(reach.whole.size()),
                .shared_tickets = static_cast<std::int64_t>(reach.touched.size()),
                .messages = static_cast<std::int64_t>(written_in(reach)),
                .attachments = static_cast<std::int64_t>(reach.attachments.size()),
                .raw_copies = static_cast<std::int64_t>(reach.raw_copies.size()),
                .next_review_at = row.next_review_at};
  for (const auto& file : reach.attachments) held.attachment_bytes += file.file.size;
  LETHE_TRY(const auto addresses, tx.people().addresses(person));
  held.addresses = static_cast<std::int64_t>(addresses.size());
  LETHE_TRY(held.mails_sent, tx.outbox().sent_to(person));
  LETHE_TRY(const auto holds, tx.retention().holds_on(person));
  held.holds = static_cast<std::int64_t>(holds.size());
  LETHE_TRY(const auto erasures, tx.retention().erasures_of(person));
  held.erasures = static_cast<std::int64_t>(erasures.size());
  return held;
}

}  // namespace lethe::app
