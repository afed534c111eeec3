// A text as a QR code (ISO/IEC 18004), drawn as one SVG path.
#pragma once

#include <string>
#include <string_view>

#include "lethe/base/result.h"

namespace lethe::web {

struct QrPicture {
  std::string path;  // dark bars, one unit high: digits, blanks and the letters M, h, v, z
  int size = 0;      // width and height in units, with the quiet zone of four on each side
};

// Medium error correction. Errors: too_large (over 2,331 bytes), invalid_argument (a zero byte).
[[nodiscard]] Result<QrPicture> qr_picture(std::string_view text);

}  // namespace lethe::web
