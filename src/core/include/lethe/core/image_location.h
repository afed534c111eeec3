// Where a picture was taken, taken out of it: GDPR art. 5(1)(c), data minimisation.
//
// Formats: JPEG (with the further pictures that follow its end), PNG, WebP, TIFF, HEIF (HEIC,
// AVIF), and the XMP of GIF. Removed: the GPS directory of Exif, and whole what contradicts itself
// of it; the place fields of IPTC-IIM (2:26, 27, 90, 92, 95, 100, 101); a whole XMP packet or text
// profile that names a place or cannot be read here.
//
// Only bytes of these fields change, and none moves: the file keeps its length, and what shows the
// picture is the same to the bit. Linear in the size of the file and bounded: 64 directories of 512
// entries, values of 64 KiB. BigTIFF is not read.
#pragma once

#include <cstdint>
#include <string>

namespace lethe::core {

enum class ImageFinding : std::uint8_t {
  nothing,  // no picture of these formats, or none with a place in it
  removed,
  damaged,  // its structure contradicts itself: not a byte was changed
};

// `file` is told by its first bytes, whatever its name says.
[[nodiscard]] ImageFinding remove_location(std::string& file);

}  // namespace lethe::core
