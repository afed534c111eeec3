// lethe doctor mail: the DNS, the certificate and Postfix in front; one line each.
#include <algorithm>

#include "commands.h"
#include "lethe/app/mail_doctor.h"
#include "lethe/base/text.h"
#include "lethe/core/address.h"
#include "lethe/core/postfix_smuggling.h"
#include "lethe/dns/resolver.h"
#include "lethe/public_suffixes/public_suffixes.h"
#include "mail_certificate.h"
#include "outgoing_mail.h"

namespace lethe::cli {
namespace {

using core::Findings;
using core::Grade;

void add_domain(std::vector<std::string>& domains, std::string_view address) {
  const auto parsed = core::EmailAddress::parse(address);
  if (!parsed) return;
  std::string domain{parsed->domain()};
  if (std::ranges::find(domains, domain) == domains.end()) domains.push_back(std::move(domain));
}

// A key file that cannot be read is a finding, not the end of the others.
Result<app::MailSetup> setup_of(World& world, Findings& findings) {
  const Config& config = world.config();
  app::MailSetup setup;
  LETHE_CHECK(world.app().store.read([&](const ports::Reading& tx) -> Status {
    LETHE_TRY(const auto mailboxes, tx.catalog().mailboxes());
    for (const auto& mailbox : mailboxes) add_domain(setup.receiving, mailbox.address);
    return {};
  }));
  if (config.submission_from.empty()) return setup;
  add_domain(setup.receiving, config.submission_from);
  std::vector<std::string> from;
  add_domain(from, config.submission_from);
  if (!from.empty()) {
    setup.sending = from.front();
    setup.organisation = public_suffixes::organisation_of(setup.sending);
  }
  const auto outgoing = open_outgoing_mail(config, "localhost", world.app().clock);
  if (!outgoing) {
    findings.push_back({Grade::error, "submission: " + outgoing.error().detail});
    return setup;
  }
  for (const DnsRecord& record : outgoing->dkim_records) {
    setup.dkim.push_back({record.name, record.text});
  }
  return setup;
}

void add(Findings& all, Findings more) { std::ranges::move(more, std::back_inserter(all)); }

// What is known of the version, the surest first: said by who asks, by main.cf, by the Postfix of
// this machine whose main.cf it is.
std::optional<core::PostfixVersion> version_of(const core::PostfixSettings& settings,
                                               std::string_view said, std::string_view installed,
                                               Findings& findings) {
  const std::string set = settings.value("mail_version").value_or("");
  const std::pair<std::string_view, std::string_view> sources[] = {
      {said, "--postfix-version"}, {set, "mail_version in main.cf"}, {installed, "postconf"}};
  for (const auto& [text, source] : sources) {
    const auto version = core::parse_postfix_version(text);
    if (!version) continue;
    findings.push_back({Grade::ok, "postfix: judged as version " + std::string{trimmed(text)} +
                                       ", by " + std::string{source}});
    return version;
  }
  return std::nullopt;
}

// `main_cf` is what stands in the file; the one who calls has read it, with their own rights.
Findings look_at_postfix(const boost::json::object& arguments) {
  const auto settings = core::PostfixSettings::parse(text_argument(arguments, "main_cf"));
  if (!settings) return {{Grade::error, "postfix: main.cf: " + settings.error().detail}};
  Findings findings;
  const std::string said = text_argument(arguments, "postfix_version");
  const std::string installed = text_argument(arguments, "postfix_installed");
  const auto version = version_of(*settings, said, installed, findings);
  add(findings, core::judge_smuggling(*settings, version));
  return findings;
}

std::string_view word_of(Grade grade) {
  if (grade == Grade::ok) return "OK       ";
  return grade == Grade::warning ? "WARNING  " : "ERROR    ";
}

// What a domain's owner published reaches a terminal: nothing that steers it.
std::string printable(std::string_view sentence) {
  std::string out = to_valid_utf8(sentence);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

}  // namespace

Status doctor_mail(World& world, const boost::json::object& arguments, const Speaker& speaker) {
  Findings findings;
  LETHE_TRY(const auto resolver, dns::open_resolver({.servers = world.config().dns_resolver}));
  LETHE_TRY(const app::MailSetup setup, setup_of(world, findings));
  app::MailDiagnosis found = app::diagnose_mail(*resolver, setup);
  add(findings, std::move(found.findings));
  add(findings, look_at_certificate(world.config().smtp_certificate, world.config().smtp_key,
                                    found.mail_hosts, world.app().clock.now()));
  if (arguments.contains("main_cf")) {
    add(findings, look_at_postfix(arguments));
  }
  for (const core::Finding& finding : findings) {
    LETHE_CHECK(
        speaker.print(std::string{word_of(finding.grade)} + printable(finding.sentence) + "\n"));
  }
  const auto errors = std::ranges::count(findings, Grade::error, &core::Finding::grade);
  if (errors == 0) return {};
  return fail(Errc::needs_confirmation,
              errors == 1 ? "1 error; mail will not arrive or not be believed until it is mended"
                          : std::to_string(errors) +
                                " errors; mail will not arrive or not be believed until they are "
                                "mended");
}

}  // namespace lethe::cli
