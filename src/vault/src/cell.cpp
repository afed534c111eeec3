#include "cell.h"

#include <algorithm>

#include "lethe/vault/vault.h"

namespace lethe::vault {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kXChaCha20Poly1305 = 1;
constexpr std::size_t kPadMultiple = 32;
constexpr char kPadMark = '\x80';

std::size_t padded_size(std::size_t text_size) {
  const std::size_t marked = text_size + 1;
  if (text_size >= kPaddedBelow) return marked;
  return (marked + kPadMultiple - 1) / kPadMultiple * kPadMultiple;
}

}  // namespace

Context cell_context(core::WorkspaceId workspace, core::PersonId person, const CellRef& cell) {
  Context context{workspace.value()};
  context.i64(person.value()).u16(cell.table).u16(cell.column).i64(cell.row).u32(cell.version);
  return context;
}

Bytes seal_cell(const CellKey& key, ports::Random& random, const Context& context,
                std::string_view text) {
  Bytes cell;
  cell.reserve(kCellHeaderSize + padded_size(text.size()) + kTagSize);
  cell.push_back(kVersion);
  cell.push_back(kXChaCha20Poly1305);
  append_u64(cell, key.id);
  cell.resize(kCellHeaderSize);
  const ByteView plain = as_bytes(text);
  cell.insert(cell.end(), plain.begin(), plain.end());
  cell.push_back(static_cast<std::uint8_t>(kPadMark));
  cell.resize(kCellHeaderSize + padded_size(text.size()) + kTagSize);

  const std::span all{cell};
  const auto nonce = all.subspan(kCellHeaderSize - kNonceSize, kNonceSize);
  random.fill(nonce);
  encrypt_in_place(key.key, nonce, context, all.subspan(kCellHeaderSize));
  return cell;
}

Result<std::uint64_t> key_id_in(ByteView cell) {
  if (cell.size() < 2) return fail(Errc::corrupt, "a sealed cell is cut off");
  if (cell[0] != kVersion || cell[1] != kXChaCha20Poly1305) {
    return fail(Errc::unsupported, "a cell is sealed in a format this version does not know");
  }
  if (cell.size() < kCellHeaderSize + kTagSize) {
    return fail(Errc::corrupt, "a sealed cell is cut off");
  }
  return read_u64(cell.subspan(2, 8));
}

Result<Plaintext> open_cell(KeyView key, const Context& context, ByteView cell) {
  const ByteView nonce = cell.subspan(kCellHeaderSize - kNonceSize, kNonceSize);
  const ByteView sealed = cell.subspan(kCellHeaderSize);
  // Long enough to live on the heap, so that moving it leaves no copy behind.
  std::string text;
  text.reserve(std::max<std::size_t>(sealed.size() - kTagSize, kPadMultiple));
  text.resize(sealed.size() - kTagSize);
  const std::span<std::uint8_t> out{reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
  if (!decrypt(key, nonce, context, sealed, out)) {
    return fail(Errc::corrupt, "a sealed cell fails authentication");
  }
  const std::size_t mark = text.find_last_not_of('\0');
  if (mark == std::string::npos || text[mark] != kPadMark) {
    wipe(text);
    return fail(Errc::corrupt, "a sealed cell has no padding mark");
  }
  text.resize(mark);
  return Plaintext{std::move(text)};
}

}  // namespace lethe::vault
