// Signed notes, checkpoints and verifier keys.
//
// Source: C2SP signed-note and tlog-checkpoint; Ed25519, signature type 0x01.
//   example.com/ledger            origin: which log this is
//   48211                         tree size
//   <base64 of the root hash>
//                                 (further lines are kept but mean nothing here)
//   — example.com/ledger <base64(key id || signature)>
// Signature lines of unknown keys are skipped, so that witnesses may add theirs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lethe/ledger/merkle.h"

namespace lethe::ledger {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
using KeyId = std::array<std::uint8_t, 4>;

inline constexpr std::size_t kSignaturesMax = 32;
inline constexpr std::size_t kNoteBytesMax = std::size_t{64} * 1024;
inline constexpr std::size_t kOriginBytesMax = 255;

// A key name: not empty, UTF-8, no white space, no control character, no plus.
[[nodiscard]] bool is_valid_origin(std::string_view origin);

// The public key of a log, as `GET /ledger/key` serves it and `--key` reads it:
// one line `<origin>+<key id, 8 hex digits>+<base64(0x01 || public key)>`.
class VerifierKey {
 public:
  // Precondition, asserted: is_valid_origin(origin).
  [[nodiscard]] static VerifierKey of(std::string origin, const PublicKey& key);
  // One line, an end of line at most. Errors: invalid_argument (also when the
  // key id does not fit the key), unsupported (another algorithm).
  [[nodiscard]] static Result<VerifierKey> parse(std::string_view line);

  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
  [[nodiscard]] const PublicKey& key() const noexcept { return key_; }
  [[nodiscard]] const KeyId& id() const noexcept { return id_; }
  [[nodiscard]] std::string to_line() const;      // without end of line
  [[nodiscard]] std::string fingerprint() const;  // SHA-256 of the public key, 64 hex digits
  [[nodiscard]] bool verifies(std::string_view text, const Signature& signature) const;

 private:
  VerifierKey(std::string origin, const PublicKey& key, KeyId id)
      : origin_(std::move(origin)), key_(key), id_(id) {}
  std::string origin_;
  PublicKey key_;
  KeyId id_;
};

// One signature line: who, which key, the bytes of whatever algorithm it is.
struct NoteSignature {
  std::string name;
  KeyId key_id;
  Bytes signature;
};

struct Checkpoint {
  std::string origin;
  TreeHead head;
};

struct SignedCheckpoint {
  Checkpoint checkpoint;
  std::string text;  // what is signed, its last end of line included
  std::vector<NoteSignature> signatures;
};

// The three lines that are signed.
[[nodiscard]] std::string checkpoint_text(const Checkpoint& checkpoint);
// `text` with its blank line and one signature line.
[[nodiscard]] std::string sealed_note(std::string_view text, const VerifierKey& key,
                                      const Signature& signature);
// Strict: bounds above, no control characters, decimal size without zeroes in
// front. Checks no signature. Errors: invalid_argument, too_large.
[[nodiscard]] Result<SignedCheckpoint> parse_checkpoint(std::string_view note);

enum class SignatureCheck { good, bad, not_by_this_key };
// `bad` when one line names this key and does not verify, or when the origin
// is not the key's.
[[nodiscard]] SignatureCheck check_signature(const SignedCheckpoint& note, const VerifierKey& key);

}  // namespace lethe::ledger
