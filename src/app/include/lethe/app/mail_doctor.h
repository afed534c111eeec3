// Whether mail reaches this installation and is believed when it leaves: MX, reverse names, SPF,
// DKIM, DMARC.
//
// One finding per question; each that is not ok says what to do. A domain's records are read from
// the DNS as any receiver does. Bounded: kQueriesMax look-ups, at most kHostsMax hosts per domain.
#pragma once

#include <string>
#include <vector>

#include "lethe/core/mail_setup.h"
#include "lethe/ports/dns.h"

namespace lethe::app {

inline constexpr int kQueriesMax = 300;
inline constexpr std::size_t kHostsMax = 10;

struct MailSetup {
  std::vector<std::string> receiving;  // domains at which mail comes in
  std::string sending;                 // domain of the From of answers; empty: none is set up
  std::string organisation;            // that it is registered under; empty: `sending` itself
  // The records that our DKIM keys want; empty: signing is left to the server mail leaves by.
  struct DkimRecord {
    std::string name, text;
  };
  std::vector<DkimRecord> dkim;
};

struct MailDiagnosis {
  core::Findings findings;
  std::vector<std::string> mail_hosts;  // of all MX records, each once
};

// When the first look-up gets no answer there is one finding: the resolver.
[[nodiscard]] MailDiagnosis diagnose_mail(ports::Dns& dns, const MailSetup& setup);

}  // namespace lethe::app
