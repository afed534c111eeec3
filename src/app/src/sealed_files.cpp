#include "sealed_files.h"

#include <boost/json.hpp>

#include "lethe/base/encoding.h"
#include "lethe/ledger/hash.h"

namespace lethe::app {
namespace {

Result<ports::BlobName> write_blob(App& app, vault::StreamSealer& sealer, std::string_view bytes) {
  LETHE_TRY(auto writer, app.blobs.begin());
  LETHE_CHECK(writer->append(sealer.header()));
  while (bytes.size() > vault::kChunkSize) {
    const Bytes chunk =
        sealer.seal(as_bytes(bytes.substr(0, vault::kChunkSize)), vault::Chunk::more);
    LETHE_CHECK(writer->append(chunk));
    bytes.remove_prefix(vault::kChunkSize);
  }
  LETHE_CHECK(writer->append(sealer.seal(as_bytes(bytes), vault::Chunk::last)));
  return writer->commit();
}

Result<Bytes> sealed_bytes_of(App& app, const ports::SealedFile& file) {
  if (file.inline_bytes) return *file.inline_bytes;
  if (!file.blob) return fail(Errc::not_found, "a file without bytes");
  LETHE_TRY(auto reader, app.blobs.open(*file.blob));
  Bytes bytes(reader->size());
  LETHE_TRY(const std::size_t read, reader->read_at(0, bytes));
  if (read != bytes.size()) return fail(Errc::corrupt, "a blob is shorter than it was");
  return bytes;
}

}  // namespace

Result<PreparedFile> seal_file(App& app, std::string_view bytes, std::string description) {
  LETHE_TRY(auto key, app.vault.make_file_key());
  LETHE_TRY(auto sealer, app.vault.stream_sealer(key));
  ports::SealedFile file{.size = static_cast<std::int64_t>(bytes.size())};
  if (bytes.size() <= kInlineFileBytesMax) {
    file.inline_bytes = sealer.seal_whole(as_bytes(bytes));
  } else {
    LETHE_TRY(file.blob, write_blob(app, sealer, bytes));
  }
  return PreparedFile{std::move(key), std::move(description), std::move(file), false};
}

void discard_file(App& app, const PreparedFile& file) noexcept {
  // A blob that stays is opaque without its key and is found by the next clean-up.
  static_cast<void>(remove_blob_of(app, file.file));
}

Status remove_blob_of(App& app, const ports::SealedFile& file) {
  return file.blob ? app.blobs.remove(*file.blob) : Status{};
}

Result<Plaintext> open_file(App& app, const vault::KeyRef& key, const vault::CellRef& key_place,
                            const Ciphertext& file_key, const ports::SealedFile& file) {
  LETHE_TRY(auto opened_key, app.vault.unseal_file_key(key, key_place, file_key));
  LETHE_TRY(const Bytes sealed, sealed_bytes_of(app, file));
  if (sealed.size() < vault::kStreamHeaderSize)
    return fail(Errc::corrupt, "a sealed file is cut off");
  const ByteView view{sealed};
  LETHE_TRY(auto opener, app.vault.stream_opener(opened_key, view.first(vault::kStreamHeaderSize)));
  return opener.open_whole(view.subspan(vault::kStreamHeaderSize));
}

std::string file_description(std::string_view name, std::string_view type,
                             std::string_view content_id, std::string_view bytes) {
  const ledger::Hash hash = ledger::sha256({as_bytes(bytes)});
  return boost::json::serialize(boost::json::object{
      {"name", name}, {"type", type}, {"content_id", content_id}, {"sha256", to_hex(hash)}});
}

}  // namespace lethe::app
