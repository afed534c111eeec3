#include "lethe/ledger/hash.h"

#include <sodium.h>

#include <algorithm>

#include "lethe/base/encoding.h"

namespace lethe::ledger {
namespace {

constexpr std::array<std::uint8_t, 1> kLeafPrefix{0x00};
constexpr std::array<std::uint8_t, 1> kNodePrefix{0x01};

}  // namespace

Hash sha256(std::initializer_list<ByteView> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (const ByteView part : parts) crypto_hash_sha256_update(&state, part.data(), part.size());
  Hash hash{};
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

Hash leaf_hash(ByteView entry) { return sha256({kLeafPrefix, entry}); }
Hash node_hash(const Hash& left, const Hash& right) { return sha256({kNodePrefix, left, right}); }
Hash empty_root() { return sha256({}); }

std::string to_base64(const Hash& hash) { return lethe::to_base64(ByteView{hash}); }

Result<Hash> parse_hash(std::string_view base64) {
  Hash hash{};
  if (base64.size() != 44) return fail(Errc::invalid_argument, "not a base64 SHA-256 hash");
  LETHE_TRY(const Bytes bytes, parse_base64(base64));
  if (bytes.size() != hash.size()) return fail(Errc::invalid_argument, "not a base64 SHA-256 hash");
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

}  // namespace lethe::ledger
