// A head or a batch as bytes for the wire between keyring and receiver.
//
// Integers are 8 bytes, big-endian; texts and lists carry their length first.
// The order of the fields is the format: append, never change (kWireVersion).
#pragma once

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"
#include "lethe/ports/keyring_store.h"
#include "schema.h"

namespace lethe::keyring_files {

[[nodiscard]] Bytes encode(const Head& head);
[[nodiscard]] Bytes encode(const ports::KeyringBatch& batch);
// Errors: corrupt for anything that encode() did not write.
[[nodiscard]] Result<Head> decode_head(ByteView bytes);
[[nodiscard]] Result<ports::KeyringBatch> decode_batch(ByteView bytes);

}  // namespace lethe::keyring_files
