#include "qr.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace lethe::web {
namespace {

std::size_t number_at(const std::string& text, std::size_t& at) {
  std::size_t used = 0;
  const auto value = std::stoul(text.substr(at), &used);
  at += used;
  return value;
}

// The picture as rows of '#' and ' ', quiet zone included.
std::vector<std::string> drawn(const QrPicture& picture) {
  const auto size = static_cast<std::size_t>(picture.size);
  std::vector<std::string> rows(size, std::string(size, ' '));
  const std::string& path = picture.path;
  for (std::size_t at = 0; at < path.size();) {
    REQUIRE(path[at++] == 'M');
    const std::size_t x = number_at(path, at);
    REQUIRE(path[at++] == ' ');
    const std::size_t y = number_at(path, at);
    REQUIRE(path[at++] == 'h');
    const std::size_t length = number_at(path, at);
    const std::string end = "v1h-" + std::to_string(length) + "z";
    REQUIRE(path.substr(at, end.size()) == end);
    at += end.size();
    REQUIRE(x + length <= size);
    rows.at(y).replace(x, length, length, '#');
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
