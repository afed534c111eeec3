#include "bundle.h"

namespace lethe::ledger {
namespace {

// The size of the first entry with its length, 0 when `bundle` is cut short.
std::size_t framed_size(ByteView bundle) {
  if (bundle.size() < 2) return 0;
  const std::size_t size = 2 + (std::size_t{bundle[0]} << 8 | bundle[1]);
  return size <= bundle.size() ? size : 0;
}

}  // namespace

Result<Bytes> read_either(ports::TileStore& store, const ports::LogPath& partial,
                          const ports::LogPath& full) {
  auto bytes = store.read(partial);
  const bool gone = !bytes && bytes.error().code == Errc::not_found && partial != full;
  return gone ? store.read(full) : std::move(bytes);
}

Result<Bytes> read_bundle(ports::TileStore& store, std::uint64_t index, std::uint64_t width) {
  const auto path = ports::LogPath::entries(index, static_cast<unsigned>(width));
  LETHE_TRY(Bytes bundle, read_either(store, path, ports::LogPath::entries(index, kBundleWidth)));
  std::size_t size = 0;
  for (std::uint64_t i = 0; i < width; ++i) {
    const std::size_t entry = framed_size(ByteView{bundle}.subspan(size));
    if (entry == 0) return fail(Errc::corrupt, "ledger file " + path.text() + " is cut short");
    size += entry;
  }
  bundle.resize(size);
  return bundle;
}

void append_entry(Bytes& bundle, ByteView entry) {
  append_u16(bundle, static_cast<std::uint16_t>(entry.size()));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
}

Status for_each_entry(ByteView bundle, const std::function<Status(ByteView)>& visit) {
  while (!bundle.empty()) {
    const std::size_t size = framed_size(bundle);
    if (size == 0) return fail(Errc::corrupt, "a bundle of ledger entries is cut short");
    LETHE_CHECK(visit(bundle.subspan(2, size - 2)));
    bundle = bundle.subspan(size);
  }
  return {};
}

}  // namespace lethe::ledger
