#include "lethe/ledger/note.h"

#include <sodium.h>

#include <algorithm>

#include "lethe/base/assert.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"
#include "lines.h"

namespace lethe::ledger {
namespace {

constexpr std::uint8_t kEd25519 = 0x01;
constexpr std::string_view kSignatureMark = "\xe2\x80\x94 ";  // em dash, blank

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// The Unicode spaces outside ASCII, as UTF-8.
bool has_unicode_space(std::string_view text) {
  constexpr std::string_view kTwoBytes[] = {"\xc2\x85", "\xc2\xa0"};
  constexpr std::string_view kThreeBytes[] = {"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9",
                                              "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
  const auto found = [text](std::string_view space) { return text.contains(space); };
  if (std::ranges::any_of(kTwoBytes, found) || std::ranges::any_of(kThreeBytes, found)) return true;
  for (char last = '\x80'; last <= '\x8a'; ++last) {  // U+2000 .. U+200A
    if (text.contains(std::string{"\xe2\x80"} + last)) return true;
  }
  return false;
}

KeyId key_id_of(std::string_view origin, const PublicKey& key) {
  const Bytes separator{'\n', kEd25519};
  const Hash hash = sha256({as_bytes(origin), separator, key});
  return {hash[0], hash[1], hash[2], hash[3]};
}

Result<NoteSignature> parse_signature(std::string_view line) {
  const auto wrong = [] { return fail(Errc::invalid_argument, "a signature line is malformed"); };
  if (!line.starts_with(kSignatureMark)) return wrong();
  line.remove_prefix(kSignatureMark.size());
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos || !is_valid_origin(line.substr(0, blank))) return wrong();
  const auto bytes = parse_base64(line.substr(blank + 1));
  if (!bytes || bytes->size() <= sizeof(KeyId)) return wrong();

  NoteSignature signature{
      .name = std::string{line.substr(0, blank)}, .key_id = {}, .signature = {}};
  const auto body = bytes->begin() + sizeof(KeyId);
  std::copy(bytes->begin(), body, signature.key_id.begin());
  signature.signature.assign(body, bytes->end());
  return signature;
}

Result<Checkpoint> parse_text(std::string_view text) {
  Checkpoint checkpoint;
  LETHE_TRY(const std::string_view origin, next_line(text, "the origin"));
  if (origin.empty()) return fail(Errc::invalid_argument, "the checkpoint names no origin");
  checkpoint.origin = origin;
  LETHE_TRY(const std::string_view size, next_line(text, "the tree size"));
  LETHE_TRY(checkpoint.head.size, parse_decimal(size));
  LETHE_TRY(const std::string_view root, next_line(text, "the root hash"));
  LETHE_TRY(checkpoint.head.root, parse_hash(root));
  if (text.contains("\n\n") || text.starts_with('\n')) {
    return fail(Errc::invalid_argument, "the checkpoint has an empty line in its text");
  }
  return checkpoint;
}

Status check_note_form(std::string_view note) {
  if (note.size() > kNoteBytesMax) return fail(Errc::too_large, "the checkpoint is too long");
  if (!is_valid_utf8(note)) return fail(Errc::invalid_argument, "the checkpoint is not UTF-8");
  const auto forbidden = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  if (std::ranges::any_of(note, forbidden)) {
    return fail(Errc::invalid_argument, "the checkpoint has control characters");
  }
  return {};
}

}  // namespace

bool is_valid_origin(std::string_view origin) {
  const auto forbidden = [](char c) { return is_control(c) || c == ' ' || c == '+'; };
  return !origin.empty() && origin.size() <= kOriginBytesMax && is_valid_utf8(origin) &&
         std::ranges::none_of(origin, forbidden) && !has_unicode_space(origin);
}

VerifierKey VerifierKey::of(std::string origin, const PublicKey& key) {
  LETHE_ASSERT(is_valid_origin(origin));
  const KeyId id = key_id_of(origin, key);
  return {std::move(origin), key, id};
}

Result<VerifierKey> VerifierKey::parse(std::string_view line) {
  const auto wrong = [](std::string_view why) {
    return fail(Errc::invalid_argument, "the key file is not a verifier key: " + std::string{why});
  };
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto first = line.find('+');
  const auto second = first == std::string_view::npos ? first : line.find('+', first + 1);
  if (second == std::string_view::npos) return wrong("it needs <origin>+<key id>+<key>");
  const std::string_view origin = line.substr(0, first);
  if (!is_valid_origin(origin)) return wrong("the origin is malformed");

  const auto bytes = parse_base64(line.substr(second + 1));
  if (!bytes || bytes->empty()) return wrong("the key is not base64");
  if (bytes->front() != kEd25519) {
    return fail(Errc::unsupported, "the key file holds a key of another algorithm than Ed25519");
  }
  PublicKey key{};
  if (bytes->size() != 1 + key.size()) return wrong("the key has the wrong length");
  std::copy(bytes->begin() + 1, bytes->end(), key.begin());

  VerifierKey parsed = of(std::string{origin}, key);
  if (to_hex(parsed.id()) != line.substr(first + 1, second - first - 1)) {
    return wrong("the key id does not fit the key");
  }
  return parsed;
}

std::string VerifierKey::to_line() const {
  Bytes typed{kEd25519};
  typed.insert(typed.end(), key_.begin(), key_.end());
  return origin_ + "+" + to_hex(id_) + "+" + lethe::to_base64(typed);
}

std::string VerifierKey::fingerprint() const { return to_hex(sha256({key_})); }

bool VerifierKey::verifies(std::string_view text, const Signature& signature) const {
  const ByteView bytes = as_bytes(text);
  return crypto_sign_verify_detached(signature.data(), bytes.data(), bytes.size(), key_.data()) ==
         0;
}

std::string checkpoint_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" +
         to_base64(checkpoint.head.root) + "\n";
}

std::string sealed_note(std::string_view text, const VerifierKey& key, const Signature& signature) {
  Bytes bytes(key.id().begin(), key.id().end());
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  std::string note{text};
  note.append("\n").append(kSignatureMark).append(key.origin()).append(" ");
  return note.append(lethe::to_base64(bytes)).append("\n");
}

Result<SignedCheckpoint> parse_checkpoint(std::string_view note) {
  LETHE_CHECK(check_note_form(note));
  const auto blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || !note.ends_with('\n')) {
    return fail(Errc::invalid_argument, "the checkpoint has no signature");
  }
  SignedCheckpoint parsed;
  parsed.text = note.substr(0, blank + 1);
  LETHE_TRY(parsed.checkpoint, parse_text(parsed.text));

  std::string_view rest = note.substr(blank + 2);
  while (!rest.empty()) {
    if (parsed.signatures.size() == kSignaturesMax) {
      return fail(Errc::too_large, "the checkpoint has too many signatures");
    }
    LETHE_TRY(const std::string_view line, next_line(rest, "a signature"));
    LETHE_TRY(NoteSignature signature, parse_signature(line));
    parsed.signatures.push_back(std::move(signature));
  }
  if (parsed.signatures.empty()) {
    return fail(Errc::invalid_argument, "the checkpoint has no signature");
  }
  return parsed;
}

SignatureCheck check_signature(const SignedCheckpoint& note, const VerifierKey& key) {
  auto result = SignatureCheck::not_by_this_key;
  for (const NoteSignature& line : note.signatures) {
    if (line.name != key.origin() || line.key_id != key.id()) continue;
    Signature signature{};
    if (line.signature.size() != signature.size()) return SignatureCheck::bad;
    std::ranges::copy(line.signature, signature.begin());
    if (!key.verifies(note.text, signature)) return SignatureCheck::bad;
    result = SignatureCheck::good;
  }
  const bool other_log = note.checkpoint.origin != key.origin();
  return result == SignatureCheck::good && other_log ? SignatureCheck::bad : result;
}

}  // namespace lethe::ledger
