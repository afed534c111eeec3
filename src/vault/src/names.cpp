// Addresses, digests, reply tokens and search tokens: everything made with a
// named key.
#include <sodium.h>

#include <limits>
#include <utility>

#include "impl.h"
#include "lethe/base/encoding.h"

namespace lethe::vault {
namespace {

constexpr std::size_t kMacSize = 10;  // 80 bits: forging needs 2^79 mails
using Mac = std::array<std::uint8_t, kMacSize>;

// Keeps a reply token from passing for a Message-ID and the reverse.
enum class Signed : std::uint8_t { reply = 1, message_id };

Mac mac_of(KeyView key, Signed purpose, ByteView payload) {
  const std::uint8_t prefix = static_cast<std::uint8_t>(purpose);
  std::array<std::uint8_t, crypto_generichash_BYTES_MIN> full{};
  keyed_hash(key, ByteView{&prefix, 1}, payload, full);
  Mac mac{};
  std::copy_n(full.begin(), mac.size(), mac.begin());
  return mac;
}

std::string sign_payload(const KeyTree& tree, Signed purpose, std::span<const std::int64_t> ids) {
  const std::uint32_t number = tree.latest(Named::reply);
  Bytes token;
  append_u16(token, static_cast<std::uint16_t>(number));
  for (const std::int64_t id : ids) append_u64(token, static_cast<std::uint64_t>(id));
  const Mac mac = mac_of(tree.named(Named::reply, number).slot.key(), purpose, token);
  token.insert(token.end(), mac.begin(), mac.end());
  return to_base32(token);
}

struct Verified {
  std::uint16_t key = 0;
  std::vector<std::int64_t> ids;
};

// nullopt for anything we did not sign, without saying why.
std::optional<Verified> verify_payload(const KeyTree& tree, Signed purpose, std::string_view token,
                                       std::size_t id_count) {
  const auto decoded = parse_base32(token);
  const std::size_t payload_size = 2 + id_count * 8;
  if (!decoded || decoded->size() != payload_size + kMacSize) return std::nullopt;
  const ByteView payload = ByteView{*decoded}.first(payload_size);
  const ByteView mac = ByteView{*decoded}.subspan(payload_size);

  Verified verified;
  verified.key = static_cast<std::uint16_t>(payload[0] << 8 | payload[1]);
  const NamedSecret* const key = tree.find(Named::reply, verified.key);
  if (key == nullptr) return std::nullopt;
  const Mac expected = mac_of(key->slot.key(), purpose, payload);
  if (sodium_memcmp(expected.data(), mac.data(), kMacSize) != 0) return std::nullopt;
  for (std::size_t i = 0; i < id_count; ++i) {
    verified.ids.push_back(static_cast<std::int64_t>(read_u64(payload.subspan(2 + i * 8, 8))));
  }
  return verified;
}

Error not_ours() { return {Errc::invalid_argument, "not a token of ours", {}}; }

std::uint64_t token_under(KeyView key, TokenKind kind, std::string_view word) {
  const std::uint8_t prefix = static_cast<std::uint8_t>(kind);
  std::array<std::uint8_t, crypto_generichash_BYTES_MIN> full{};
  keyed_hash(key, ByteView{&prefix, 1}, as_bytes(word), full);
  return read_u64(ByteView{full}.first(8));
}

}  // namespace

// --- addresses ---

std::string Vault::Impl::address_digest(std::string_view normalised) const {
  std::string digest(kKeySize, '\0');
  keyed_hash(tree.named(Named::address_index).slot.key(), as_bytes(normalised),
             {reinterpret_cast<std::uint8_t*>(digest.data()), digest.size()});
  return digest;
}

Result<std::optional<core::PersonId>> Vault::Impl::person_at(const std::string& digest) {
  for (const Waiting* const part : {&waiting, &being_written}) {
    const auto found = part->addresses.find(digest);
    if (found != part->addresses.end()) return found->second;
  }
  return store.person_at(as_bytes(digest));
}

Result<std::optional<core::PersonId>> Vault::find_person(std::string_view normalised) {
  const std::shared_lock lock{impl_->state};
  return impl_->person_at(impl_->address_digest(normalised));
}

Status Vault::index_address(core::PersonId person, std::string_view normalised) {
  const std::unique_lock lock{impl_->state};
  const KeyName profile = name_of(KeyRef::profile(person));
  if (impl_->condemned.hit(profile)) return fail(Errc::erased, "the person is being erased");
  const std::string digest = impl_->address_digest(normalised);
  LETHE_TRY(const auto owner, impl_->person_at(digest));
  if (owner == person) return {};
  if (owner) return fail(Errc::already_exists, "the address belongs to another person");
  LETHE_CHECK(impl_->refuse_punctured(profile));
  impl_->waiting.addresses.insert_or_assign(digest, person);
  return {};
}

Status Vault::unindex_address(std::string_view normalised) {
  const std::unique_lock lock{impl_->state};
  impl_->waiting.addresses.insert_or_assign(impl_->address_digest(normalised), std::nullopt);
  return {};
}

Result<bool> Vault::is_tombstoned(std::string_view normalised) {
  const std::shared_lock lock{impl_->state};
  const std::string digest = impl_->address_digest(normalised);
  for (const std::uint32_t month : impl_->tree.numbers_of(Named::tombstone)) {
    Bytes tombstone(kKeySize);
    keyed_hash(impl_->tree.named(Named::tombstone, month).slot.key(), as_bytes(digest), tombstone);
    LETHE_TRY(const bool found, impl_->store.has_tombstone({month, std::move(tombstone)}));
    if (found) return true;
  }
  return false;
}

// --- digests and reply tokens ---

Digest Vault::digest(DigestPurpose purpose, ByteView bytes) const {
  const std::uint8_t prefix = static_cast<std::uint8_t>(purpose);
  Digest digest{};
  const std::shared_lock lock{impl_->state};
  keyed_hash(impl_->tree.named(Named::digest).slot.key(), ByteView{&prefix, 1}, bytes, digest);
  return digest;
}

std::string Vault::sign_reply(core::TicketId ticket) const {
  const std::shared_lock lock{impl_->state};
  return sign_payload(impl_->tree, Signed::reply, std::array{ticket.value()});
}

Result<ReplyTarget> Vault::verify_reply(std::string_view token) const {
  const std::shared_lock lock{impl_->state};
  const auto verified = verify_payload(impl_->tree, Signed::reply, token, 1);
  if (!verified) return std::unexpected(not_ours());
  return ReplyTarget{core::TicketId::of(verified->ids[0]), verified->key};
}

std::string Vault::sign_message_id(core::TicketId ticket, core::MessageId message) const {
  const std::shared_lock lock{impl_->state};
  return sign_payload(impl_->tree, Signed::message_id, std::array{ticket.value(), message.value()});
}

Result<MessageTarget> Vault::verify_message_id(std::string_view token) const {
  const std::shared_lock lock{impl_->state};
  const auto verified = verify_payload(impl_->tree, Signed::message_id, token, 2);
  if (!verified) return std::unexpected(not_ours());
  return MessageTarget{core::TicketId::of(verified->ids[0]), core::MessageId::of(verified->ids[1]),
                       verified->key};
}

Result<std::uint16_t> Vault::rotate_reply_key() {
  const std::scoped_lock writing{impl_->writer};
  const std::uint32_t next = impl_->tree.latest(Named::reply) + 1;
  if (next > std::numeric_limits<std::uint16_t>::max()) {
    return fail(Errc::out_of_range, "no reply key number is left");
  }
  LETHE_CHECK(impl_->add_named(Named::reply, next, {}));
  return static_cast<std::uint16_t>(next);
}

Status Vault::retire_reply_key(std::uint16_t key) {
  const std::scoped_lock writing{impl_->writer};
  if (key == impl_->tree.latest(Named::reply)) return fail(Errc::conflict, "the key is in use");
  if (impl_->tree.find(Named::reply, key) == nullptr) return {};
  ports::KeyringBatch nothing_else;
  return impl_->destroy_named(nothing_else, {name_of(Named::reply, key)});
}

// --- search tokens ---

std::uint32_t Vault::search_epoch() const noexcept {
  const std::shared_lock lock{impl_->state};
  return impl_->tree.latest(Named::search);
}

std::uint64_t Vault::search_token(TokenKind kind, std::string_view word) const {
  const std::shared_lock lock{impl_->state};
  const std::uint32_t epoch = impl_->tree.latest(Named::search);
  return token_under(impl_->tree.named(Named::search, epoch).slot.key(), kind, word);
}

Result<std::uint64_t> Vault::search_token(std::uint32_t epoch, TokenKind kind,
                                          std::string_view word) const {
  const std::shared_lock lock{impl_->state};
  const NamedSecret* const key = impl_->tree.find(Named::search, epoch);
  if (key == nullptr) return fail(Errc::not_found, "the key of this search epoch is gone");
  return token_under(key->slot.key(), kind, word);
}

Result<std::uint32_t> Vault::begin_search_epoch() {
  const std::scoped_lock writing{impl_->writer};
  const std::uint32_t next = impl_->tree.latest(Named::search) + 1;
  LETHE_CHECK(impl_->add_named(Named::search, next, {}));
  return next;
}

Status Vault::end_search_epochs_before(std::uint32_t epoch) {
  const std::scoped_lock writing{impl_->writer};
  if (epoch > impl_->tree.latest(Named::search)) {
    return fail(Errc::conflict, "the newest search epoch is in use");
  }
  std::set<ports::NamedName> leaving;
  for (const std::uint32_t number : impl_->tree.numbers_of(Named::search)) {
    if (number < epoch) leaving.insert(name_of(Named::search, number));
  }
  if (leaving.empty()) return {};
  ports::KeyringBatch nothing_else;
  return impl_->destroy_named(nothing_else, leaving);
}

}  // namespace lethe::vault
