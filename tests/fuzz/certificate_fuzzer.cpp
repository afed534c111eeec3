// Certificate files, checkpoints, keys and entries come from anybody. Whatever
// is accepted must be written again as the same bytes.
#include <cstdlib>

#include "lethe/ledger/certificate_file.h"
#include "lethe/ports/log_path.h"

namespace {

using namespace lethe;
using namespace lethe::ledger;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_certificate(std::string_view text) {
  const auto certificate = parse_certificate(text);
  if (certificate) require(*compose(*certificate) == text);
}

void check_file(std::string_view text) {
  static const VerifierKey key = VerifierKey::of("help.example.org/ledger", PublicKey{});
  const auto file = parse_certificate_file(text);
  if (!file) return;
  require(compose(*file) == text);
  check_certificate(file->certificate);
  const auto report = verify(text, key);
  if (report) require(report->sentences().size() == 4);
}

void check_small_formats(std::string_view text) {
  const auto entry = parse_entry(text);
  if (entry) require(compose(*entry) == text);
  const auto key = VerifierKey::parse(text);
  if (key) require(text.starts_with(key->to_line()));
  const auto path = ports::LogPath::parse(text);
  if (path) require(path->text() == text);
  const auto note = parse_checkpoint(text);
  if (note) require(text.starts_with(note->text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  check_file(text);
  check_certificate(text);
  check_small_formats(text);
  return 0;
}
