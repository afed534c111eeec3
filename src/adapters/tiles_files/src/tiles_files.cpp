#include "lethe/tiles_files/tiles_files.h"

#include "lethe/durable_files/durable_files.h"

namespace lethe::tiles_files {
namespace {

namespace fs = std::filesystem;

class Store : public ports::TileStore {
 public:
  explicit Store(fs::path directory) : directory_(std::move(directory)) {}

  Result<Bytes> read(const ports::LogPath& path) override {
    return durable_files::read_whole(directory_ / path.text(), ports::kLogResourceBytesMax);
  }

  Status write(const ports::LogPath& path, ByteView content) override {
    if (content.size() > ports::kLogResourceBytesMax) {
      return fail(Errc::too_large, "ledger file " + path.text() + " would be too large");
    }
    return durable_files::write_durably(directory_ / path.text(), content,
                                        durable_files::kPublished);
  }

  Status remove_partials_of(const ports::LogPath& full) override {
    std::error_code error;
    fs::remove_all(directory_ / (full.text() + ".p"), error);
    if (!error) return {};
    return fail(Errc::unavailable,
                "cannot remove the partial tiles of " + full.text() + ": " + error.message());
  }

 private:
  fs::path directory_;
};

}  // namespace

Result<std::unique_ptr<ports::TileStore>> open(fs::path directory) {
  directory = fs::absolute(directory);
  LETHE_CHECK(durable_files::make_directories(directory, durable_files::kPublished.directory));
  return std::make_unique<Store>(std::move(directory));
}

}  // namespace lethe::tiles_files
