// A certificate with something in every list.
#pragma once

#include "lethe/ledger/certificate.h"

namespace lethe::test {

inline ledger::Certificate sample_certificate() {
  using namespace ledger;
  Certificate certificate{.id = core::CertificateId::of(187)};
  certificate.policy = "request";
  certificate.organisation = "Brightwater \"Filter\" GmbH";
  certificate.workspace = "Support";
  certificate.counts = {{"tickets", 7}, {"messages", 22}};
  certificate.key_generation_before = 41;
  certificate.key_generation_after = 42;
  certificate.erased_live_at = *parse_rfc3339("2026-11-17T10:12:44Z");
  certificate.horizon_basis = HorizonBasis::declared;
  certificate.kept = {
      {"invoices", 2, LegalGround::legal_obligation, *parse_rfc3339("2034-12-31T23:59:59Z")}};
  certificate.recipients = {
      {"issue tracker", RecipientState::confirmed, *parse_rfc3339("2026-11-17T10:13:00Z")}};
  certificate.mails_already_sent = 9;
  return certificate;
}

}  // namespace lethe::test
