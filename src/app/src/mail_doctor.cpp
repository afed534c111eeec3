#include "lethe/app/mail_doctor.h"

#include <algorithm>
#include <set>

#include "lethe/base/text.h"
#include "lethe/core/mail_records.h"

namespace lethe::app {
namespace {

using core::Grade;
using ports::DnsRecord;
using ports::DnsType;

constexpr int kSpfDepthMax = 12;
// DER of an RSA key: 162 bytes hold 1024 bits, 294 hold 2048.
constexpr std::size_t kRsa1024Bytes = 162;
constexpr std::size_t kRsa2048Bytes = 294;

class Diagnosis {
 public:
  Diagnosis(ports::Dns& dns, const MailSetup& setup) : dns_(dns), setup_(setup) {}

  MailDiagnosis run() {
    if (!resolver_answers()) return std::move(found_);
    if (setup_.receiving.empty()) {
      say(Grade::warning,
          "mail: no address is set up at which mail comes in; add one under "
          "Settings, Mail");
    }
    for (const std::string& domain : setup_.receiving) look_at_mx(domain);
    if (setup_.sending.empty()) {
      say(Grade::warning,
          "mail: nothing is known of outgoing mail; set submission.url and submission.from");
      return std::move(found_);
    }
    look_at_spf();
    look_at_dkim();
    look_at_dmarc();
    return std::move(found_);
  }

 private:
  using Records = Result<std::vector<DnsRecord>>;

  void say(Grade grade, std::string sentence) {
    found_.findings.push_back({grade, std::move(sentence)});
  }
  Records ask(const std::string& name, DnsType type) {
    if (++asked_ > kQueriesMax) return fail(Errc::unavailable, "too many look-ups");
    return dns_.find(name, type);
  }
  void say_no_answer(const std::string& what) {
    say(Grade::error,
        what + ": the name server gives no answer; try again, or look at dns.resolver");
  }

  // Also where nothing is set up: a resolver that is silent would make every answer below wrong.
  bool resolver_answers() {
    const std::string name = !setup_.sending.empty()    ? setup_.sending
                             : setup_.receiving.empty() ? std::string{"example.org"}
                                                        : setup_.receiving.front();
    if (ask(name, DnsType::mx)) return true;
    say(Grade::error,
        "dns: no name server answers. Set dns.resolver to one that does (address, or "
        "address:port)");
    return false;
  }

  // ---- MX and reverse names ----

  void look_at_mx(const std::string& domain) {
    const std::string subject = "mx " + domain;
    auto records = ask(domain, DnsType::mx);
    if (!records) return say_no_answer(subject);
    if (records->empty()) return look_without_mx(domain);
    if (records->size() == 1 && (records->front().value.empty() || records->front().value == ".")) {
      return say(Grade::error, subject +
                                   ": the domain says that it takes no mail (RFC 7505); "
                                   "publish an MX record that names this server");
    }
    std::ranges::sort(*records, {}, &DnsRecord::preference);
    if (records->size() > kHostsMax) records->resize(kHostsMax);
    for (const DnsRecord& record : *records) look_at_host(subject, record.value);
  }

  // Without MX the domain's own address counts (RFC 5321 section 5.1).
  void look_without_mx(const std::string& domain) {
    const auto addresses = addresses_of(domain);
    if (!addresses) return say_no_answer("mx " + domain);
    if (addresses->empty()) {
      return say(Grade::error, "mx " + domain +
                                   ": there is no MX record, so no mail arrives; "
                                   "publish one that names this server");
    }
    say(Grade::warning, "mx " + domain +
                            ": there is no MX record; senders use the domain's own "
                            "address. Publish one that names this server");
    look_at_host("mx " + domain, domain);
  }

  Result<std::vector<std::string>> addresses_of(const std::string& host) {
    std::vector<std::string> addresses;
    for (const DnsType type : {DnsType::a, DnsType::aaaa}) {
      LETHE_TRY(const auto records, ask(host, type));
      for (const DnsRecord& record : records) addresses.push_back(record.value);
    }
    if (addresses.size() > kHostsMax) addresses.resize(kHostsMax);
    return addresses;
  }

  void look_at_host(const std::string& subject, const std::string& host) {
    const bool is_new = std::ranges::find(found_.mail_hosts, host) == found_.mail_hosts.end();
    if (is_new) found_.mail_hosts.push_back(host);
    const auto addresses = addresses_of(host);
    if (!addresses) return say_no_answer(subject);
    if (addresses->empty()) {
      return say(Grade::error,
                 subject + ": " + host + " has no address; publish an A or AAAA record for it");
    }
    say(Grade::ok, subject + ": mail goes to " + host);
    if (!is_new) return;
    for (const std::string& address : *addresses) look_at_reverse(host, address);
  }

  void look_at_reverse(const std::string& host, const std::string& address) {
    const std::string subject = "reverse name " + address;
    const auto name = core::reverse_name(address);
    if (!name) return;
    const auto names = ask(*name, DnsType::ptr);
    if (!names) return say_no_answer(subject);
    if (names->empty()) {
      return say(Grade::error, subject + " (" + host +
                                   "): there is none, and large receivers refuse "
                                   "mail from such an address; ask your provider "
                                   "for the reverse name " +
                                   host);
    }
    const std::size_t tried = std::min(names->size(), kHostsMax);
    for (std::size_t i = 0; i < tried; ++i) {
      const auto back = addresses_of((*names)[i].value);
      if (!back) return say_no_answer(subject);
      if (std::ranges::find(*back, address) == back->end()) continue;
      return say(Grade::ok, subject + ": " + (*names)[i].value + ", which leads back to it");
    }
    say(Grade::error, subject + ": it is " + names->front().value +
                          ", which does not lead back to the address; ask your provider for the "
                          "reverse name " +
                          host);
  }

  // ---- SPF ----

  Result<std::vector<std::string>> texts_at(const std::string& name) {
    LETHE_TRY(const auto records, ask(name, DnsType::txt));
    std::vector<std::string> texts;
    for (const DnsRecord& record : records) texts.push_back(record.value);
    return texts;
  }

  struct SpfCost {
    int lookups = 0;
    int empty = 0;
    std::optional<char> otherwise;
    std::string trouble;  // of a record that is named
  };

  void look_at_spf() {
    const std::string subject = "spf " + setup_.sending;
    const auto texts = texts_at(setup_.sending);
    if (!texts) return say_no_answer(subject);
    const auto count = std::ranges::count_if(*texts, core::is_spf);
    if (count == 0) {
      return say(Grade::error, subject +
                                   ": there is no record; publish a TXT record like \"v=spf1 mx "
                                   "-all\" that names the servers your mail leaves by");
    }
    if (count > 1) {
      return say(Grade::error, subject + ": there are " + std::to_string(count) +
                                   " records, so receivers ignore all of them; put them into one");
    }
    const auto record = core::parse_spf(*std::ranges::find_if(*texts, core::is_spf));
    if (!record) return say(Grade::error, subject + ": " + record.error().detail + "; correct it");
    SpfCost cost;
    if (!count_spf(*record, setup_.sending, 0, cost)) return say_no_answer(subject);
    judge_spf(subject, cost);
  }

  // False when the name server failed.
  bool count_spf(const core::SpfRecord& record, const std::string& domain, int depth,
                 SpfCost& cost) {
    if (const auto otherwise = record.otherwise(); otherwise && depth == 0) {
      cost.otherwise = otherwise;
    }
    for (const core::SpfTerm& term : record.terms) {
      if (!term.looks_up()) continue;
      // Behind "all" nothing is looked at; a redirect counts only without it.
      if (term.name == "redirect" && record.otherwise()) continue;
      if (++cost.lookups > core::kSpfLookupsMax) return true;
      if (!count_term(term, term.domain.empty() ? domain : term.domain, depth, cost)) return false;
    }
    return true;
  }

  bool count_term(const core::SpfTerm& term, const std::string& domain, int depth, SpfCost& cost) {
    if (domain.find('%') != std::string::npos) return true;  // depends on the mail
    if (term.name == "include" || term.name == "redirect") {
      return count_named(term, domain, depth, cost);
    }
    if (term.name == "ptr") return true;
    const auto records = term.name == "mx" ? ask(domain, DnsType::mx) : ask(domain, DnsType::a);
    if (!records) return false;
    cost.empty += records->empty() ? 1 : 0;
    return true;
  }

  bool count_named(const core::SpfTerm& term, const std::string& domain, int depth, SpfCost& cost) {
    if (depth >= kSpfDepthMax) return true;
    const auto texts = texts_at(domain);
    if (!texts) return false;
    const auto found = std::ranges::find_if(*texts, core::is_spf);
    if (found == texts->end() || std::ranges::count_if(*texts, core::is_spf) > 1) {
      cost.trouble = domain + " is named by " + term.name + " and has not one SPF record";
      return true;
    }
    const auto record = core::parse_spf(*found);
    if (!record) {
      cost.trouble = domain + " is named by " + term.name + ": " + record.error().detail;
      return true;
    }
    if (term.name == "redirect" && depth == 0) cost.otherwise = record->otherwise();
    return count_spf(*record, domain, depth + 1, cost);
  }

  void judge_spf(const std::string& subject, const SpfCost& cost) {
    if (cost.lookups > core::kSpfLookupsMax) {
      return say(Grade::error, subject +
                                   ": it needs more than 10 look-ups, so receivers give up; "
                                   "name networks (ip4:, ip6:) in place of include:, a and mx");
    }
    if (!cost.trouble.empty())
      return say(Grade::error, subject + ": " + cost.trouble + "; take it out");
    if (cost.empty > core::kSpfVoidMax) {
      return say(Grade::error, subject +
                                   ": more than 2 of the names in it lead to nothing, so "
                                   "receivers give up; take them out");
    }
    if (!cost.otherwise) {
      return say(Grade::warning, subject +
                                     ": it does not say what holds for other servers; end it "
                                     "with -all or ~all");
    }
    if (*cost.otherwise == '+') {
      return say(Grade::error, subject +
                                   ": it ends in all, so anybody may send for the domain; end "
                                   "it with -all or ~all");
    }
    if (*cost.otherwise == '?') {
      return say(Grade::warning,
                 subject + ": ?all says nothing of other servers; end it with -all or ~all");
    }
    say(Grade::ok, subject + ": one record, " + std::to_string(cost.lookups) + " of 10 look-ups");
  }

  // ---- DKIM ----

  void look_at_dkim() {
    if (setup_.dkim.empty()) {
      say(Grade::warning, "dkim " + setup_.sending +
                              ": Lethe does not sign. Set submission.dkim_selector and "
                              "submission.dkim_key_file, unless the server it sends by signs");
    }
    for (const MailSetup::DkimRecord& wanted : setup_.dkim) look_at_key(wanted);
  }

  void look_at_key(const MailSetup::DkimRecord& wanted) {
    const std::string subject = "dkim " + wanted.name;
    const auto texts = texts_at(wanted.name);
    if (!texts) return say_no_answer(subject);
    if (texts->empty()) {
      return say(Grade::error,
                 subject +
                     ": there is no record; publish the TXT record that Settings, Mail, "
                     "Texts and look shows for our key");
    }
    if (texts->size() > 1) {
      return say(Grade::error, subject + ": there are several records; leave the one of our key");
    }
    const auto published = core::parse_dkim_key(texts->front());
    if (!published) {
      return say(Grade::error, subject + ": " + published.error().detail + "; publish it again");
    }
    if (published->is_revoked()) {
      return say(Grade::error, subject + ": the key is revoked (p= is empty); publish our key");
    }
    const auto ours = core::parse_dkim_key(wanted.text);
    if (ours && (ours->key != published->key || ours->ed25519 != published->ed25519)) {
      return say(Grade::error, subject +
                                   ": another key is published than the one we sign with; "
                                   "publish ours, or point submission.dkim_key_file to theirs");
    }
    judge_key(subject, *published);
  }

  void judge_key(const std::string& subject, const core::DkimKeyRecord& key) {
    if (!key.ed25519 && key.key.size() < kRsa1024Bytes) {
      return say(Grade::error, subject +
                                   ": the key has less than 1024 bits, so receivers ignore it; "
                                   "make one of 2048 bits");
    }
    if (key.testing) {
      return say(Grade::warning,
                 subject + ": t=y says that the key is only tried out; take it away");
    }
    if (!key.ed25519 && key.key.size() < kRsa2048Bytes) {
      return say(Grade::warning, subject + ": the key has less than 2048 bits; make a longer one");
    }
    say(Grade::ok, subject + ": our key is published");
  }

  // ---- DMARC ----

  void look_at_dmarc() {
    std::string domain = setup_.sending;
    std::string subject = "dmarc " + domain;
    auto texts = texts_at("_dmarc." + domain);
    // RFC 7489 section 6.6.3: nothing between the two is looked at.
    const std::string& registered = setup_.organisation;
    if (texts && std::ranges::none_of(*texts, core::is_dmarc) && !registered.empty() &&
        registered != domain) {
      domain = registered;
      texts = texts_at("_dmarc." + domain);
    }
    if (!texts) return say_no_answer(subject);
    const auto count = std::ranges::count_if(*texts, core::is_dmarc);
    if (count == 0) {
      return say(Grade::error, subject +
                                   ": there is no record, and large receivers want one; publish "
                                   "\"v=DMARC1; p=quarantine\" as TXT at _dmarc." +
                                   setup_.sending);
    }
    if (count > 1) {
      return say(Grade::error, subject + ": there are " + std::to_string(count) +
                                   " records, so receivers ignore all of them; leave one");
    }
    const auto record = core::parse_dmarc(*std::ranges::find_if(*texts, core::is_dmarc));
    if (!record) return say(Grade::error, subject + ": " + record.error().detail + "; correct it");
    judge_dmarc(subject, *record, domain != setup_.sending);
  }

  void judge_dmarc(const std::string& subject, const core::DmarcRecord& record, bool is_parents) {
    const core::DmarcPolicy policy =
        is_parents ? record.subdomains.value_or(record.policy) : record.policy;
    if (policy == core::DmarcPolicy::none) {
      return say(Grade::warning, subject +
                                     ": the policy is none, so forged mail in your name is "
                                     "delivered; once your own mail passes, set p=quarantine or "
                                     "p=reject");
    }
    if (record.percent < 100) {
      return say(Grade::warning, subject + ": the policy holds for " +
                                     std::to_string(record.percent) +
                                     " % of the mail; take pct= away");
    }
    say(Grade::ok, subject + ": forged mail is " +
                       (policy == core::DmarcPolicy::reject ? "refused" : "quarantined"));
  }

  ports::Dns& dns_;
  const MailSetup& setup_;
  MailDiagnosis found_;
  int asked_ = 0;
};

}  // namespace

MailDiagnosis diagnose_mail(ports::Dns& dns, const MailSetup& setup) {
  return Diagnosis{dns, setup}.run();
}

}  // namespace lethe::app
