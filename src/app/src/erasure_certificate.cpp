#include "erasure_certificate.h"

#include <algorithm>

#include "json.h"
#include "lethe/app/mail_design.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/ledger/certificate_file.h"

namespace lethe::app {
namespace {

constexpr auto kTombstoneDays = Days{396};  // 13 months
constexpr std::size_t kNameBytesMax = 200;  // the ledger's bound of a text

ledger::ErasureKind kind_of(const ports::ErasureRow& row) {
  using ports::ErasureScope;
  if (row.scope == ErasureScope::attachments) return ledger::ErasureKind::attachments;
  if (row.scope == ErasureScope::raw) return ledger::ErasureKind::raw;
  if (row.scope == ErasureScope::redaction) return ledger::ErasureKind::redaction;
  return row.rule || row.run ? ledger::ErasureKind::retention : ledger::ErasureKind::erase;
}

std::string policy_of(const ports::ErasureRow& row) {
  if (!row.rule) return row.reason;
  return "rule " + row.rule->to_string() + " version " + std::to_string(row.rule_version);
}

std::vector<ledger::Count> counts_of(const ports::ErasureRow& row) {
  std::vector<ledger::Count> counts;
  for (const auto& [name, value] : parse_object(row.counts)) {
    if (name == "mails_sent" || !value.is_int64() || value.get_int64() < 0) continue;
    counts.push_back({std::string{name}, static_cast<std::uint64_t>(value.get_int64())});
  }
  return counts;
}

// A certificate has one line of it, and nothing that may be taken for an address. Keys that are
// destroyed are certified, whatever the name.
std::string as_certified(std::string_view name) {
  std::string fitting;
  for (const char c : name) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (c == '@') {
      fitting += "(at)";
    } else {
      fitting += control ? ' ' : c;
    }
  }
  return std::string{clipped_utf8(fitting, kNameBytesMax)};
}

ledger::Salt salt_from(const Bytes& bytes) {
  ledger::Salt salt{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), salt.size()), salt.begin());
  return salt;
}

}  // namespace

std::string to_json(const Statement& statement) {
  return boost::json::serialize(
      boost::json::object{{"certificate", statement.certificate},
                          {"salt", to_base64(statement.salt)},
                          {"log_size", statement.log_size},
                          {"generation_before", statement.generation_before}});
}

Statement parse_statement(std::string_view evidence) {
  const auto object = parse_object(evidence);
  Statement statement{
      .certificate = text_of(object, "certificate"),
      .log_size = static_cast<std::uint64_t>(number_of(object, "log_size")),
      .generation_before = static_cast<std::uint64_t>(number_of(object, "generation_before"))};
  if (auto salt = parse_base64(text_of(object, "salt"))) statement.salt = std::move(*salt);
  return statement;
}

// As it is called at this moment, not when the process began.
Result<std::string> present_name(App& app) {
  std::string name;
  LETHE_CHECK(app.store.read([&](const ports::Reading& tx) -> Status {
    name = organisation_of(app, tx);
    return {};
  }));
  return as_certified(name);
}

Result<Statement> make_statement(App& app, const ports::ErasureRow& row) {
  LETHE_TRY(std::string organisation, present_name(app));
  Statement statement = parse_statement(row.evidence);
  ledger::Certificate certificate{.id = app.ids.make<core::CertificateId>(),
                                  .kind = kind_of(row),
                                  .policy = policy_of(row),
                                  .organisation = std::move(organisation),
                                  .workspace = app.store.workspace().to_string(),
                                  .counts = counts_of(row),
                                  .key_generation_before = statement.generation_before,
                                  .key_generation_after = app.vault.generation(),
                                  .erased_live_at = *row.erased_live_at,
                                  .horizon = app.installation.keyring_copies,
                                  .horizon_basis = app.installation.keyring_copies_declared
                                                       ? ledger::HorizonBasis::declared
                                                       : ledger::HorizonBasis::default_value,
                                  .mails_already_sent = static_cast<std::uint64_t>(
                                      number_of(parse_object(row.counts), "mails_sent"))};
  if (row.scope == ports::ErasureScope::person) {
    certificate.tombstone_until = *row.erased_live_at + kTombstoneDays;
  }
  LETHE_TRY(statement.certificate, ledger::compose(certificate));
  statement.salt.resize(ledger::Salt{}.size());
  app.random.fill(statement.salt);
  statement.log_size = app.ledger.size();
  return statement;
}

Result<ports::CertificateRow> log_statement(App& app, const ports::ErasureRow& row) {
  const Statement statement = parse_statement(row.evidence);
  LETHE_TRY(const auto certificate, ledger::parse_certificate(statement.certificate));
  const ledger::Salt salt = salt_from(statement.salt);
  const std::string entry = ledger::compose(
      ledger::Entry{.type = ledger::EntryType::erasure,
                    .commitment = ledger::commitment_of(salt, as_bytes(statement.certificate)),
                    .hour = *row.erased_live_at});
  LETHE_TRY(const std::uint64_t index, app.ledger.append_once(as_bytes(entry), statement.log_size));
  LETHE_CHECK(app.ledger.checkpoint());
  LETHE_TRY(auto proof, app.ledger.proof(index));
  const std::string file = ledger::compose(ledger::CertificateFile{
      .certificate = statement.certificate, .salt = salt, .proof = std::move(proof)});
  return ports::CertificateRow{.id = certificate.id,
                               .erasure = row.id,
                               .certificate = to_bytes(statement.certificate),
                               .salt = statement.salt,
                               .log_index = static_cast<std::int64_t>(index),
                               .file = to_bytes(file),
                               .created_at = app.clock.now()};
}

}  // namespace lethe::app
