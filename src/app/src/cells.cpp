#include "lethe/app/cells.h"

namespace lethe::app {

using vault::KeyClass;
using vault::KeyRef;

KeyRef profile_key(core::PersonId person) { return KeyRef::profile(person); }
KeyRef body_key(core::PersonId person, core::TicketId ticket) {
  return KeyRef::of(person, ticket, KeyClass::body);
}
KeyRef files_key(core::PersonId person, core::TicketId ticket) {
  return KeyRef::of(person, ticket, KeyClass::attachments);
}
KeyRef raw_key(core::PersonId person, core::TicketId ticket) {
  return KeyRef::of(person, ticket, KeyClass::raw);
}
KeyRef mail_key(core::PersonId person, std::optional<core::TicketId> ticket) {
  return ticket ? body_key(person, *ticket) : profile_key(person);
}

vault::CellRef place(CellName name, std::int64_t row, std::uint32_t version) {
  return {name.table, name.column, row, version};
}

Result<Ciphertext> seal(App& app, const KeyRef& key, const vault::CellRef& where,
                        std::string_view text) {
  return app.vault.seal(key, where, Plaintext{text});
}

Result<Plaintext> open(App& app, const KeyRef& key, const vault::CellRef& where,
                       const std::optional<Ciphertext>& cell) {
  if (!cell) return Plaintext{};
  return app.vault.unseal(key, where, *cell);
}

}  // namespace lethe::app
