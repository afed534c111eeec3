#include "lethe/ledger/certificate.h"

#include <algorithm>

#include "certificate_words.h"
#include "json_out.h"
#include "lethe/base/text.h"

namespace lethe::ledger {
namespace {

constexpr std::size_t kTextBytesMax = 200;
constexpr std::size_t kWordBytesMax = 40;
constexpr std::size_t kRowsMax = 1000;
constexpr Days kHorizonMax{3650};

std::unexpected<Error> wrong(std::string_view field, std::string why) {
  return fail(Errc::invalid_argument, std::string{field} + " " + std::move(why),
              std::string{field});
}

// The guard of last resort against an address in a certificate.
Status check_text(std::string_view field, std::string_view text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (text.empty()) return wrong(field, "is empty");
  if (text.size() > kTextBytesMax) return wrong(field, "is longer than 200 bytes");
  if (!is_valid_utf8(text)) return wrong(field, "is not UTF-8");
  if (std::ranges::any_of(text, control)) return wrong(field, "has control characters");
  if (text.contains('@')) return wrong(field, "looks like an address");
  return {};
}

Status check_word(std::string_view field, std::string_view word) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (word.empty() || word.size() > kWordBytesMax || !std::ranges::all_of(word, allowed)) {
    return wrong(field, "has a category that is not a word of a-z and _");
  }
  return {};
}

// Instants are written as RFC 3339 with four digits of the year.
Status check_time(std::string_view field, Instant at) {
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  if (unix_seconds(at) < 0 || unix_seconds(at) >= kYear10000) {
    return wrong(field, "is before 1970 or after 9999");
  }
  return {};
}

Status check_counts(const Certificate& certificate) {
  for (std::size_t i = 0; i < certificate.counts.size(); ++i) {
    const std::string& category = certificate.counts[i].category;
    LETHE_CHECK(check_word("counts", category));
    const auto before = certificate.counts.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(certificate.counts.begin(), before,
                    [&](const Count& count) { return count.category == category; })) {
      return wrong("counts", "has a category twice");
    }
  }
  return {};
}

Status check_rows(const Certificate& certificate) {
  const std::size_t rows =
      certificate.counts.size() + certificate.kept.size() + certificate.recipients.size();
  if (rows > kRowsMax) return fail(Errc::too_large, "a certificate has at most 1,000 rows");
  LETHE_CHECK(check_counts(certificate));
  for (const Kept& kept : certificate.kept) {
    LETHE_CHECK(check_word("kept", kept.category));
    if (kept.until) LETHE_CHECK(check_time("kept", *kept.until));
  }
  for (const Recipient& recipient : certificate.recipients) {
    LETHE_CHECK(check_text("recipients", recipient.label));
    LETHE_CHECK(check_time("recipients", recipient.at));
  }
  return {};
}

Status check(const Certificate& certificate) {
  LETHE_CHECK(check_text("policy", certificate.policy));
  LETHE_CHECK(check_text("organisation", certificate.organisation));
  LETHE_CHECK(check_text("workspace", certificate.workspace));
  LETHE_CHECK(check_rows(certificate));
  LETHE_CHECK(check_time("erased_live_at", certificate.erased_live_at));
  if (certificate.horizon < Days{0} || certificate.horizon > kHorizonMax) {
    return wrong("horizon_days", "is not within 0..3650");
  }
  LETHE_CHECK(
      check_time("unrecoverable_from_backups_at", unrecoverable_from_backups_at(certificate)));
  if (certificate.tombstone_until) {
    LETHE_CHECK(check_time("tombstone_until", *certificate.tombstone_until));
  }
  if (certificate.key_generation_after <= certificate.key_generation_before) {
    return wrong("keys", "were not turned by this erasure");
  }
  return {};
}

void write_counts(JsonOut& out, const std::vector<Count>& counts) {
  out.key("counts");
  out.open('{');
  for (const Count& count : counts) out.member(count.category, count.number);
  out.close('}');
}

void write_kept(JsonOut& out, const std::vector<Kept>& rows) {
  out.key("kept");
  out.open('[');
  for (const Kept& kept : rows) {
    out.open('{');
    out.member("category", kept.category);
    out.member("number", kept.number);
    out.member("ground", word_of(kGroundWords, kept.ground));
    if (kept.until) out.member("until", to_rfc3339(*kept.until));
    out.close('}');
  }
  out.close(']');
}

void write_recipients(JsonOut& out, const std::vector<Recipient>& rows) {
  out.key("recipients");
  out.open('[');
  for (const Recipient& recipient : rows) {
    out.open('{');
    out.member("recipient", recipient.label);
    out.member("state", word_of(kStateWords, recipient.state));
    out.member("at", to_rfc3339(recipient.at));
    out.close('}');
  }
  out.close(']');
}

void write_keys_and_times(JsonOut& out, const Certificate& certificate) {
  out.key("keys");
  out.open('{');
  out.member("generation_before", certificate.key_generation_before);
  out.member("generation_after", certificate.key_generation_after);
  out.close('}');
  out.member("erased_live_at", to_rfc3339(certificate.erased_live_at));
  out.member("unrecoverable_from_backups_at",
             to_rfc3339(unrecoverable_from_backups_at(certificate)));
  out.member("horizon_days", static_cast<std::uint64_t>(certificate.horizon.count()));
  out.member("horizon_basis", word_of(kBasisWords, certificate.horizon_basis));
}

}  // namespace

Instant unrecoverable_from_backups_at(const Certificate& certificate) {
  return certificate.erased_live_at + certificate.horizon;
}

// Part of the bytes of version 1: other words need another version.
std::string_view residual_statement() {
  return "This certificate is a statement of the organisation named in it: the keys of the erased "
         "data were destroyed, and from the second date on no key of this installation opens them, "
         "in live data or in its backups. It is signed into an append-only log: it cannot be "
         "changed later, nor withdrawn unnoticed by those who hold this file. Its times are the "
         "organisation's own, unless a witness has signed the log too. It does not prove that "
         "nobody made a copy outside of the installation: mails already sent lie in other "
         "mailboxes, recipients answer for what they received, and copies of the keyring that "
         "were never declared are not counted.";
}

Hash subject_commitment(const Salt& subject_salt, std::string_view normalised_address) {
  return sha256({subject_salt, as_bytes(normalised_address)});
}

Result<std::string> compose(const Certificate& certificate) {
  LETHE_CHECK(check(certificate));
  JsonOut out;
  out.open('{');
  out.member("v", 1);
  out.member("type", "erasure_certificate");
  out.member("id", certificate.id.to_string());
  out.member("kind", word_of(kKindWords, certificate.kind));
  out.member("policy", certificate.policy);
  out.member("organisation", certificate.organisation);
  out.member("workspace", certificate.workspace);
  write_counts(out, certificate.counts);
  write_keys_and_times(out, certificate);
  write_kept(out, certificate.kept);
  write_recipients(out, certificate.recipients);
  out.member("mails_already_sent", certificate.mails_already_sent);
  if (certificate.tombstone_until) {
    out.member("tombstone_until", to_rfc3339(*certificate.tombstone_until));
  }
  if (certificate.subject_commitment) {
    out.member("subject_commitment", to_base64(*certificate.subject_commitment));
  }
  out.member("residual", residual_statement());
  out.close('}');
  std::string bytes = out.take();
  if (bytes.size() > kCertificateBytesMax) {
    return fail(Errc::too_large, "the certificate is longer than 64 KiB");
  }
  return bytes;
}

}  // namespace lethe::ledger
