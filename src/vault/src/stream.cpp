#include "lethe/vault/stream.h"

#include <sodium.h>

#include <algorithm>
#include <string>
#include <utility>

#include "arena.h"
#include "lethe/base/assert.h"

namespace lethe::vault {
namespace {

using State = crypto_secretstream_xchacha20poly1305_state;
static_assert(sizeof(State) <= kSlotSize);
static_assert(kStreamHeaderSize == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(kChunkOverhead == crypto_secretstream_xchacha20poly1305_ABYTES);

State* state_in(const KeySlot& slot) { return reinterpret_cast<State*>(slot.whole().data()); }

Error corrupt_payload() { return {Errc::corrupt, "a sealed payload fails authentication", {}}; }

}  // namespace

FileKey::FileKey(std::unique_ptr<KeySlot> slot) noexcept : slot_(std::move(slot)) {}
FileKey::~FileKey() = default;
FileKey::FileKey(FileKey&&) noexcept = default;
FileKey& FileKey::operator=(FileKey&&) noexcept = default;

StreamSealer::StreamSealer(std::unique_ptr<KeySlot> state, Bytes header) noexcept
    : state_(std::move(state)), header_(std::move(header)) {}
StreamSealer::~StreamSealer() = default;
StreamSealer::StreamSealer(StreamSealer&&) noexcept = default;
StreamSealer& StreamSealer::operator=(StreamSealer&&) noexcept = default;

StreamSealer StreamSealer::start(const FileKey& file, std::unique_ptr<KeySlot> state) {
  Bytes header(kStreamHeaderSize);
  crypto_secretstream_xchacha20poly1305_init_push(state_in(*state), header.data(),
                                                  file.slot_->key().data());
  return StreamSealer{std::move(state), std::move(header)};
}

Bytes StreamSealer::seal(ByteView chunk, Chunk place) {
  LETHE_ASSERT(place == Chunk::last ? chunk.size() <= kChunkSize : chunk.size() == kChunkSize);
  const unsigned char tag = place == Chunk::last
                                ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
  Bytes sealed(chunk.size() + kChunkOverhead);
  crypto_secretstream_xchacha20poly1305_push(state_in(*state_), sealed.data(), nullptr,
                                             chunk.data(), chunk.size(), nullptr, 0, tag);
  return sealed;
}

Bytes StreamSealer::seal_whole(ByteView payload) {
  Bytes all = header_;
  all.reserve(header_.size() + payload.size() + (payload.size() / kChunkSize + 1) * kChunkOverhead);
  while (true) {
    const ByteView chunk = payload.first(std::min(kChunkSize, payload.size()));
    payload = payload.subspan(chunk.size());
    const Bytes sealed = seal(chunk, payload.empty() ? Chunk::last : Chunk::more);
    all.insert(all.end(), sealed.begin(), sealed.end());
    if (payload.empty()) return all;
  }
}

StreamOpener::StreamOpener(std::unique_ptr<KeySlot> state) noexcept : state_(std::move(state)) {}
StreamOpener::~StreamOpener() = default;
StreamOpener::StreamOpener(StreamOpener&&) noexcept = default;
StreamOpener& StreamOpener::operator=(StreamOpener&&) noexcept = default;

Result<StreamOpener> StreamOpener::start(const FileKey& file, std::unique_ptr<KeySlot> state,
                                         ByteView header) {
  if (header.size() != kStreamHeaderSize) return std::unexpected(corrupt_payload());
  if (crypto_secretstream_xchacha20poly1305_init_pull(state_in(*state), header.data(),
                                                      file.slot_->key().data()) != 0) {
    return std::unexpected(corrupt_payload());
  }
  return StreamOpener{std::move(state)};
}

Result<Plaintext> StreamOpener::open(ByteView sealed_chunk) {
  if (finished_ || sealed_chunk.size() < kChunkOverhead || sealed_chunk.size() > kSealedChunkSize) {
    return std::unexpected(corrupt_payload());
  }
  // Long enough to live on the heap, so that moving it leaves no copy behind.
  std::string text;
  text.reserve(sealed_chunk.size());
  text.resize(sealed_chunk.size() - kChunkOverhead);
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(
          state_in(*state_), reinterpret_cast<unsigned char*>(text.data()), nullptr, &tag,
          sealed_chunk.data(), sealed_chunk.size(), nullptr, 0) != 0) {
    return std::unexpected(corrupt_payload());
  }
  finished_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  return Plaintext{std::move(text)};
}

Status StreamOpener::finish() const {
  if (!finished_) return std::unexpected(corrupt_payload());
  return {};
}

Result<Plaintext> StreamOpener::open_whole(ByteView sealed_chunks) {
  // Reserved once: a growing string would leave unwiped copies of the text.
  std::string whole;
  whole.reserve(std::max<std::size_t>(sealed_chunks.size(), kChunkOverhead));
  while (!sealed_chunks.empty()) {
    auto text = open(sealed_chunks.first(std::min(kSealedChunkSize, sealed_chunks.size())));
    if (!text) {
      wipe(whole);
      return text;
    }
    whole.append(text->reveal());
    sealed_chunks = sealed_chunks.subspan(std::min(kSealedChunkSize, sealed_chunks.size()));
  }
  if (!finished_) wipe(whole);
  LETHE_CHECK(finish());
  return Plaintext{std::move(whole)};
}

}  // namespace lethe::vault
