// Why each ticket of a page goes or stays. Nothing here writes.
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "retention_reader.h"

namespace lethe::app {
namespace {

namespace rt = core::retention;

}  // namespace

struct TicketVerdicts::Inside {
  RetentionReader reader;
  Instant now;
  std::unordered_map<std::int64_t, TicketRetention> known = {};
  std::unordered_set<std::int64_t> read = {};  // requesters

  void judge(const RetentionRecord& record) {
    read.insert(record.row.id.value());
    for (const rt::TicketVerdict& verdict :
         rt::judge_tickets(reader.settings(), record.facts, now)) {
      known.emplace(verdict.ticket.value(),
                    TicketRetention{std::string{rt::name_of(verdict)}, verdict.rule, verdict.due});
    }
  }
};

TicketVerdicts::TicketVerdicts(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
TicketVerdicts::TicketVerdicts(TicketVerdicts&&) noexcept = default;
TicketVerdicts::~TicketVerdicts() = default;

Result<TicketVerdicts> TicketVerdicts::begin(App& app, const ports::Reading& tx) {
  LETHE_TRY(auto reader, RetentionReader::begin(app, tx));
  return TicketVerdicts{std::make_unique<Inside>(std::move(reader), app.clock.now())};
}

Status TicketVerdicts::read_ahead(std::span<const core::PersonId> requesters) {
  LETHE_TRY(const auto records, inside_->reader.read_all(requesters, inside_->now));
  for (const RetentionRecord& record : records) inside_->judge(record);
  return {};
}

Result<TicketRetention> TicketVerdicts::of(const ports::TicketRow& ticket) {
  const TicketRetention erased{.verdict = "erased", .rule = std::nullopt, .due_at = std::nullopt};
  if (ticket.erased || !ticket.requester) return erased;
  if (!inside_->read.contains(ticket.requester->value())) {
    LETHE_TRY(const auto record, inside_->reader.read(*ticket.requester, inside_->now));
    inside_->judge(record);
  }
  const auto found = inside_->known.find(ticket.id.value());
  return found == inside_->known.end() ? erased : found->second;
}

Result<TicketRetention> retention_of_ticket(App& app, const ports::Reading& tx,
                                            const ports::TicketRow& ticket) {
  LETHE_TRY(auto verdicts, TicketVerdicts::begin(app, tx));
  return verdicts.of(ticket);
}

Result<rt::PersonFacts> facts_of(App& app, const ports::Reading& tx, core::PersonId person) {
  LETHE_TRY(const auto reader, RetentionReader::begin(app, tx));
  LETHE_TRY(auto record, reader.read(person, app.clock.now()));
  return std::move(record.facts);
}

}  // namespace lethe::app
