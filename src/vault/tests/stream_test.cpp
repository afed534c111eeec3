#include "lethe/vault/stream.h"

#include "fixture.h"

namespace lethe::vault {
namespace {

using namespace test;

Bytes payload(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return bytes;
}

Bytes sealed_with(Vault& vault, const FileKey& key, ByteView text) {
  auto sealer = vault.stream_sealer(key);
  REQUIRE(sealer.has_value());
  return sealer->seal_whole(text);
}

Result<Plaintext> opened_with(Vault& vault, const FileKey& key, ByteView sealed) {
  LETHE_TRY(StreamOpener opener, vault.stream_opener(key, sealed.first(kStreamHeaderSize)));
  return opener.open_whole(sealed.subspan(kStreamHeaderSize));
}

TEST_CASE("payloads of every size around a chunk come back") {
  Fixture f;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunkSize - 1, kChunkSize,
                                 kChunkSize + 1, 3 * kChunkSize, 3 * kChunkSize + 7}) {
    const FileKey key = *f.vault->make_file_key();
    const Bytes text = payload(size);
    const Bytes sealed = sealed_with(*f.vault, key, text);
    const auto opened = opened_with(*f.vault, key, sealed);
    REQUIRE(opened.has_value());
    CHECK(opened->reveal() == as_text(text));
  }
}

TEST_CASE("a payload cut off at a chunk's border or anywhere else is refused") {
  Fixture f;
  const FileKey key = *f.vault->make_file_key();
  const Bytes sealed = sealed_with(*f.vault, key, payload(3 * kChunkSize + 7));
  for (const std::size_t left :
       {kStreamHeaderSize, kStreamHeaderSize + kSealedChunkSize,
        kStreamHeaderSize + 3 * kSealedChunkSize, sealed.size() - 1, kStreamHeaderSize + 5}) {
    CHECK(opened_with(*f.vault, key, ByteView{sealed}.first(left)).error().code == Errc::corrupt);
  }
}

TEST_CASE("chunks swapped, repeated, left out, changed or added are refused") {
  Fixture f;
  const FileKey key = *f.vault->make_file_key();
  const Bytes good = sealed_with(*f.vault, key, payload(2 * kChunkSize + 7));
  const auto chunk = [&](std::ptrdiff_t i) {
    return good.begin() + kStreamHeaderSize + i * static_cast<std::ptrdiff_t>(kSealedChunkSize);
  };
  Bytes swapped = good;
  std::swap_ranges(swapped.begin() + kStreamHeaderSize,
                   swapped.begin() + kStreamHeaderSize + kSealedChunkSize,
                   chunk(1) - good.begin() + swapped.begin());
  Bytes missing{good.begin(), chunk(0)};
  missing.insert(missing.end(), chunk(1), good.end());
  Bytes repeated{good.begin(), chunk(1)};
  repeated.insert(repeated.end(), chunk(0), good.end());
  Bytes changed = good;
  changed[kStreamHeaderSize + 100] ^= 1;
  Bytes longer = good;
  longer.insert(longer.end(), chunk(2), good.end());
  for (const Bytes& bad : {swapped, missing, repeated, changed, longer}) {
    CHECK(opened_with(*f.vault, key, bad).error().code == Errc::corrupt);
  }
}

TEST_CASE("one file's key does not open another file") {
  Fixture f;
  const FileKey key = *f.vault->make_file_key();
  const FileKey other = *f.vault->make_file_key();
  const Bytes sealed = sealed_with(*f.vault, key, payload(100));
  CHECK(opened_with(*f.vault, other, sealed).error().code == Errc::corrupt);
  CHECK(f.vault->stream_opener(key, ByteView{sealed}.first(5)).error().code == Errc::corrupt);
}

TEST_CASE("a file opens through its sealed key until the owner is erased") {
  Fixture f;
  const KeyRef attachments = KeyRef::of(kAda, kTicket, KeyClass::attachments);
  const Bytes text = payload(1000);
  Bytes sealed;
  std::optional<Ciphertext> key_cell;
  {
    const FileKey key = *f.vault->make_file_key();
    sealed = sealed_with(*f.vault, key, text);
    key_cell = *f.vault->seal_file_key(attachments, kCell, key);
  }
  const auto key = f.vault->unseal_file_key(attachments, kCell, *key_cell);
  REQUIRE(key.has_value());
  CHECK(opened_with(*f.vault, *key, sealed)->reveal() == as_text(text));
  f.erase(kAda);
  CHECK(f.vault->unseal_file_key(attachments, kCell, *key_cell).error().code == Errc::erased);
}

TEST_CASE("a cell that holds a text is no file key") {
  Fixture f;
  const Ciphertext cell = f.sealed(body_of(kAda), "text");
  CHECK(f.vault->unseal_file_key(body_of(kAda), kCell, cell).error().code == Errc::corrupt);
}

}  // namespace
}  // namespace lethe::vault
