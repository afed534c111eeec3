#include "site_rows.h"

#include <algorithm>
#include <array>

#include "lethe/app/retention_settings.h"
#include "lethe/base/text.h"
#include "lethe/ports/bulk.h"

namespace lethe::web {
namespace {

using Words = std::pair<std::string_view, std::string_view>;
using views::Retention;
using views::Status;

constexpr std::size_t kSubjectShownMax = 240;  // bytes

constexpr std::array<Words, 20> kReasons{{
    {"disabled", marked("Rules are turned off")},
    {"hold", marked("On hold")},
    {"exception:tag", marked("Kept: a tag of the person protects it")},
    {"exception:email", marked("Kept: the person’s address protects it")},
    {"exception:company", marked("Kept: the person’s company protects it")},
    {"exception:agent", marked("Kept: an agent who looked after it protects it")},
    {"open_ticket", marked("Open")},
    {"too_young", marked("Not old enough yet")},
    {"no_rule", marked("No rule covers it")},
    {"is_agent", marked("An agent")},
    {"no_tickets", marked("No ticket")},
    {"keep_contact", marked("People are kept")},
    {"contact_delay", marked("The person’s time is not over yet")},
    {"grace", marked("Hidden; can still be brought back")},
    {"unsettled", marked("In spam or trash for less than 30 days")},
    {"resolved_not_closed", marked("Solved, not closed yet")},
    {"other_ticket_open", marked("Another ticket of the person is open")},
    {"other_ticket_differs", marked("Another ticket of the person is not due")},
    {"spam", marked("In spam")},
    {"trash", marked("In trash")},
}};

constexpr std::array<Words, 6> kGrounds{{
    {"art-17-3-a", marked("Art. 17(3)(a), freedom of expression and information")},
    {"art-17-3-b", marked("Art. 17(3)(b), a law obliges us to keep it")},
    {"art-17-3-c", marked("Art. 17(3)(c), public health")},
    {"art-17-3-d", marked("Art. 17(3)(d), archives, research, statistics")},
    {"art-17-3-e", marked("Art. 17(3)(e), legal claims")},
    {"art-18", marked("Art. 18, restriction of processing")},
}};

template <std::size_t N>
std::string found_in(const std::array<Words, N>& table, const Text& words, std::string_view key) {
  for (const auto& [code, text] : table) {
    if (code == key) return words(text);
  }
  return std::string{key};
}

std::string name_in(const std::vector<ports::CatalogRow>& rows, std::int64_t id) {
  const auto found = std::ranges::find(rows, id, &ports::CatalogRow::id);
  return found == rows.end() ? "" : found->name;
}

constexpr std::array<std::string_view, 6> kStatusCodes{"open",   "pending", "solved",
                                                       "closed", "spam",    "trash"};
constexpr std::array<std::string_view, 6> kStatusLabels{marked("Open"),   marked("Waiting"),
                                                        marked("Solved"), marked("Closed"),
                                                        marked("Spam"),   marked("Trash")};

}  // namespace

views::PersonRef person_ref(const std::optional<app::Who>& who) {
  if (!who) return {.name = {}, .address = {}, .page = {}, .seed = 0, .erased = true};
  return {who->name, who->email, url_for("/people/{id}", {std::to_string(who->id)}), who->id,
          false};
}
views::PersonRef person_ref(const app::PersonView& person) {
  return {app::shown_name(person), person.emails.empty() ? "" : person.emails.front(),
          url_for("/people/{id}", {person.id.to_string()}), person.id.value(), false};
}
views::AgentRef agent_ref(const std::optional<app::Who>& who) {
  if (!who || who->name.empty()) return {.name = {}, .seed = 0, .former = true};
  return {who->name, who->id, false};
}

Status status_of(const core::TicketState& state) {
  if (state.trashed) return Status::trash;
  if (state.spam) return Status::spam;
  return static_cast<Status>(state.status);
}
std::string subject_in_list(const Text& words, const std::string& subject) {
  if (subject.empty()) return words("(no subject)");
  const std::string_view shown = clipped_utf8(subject, kSubjectShownMax);
  return shown.size() == subject.size() ? subject : std::string{shown} + "…";
}

std::string status_code(Status status) {
  return std::string{kStatusCodes[static_cast<std::size_t>(status)]};
}
std::string status_label(const Text& words, Status status) {
  return words(kStatusLabels[static_cast<std::size_t>(status)]);
}

Result<Lists> Lists::read(app::App& app, const ports::Reading& tx) {
  Lists lists;
  LETHE_TRY(lists.groups_, tx.catalog().named(ports::NamedKind::group));
  LETHE_TRY(lists.types_, tx.catalog().named(ports::NamedKind::type));
  LETHE_TRY(lists.tags_, tx.catalog().named(ports::NamedKind::tag));
  LETHE_TRY(lists.agents_, app::active_agents(app, tx));
  return lists;
}
std::string Lists::tag(core::TagId id) const { return name_in(tags_, id.value()); }
std::string Lists::group(const std::optional<core::GroupId>& id) const {
  return id ? name_in(groups_, id->value()) : "";
}
std::string Lists::type(const std::optional<core::TypeId>& id) const {
  return id ? name_in(types_, id->value()) : "";
}

views::Options Lists::agent_options(const Text& words,
                                    const std::optional<core::AgentId>& chosen) const {
  views::Options options{{"", words("Nobody"), !chosen}};
  for (const app::Who& who : agents_) {
    options.push_back({std::to_string(who.id), who.name, chosen && chosen->value() == who.id});
  }
  return options;
}

views::Options named_options(const std::vector<ports::CatalogRow>& rows,
                             std::optional<std::int64_t> chosen, std::string_view none) {
  views::Options options{{"", std::string{none}, !chosen}};
  for (const ports::CatalogRow& row : rows) {
    options.push_back({std::to_string(row.id), row.name, chosen == row.id});
  }
  return options;
}

Result<Fates> Fates::read(app::App& app, const ports::Reading& tx, const Text& words) {
  LETHE_TRY(auto lists, Lists::read(app, tx));
  return read(app, tx, words, std::move(lists));
}

Result<Fates> Fates::read(app::App& app, const ports::Reading& tx, const Text& words, Lists lists) {
  LETHE_TRY(auto verdicts, app::TicketVerdicts::begin(app, tx));
  LETHE_TRY(auto rules, app::list_rules(tx));
  return Fates{std::move(verdicts), std::move(rules), std::move(lists), tx, words, app.clock.now()};
}

lethe::Status Fates::read_ahead(std::span<const ports::TicketRow* const> rows) {
  std::vector<core::TicketId> tickets;
  std::vector<core::PersonId> requesters;
  for (const ports::TicketRow* row : rows) {
    if (row->erased || !row->requester) continue;
    tickets.push_back(row->id);
    requesters.push_back(*row->requester);
    tags_[row->id].clear();
  }
  LETHE_CHECK(verdicts_.read_ahead(requesters));
  LETHE_TRY(const auto tags, ports::bulk(*tx_).ticket_tags(tickets));
  for (const ports::TicketTagRow& tag : tags) tags_[tag.ticket].push_back(tag.tag);
  return {};
}

lethe::Status Fates::read_ahead(const std::vector<app::TicketSummary>& tickets) {
  std::vector<const ports::TicketRow*> rows;
  for (const app::TicketSummary& ticket : tickets) rows.push_back(&ticket.row);
  return read_ahead(rows);
}

std::vector<std::string> Fates::tags_of(core::TicketId id) const {
  std::vector<std::string> names;
  const auto known = tags_.find(id);
  if (known != tags_.end()) {
    for (const core::TagId tag : known->second) names.push_back(lists_.tag(tag));
  } else if (const auto ids = tx_->tickets().tags(id)) {
    for (const core::TagId tag : *ids) names.push_back(lists_.tag(tag));
  }
  return names;
}

const core::retention::Rule* Fates::rule(const std::optional<core::RuleId>& id) const {
  if (!id) return nullptr;
  const auto found =
      std::ranges::find_if(rules_, [&](const auto& rule) { return rule.id() == *id; });
  return found == rules_.end() ? nullptr : &*found;
}

const core::retention::Rule* Fates::rule_once_closed(const ports::TicketRow& row) const {
  const auto named = [](std::string name) {
    return name.empty() ? std::nullopt : std::optional{std::move(name)};
  };
  const std::vector<std::string> tags = tags_of(row.id);
  const auto takes = [&](const core::retention::Rule& rule) {
    const auto& spec = rule.spec();
    return rule.enabled() && spec.groups.takes(named(lists_.group(row.group))) &&
           spec.types.takes(named(lists_.type(row.type))) &&
           (spec.tags.names() == nullptr || spec.tags.takes_any(tags));
  };
  const auto found = std::ranges::find_if(rules_, takes);
  return found == rules_.end() ? nullptr : &*found;
}

Retention Fates::of(const ports::TicketRow& row) {
  Retention fate;
  const auto verdict = verdicts_.of(row);
  if (!verdict) return fate;
  const core::retention::Rule* by = rule(verdict->rule);
  if (by == nullptr && verdict->verdict == "open_ticket") by = rule_once_closed(row);
  if (by != nullptr) {
    fate.rule = by->spec().name;
    fate.rule_url = url_for("/retention/rules/{id}", {by->id().to_string()});
  }
  fate.at = verdict->due_at;
  if (verdict->verdict == "erased") {
    fate.kind = Retention::Kind::erased;
  } else if (verdict->verdict == "hold") {
    fate.kind = Retention::Kind::on_hold;
    fate.reason = words_(marked("A hold keeps it from being erased."));
  } else if (verdict->verdict.starts_with("exception")) {
    fate.kind = Retention::Kind::excepted;
    fate.reason = reason_words(words_, verdict->verdict);
  } else if (by != nullptr && fate.at) {
    fate.kind = Retention::Kind::due;
  } else if (by != nullptr) {
    fate.kind = Retention::Kind::after_close;
    fate.at = core::retention::due_after(now_, by->age());
  }
  return fate;
}

std::string reason_words(const Text& words, std::string_view reason) {
  return found_in(kReasons, words, reason);
}
std::string ground_words(const Text& words, std::string_view ground) {
  return found_in(kGrounds, words, ground);
}

}  // namespace lethe::web
