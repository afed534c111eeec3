// Certificates, and redaction, which ends in one.
#include <algorithm>
#include <array>

#include "lethe/app/erasure.h"
#include "lethe/app/redact.h"
#include "lethe/app/retention_settings.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lethe/ledger/certificate_file.h"
#include "lethe/web_protocol/problem.h"
#include "site_erasure.h"

namespace lethe::web {
namespace {

constexpr int kPageRows = 50;

struct Category {
  std::string_view name;  // as the certificate has it
  std::string_view one;
  std::string_view many;
};
constexpr std::array kCategories{
    Category{"persons", marked("person"), marked("people")},
    Category{"tickets", marked("ticket"), marked("tickets")},
    Category{"messages", marked("message"), marked("messages")},
    Category{"attachments", marked("file"), marked("files")},
    Category{"raw_copies", marked("original mail"), marked("original mails")}};

// ledger::residual_statement(), for the catalogue; a test holds the two together.
constexpr std::string_view kStatement = marked(
    "This certificate is a statement of the organisation named in it: the keys of the erased "
    "data were destroyed, and from the second date on no key of this installation opens them, "
    "in live data or in its backups. It is signed into an append-only log: it cannot be "
    "changed later, nor withdrawn unnoticed by those who hold this file. Its times are the "
    "organisation's own, unless a witness has signed the log too. It does not prove that "
    "nobody made a copy outside of the installation: mails already sent lie in other "
    "mailboxes, recipients answer for what they received, and copies of the keyring that "
    "were never declared are not counted.");

// What was counted, without the number; a category of another version as it is written.
std::string count_words(const Text& words, const std::string& category, std::uint64_t number) {
  const auto* const known = std::ranges::find(kCategories, category, &Category::name);
  if (known != kCategories.end()) return words(number == 1 ? known->one : known->many);
  std::string plain = category;
  std::ranges::replace(plain, '_', ' ');
  return plain;
}

struct Cause {
  std::string_view name;  // as the certificate has it
  std::string_view words;
};
constexpr std::array kCauses{
    Cause{"request", marked("The person asked for it (Art. 17(1))")},
    Cause{"consent-withdrawn", marked("Consent was withdrawn (Art. 17(1)(b))")},
    Cause{"objection", marked("The person objected (Art. 17(1)(c))")},
    Cause{"not-needed", marked("No longer needed (Art. 17(1)(a))")},
    Cause{"unlawful", marked("It should not have been collected (Art. 17(1)(d))")},
    Cause{"redaction", marked("A passage was redacted")},
    Cause{"retention", marked("A retention rule")},
    Cause{"contact-policy", marked("No ticket of the person was left")},
    Cause{"grace-over", marked("The hidden person was not brought back in time")},
    Cause{"orphan", marked("The person had no ticket for a long time")},
    Cause{"restore", marked("It was erased before a backup was restored")}};

std::string scope_words(const Text& words, const ledger::Certificate& certificate) {
  std::string text;
  for (const auto& count : certificate.counts) {
    text += (text.empty() ? "" : ", ") + words.number(static_cast<std::int64_t>(count.number)) +
            " " + count_words(words, count.category, count.number);
  }
  return text;
}

Result<std::vector<core::retention::Rule>> rules_now(Visit& visit) {
  return read_from<std::vector<core::retention::Rule>>(
      visit.app, [](const ports::Reading& tx) { return app::list_rules(tx); });
}

// `rows` are as many as the page shows and one more when it is not the last; there may be millions,
// which nobody counts.
views::Paging paging_of(const Fields& query, bool goes_on,
                        std::vector<ports::CertificateRow>& rows) {
  const std::int64_t first =
      goes_on ? std::max(std::int64_t{1}, parse_id_digits(query.get("from")).value_or(1)) : 1;
  views::Paging paging{.total_is_unknown = goes_on || std::ssize(rows) > kPageRows};
  if (goes_on) paging.previous = url_for("/certificates");
  if (std::ssize(rows) > kPageRows) {
    rows.pop_back();
    Fields fields;
    fields.add("before", rows.back().id.to_string());
    fields.add("from", std::to_string(first + kPageRows));
    paging.next = url_for("/certificates", {}, fields);
  }
  if (rows.empty()) return paging;
  paging.first = first;
  paging.last = paging.total = first + std::ssize(rows) - 1;
  return paging;
}

Answer list_page(Visit& visit) {
  visit.page.shell.place = Place::certificates;
  std::optional<core::CertificateId> before;
  if (const auto id = core::CertificateId::parse(visit.request.query().get("before"))) before = *id;
  LETHE_TRY(auto rows,
            read_from<std::vector<ports::CertificateRow>>(visit.app, [&](const ports::Reading& tx) {
              return tx.retention().certificates(before, kPageRows + 1);
            }));
  LETHE_TRY(const auto rules, rules_now(visit));
  views::Certificates view;
  view.paging = paging_of(visit.request.query(), before.has_value(), rows);
  for (const auto& row : rows) {
    const auto certificate = ledger::parse_certificate(as_text(row.certificate));
    view.rows.push_back({row.id.to_string(), url_for("/certificates/{id}", {row.id.to_string()}),
                         certificate ? scope_words(visit.words(), *certificate) : "",
                         certificate ? cause_words(visit.words(), certificate->policy, rules) : "",
                         row.created_at});
  }
  view.key_url = url_for("/ledger/key");
  return show(visit, view);
}

Result<ports::CertificateRow> certificate_row(Visit& visit) {
  LETHE_TRY(const auto id, path_id<core::CertificateId>(visit.request));
  return read_from<ports::CertificateRow>(
      visit.app, [&](const ports::Reading& tx) { return tx.retention().certificate(id); });
}

std::string article_of(ledger::LegalGround ground) {
  static constexpr std::string_view kLetters = "abcde";
  return std::string{"Art. 17(3)("} + kLetters[static_cast<std::size_t>(ground)] + ")";
}

void fill_statement(const Text& words, views::Certificate& view,
                    const ledger::Certificate& certificate,
                    std::span<const core::retention::Rule> rules) {
  view.organisation = certificate.organisation;
  // What was signed is English in every language of the page.
  view.statement = words(kStatement);
  if (view.statement != kStatement) {
    view.statement_signed = std::string{ledger::residual_statement()};
  }
  for (const auto& count : certificate.counts) {
    view.counts.push_back({count_words(words, count.category, count.number),
                           static_cast<std::int64_t>(count.number)});
  }
  for (const auto& kept : certificate.kept) {
    view.kept.push_back({words.number(static_cast<std::int64_t>(kept.number)) + " " +
                             count_words(words, kept.category, kept.number),
                         "", article_of(kept.ground), kept.until ? words.date(*kept.until) : ""});
  }
  view.why.emplace_back(words("Ordered by"), cause_words(words, certificate.policy, rules));
  view.why.emplace_back(
      words("Keys turned"),
      words.with("from generation {} to {}", std::to_string(certificate.key_generation_before),
                 std::to_string(certificate.key_generation_after)));
  if (certificate.mails_already_sent > 0) {
    view.why.emplace_back(words("Mails sent before"),
                          words.number(static_cast<std::int64_t>(certificate.mails_already_sent)));
  }
  view.erased_live_at = certificate.erased_live_at;
  view.unrecoverable_at = ledger::unrecoverable_from_backups_at(certificate);
  view.horizon_declared = certificate.horizon_basis == ledger::HorizonBasis::declared;
}

Answer certificate_page(Visit& visit) {
  visit.page.shell.place = Place::certificates;
  LETHE_TRY(const auto row, certificate_row(visit));
  LETHE_TRY(const auto report, ledger::verify(as_text(row.file), visit.app.ledger.key()));
  const Text& words = visit.words();
  views::Certificate view;
  view.number = row.id.to_string();
  view.issued_at = row.created_at;
  LETHE_TRY(const auto rules, rules_now(visit));
  if (report.certificate) fill_statement(words, view, *report.certificate, rules);
  view.verified = report.genuine();
  view.proof.emplace_back(words("Log"), report.origin);
  view.proof.emplace_back(words("Position"), std::to_string(report.index));
  view.proof.emplace_back(words("Tree size"), std::to_string(report.head.size));
  view.proof.emplace_back(words("Root"), to_base64(report.head.root));
  view.proof.emplace_back(words("Signed by"), report.signed_by);
  view.proof.emplace_back(words("Key, SHA-256"), report.fingerprint);
  view.file = url_for("/certificates/{id}/file", {view.number});
  view.file_name = view.number + ".lethe-certificate";
  return show(visit, view);
}

Answer certificate_file(Visit& visit) {
  LETHE_TRY(const auto row, certificate_row(visit));
  return attachment_response(row.id.to_string() + ".lethe-certificate",
                             "application/vnd.lethe.certificate", std::string{as_text(row.file)});
}

// --- Redaction ---

Result<views::Redact> redact_view(Visit& visit) {
  LETHE_TRY(const auto ticket, path_id<core::TicketId>(visit.request));
  LETHE_TRY(const auto id, path_id<core::MessageId>(visit.request, 1));
  return read_from<views::Redact>(visit.app, [&](const auto& tx) -> Result<views::Redact> {
    LETHE_TRY(const auto message, app::view_message(visit.app, tx, id));
    const auto& author = message.person ? message.person : message.agent;
    return views::Redact{ticket.to_string(),
                         id.to_string(),
                         author ? author->name : visit.words()("Deleted person"),
                         message.text,
                         {}};
  });
}

Answer redact_page(Visit& visit) {
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(const auto view, redact_view(visit));
  return show(visit, view);
}

Answer redact(Visit& visit, const MultipartForm& form) {
  visit.page.shell.place = Place::inbox;
  LETHE_TRY(const auto id, path_id<core::MessageId>(visit.request, 1));
  LETHE_TRY(auto view, redact_view(visit));
  // Browsers send line breaks as CR LF, whatever stands in the message.
  std::string passage;
  for (const char c : form.fields.get("passage")) {
    if (c != '\r') passage += c;
  }
  const auto done = app::redact_text(visit.app, id, trimmed(passage), visit.me());
  if (!done) {
    view.errors = form_errors(visit, done.error(), "passage");
    view.errors.front().field = "passage";
    return show(visit, view, web_protocol::http_status_of(done.error().code));
  }
  return go_to(with_fragment(url_for("/tickets/{id}", {view.ticket_id}), "m-" + view.message_id),
               "redacted");
}

}  // namespace

std::string cause_words(const Text& words, std::string_view policy,
                        std::span<const core::retention::Rule> rules) {
  const auto* const known = std::ranges::find(kCauses, policy, &Cause::name);
  if (known != kCauses.end()) return words(known->words);
  constexpr std::string_view kRule = "rule ";
  constexpr std::string_view kVersion = " version ";
  const std::size_t at = policy.find(kVersion);
  if (!policy.starts_with(kRule) || at == std::string_view::npos) return std::string{policy};
  const std::string id{policy.substr(kRule.size(), at - kRule.size())};
  const std::string version{policy.substr(at + kVersion.size())};
  const auto named =
      std::ranges::find(rules, id, [](const auto& rule) { return rule.id().to_string(); });
  if (named == rules.end()) return words.with("Retention rule {}, version {}", id, version);
  return words.with("Rule “{}”, version {}", named->spec().name, version);
}

void add_certificate_routes(SiteRoutes& routes) {
  constexpr auto kOfficer = ports::Role::privacy_officer;
  routes.page("/certificates", kOfficer, list_page);
  routes.page("/certificates/{id}", kOfficer, certificate_page);
  routes.page("/certificates/{id}/file", kOfficer, certificate_file);
  routes.page("/tickets/{id}/messages/{message}/redact", kOfficer, redact_page);
  routes.form("/tickets/{id}/messages/{message}/redact", kOfficer, redact);
}

}  // namespace lethe::web
