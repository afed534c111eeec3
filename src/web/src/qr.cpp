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
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if ((code->data[y * code->width + x] & 1U) == 0) continue;
      picture.path +=
          'M' + std::to_string(x + kQuietZone) + ' ' + std::to_string(y + kQuietZone) + "h1v1h-1z";
    }
  }
  return picture;
}

}  // namespace lethe::web
