// What the receiver gives the sender once, by hand: the fingerprint of its
// certificate and the secret that the sender names itself by. One line:
//
//   lethe-pairing-1 <64 hex digits> <64 hex digits>
#pragma once

#include <array>
#include <optional>
#include <string>

#include "channel.h"

namespace lethe::keyring_files {

using PairingSecret = std::array<std::uint8_t, 32>;

struct Pairing {
  Fingerprint receiver{};
  PairingSecret secret{};
};

[[nodiscard]] std::string pairing_line(const Pairing& pairing);
// Errors: invalid_argument.
[[nodiscard]] Result<Pairing> parse_pairing(std::string_view line);
// From a file of mode 0600. Errors: not_found, forbidden, invalid_argument.
[[nodiscard]] Result<Pairing> read_pairing(const std::string& path);

// The receiver's own identity in `directory`: made when missing.
// receive.crt and receive.key (Ed25519, self-signed), receive.peer (SHA-256 of the secret).
struct Identity {
  std::string certificate, key;  // paths
  Fingerprint secret_hash{};
  std::optional<Pairing> fresh;  // only when it was made now: the secret is not kept
};
[[nodiscard]] Result<Identity> open_identity(const std::string& directory);
[[nodiscard]] Fingerprint hash_of(const PairingSecret& secret);

}  // namespace lethe::keyring_files
