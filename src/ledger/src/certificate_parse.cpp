#include <boost/json.hpp>

#include "certificate_words.h"
#include "lethe/ledger/certificate.h"

namespace lethe::ledger {
namespace {

namespace json = boost::json;

std::unexpected<Error> malformed(std::string_view field) {
  return fail(Errc::invalid_argument, "the certificate has no proper member " + std::string{field},
              std::string{field});
}

Result<std::string_view> text_of(const json::object& object, std::string_view field) {
  const json::value* value = object.if_contains(field);
  if (value == nullptr || !value->is_string()) return malformed(field);
  const json::string& text = value->get_string();
  return std::string_view{text.data(), text.size()};
}

Result<std::uint64_t> number_in(const json::value* value, std::string_view field) {
  if (value != nullptr && value->is_uint64()) return value->get_uint64();
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return malformed(field);
  return static_cast<std::uint64_t>(value->get_int64());
}

Result<std::uint64_t> number_of(const json::object& object, std::string_view field) {
  return number_in(object.if_contains(field), field);
}

Result<Instant> time_of(const json::object& object, std::string_view field) {
  LETHE_TRY(const auto text, text_of(object, field));
  return parse_rfc3339(text);
}

Result<std::optional<Instant>> time_if_any(const json::object& object, std::string_view field) {
  if (!object.contains(field)) return std::nullopt;
  LETHE_TRY(const Instant at, time_of(object, field));
  return at;
}

template <class Value, std::size_t N>
Result<Value> word_in(const json::object& object, std::string_view field,
                      const Words<Value, N>& words) {
  LETHE_TRY(const auto text, text_of(object, field));
  const auto value = value_of(words, text);
  if (!value) return malformed(field);
  return *value;
}

Result<const json::object*> object_of(const json::object& object, std::string_view field) {
  const json::value* value = object.if_contains(field);
  if (value == nullptr || !value->is_object()) return malformed(field);
  return &value->get_object();
}

Status read_counts(const json::object& object, Certificate& certificate) {
  LETHE_TRY(const auto* counts, object_of(object, "counts"));
  for (const auto& [category, number] : *counts) {
    LETHE_TRY(const std::uint64_t value, number_in(&number, "counts"));
    certificate.counts.push_back({std::string{category}, value});
  }
  return {};
}

Result<Kept> read_kept(const json::object& object) {
  Kept kept;
  LETHE_TRY(kept.category, text_of(object, "category"));
  LETHE_TRY(kept.number, number_of(object, "number"));
  LETHE_TRY(kept.ground, word_in(object, "ground", kGroundWords));
  LETHE_TRY(kept.until, time_if_any(object, "until"));
  return kept;
}

Result<Recipient> read_recipient(const json::object& object) {
  Recipient recipient;
  LETHE_TRY(recipient.label, text_of(object, "recipient"));
  LETHE_TRY(recipient.state, word_in(object, "state", kStateWords));
  LETHE_TRY(recipient.at, time_of(object, "at"));
  return recipient;
}

template <class Row>
Status read_rows(const json::object& object, std::string_view field, std::vector<Row>& rows,
                 Result<Row> (*read)(const json::object&)) {
  const json::value* list = object.if_contains(field);
  if (list == nullptr || !list->is_array()) return malformed(field);
  for (const json::value& item : list->get_array()) {
    if (!item.is_object()) return malformed(field);
    LETHE_TRY(Row row, read(item.get_object()));
    rows.push_back(std::move(row));
  }
  return {};
}

Status read_keys_and_times(const json::object& object, Certificate& certificate) {
  LETHE_TRY(const auto* keys, object_of(object, "keys"));
  LETHE_TRY(certificate.key_generation_before, number_of(*keys, "generation_before"));
  LETHE_TRY(certificate.key_generation_after, number_of(*keys, "generation_after"));
  LETHE_TRY(certificate.erased_live_at, time_of(object, "erased_live_at"));
  LETHE_TRY(const std::uint64_t days, number_of(object, "horizon_days"));
  if (days > 3650) return malformed("horizon_days");
  certificate.horizon = Days{static_cast<int>(days)};
  LETHE_TRY(certificate.horizon_basis, word_in(object, "horizon_basis", kBasisWords));
  LETHE_TRY(certificate.tombstone_until, time_if_any(object, "tombstone_until"));
  return {};
}

Status read_commitment(const json::object& object, Certificate& certificate) {
  if (!object.contains("subject_commitment")) return {};
  LETHE_TRY(const auto text, text_of(object, "subject_commitment"));
  LETHE_TRY(certificate.subject_commitment, parse_hash(text));
  return {};
}

Result<Certificate> read(const json::object& object) {
  LETHE_TRY(const auto type, text_of(object, "type"));
  if (type != "erasure_certificate") return malformed("type");
  LETHE_TRY(const std::uint64_t version, number_of(object, "v"));
  if (version != 1) {
    return fail(Errc::unsupported, "the certificate was made by a later version of Lethe", "v");
  }
  LETHE_TRY(const auto id_text, text_of(object, "id"));
  LETHE_TRY(const auto id, core::CertificateId::parse(id_text));
  Certificate certificate{.id = id};
  LETHE_TRY(certificate.kind, word_in(object, "kind", kKindWords));
  LETHE_TRY(certificate.policy, text_of(object, "policy"));
  LETHE_TRY(certificate.organisation, text_of(object, "organisation"));
  LETHE_TRY(certificate.workspace, text_of(object, "workspace"));
  LETHE_CHECK(read_counts(object, certificate));
  LETHE_CHECK(read_keys_and_times(object, certificate));
  LETHE_CHECK(read_rows(object, "kept", certificate.kept, &read_kept));
  LETHE_CHECK(read_rows(object, "recipients", certificate.recipients, &read_recipient));
  LETHE_TRY(certificate.mails_already_sent, number_of(object, "mails_already_sent"));
  LETHE_CHECK(read_commitment(object, certificate));
  return certificate;
}

}  // namespace

Result<Certificate> parse_certificate(std::string_view bytes) {
  if (bytes.size() > kCertificateBytesMax) {
    return fail(Errc::too_large, "the certificate is longer than 64 KiB");
  }
  json::parse_options options;
  options.max_depth = 4;
  boost::system::error_code error;
  const json::value parsed = json::parse(bytes, error, {}, options);
  if (error || !parsed.is_object()) {
    return fail(Errc::invalid_argument, "the certificate is not JSON");
  }
  LETHE_TRY(Certificate certificate, read(parsed.get_object()));
  // Written again it must be the same bytes: no unknown member, no second
  // spelling, no date that does not follow from the others.
  LETHE_TRY(const std::string again, compose(certificate));
  if (again != bytes) {
    return fail(Errc::invalid_argument, "the certificate is not in its canonical form");
  }
  return certificate;
}

}  // namespace lethe::ledger
