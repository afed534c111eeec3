#include "lethe/ledger/proof.h"

#include "lethe/base/encoding.h"
#include "lines.h"

namespace lethe::ledger {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kPathMax = 64;

Result<HashPath> parse_path(std::string_view& rest) {
  HashPath path;
  while (true) {
    LETHE_TRY(const std::string_view line, next_line(rest, "a hash of the proof"));
    if (line.empty()) return path;
    if (path.size() == kPathMax) return fail(Errc::too_large, "the proof has too many hashes");
    LETHE_TRY(const Hash hash, parse_hash(line));
    path.push_back(hash);
  }
}

}  // namespace

std::string compose(const Proof& proof) {
  std::string text{kHeader};
  text += "\n";
  if (proof.extra) text.append(kExtra).append(lethe::to_base64(*proof.extra)).append("\n");
  text.append(kIndex).append(std::to_string(proof.index)).append("\n");
  for (const Hash& hash : proof.path) text.append(to_base64(hash)).append("\n");
  return text.append("\n").append(proof.checkpoint);
}

Result<Proof> parse_proof(std::string_view text) {
  if (text.size() > kProofBytesMax) return fail(Errc::too_large, "the proof is too long");
  Proof proof;
  LETHE_TRY(std::string_view line, next_line(text, "the name of the proof format"));
  if (line != kHeader) return fail(Errc::invalid_argument, "the proof is not a tlog-proof");

  LETHE_TRY(line, next_line(text, "the index"));
  if (line.starts_with(kExtra)) {
    LETHE_TRY(proof.extra, parse_base64(line.substr(kExtra.size())));
    LETHE_TRY(line, next_line(text, "the index"));
  }
  if (!line.starts_with(kIndex)) return fail(Errc::invalid_argument, "the proof has no index");
  LETHE_TRY(proof.index, parse_decimal(line.substr(kIndex.size())));
  LETHE_TRY(proof.path, parse_path(text));
  proof.checkpoint = text;
  return proof;
}

}  // namespace lethe::ledger
