// The shapes of the API, as openapi() describes them.
#include <algorithm>

#include "api_common.h"
#include "lethe/app/retention.h"
#include "lethe/app/threading.h"

namespace lethe::web {
namespace {

namespace json = boost::json;

std::string_view channel_name(ports::Channel channel) {
  switch (channel) {
    case ports::Channel::mail:
      return "mail";
    case ports::Channel::api:
      return "api";
    case ports::Channel::web:
      return "web";
    case ports::Channel::import:
      return "import";
    case ports::Channel::forum:
      return "forum";
  }
  return "api";
}

std::string_view kind_name(ports::MessageKind kind) {
  switch (kind) {
    case ports::MessageKind::customer:
      return "customer";
    case ports::MessageKind::agent:
      return "agent";
    case ports::MessageKind::note:
      return "note";
    case ports::MessageKind::event:
      return "event";
  }
  return "event";
}

json::string text(std::string_view view) { return json::string{view.data(), view.size()}; }

json::array addresses_json(const std::vector<app::MailboxView>& mailboxes) {
  json::array array;
  for (const app::MailboxView& mailbox : mailboxes) {
    array.push_back(json::object{{"name", mailbox.name}, {"address", mailbox.address}});
  }
  return array;
}

std::string_view mode_name(ports::ErasureMode mode) {
  switch (mode) {
    case ports::ErasureMode::hide:
      return "hide";
    case ports::ErasureMode::anonymise:
      return "anonymise";
    case ports::ErasureMode::erase:
      return "erase";
  }
  return "erase";
}

std::string_view state_name(ports::ErasureState state) {
  switch (state) {
    case ports::ErasureState::approved:
      return "approved";
    case ports::ErasureState::grace:
      return "grace";
    case ports::ErasureState::running:
      return "running";
    case ports::ErasureState::done:
      return "done";
    case ports::ErasureState::refused:
      return "refused";
    case ports::ErasureState::cancelled:
      return "cancelled";
  }
  return "running";
}

std::string_view scope_name(ports::ErasureScope scope) {
  switch (scope) {
    case ports::ErasureScope::person:
      return "person";
    case ports::ErasureScope::ticket:
      return "ticket";
    case ports::ErasureScope::attachments:
      return "attachments";
    case ports::ErasureScope::raw:
      return "raw";
    case ports::ErasureScope::redaction:
      return "redaction";
  }
  return "person";
}

json::array texts_json(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& one : texts) array.emplace_back(one);
  return array;
}

}  // namespace

json::value who_json(const std::optional<app::Who>& who) {
  if (!who) return nullptr;
  return json::object{{"id", std::to_string(who->id)}, {"name", who->name}, {"email", who->email}};
}

json::object person_json(const app::PersonView& person, const Names& names) {
  json::array tags;
  for (const core::TagId tag : person.tags) tags.emplace_back(names.tag(tag));
  const auto& company = person.profile.company;
  return {{"id", person.id.to_string()},
          {"name", person.profile.name},
          {"emails", texts_json(person.emails)},
          {"phones", texts_json(person.profile.phones)},
          {"tags", std::move(tags)},
          {"company", company.empty() ? json::value(nullptr) : json::object{{"name", company}}},
          {"language", person.profile.language},
          {"created_at", to_rfc3339(person.created_at)},
          {"frozen", person.frozen},
          {"hidden", person.hidden}};
}

namespace {

std::string_view kind_name(ports::ProposalKind kind) {
  switch (kind) {
    case ports::ProposalKind::join:
      return "join";
    case ports::ProposalKind::split:
      return "split";
    case ports::ProposalKind::forwarded:
      return "forwarded";
    case ports::ProposalKind::same_id:
      return "same_message_id";
  }
  return "join";
}

json::value link_or_null(const std::optional<app::TicketLink>& link) {
  return link ? json::value(link->id.to_string()) : json::value(nullptr);
}

json::array proposals_json(const app::ThreadingView& threading) {
  json::array array;
  for (const app::ProposalView& proposal : threading.proposals) {
    array.push_back(json::object{{"id", std::to_string(proposal.row.id)},
                                 {"kind", text(kind_name(proposal.row.kind))},
                                 {"message_id", proposal.row.message.to_string()},
                                 {"ticket_id", link_or_null(proposal.other)},
                                 {"at", to_rfc3339(proposal.row.at)}});
  }
  return array;
}

// What a page of tickets shows beside their summaries.
class TicketPage {
 public:
  static Result<TicketPage> read(app::App& app, const ports::Reading& tx, TicketRefs tickets) {
    std::vector<core::TicketId> ids;
    std::vector<core::PersonId> requesters;
    for (const app::TicketSummary* ticket : tickets) {
      ids.push_back(ticket->row.id);
      const bool erased = ticket->row.erased || !ticket->row.requester;
      if (!erased) requesters.push_back(*ticket->row.requester);
    }
    std::ranges::sort(requesters);
    const auto twice = std::ranges::unique(requesters);
    requesters.erase(twice.begin(), twice.end());
    LETHE_TRY(auto verdicts, app::TicketVerdicts::begin(app, tx));
    LETHE_CHECK(verdicts.read_ahead(requesters));
    TicketPage page{std::move(verdicts)};
    LETHE_TRY(page.people_, app::view_people(app, tx, std::span<const core::PersonId>{requesters}));
    LETHE_TRY(page.threads_, app::view_threadings(tx, ids));
    return page;
  }

  // The ticket at `place` of those that were read.
  Result<json::object> object(std::size_t place, const app::TicketSummary& ticket,
                              const Names& names) {
    const ports::TicketRow& row = ticket.row;
    json::array tags;
    for (const core::TagId tag : ticket.tags) tags.emplace_back(names.tag(tag));
    for (const std::string& tag : ticket.free_tags) tags.emplace_back(tag);
    LETHE_TRY(const auto verdict, verdicts_.of(row));
    const app::ThreadingView& threading = threads_.at(place);
    return json::object{
        {"id", row.id.to_string()},
        {"number", row.number},
        {"status", text(core::shown_status(row.state))},
        {"subject", row.erased ? json::value(nullptr) : json::value(ticket.subject)},
        {"requester", person_or_null(ticket.requester, names)},
        {"assignee", who_json(ticket.assignee)},
        {"group", names.group(row.group)},
        {"type", names.type(row.type)},
        {"tags", std::move(tags)},
        {"channel", text(channel_name(row.channel))},
        {"created_at", to_rfc3339(row.state.created)},
        {"updated_at", to_rfc3339(row.updated_at)},
        {"closed_at", time_or_null(row.state.closed)},
        {"message_count", row.message_count},
        {"erased", row.erased},
        {"merged_into", link_or_null(threading.merged_into)},
        {"proposals", proposals_json(threading)},
        {"retention", json::object{{"verdict", text(verdict.verdict)},
                                   {"rule", verdict.rule ? json::value(verdict.rule->to_string())
                                                         : json::value(nullptr)},
                                   {"due_at", time_or_null(verdict.due_at)}}}};
  }

 private:
  explicit TicketPage(app::TicketVerdicts verdicts) : verdicts_(std::move(verdicts)) {}

  [[nodiscard]] json::value person_or_null(const std::optional<app::Who>& who,
                                           const Names& names) const {
    if (!who) return nullptr;
    const auto id = core::PersonId::of(who->id);
    const auto found = std::ranges::lower_bound(people_, id, {}, &app::PersonView::id);
    const bool known = found != people_.end() && found->id == id;
    return known ? json::value(person_json(*found, names)) : json::value(nullptr);
  }

  app::TicketVerdicts verdicts_;
  std::vector<app::PersonView> people_;  // ascending
  std::vector<app::ThreadingView> threads_;
};

}  // namespace

Result<std::vector<json::object>> tickets_json(app::App& app, const ports::Reading& tx,
                                               TicketRefs tickets, const Names& names) {
  std::vector<json::object> objects;
  if (tickets.empty()) return objects;
  LETHE_TRY(auto page, TicketPage::read(app, tx, tickets));
  for (std::size_t place = 0; place < tickets.size(); ++place) {
    LETHE_TRY(auto object, page.object(place, *tickets[place], names));
    objects.push_back(std::move(object));
  }
  return objects;
}

Result<json::object> ticket_json(app::App& app, const ports::Reading& tx,
                                 const app::TicketSummary& ticket, const Names& names) {
  const app::TicketSummary* const one = &ticket;
  LETHE_TRY(auto objects, tickets_json(app, tx, {&one, 1}, names));
  return std::move(objects.front());
}

json::object attachment_json(const app::AttachmentView& file) {
  return {{"id", file.id.to_string()}, {"name", file.name},
          {"type", file.type},         {"size", file.size},
          {"sha256", file.sha256},     {"url", "/api/v1/attachments/" + file.id.to_string()}};
}

namespace {

bool is_customers(const app::MessageView& message) {
  return message.kind == ports::MessageKind::customer && message.person.has_value();
}

}  // namespace

Result<Authors> Authors::read(app::App& app, const ports::Reading& tx,
                              std::span<const app::MessageView> messages) {
  std::vector<core::PersonId> ids;
  for (const app::MessageView& message : messages) {
    if (is_customers(message)) ids.push_back(core::PersonId::of(message.person->id));
  }
  std::ranges::sort(ids);
  const auto twice = std::ranges::unique(ids);
  ids.erase(twice.begin(), twice.end());
  LETHE_TRY(const Names names, Names::read(tx));
  LETHE_TRY(const auto people, app::view_people(app, tx, std::span<const core::PersonId>{ids}));
  Authors authors;
  for (const app::PersonView& person : people) {
    authors.people_.emplace(person.id.value(), person_json(person, names));
  }
  return authors;
}

json::value Authors::of(const app::MessageView& message) const {
  if (message.kind != ports::MessageKind::customer) return who_json(message.agent);
  const auto person = message.person ? people_.find(message.person->id) : people_.end();
  if (person == people_.end()) return who_json(message.person);
  json::object shown = person->second;
  shown["email"] = message.person->email;
  return shown;
}

json::object message_json(const app::MessageView& message, const Authors& authors,
                          std::optional<std::string> html) {
  json::array attachments;
  for (const app::AttachmentView& file : message.attachments)
    attachments.push_back(attachment_json(file));
  return {{"id", message.id.to_string()},
          {"kind", text(kind_name(message.kind))},
          {"author", authors.of(message)},
          {"text", message.kind == ports::MessageKind::event ? message.event : message.text},
          {"html", html ? json::value(*html) : json::value(nullptr)},
          {"created_at", to_rfc3339(message.created_at)},
          {"message_id",
           message.message_id.empty() ? json::value(nullptr) : json::value(message.message_id)},
          {"verified", message.flags.verified},
          {"cc", addresses_json(message.cc)},
          {"attachments", std::move(attachments)}};
}

json::object erasure_json(const ports::ErasureRow& row) {
  boost::system::error_code error;
  json::value counts = json::parse(row.counts.empty() ? "{}" : row.counts, error);
  return {{"id", row.id.to_string()},
          {"state", text(state_name(row.state))},
          {"person_id", row.person.to_string()},
          {"mode", text(mode_name(row.mode))},
          {"what", text(scope_name(row.scope))},
          {"reason", row.reason},
          {"detail", row.detail},
          {"counts", error ? json::value(json::object{}) : std::move(counts)},
          {"certificate_id",
           row.certificate ? json::value(row.certificate->to_string()) : json::value(nullptr)},
          {"grace_until", time_or_null(row.grace_until)},
          {"erased_live_at", time_or_null(row.erased_live_at)},
          {"unrecoverable_from_backups_at", time_or_null(row.unrecoverable_from_backups_at)}};
}

}  // namespace lethe::web
