#include "lethe/app/accept_once.h"

namespace lethe::app {
namespace {

vault::Digest digest_of(App& app, std::string_view token, std::string_view message) {
  constexpr std::string_view kPurpose = "a token that brought a mail";
  Bytes material = to_bytes(kPurpose);
  append_u64(material, token.size());
  for (const std::string_view part : {token, message}) {
    material.insert(material.end(), part.begin(), part.end());
  }
  const vault::Digest digest = app.vault.digest(vault::DigestPurpose::duplicate, material);
  wipe(material);
  return digest;
}

}  // namespace

Status accept_once(App& app, std::string_view token, Instant signed_at, std::string_view message) {
  const auto used = digest_of(app, token, {});
  const auto used_for_this = digest_of(app, token, message);
  // Of the signature, not of now: every use falls into one window.
  const std::int64_t hour = unix_seconds(signed_at) / 3600;
  return app.store.write([&](ports::Writing& tx) -> Status {
    LETHE_TRY(const auto uses, tx.catalog().count_up(used, hour));
    LETHE_TRY(const auto uses_for_this, tx.catalog().count_up(used_for_this, hour));
    if (uses == uses_for_this) return {};
    // Refused uses are rolled back, so they do not spoil the token for the message it is for.
    return fail(Errc::conflict, "the token of this mail came before with another mail");
  });
}

}  // namespace lethe::app
