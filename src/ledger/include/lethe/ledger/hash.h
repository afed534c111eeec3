// SHA-256 and the two node hashes of an RFC 6962 Merkle tree.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"

namespace lethe::ledger {

using Hash = std::array<std::uint8_t, 32>;

// SHA-256 over the parts one after the other.
[[nodiscard]] Hash sha256(std::initializer_list<ByteView> parts);

// RFC 6962 section 2.1: a leaf is SHA-256(0x00 || entry), a node SHA-256(0x01
// || left || right), the empty tree SHA-256 of nothing. The prefixes keep an
// entry from passing as a node.
[[nodiscard]] Hash leaf_hash(ByteView entry);
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
[[nodiscard]] Hash empty_root();

// 44 characters of base64. Errors of the parser: invalid_argument.
[[nodiscard]] std::string to_base64(const Hash& hash);
[[nodiscard]] Result<Hash> parse_hash(std::string_view base64);

}  // namespace lethe::ledger
