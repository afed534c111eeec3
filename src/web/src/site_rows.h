// Persons, agents, statuses, names and dates of erasure, as every list and page shows them.
#pragma once

#include <map>
#include <optional>
#include <span>

#include "lethe/app/retention.h"
#include "site_common.h"

namespace lethe::web {

[[nodiscard]] views::PersonRef person_ref(const std::optional<app::Who>& who);
[[nodiscard]] views::PersonRef person_ref(const app::PersonView& person);
[[nodiscard]] views::AgentRef agent_ref(const std::optional<app::Who>& who);
[[nodiscard]] views::Status status_of(const core::TicketState& state);
// A ticket's subject as a list shows it: one line of it, so that fifty rows stay one page.
[[nodiscard]] std::string subject_in_list(const Text& words, const std::string& subject);
[[nodiscard]] std::string status_code(views::Status status);
[[nodiscard]] std::string status_label(const Text& words, views::Status status);

// Groups, types, managed tags and agents by name, read once per page.
class Lists {
 public:
  [[nodiscard]] static Result<Lists> read(app::App& app, const ports::Reading& tx);
  [[nodiscard]] std::string tag(core::TagId id) const;
  [[nodiscard]] std::string group(const std::optional<core::GroupId>& id) const;
  [[nodiscard]] std::string type(const std::optional<core::TypeId>& id) const;
  [[nodiscard]] const std::vector<ports::CatalogRow>& groups() const noexcept { return groups_; }
  [[nodiscard]] const std::vector<ports::CatalogRow>& types() const noexcept { return types_; }
  [[nodiscard]] const std::vector<ports::CatalogRow>& tags() const noexcept { return tags_; }
  // Active ones.
  [[nodiscard]] const std::vector<app::Who>& agents() const noexcept { return agents_; }
  [[nodiscard]] views::Options agent_options(const Text& words,
                                             const std::optional<core::AgentId>& chosen) const;

 private:
  std::vector<ports::CatalogRow> groups_, types_, tags_;
  std::vector<app::Who> agents_;
};
// A select of named things; the first entry is none.
[[nodiscard]] views::Options named_options(const std::vector<ports::CatalogRow>& rows,
                                           std::optional<std::int64_t> chosen,
                                           std::string_view none);

// When and why tickets go, as the pages say it. Must not outlive the snapshot.
class Fates {
 public:
  [[nodiscard]] static Result<Fates> read(app::App& app, const ports::Reading& tx,
                                          const Text& words);
  [[nodiscard]] static Result<Fates> read(app::App& app, const ports::Reading& tx,
                                          const Text& words, Lists lists);
  // What of() will ask about these tickets, read for all of them at once.
  [[nodiscard]] Status read_ahead(std::span<const ports::TicketRow* const> rows);
  [[nodiscard]] Status read_ahead(const std::vector<app::TicketSummary>& tickets);
  [[nodiscard]] views::Retention of(const ports::TicketRow& row);

 private:
  Fates(app::TicketVerdicts verdicts, std::vector<core::retention::Rule> rules, Lists lists,
        const ports::Reading& tx, const Text& words, Instant now)
      : verdicts_(std::move(verdicts)),
        rules_(std::move(rules)),
        lists_(std::move(lists)),
        tx_(&tx),
        words_(words),
        now_(now) {}
  // The first rule that takes the ticket once it is closed.
  [[nodiscard]] const core::retention::Rule* rule_once_closed(const ports::TicketRow& row) const;
  [[nodiscard]] std::vector<std::string> tags_of(core::TicketId id) const;
  [[nodiscard]] const core::retention::Rule* rule(const std::optional<core::RuleId>& id) const;
  app::TicketVerdicts verdicts_;
  std::vector<core::retention::Rule> rules_;
  Lists lists_;
  const ports::Reading* tx_;
  std::map<core::TicketId, std::vector<core::TagId>> tags_;  // of tickets read ahead
  Text words_;
  Instant now_;
};

// Why something stays, in words, by the reason's name ("exception:tag").
[[nodiscard]] std::string reason_words(const Text& words, std::string_view reason);
[[nodiscard]] std::string ground_words(const Text& words, std::string_view ground);

}  // namespace lethe::web
