#include "qr.h"

#include <qrencode.h>

#include <memory>

namespace lethe::web {
namespace {

constexpr int kQuietZone = 4;
constexpr std::size_t kTextBytesMax = 2331;  // version 40, level M, bytes

struct Free {
  void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};

// One row's dark squares that stand side by side.
std::string bar(int x, int y, int length) {
  const std::string along = std::to_string(length);
  return "M" + std::to_string(x) + " " + std::to_string(y) + "h" + along + "v1h-" + along + "z";
}

}  // namespace

Result<QrPicture> qr_picture(std::string_view text) {
  if (text.empty() || text.contains('\0')) {
    return fail(Errc::invalid_argument, "a QR code holds 1 byte at least, none of them zero");
  }
  if (text.size() > kTextBytesMax) return fail(Errc::too_large, "too long for a QR code");
  const std::string terminated{text};
  const std::unique_ptr<QRcode, Free> code{
      QRcode_encodeString8bit(terminated.c_str(), 0, QR_ECLEVEL_M)};
  if (code == nullptr) return fail(Errc::unavailable, "no QR code could be made");
  QrPicture picture{.path = {}, .size = code->width + 2 * kQuietZone};
  const auto is_dark = [&](int x, int y) {
    return x < code->width && (code->data[y * code->width + x] & 1U) != 0;
  };
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if (!is_dark(x, y)) continue;
      const int start = x;
      while (is_dark(x, y)) ++x;
      picture.path += bar(start + kQuietZone, y + kQuietZone, x - start);
    }
  }
  return picture;
}

}  // namespace lethe::web
