// Blobs in memory, with names counted up instead of drawn.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>

#include "lethe/ports/blobs.h"

namespace lethe::test {

class MemoryBlobs : public ports::Blobs {
 public:
  Result<std::unique_ptr<ports::BlobWriter>> begin() override {
    return std::make_unique<Writer>(*this);
  }

  Result<std::unique_ptr<ports::BlobReader>> open(const ports::BlobName& name) override {
    const std::lock_guard lock{mutex_};
    const auto found = blobs_.find(name);
    if (found == blobs_.end()) return fail(Errc::not_found, "no such blob");
    return std::make_unique<Reader>(found->second);
  }

  Status remove(const ports::BlobName& name) override {
    const std::lock_guard lock{mutex_};
    blobs_.erase(name);
    return {};
  }

  Status for_each(
      const std::function<Status(const ports::BlobName&, std::uint64_t)>& visit) override {
    const auto snapshot = [this] {
      const std::lock_guard lock{mutex_};
      return blobs_;
    }();
    for (const auto& [name, content] : snapshot) LETHE_CHECK(visit(name, content->size()));
    return {};
  }

 private:
  using Content = std::shared_ptr<const Bytes>;

  struct Writer : ports::BlobWriter {
    explicit Writer(MemoryBlobs& owner) : blobs(owner) {}
    Status append(ByteView sealed) override {
      content.insert(content.end(), sealed.begin(), sealed.end());
      return {};
    }
    Result<ports::BlobName> commit() override { return blobs.add(std::move(content)); }
    MemoryBlobs& blobs;
    Bytes content;
  };

  struct Reader : ports::BlobReader {
    explicit Reader(Content bytes) : content(std::move(bytes)) {}
    std::uint64_t size() const noexcept override { return content->size(); }
    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> buffer) override {
      if (offset >= content->size()) return std::size_t{0};
      const std::size_t count = std::min<std::size_t>(buffer.size(), content->size() - offset);
      std::copy_n(content->begin() + static_cast<std::ptrdiff_t>(offset), count, buffer.begin());
      return count;
    }
    Content content;
  };

  ports::BlobName add(Bytes content) {
    const std::lock_guard lock{mutex_};
    std::array<std::uint8_t, 16> raw{};
    ++next_;
    for (std::size_t i = 0; i < 8; ++i) raw[15 - i] = static_cast<std::uint8_t>(next_ >> (8 * i));
    const auto name = ports::BlobName::of(raw);
    blobs_.emplace(name, std::make_shared<const Bytes>(std::move(content)));
    return name;
  }

  std::mutex mutex_;
  std::uint64_t next_ = 0;
  std::map<ports::BlobName, Content> blobs_;
};

}  // namespace lethe::test
