#include "qr.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace lethe::web {
namespace {

// The picture as rows of '#' and ' ', quiet zone included.
std::vector<std::string> drawn(const QrPicture& picture) {
  const auto size = static_cast<std::size_t>(picture.size);
  std::vector<std::string> rows(size, std::string(size, ' '));
  for (std::size_t at = 0; at < picture.path.size();) {
    REQUIRE(picture.path[at] == 'M');
    std::size_t used = 0;
    const auto x = std::stoul(picture.path.substr(at + 1), &used);
    at += used + 1;
    const auto y = std::stoul(picture.path.substr(at + 1), &used);
    at += used + 1;
    REQUIRE(picture.path.substr(at, 8) == "h1v1h-1z");
    at += 8;
    rows.at(y).at(x) = '#';
  }
  return rows;
}

TEST_CASE("a QR code has its three eyes and a quiet zone of four") {
  const auto picture = qr_picture("otpauth://totp/A:a@example.org?secret=GEZDGNBVGY3TQOJQ");
  REQUIRE(picture);
  const auto rows = drawn(*picture);
  const std::size_t size = rows.size();
  for (std::size_t i = 0; i < size; ++i) {
    for (const std::size_t edge : {0UZ, 3UZ, size - 4, size - 1}) {
      CHECK(rows[edge][i] == ' ');
      CHECK(rows[i][edge] == ' ');
    }
  }
  for (const auto& [top, left] :
       {std::pair{4UZ, 4UZ}, std::pair{4UZ, size - 11}, std::pair{size - 11, 4UZ}}) {
    CHECK(rows[top].substr(left, 7) == "#######");
    CHECK(rows[top + 1].substr(left, 7) == "#     #");
    CHECK(rows[top + 3].substr(left, 7) == "# ### #");
    CHECK(rows[top + 6].substr(left, 7) == "#######");
  }
}

TEST_CASE("a QR code holds what fits and no zero byte") {
  CHECK(qr_picture(std::string(2331, 'x')));
  CHECK(qr_picture(std::string(2332, 'x')).error().code == Errc::too_large);
  CHECK_FALSE(qr_picture(""));
  CHECK_FALSE(qr_picture(std::string_view{"a\0b", 3}));
}

}  // namespace
}  // namespace lethe::web
