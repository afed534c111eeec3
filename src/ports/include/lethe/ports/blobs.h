// Large sealed things (attachments, raw copies): opaque bytes under random names.
//
// Callers seal before and open after (vault), in 64 KiB authenticated chunks;
// a blob store never sees text of a person and cannot tell two blobs apart.
// No de-duplication. Methods may be called from several threads; a writer and a
// reader belong to one thread each.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lethe/base/bytes.h"
#include "lethe/base/result.h"

namespace lethe::ports {

// 128 random bits as 32 lower-case hex digits: no time, no order, no owner.
class BlobName {
 public:
  // Errors: invalid_argument.
  [[nodiscard]] static Result<BlobName> parse(std::string_view text);
  [[nodiscard]] static BlobName of(std::span<const std::uint8_t, 16> random_bytes);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  friend auto operator<=>(const BlobName&, const BlobName&) = default;

 private:
  explicit BlobName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// A blob being written. Nobody can read it before commit(); destroying it
// without commit leaves nothing behind.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  // Errors: unavailable (disk full); the writer is then of no more use.
  [[nodiscard]] virtual Status append(ByteView sealed) = 0;
  // On return the blob is durable under the name. Call once, at the end.
  [[nodiscard]] virtual Result<BlobName> commit() = 0;
};

class BlobReader {
 public:
  virtual ~BlobReader() = default;
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  // Fills `buffer` from `offset` on; less than its size only at the end.
  // Errors: unavailable.
  [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset,
                                                    std::span<std::uint8_t> buffer) = 0;
};

struct BlobTotals {
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
};

class Blobs {
 public:
  virtual ~Blobs() = default;

  // Errors: unavailable.
  [[nodiscard]] virtual Result<std::unique_ptr<BlobWriter>> begin() = 0;
  // A reader keeps working when the blob is removed meanwhile. Errors: not_found, unavailable.
  [[nodiscard]] virtual Result<std::unique_ptr<BlobReader>> open(const BlobName& name) = 0;
  // Durable on return. Removing what is not there is no error, so that an
  // erasure can be resumed. Errors: unavailable.
  [[nodiscard]] virtual Status remove(const BlobName& name) = 0;
  // Visits every committed blob in no order, in bounded memory; stops at the
  // first error of `visit` and returns it. Errors: unavailable.
  [[nodiscard]] virtual Status for_each(
      const std::function<Status(const BlobName&, std::uint64_t bytes)>& visit) = 0;
  [[nodiscard]] Result<BlobTotals> totals();
};

}  // namespace lethe::ports
