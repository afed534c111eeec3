#include "lethe/core/image_location.h"

#include <algorithm>

#include "image_edits.h"

namespace lethe::core {
namespace image_location {

std::uint64_t Window::number(std::size_t at, std::size_t size, bool little) const noexcept {
  if (!holds(at, size)) return 0;
  std::uint64_t value = 0;
  for (std::size_t n = 0; n < size; ++n) {
    const std::size_t place = little ? at + size - 1 - n : at + n;
    value = (value << 8) | static_cast<unsigned char>(bytes_[place]);
  }
  return value;
}

void Edits::apply(std::string& bytes, std::size_t begin) const {
  for (const Edit& edit : edits_) bytes.replace(edit.at - begin, edit.bytes.size(), edit.bytes);
}

void clean_jpeg(const Window& file, Edits& edits) {
  constexpr std::string_view kExif{"Exif\0\0", 6};
  constexpr std::string_view kXmp{"http://ns.adobe.com/xap/1.0/\0", 29};
  constexpr std::string_view kMoreXmp{"http://ns.adobe.com/xmp/extension/\0", 35};
  constexpr std::size_t kMoreXmpHead = 35 + 32 + 8;  // name, digest, length, offset
  constexpr std::string_view kPhotoshop{"Photoshop 3.0\0", 14};

  const auto clean_segment = [&](const Window& segment) {
    const auto rest = [&](std::size_t head) { return segment.part(head, segment.size() - head); };
    if (segment.has_at(0, kExif)) return clean_exif(rest(kExif.size()), edits);
    if (segment.has_at(0, kXmp)) return clean_xmp(rest(kXmp.size()), edits);
    if (segment.has_at(0, kMoreXmp) && segment.size() > kMoreXmpHead) {
      return clean_xmp(rest(kMoreXmpHead), edits);
    }
    if (segment.has_at(0, kPhotoshop)) clean_photoshop(rest(kPhotoshop.size()), edits);
  };

  const std::string_view bytes = file.bytes();
  for (std::size_t at = 2; at + 1 < bytes.size();) {
    at = bytes.find('\xFF', at);
    if (at == std::string_view::npos || at + 1 >= bytes.size()) return;
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xFF) {  // fill
      ++at;
      continue;
    }
    // Stuffed bytes and restarts stand in the compressed picture; they have no length.
    if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
      at += 2;
      continue;
    }
    if (marker == 0xD9) {  // the end; cameras put further pictures behind it
      at = bytes.find("\xFF\xD8\xFF", at + 2);
      if (at == std::string_view::npos) return;
      at += 2;
      continue;
    }
    const auto size = static_cast<std::size_t>(file.big(at + 2, 2));
    if (size < 2 || !file.holds(at + 2, 2)) return edits.damaged();
    // A file that was cut off has a last segment too.
    clean_segment(file.part(at + 4, std::min(size - 2, file.size() - at - 4)));
    at += 2 + size;
  }
}

namespace {

// CRC of ISO 3309, as PNG wants it after each chunk.
std::uint32_t crc_of(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

std::string four_bytes(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFFU);
  return out;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(' ') == std::string_view::npos;
}

// iTXt behind its keyword: two flags, a language and a translated keyword, each ended by a zero.
void clean_international(const Window& rest, Edits& edits) {
  const std::size_t language = rest.bytes().find('\0', 2);
  const std::size_t keyword =
      language == std::string_view::npos ? language : rest.bytes().find('\0', language + 1);
  if (keyword == std::string_view::npos) return edits.damaged();
  const Window text = rest.part(keyword + 1, rest.size() - keyword - 1);
  if (rest.big(0, 1) == 0) return clean_xmp(text, edits);
  edits.fill(rest.begin(), 2, '\0');  // packed: it cannot be read here, so it goes
  edits.fill(text.begin(), text.size(), ' ');
}

// A keyword with text behind it: tEXt, zTXt or iTXt.
void clean_png_text(const Window& chunk, std::string_view type, Edits& edits) {
  const std::size_t end = chunk.bytes().substr(0, 80).find('\0');
  if (end == std::string_view::npos) return;
  const std::string_view keyword = chunk.bytes().substr(0, end);
  const Window rest = chunk.part(end + 1, chunk.size() - end - 1);
  const bool is_xmp = keyword == "XML:com.adobe.xmp";
  if (!is_xmp && !keyword.starts_with("Raw profile type ")) return;
  if (type == "iTXt") return clean_international(rest, edits);
  if (is_xmp && type == "tEXt") return clean_xmp(rest, edits);
  if (is_blank(rest.bytes())) return;
  edits.write(chunk.begin() - 4, "tEXt");
  edits.fill(rest.begin(), rest.size(), ' ');
}

}  // namespace

void clean_png(const Window& file, Edits& edits) {
  constexpr std::size_t kFrame = 12;  // length, type, CRC
  for (std::size_t at = 8; at < file.size();) {
    const std::uint64_t size = file.big(at, 4);
    if (!file.holds(at, kFrame) || !file.holds(at + 8, size + 4)) return edits.damaged();
    const std::string_view type = file.bytes().substr(at + 4, 4);
    const Window data = file.part(at + 8, size);
    Edits of_chunk;
    if (type == "eXIf") clean_exif(data, of_chunk);
    if (type == "tEXt" || type == "zTXt" || type == "iTXt") clean_png_text(data, type, of_chunk);
    if (of_chunk.is_damaged()) return edits.damaged();
    if (!of_chunk.empty()) {
      std::string changed{file.bytes().substr(at + 4, 4 + size)};
      of_chunk.apply(changed, at + 4);
      const std::string crc = four_bytes(crc_of(changed));
      edits.write(at + 4, changed + crc);
    }
    if (type == "IEND") return;
    at += kFrame + size;
  }
}

void clean_webp(const Window& file, Edits& edits) {
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::uint64_t size = file.number(at + 4, 4, true);
    if (!file.holds(at + 8, size)) return edits.damaged();
    Window data = file.part(at + 8, size);
    if (file.has_at(at, "EXIF")) {
      // Some writers keep the head that JPEG needs.
      constexpr std::string_view kExif{"Exif\0\0", 6};
      if (data.has_at(0, kExif)) data = data.part(kExif.size(), data.size() - kExif.size());
      clean_exif(data, edits);
    }
    if (file.has_at(at, "XMP ")) clean_xmp(data, edits);
    at += 8 + size + (size & 1);
  }
}

// An application block with the packet as it is, and behind it a ramp of bytes that brings a reader
// of blocks to the end from wherever it lands.
void clean_gif(const Window& file, Edits& edits) {
  constexpr std::string_view kHead{"\x21\xFF\x0BXMP DataXMP", 14};
  constexpr std::string_view kRamp{"\x01\xFF\xFE\xFD", 4};
  const std::string_view bytes = file.bytes();
  for (std::size_t at = bytes.find(kHead); at != std::string_view::npos;) {
    const std::size_t begin = at + kHead.size();
    const std::size_t end = bytes.find(kRamp, begin);
    if (end == std::string_view::npos) return;
    clean_xmp(file.part(begin, end - begin), edits);
    at = bytes.find(kHead, end);
  }
}

}  // namespace image_location

ImageFinding remove_location(std::string& file) {
  using namespace image_location;
  Edits edits;
  const Window whole{file, 0, file.size()};
  constexpr std::string_view kPng{"\x89PNG\r\n\x1A\n", 8};
  if (whole.has_at(0, "\xFF\xD8\xFF")) {
    clean_jpeg(whole, edits);
  } else if (whole.has_at(0, kPng)) {
    clean_png(whole, edits);
  } else if (whole.has_at(0, "RIFF") && whole.has_at(8, "WEBP")) {
    clean_webp(whole, edits);
  } else if (whole.has_at(0, std::string_view{"II*\0", 4}) ||
             whole.has_at(0, std::string_view{"MM\0*", 4})) {
    clean_tiff(whole, edits);
  } else if (whole.has_at(0, "GIF8")) {
    clean_gif(whole, edits);
  } else if (whole.has_at(4, "ftyp")) {
    clean_heif(whole, edits);
  }
  if (edits.is_damaged()) return ImageFinding::damaged;
  if (edits.empty()) return ImageFinding::nothing;
  edits.apply(file, 0);
  return ImageFinding::removed;
}

}  // namespace lethe::core
