#include "lethe/blobs_files/blobs_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "lethe/test/blobs_contract.h"
#include "lethe/test/memory_blobs.h"
#include "lethe/test/temp_directory.h"

using namespace lethe;
namespace fs = std::filesystem;

namespace {

// Bytes that never repeat, so that a name is never drawn twice.
class CountingRandom : public ports::Random {
 public:
  void fill(std::span<std::uint8_t> out) noexcept override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(state_ += 0x9d);
    state_ = state_ * 31 + 17;
  }

 private:
  std::uint32_t state_ = 1;
};

std::unique_ptr<ports::Blobs> opened(const fs::path& path, ports::Random& random) {
  auto blobs = blobs_files::open(path, random);
  REQUIRE(blobs);
  return std::move(*blobs);
}

std::size_t files_under(const fs::path& path) {
  std::size_t files = 0;
  for (const auto& file : fs::recursive_directory_iterator{path}) files += file.is_regular_file();
  return files;
}

constexpr void (*kContract[])(ports::Blobs&) = {
    test::check_blobs_hold_bytes, test::check_blobs_read_in_chunks, test::check_blobs_forget,
    test::check_blobs_show_only_what_is_committed, test::check_blobs_stop_listing_when_told};

}  // namespace

TEST_CASE("blobs in memory keep the contract of a blob store") {
  for (const auto check : kContract) {
    test::MemoryBlobs blobs;
    check(blobs);
  }
}

TEST_CASE("blobs in files keep the contract of a blob store") {
  for (const auto check : kContract) {
    const test::TempDirectory directory;
    CountingRandom random;
    check(*opened(directory.path() / "blobs", random));
  }
}

TEST_CASE("a blob lies two levels deep under its random name, for its owner only") {
  const test::TempDirectory directory;
  CountingRandom random;
  const auto blobs = opened(directory.path() / "blobs", random);
  const std::string name = test::put_blob(*blobs, {as_bytes("sealed")}).text();
  const fs::path place = directory.path() / "blobs" / name.substr(0, 2) / name.substr(2, 2) / name;
  CHECK(fs::file_size(place) == 6);
  for (fs::path path = place; path != directory.path(); path = path.parent_path()) {
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0077) == 0);
  }
}

TEST_CASE("a blob abandoned half-way leaves no file") {
  const test::TempDirectory directory;
  CountingRandom random;
  const auto blobs = opened(directory.path(), random);
  {
    auto writer = blobs->begin();
    REQUIRE((*writer)->append(as_bytes("half")));
    CHECK(files_under(directory.path()) == 1);
  }
  CHECK(files_under(directory.path()) == 0);
}

TEST_CASE("what a crash left half-written is removed at the next start, whole blobs stay") {
  const test::TempDirectory directory;
  CountingRandom random;
  const ports::BlobName kept = [&] {
    const auto blobs = opened(directory.path(), random);
    return test::put_blob(*blobs, {as_bytes("whole")});
  }();
  std::ofstream{directory.path() / "tmp" / std::string(32, 'a')} << "half";
  const auto blobs = opened(directory.path(), random);
  CHECK(files_under(directory.path()) == 1);
  CHECK(as_text(test::whole_blob(*blobs, kept)) == "whole");
}

TEST_CASE("files that are not blobs are not listed") {
  const test::TempDirectory directory;
  CountingRandom random;
  const auto blobs = opened(directory.path(), random);
  std::ofstream{directory.path() / "README"} << "x";
  std::ofstream{directory.path() / std::string(32, 'b')} << "not in its place";
  CHECK(test::blob_names(*blobs).empty());
}

TEST_CASE("a name drawn twice is refused, the first blob stays") {
  struct StuckRandom : ports::Random {
    void fill(std::span<std::uint8_t> out) noexcept override {
      std::ranges::fill(out, std::uint8_t{7});
    }
  } random;
  const test::TempDirectory directory;
  const auto blobs = opened(directory.path(), random);
  const ports::BlobName first = test::put_blob(*blobs, {as_bytes("first")});
  auto second = blobs->begin();
  REQUIRE(second);
  REQUIRE((*second)->append(as_bytes("second")));
  CHECK((*second)->commit().error().code == Errc::unavailable);
  CHECK(as_text(test::whole_blob(*blobs, first)) == "first");
}

TEST_CASE("the name of a blob is 32 lower-case hex digits and nothing else") {
  CHECK(ports::BlobName::parse(std::string(32, 'a')));
  for (const std::string& bad :
       {std::string(31, 'a'), std::string(33, 'a'), std::string(32, 'g'), std::string(32, 'A'),
        std::string{"../../../../etc/passwd/aaaaaaaaaa"}}) {
    CHECK_FALSE(ports::BlobName::parse(bad));
  }
}
